"""SM-32: supervision visits. Source: DOMAIN §3.6; E16, E31; C2 process supervision."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from commons.access import grants
from commons.access.actors import Actor
from commons.kit.clock import today
from commons.kit.labels import Code
from commons.workflow.declaration import EventForm, Guard, Machine, Step, Transition, Waiting
from commons.workflow.transitions import edited
from tenants.purchasing.enums import RiskLevel, VisitState
from tenants.purchasing.models import ServiceProject, Visit
from tenants.purchasing.policies import VISITS
from tenants.purchasing.who import ADMIN_PROJECTS, PROVIDER, STAFF_COURSE, SUPERVISOR

_ORDER = (RiskLevel.LOW, RiskLevel.MID, RiskLevel.HIGH)


class VisitEvent(Code):
    RECORD = "record", "登记监督情况", "Record the visit"
    REQUIRE = "require", "要求整改", "Require rectification"
    REPLY = "reply", "报送整改情况", "Report the rectification"
    CONFIRM = "confirm", "确认整改到位", "Confirm the rectification"
    SEND_BACK = "send_back", "整改不到位，退回", "Send the rectification back"
    CLOSE = "close", "销号", "Close"
    NOTE = "note", "阅知高风险", "Take note of the high risk"


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请填写日期。", "invalid": "请填写有效的日期。"},
    )


class RecordForm(EventForm):
    visit_on = _day("监督日期")
    findings = forms.CharField(
        label="发现的情况和问题",
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=5000,
        error_messages={"required": "请填写发现的情况；没有发现问题的也请写明。"},
    )
    risk = forms.ChoiceField(
        label="风险等级",
        choices=RiskLevel.choices,
        error_messages={"required": "请选择风险等级。"},
        help_text="评为高风险的，工会管理员立即收到提示，项目的风险等级随之提高。",
    )

    @classmethod
    def starting(cls, row: Visit) -> dict[str, Any]:
        return {"visit_on": row.visit_on, "findings": row.findings, "risk": row.risk}


class RequireForm(EventForm):
    rectify_by = _day("整改期限")


class ReplyForm(EventForm):
    rectification = forms.CharField(
        label="整改情况",
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=5000,
        error_messages={"required": "请填写整改情况。"},
    )

    @classmethod
    def starting(cls, row: Visit) -> dict[str, Any]:
        return {"rectification": row.rectification}


def _future(step: Step) -> dict[str, object] | None:
    return {} if step.data["visit_on"] > today(step.at) else None


def _too_early(step: Step) -> dict[str, object] | None:
    return {} if step.data["rectify_by"] <= today(step.at) else None


def _not_replied(step: Step) -> dict[str, object] | None:
    return {} if step.row.rectified_on is None else None


def _unconfirmed(step: Step) -> dict[str, object] | None:
    """Where a third party supervises, its word comes first. Source: SM-15P rectifying, E16."""
    row = step.row
    if row.state != VisitState.RECTIFYING or row.confirmed_at is not None:
        return None
    return {} if grants.officers(row.project).exists() else None


def _must_rectify(step: Step) -> dict[str, object] | None:
    return {} if step.row.state == VisitState.DONE and step.row.risk == RiskLevel.HIGH else None


def _not_high(step: Step) -> dict[str, object] | None:
    return {} if step.row.risk != RiskLevel.HIGH or step.row.noted_at is not None else None


VISITED_LATER = Guard(
    code="PURCHASING.VISIT_IN_FUTURE",
    zh="监督日期不晚于今天",
    sentence="监督日期不能晚于今天，请核对后再登记。",
    check=_future,
    of_data=True,
)
RECTIFY_LATER = Guard(
    code="PURCHASING.VISIT_RECTIFY_DAY_PAST",
    zh="整改期限在今天之后",
    sentence="整改期限须在今天之后，请重新填写。",
    check=_too_early,
    of_data=True,
)
REPLIED = Guard(
    code="PURCHASING.RECTIFICATION_MISSING",
    zh="承接单位已报送整改情况",
    sentence="承接单位尚未报送整改情况，请待其报送后再办理。",
    check=_not_replied,
    source="SM-32",
)
CONFIRMED = Guard(
    code="PURCHASING.RECTIFICATION_UNCONFIRMED",
    zh="第三方监管已确认整改到位",
    sentence="第三方监管尚未确认整改到位，请待其确认后再销号。",
    check=_unconfirmed,
    source="SM-32",
)
RECTIFIED = Guard(
    code="PURCHASING.HIGH_RISK_OPEN",
    zh="高风险问题须经整改",
    sentence="本次监督评为高风险，须先要求整改，整改到位后再销号。",
    check=_must_rectify,
    source="E31",
)
HIGH = Guard(
    code="PURCHASING.NO_HIGH_RISK",
    zh="有未阅知的高风险",
    sentence="本次监督没有评为高风险，或者已经阅知。",
    check=_not_high,
    source="SM-32",
)


def _record(step: Step) -> None:
    data = step.data
    step.set(
        visit_on=data["visit_on"],
        findings=data["findings"],
        risk=RiskLevel(data["risk"]),
        inspected_by_name=step.by.name[:120],
    )
    _raise_risk(step)


def _raise_risk(step: Step) -> None:
    """A project is as risky as the worst that was found; its level is lowered by hand alone. The project is locked already."""
    project = ServiceProject.objects.get(pk=step.row.project_id)
    old, new = RiskLevel(project.risk_level), RiskLevel(step.row.risk)
    if _ORDER.index(new) <= _ORDER.index(old):
        return
    project.risk_level = new
    edited(project, by=step.by, at=step.at, changes={"risk_level": (old, new)})


def _require(step: Step) -> None:
    step.set(rectify_by=step.data["rectify_by"])


def _reply(step: Step) -> None:
    step.set(rectification=step.data["rectification"], rectified_on=today(step.at))
    # Another reply is another rectification, to be looked at anew.
    step.set(confirmed_at=None, confirmed_by_id=None, confirmed_by_name="")


def _confirm(step: Step) -> None:
    step.set(confirmed_at=step.at, confirmed_by_id=step.by.user_id, confirmed_by_name=step.by.name[:120])


def _send_back(step: Step) -> None:
    step.set(rectified_on=None, confirmed_at=None, confirmed_by_id=None, confirmed_by_name="")


def _note(step: Step) -> None:
    step.set(noted_at=step.at, noted_by_name=step.by.name[:120])


def _unnoted(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(risk=RiskLevel.HIGH, noted_at=None)


def _replied_to(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(rectified_on__isnull=False)


def _to_reply(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(rectified_on=None)


def _to_confirm(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(rectified_on__isnull=False, confirmed_at=None)


E, S = VisitEvent, VisitState
VISIT = Machine(
    code="SM-32",
    zh="监督检查",
    en="Supervision visit",
    model="purchasing.Visit",
    states=VisitState,
    events=VisitEvent,
    visible=VISITS.visible,
    title="project__title",
    url=lambda row: f"/visits/{row.pk}",
    initial=(S.PLANNED,),
    parents=("project",),
    transitions=(
        Transition(
            E.RECORD,
            (S.PLANNED,),
            S.DONE,
            (SUPERVISOR, STAFF_COURSE),
            guards=(VISITED_LATER,),
            effects=(_record,),
            form=RecordForm,
        ),
        Transition(
            E.REQUIRE,
            (S.DONE,),
            S.RECTIFYING,
            (SUPERVISOR, STAFF_COURSE),
            guards=(RECTIFY_LATER,),
            effects=(_require,),
            form=RequireForm,
            hint="承接单位须在期限内报送整改情况。",
        ),
        Transition(E.REPLY, (S.RECTIFYING,), None, (PROVIDER,), effects=(_reply,), form=ReplyForm),
        Transition(E.CONFIRM, (S.RECTIFYING,), None, (SUPERVISOR,), guards=(REPLIED,), effects=(_confirm,)),
        Transition(
            E.SEND_BACK,
            (S.RECTIFYING,),
            None,
            (SUPERVISOR, STAFF_COURSE),
            guards=(REPLIED,),
            effects=(_send_back,),
            needs_reason=True,
        ),
        Transition(E.CLOSE, (S.DONE,), S.CLOSED, (STAFF_COURSE,), guards=(RECTIFIED,)),
        Transition(E.CLOSE, (S.RECTIFYING,), S.CLOSED, (STAFF_COURSE,), guards=(REPLIED, CONFIRMED)),
        Transition(E.NOTE, (S.DONE, S.RECTIFYING, S.CLOSED), None, (ADMIN_PROJECTS,), guards=(HIGH,), effects=(_note,)),
    ),
    waiting=(
        Waiting(S.PLANNED, E.RECORD, "待开展监督检查", due="visit_on"),
        Waiting(S.DONE, E.NOTE, "监督发现高风险，请阅知", only=_unnoted),
        Waiting(S.RECTIFYING, E.NOTE, "监督发现高风险，请阅知", only=_unnoted),
        Waiting(S.RECTIFYING, E.REPLY, "待报送整改情况", due="rectify_by", only=_to_reply),
        Waiting(S.RECTIFYING, E.CONFIRM, "待确认整改", only=_to_confirm),
        Waiting(S.RECTIFYING, E.CLOSE, "整改情况已报送，待销号", only=_replied_to),
    ),
    source="SM-32, E16, E31",
)
