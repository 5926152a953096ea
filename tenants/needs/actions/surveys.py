"""Surveys: made, answered, turned into needs. Source: SM-11; F02, F01; V6."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.audit.recording import record
from commons.kit.clock import today
from commons.kit.errors import Invalid, NotFound
from commons.tenancy.acting import require
from commons.workflow.locks import changed
from commons.workflow.rows import made
from commons.workflow.transitions import begun, edited
from tenants.needs import errors, locks, questions, tally
from tenants.needs.actions import links, needs
from tenants.needs.enums import LinkPurpose, NeedSource, SurveyMethod, SurveyState
from tenants.needs.machines.survey import SURVEY
from tenants.needs.models import Need, NeedSurvey, SurveyResponse

_PAPER = (SurveyState.OPEN, SurveyState.CLOSED)
# What an answer may say of who gives it; nothing of it is asked for.
ABOUT = ("group", "age_band", "industry", "street")


@transaction.atomic
def create(
    *,
    title: str,
    opens_on: date,
    closes_on: date,
    by: Actor,
    at: datetime,
    intro: str = "",
    method: SurveyMethod = SurveyMethod.ONLINE,
    target_groups: Iterable[str] = (),
    region_code: str = "",
    sample_target: int = 0,
    asked: Sequence[Mapping[str, Any]] = (),
) -> NeedSurvey:
    """
    Begin a survey; `asked` as `questions.build` takes it.

    Raises: Refused, Invalid.
    """
    require(by, Permission.NEEDS_EDIT)
    _check(title=title, opens_on=opens_on, closes_on=closes_on, sample_target=sample_target)
    row = NeedSurvey.objects.create(
        title=title.strip(),
        intro=intro.strip(),
        year=opens_on.year,
        method=method,
        target_groups=list(target_groups),
        region_code=region_code,
        questions=[question.stored for question in questions.build(asked)],
        opens_on=opens_on,
        closes_on=closes_on,
        open_token=links.new_token(),
        sample_target=sample_target,
        **made(by, at),
    )
    begun(SURVEY, row, by=by, at=at)
    return row


@transaction.atomic
def edit(*, survey: NeedSurvey, version: int, by: Actor, at: datetime, **given: Any) -> NeedSurvey:
    """
    Change a survey that has not begun; `asked` replaces all its questions.

    Raises: Refused, NotFound, Conflict, WrongState, Invalid.
    """
    require(by, Permission.NEEDS_EDIT)
    row = locks.row(NeedSurvey, survey.pk, version=version)
    if row.state != SurveyState.DRAFT:
        raise errors.WrongState(title=row.title, state=row.state.label)
    names = ("title", "intro", "method", "target_groups", "region_code", "opens_on", "closes_on", "sample_target")
    wanted = {name: given[name] for name in names if name in given}
    for name in ("title", "intro"):
        if name in wanted:
            wanted[name] = str(wanted[name]).strip()
    opens_on, closes_on = wanted.get("opens_on", row.opens_on), wanted.get("closes_on", row.closes_on)
    target = wanted.get("sample_target", row.sample_target)
    _check(title=wanted.get("title", row.title), opens_on=opens_on, closes_on=closes_on, sample_target=target)
    wanted["year"] = opens_on.year
    if "asked" in given:
        wanted["questions"] = [question.stored for question in questions.build(given["asked"])]
    edited(row, by=by, at=at, changes=changed(row, wanted))
    return row


def answer(*, survey: NeedSurvey, given: Mapping[str, Any], at: datetime, token: str = "") -> None:
    """
    Keep one worker's answer: what was answered, what they say of themselves, and the day.

    With a one-time link that is used up in the same transaction; no name, no number, no address, no moment, no audit entry: nothing leads
    from the answer to the link or to anybody. Source: SM-11, V6.
    Raises: Invalid; NotFound when the survey takes no answers (any more) or the link is used up.
    """
    asked = questions.read(survey.questions)
    answers = questions.cleaned(asked, given)
    with transaction.atomic():
        if not takes_answers(survey, at):
            raise NotFound()
        if token and not links.use_up(token=token, purpose=LinkPurpose.SURVEY, at=at):
            raise NotFound()
        _keep(survey, asked, answers, given, on_paper=False, on=today(at))


@transaction.atomic
def enter_paper(*, survey: NeedSurvey, given: Mapping[str, Any], by: Actor, at: datetime) -> bool:
    """
    Enter one answer from paper; whether it is valid. What was left open stays open.

    Raises: Refused, NotFound, WrongState, Invalid.
    """
    require(by, Permission.NEEDS_EDIT)
    row = locks.row(NeedSurvey, survey.pk)
    if row.state not in _PAPER:
        raise errors.WrongState(title=row.title, state=row.state.label)
    asked = questions.read(row.questions)
    answers = questions.cleaned(asked, given, complete=False)
    valid = _keep(row, asked, answers, given, on_paper=True, on=today(at))
    record("needs.needsurvey.enter_paper", by=by, at=at, on=row)
    return valid


@transaction.atomic
def turn_into_needs(*, survey: NeedSurvey, picked: Iterable[tuple[str, str]], by: Actor, at: datetime) -> list[Need]:
    """
    Record a need for each picked answer (question code, choice code) of an analysed survey, with its count as the persons concerned.

    Answers that are not shown cannot be picked; one that was taken before is not taken again.
    Raises: Refused, NotFound, WrongState, Invalid.
    """
    require(by, Permission.NEEDS_EDIT)
    row = locks.row(NeedSurvey, survey.pk)
    if row.state not in (SurveyState.ANALYSED, SurveyState.PUBLISHED):
        raise errors.WrongState(title=row.title, state=row.state.label)
    asked = {question.code: question for question in questions.read(row.questions)}
    found = tally.read(row.summary)
    cells = {(told.code, cell.code): cell for told in (found.questions if found else ()) for cell in told.cells}
    taken = set(Need.objects.filter(origin_id=row.pk).values_list("title", flat=True))
    made_needs = []
    for code, choice in dict.fromkeys(picked):
        cell, question = cells.get((code, choice)), asked.get(code)
        if cell is None or question is None or not cell.count:
            raise Invalid({"picked": ["所选答案不存在，或因人数过少没有显示，不能转为需求。"]})
        if question.field is None or question.kind not in questions.CHOOSING:
            raise Invalid({"picked": [f"题目“{question.text}”没有指定服务领域，不能转为需求。"]})
        if cell.label in taken:
            continue
        made_needs.append(
            needs.register(
                title=cell.label,
                text=f"来自需求调查“{row.title}”：{question.text}",
                source=NeedSource.SURVEY,
                field=question.field,
                groups=row.target_groups,
                persons_estimate=cell.count,
                origin_id=row.pk,
                by=by,
                at=at,
            )
        )
    return made_needs


def takes_answers(survey: NeedSurvey, at: datetime) -> bool:
    """Whether workers may answer now; the last day is wholly theirs, whether the clock has closed the survey yet or not."""
    return survey.state == SurveyState.OPEN and survey.opens_on <= today(at) <= survey.closes_on


def _keep(
    survey: NeedSurvey,
    asked: Sequence[questions.Question],
    answers: dict[str, Any],
    given: Mapping[str, Any],
    *,
    on_paper: bool,
    on: date,
) -> bool:
    valid = questions.valid(asked, answers)
    about = {name: str(given.get(name) or "").strip()[:60] for name in ABOUT}
    row = SurveyResponse(
        id=uuid.uuid4(), survey=survey, answers=answers, answered_on=on, on_paper=on_paper, is_valid=valid, **about
    )
    row.clean_fields(exclude=["survey", "answers"])
    row.save(force_insert=True)
    return valid


def _check(*, title: str, opens_on: date, closes_on: date, sample_target: int) -> None:
    problems: dict[str, list[str]] = {}
    if not title.strip() or len(title.strip()) > 120:
        problems["title"] = ["请填写调查名称，最多 120 个字。"]
    if sample_target < 0:
        problems["sample_target"] = ["计划份数不能为负。"]
    if closes_on < opens_on:
        problems["closes_on"] = ["截止日期不能早于开始日期。"]
    elif (closes_on - opens_on).days > 366:
        problems["closes_on"] = ["一次调查最长一年，请缩短期限。"]
    if problems:
        raise Invalid(problems)
