"""Surveys and what they came to, as this viewer may see them. Source: F02; V6."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from commons.access.actors import Actor
from commons.access.policies import SMALL_CELLS_BELOW
from commons.kit.finding import one
from commons.kit.ids import digest
from tenants.needs import questions, tally
from tenants.needs.enums import LinkPurpose, SurveyState
from tenants.needs.models import Need, NeedSurvey, SurveyResponse, WorkerLink
from tenants.needs.policies import SURVEYS


@dataclass(frozen=True)
class Returned:
    """How many answers came in. `links_left`: one-time links that still open the survey."""

    total: int
    valid: int
    on_paper: int
    links_left: int


def surveys(actor: Actor) -> QuerySet[NeedSurvey]:
    """The surveys that `actor` may see, latest first, each with how many valid answers it has (`answers_valid`)."""
    rows = SURVEYS.visible(actor).annotate(answers_valid=Count("responses", filter=Q(responses__is_valid=True)))
    return rows.order_by("-opens_on", "-id")


def survey(actor: Actor, pk: UUID | str) -> NeedSurvey:
    """
    One survey.

    Raises: NotFound, alike for absent and forbidden.
    """
    return one(SURVEYS.visible(actor), pk)


def returned(survey: NeedSurvey) -> Returned:
    """Two statements."""
    return returned_of([survey])[survey.pk]


def returned_of(surveys: Sequence[NeedSurvey]) -> dict[UUID, Returned]:
    """How many answers came in for each; two statements however many."""
    told = SurveyResponse.objects.filter(survey__in=surveys).order_by().values_list("survey_id")
    counted = told.annotate(
        total=Count("pk"), valid=Count("pk", filter=Q(is_valid=True)), on_paper=Count("pk", filter=Q(on_paper=True))
    )
    came = {pk: (total, valid, on_paper) for pk, total, valid, on_paper in counted}
    links = WorkerLink.objects.filter(
        purpose=LinkPurpose.SURVEY, subject_id__in=[one.pk for one in surveys], uses_left__gt=0
    )
    left = dict(links.order_by().values_list("subject_id").annotate(links=Count("pk")))
    return {one.pk: Returned(*came.get(one.pk, (0, 0, 0)), left.get(one.pk, 0)) for one in surveys}


def result(survey: NeedSurvey) -> tally.Result | None:
    """What it came to: of an analysed survey as kept, of a closed one as it stands, of a running one nothing yet."""
    return results([survey])[survey.pk]


def results(surveys: Sequence[NeedSurvey]) -> dict[UUID, tally.Result | None]:
    """What each came to; one statement where any has ended and is not analysed."""
    closed = [one.pk for one in surveys if one.state == SurveyState.CLOSED]
    answers: dict[UUID, list[tuple[str, Any]]] = {pk: [] for pk in closed}
    if closed:
        told = SurveyResponse.objects.filter(survey__in=closed, is_valid=True)
        for pk, group, answer in told.values_list("survey_id", "group", "answers"):
            answers[pk].append((str(group), answer))
    found: dict[UUID, tally.Result | None] = {}
    for survey in surveys:
        if survey.pk in answers:
            found[survey.pk] = tally.result(questions.read(survey.questions), answers[survey.pk])
        else:
            kept = survey.state in (SurveyState.ANALYSED, SurveyState.PUBLISHED)
            found[survey.pk] = tally.read(survey.summary) if kept else None
    return found


def texts(survey: NeedSurvey) -> dict[str, list[str]]:
    """What was written in answer to open questions, in no order that tells who; nothing before the end or below five answers."""
    if survey.state not in (SurveyState.CLOSED, SurveyState.ANALYSED):
        return {}
    asked = [one.code for one in questions.read(survey.questions) if one.kind == questions.QuestionKind.TEXT]
    if not asked:
        return {}
    answers = list(survey.responses.filter(is_valid=True).values_list("answers", flat=True))
    found = {code: sorted(told[code] for told in answers if code in told) for code in asked}
    return {code: told for code, told in found.items() if len(told) >= SMALL_CELLS_BELOW}


def needs_of(survey: NeedSurvey) -> set[str]:
    """The titles of the needs that were made of its answers."""
    return set(Need.objects.filter(origin_id=survey.pk).values_list("title", flat=True))


def by_open_token(token: str) -> NeedSurvey | None:
    """The survey whose open address this is: for workers without an account."""
    return NeedSurvey.objects.filter(open_token=token).exclude(state=SurveyState.DRAFT).first() if token else None


def link(token: str, at: datetime) -> WorkerLink | None:
    """A link that still opens something: for workers without an account."""
    rows = WorkerLink.objects.filter(token_digest=digest(token), expires_at__gt=at, uses_left__gt=0)
    return rows.first()
