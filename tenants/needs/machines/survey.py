"""SM-11: a survey, from its draft to the published summary. Source: DOMAIN §3.5; F02; V6."""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping
from datetime import datetime, time, timedelta

from django import forms

from commons.access.permissions import Permission
from commons.access.policies import SMALL_CELLS_BELOW
from commons.kit.clock import BEIJING, today
from commons.kit.labels import Code
from commons.workflow import alarms
from commons.workflow.declaration import PLATFORM, EventForm, Guard, Machine, Step, Transition, Waiting, Who
from tenants.needs import questions, tally
from tenants.needs.enums import LinkPurpose, SurveyState
from tenants.needs.machines.cluster import names_somebody
from tenants.needs.models import NeedSurvey, SurveyResponse, WorkerLink
from tenants.needs.policies import SURVEYS


class SurveyEvent(Code):
    """SM-11."""

    OPEN = "open", "开始调查", "Open"
    CLOSE = "close", "结束调查", "Close"
    ANALYSE = "analyse", "完成分析", "Finish the analysis"
    PUBLISH = "publish", "公布结果", "Publish the summary"


class ReportForm(EventForm):
    report = forms.CharField(
        label="调查结论",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "请填写调查结论。"},
        help_text="结论会随结果一起公布，请勿写入可以识别出个人的内容。",
    )


def end_of(survey: NeedSurvey) -> datetime:
    """The moment after which nobody answers any more."""
    return datetime.combine(survey.closes_on + timedelta(days=1), time(), BEIJING)


def _asks(step: Step) -> Mapping[str, object] | None:
    return None if step.row.questions else {"title": step.row.title}


def _not_over(step: Step) -> Mapping[str, object] | None:
    return None if step.row.closes_on >= today(step.at) else {"day": step.row.closes_on.isoformat()}


def _over(step: Step) -> Mapping[str, object] | None:
    """The clock closes only what is over; a person may close at any time."""
    if not step.by.system or step.at >= end_of(step.row):
        return None
    return {"day": step.row.closes_on.isoformat()}


def _enough(step: Step) -> Mapping[str, object] | None:
    count = step.row.responses.filter(is_valid=True).count()
    return None if count >= SMALL_CELLS_BELOW else {"least": SMALL_CELLS_BELOW}


def _anonymous(step: Step) -> Mapping[str, object] | None:
    return {} if names_somebody(step.data["report"]) else None


ASKS = Guard("NEEDS.SURVEY_EMPTY", "有题目", "“%(title)s”还没有题目，请先修改补充。", _asks, source="F02")
NOT_OVER = Guard(
    "NEEDS.SURVEY_OVER",
    "未过截止日期",
    "截止日期（%(day)s）已过，请先修改截止日期再开始调查。",
    _not_over,
    source="F02",
)
OVER = Guard("NEEDS.SURVEY_NOT_OVER", "已过截止日期", "调查在 %(day)s 之后才自动结束。", _over, source="SM-11")
ENOUGH = Guard(
    "NEEDS.SURVEY_TOO_FEW",
    "有效答卷不少于 5 份",
    "有效答卷少于 %(least)s 份，公布结果可能识别出个人，不能公布。",
    _enough,
    source="SM-11",
)
ANONYMOUS = Guard(
    "NEEDS.SURVEY_NOT_ANONYMOUS",
    "结论不含个人信息",
    "调查结论中有电话号码或身份证号码，请先删去。",
    _anonymous,
    source="SM-11, V6",
    of_data=True,
)


def _open(step: Step) -> None:
    alarms.ring_at(end_of(step.row), SURVEY, step.row, SurveyEvent.CLOSE, by=step.by, at=step.at)


def _close(step: Step) -> None:
    step.set(closed_on=today(step.at))
    mingle(step.row)


def _analyse(step: Step) -> None:
    mingle(step.row)
    row = step.row
    told = row.responses.filter(is_valid=True).values_list("group", "answers")
    found = tally.result(questions.read(row.questions), [(str(group), answers) for group, answers in told])
    step.set(report=step.data["report"].strip(), summary=found.stored)


def mingle(survey: NeedSurvey) -> None:
    """
    Write all answers of a survey anew, in random order under new random keys, and all its links at once.

    Each answer was written next to the use of a link, and a database keeps the order in which it writes: whoever may read its hidden
    columns could join the two. Afterwards all answers are of one transaction, and so are all links.
    """
    rows = list(SurveyResponse.objects.filter(survey=survey))
    SurveyResponse.objects.filter(survey=survey).delete()
    random.SystemRandom().shuffle(rows)
    for row in rows:
        row.pk = uuid.uuid4()
    SurveyResponse.objects.bulk_create(rows, batch_size=1000)
    WorkerLink.objects.filter(purpose=LinkPurpose.SURVEY, subject_id=survey.pk).update(uses_left=0)


S, E = SurveyState, SurveyEvent
STAFF = Who(Permission.NEEDS_EDIT, "工会工作人员")

SURVEY = Machine(
    code="SM-11",
    zh="需求调查",
    en="Need survey",
    model="needs.NeedSurvey",
    states=SurveyState,
    events=SurveyEvent,
    visible=SURVEYS.visible,
    url=lambda row: f"/needs/surveys/{row.pk}",
    initial=(S.DRAFT,),
    labels={
        "title": "调查名称",
        "intro": "说明",
        "method": "调查方式",
        "target_groups": "面向人群",
        "opens_on": "开始日期",
        "closes_on": "截止日期",
        "sample_target": "计划份数",
        "closed_on": "结束日期",
    },
    transitions=(
        Transition(
            E.OPEN, (S.DRAFT,), S.OPEN, (STAFF,), (ASKS, NOT_OVER), (_open,),
            hint="开始后题目不能再修改。截止日期过后自动结束。",
        ),
        Transition(
            E.CLOSE, (S.OPEN,), S.CLOSED, (STAFF, PLATFORM), (OVER,), (_close,),
            hint="结束后所有链接和二维码失效，纸质答卷仍可补录，直到完成分析。",
        ),
        Transition(
            E.ANALYSE, (S.CLOSED,), S.ANALYSED, (STAFF,), (ANONYMOUS,), (_analyse,), form=ReportForm,
            hint="完成分析后不能再补录答卷。",
        ),
        Transition(
            E.PUBLISH, (S.ANALYSED,), S.PUBLISHED, (STAFF,), (ENOUGH,),
            hint="只公布各项答案的数量和结论；少于 5 的数不显示，任何单份答卷都不公布。",
        ),
    ),
    waiting=(
        Waiting(S.DRAFT, E.OPEN, "待开始", due="opens_on"),
        Waiting(S.CLOSED, E.ANALYSE, "待分析"),
        Waiting(S.ANALYSED, E.PUBLISH, "待公布结果"),
    ),
    source="DOMAIN §3.5 SM-11; F02",
)  # fmt: skip
