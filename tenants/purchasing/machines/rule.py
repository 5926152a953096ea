"""The life of one edition of a rule of purchase. Source: DOMAIN §3.12 Purchase rule; E12-E15, E34."""

from __future__ import annotations

from datetime import datetime, time

from django import forms
from django.db import connection

from commons.kit.clock import BEIJING, today
from commons.kit.labels import Code
from commons.web.widgets import day_input
from commons.workflow import alarms
from commons.workflow.declaration import PLATFORM, EventForm, Guard, Machine, Step, Transition, Waiting
from commons.workflow.transitions import follow
from tenants.purchasing import rule_content
from tenants.purchasing.enums import RuleKind, RuleState
from tenants.purchasing.models import PurchaseRule
from tenants.purchasing.policies import RULES
from tenants.purchasing.who import ADMIN_RULES

_ONE_AT_A_TIME = 0x5055_5201


class RuleEvent(Code):
    """§3.12 Purchase rule."""

    CONSULT = "consult", "征求意见", "Ask for opinions"
    REVISE = "revise", "退回修改", "Revise"
    ISSUE = "issue", "发布施行", "Issue"
    ENTER = "enter", "到期施行", "Enter into force"
    REPEAL = "repeal", "废止", "Repeal"


class IssueForm(EventForm):
    """From which day it holds; a day to come is waited for."""

    in_force_from = forms.DateField(
        label="施行日期",
        widget=day_input(),
        error_messages={"required": "请填写施行日期。", "invalid": "请填写有效的日期。"},
        help_text="填今天即日施行；填以后的日期，到日自动施行。同类制度的上一版同日废止。",
    )


def _complete(step: Step) -> dict[str, object] | None:
    found = rule_content.problems(step.row.kind, step.row.content)
    return {"problems": "".join(found)} if found else None


def _not_past(step: Step) -> dict[str, object] | None:
    day = step.data["in_force_from"]
    return None if day >= today(step.at) else {"day": f"{day.year}年{day.month}月{day.day}日"}


def _its_day(step: Step) -> dict[str, object] | None:
    day = step.row.in_force_from
    return None if day is not None and day <= today(step.at) else {}


COMPLETE = Guard(
    "PURCHASING.RULE_INCOMPLETE",
    "内容完整",
    "制度内容还不完整：%(problems)s请修改后再办理。",
    _complete,
    source="E14、E15 ★",
)
NOT_PAST = Guard(
    "PURCHASING.RULE_DAY_PAST",
    "施行日期不早于今天",
    "施行日期%(day)s已过。制度不溯及既往，请填写今天或者以后的日期。",
    _not_past,
    source="E12",
    of_data=True,
)
ITS_DAY = Guard("PURCHASING.RULE_NOT_YET", "到施行日期", "还没有到施行日期。", _its_day, source="§3.12")


def _issue(step: Step) -> None:
    day = step.data["in_force_from"]
    step.set(in_force_from=day)
    if day > today(step.at):
        moment = datetime.combine(day, time(), BEIJING)
        alarms.ring_at(moment, RULE, step.row, RuleEvent.ENTER, by=step.by, at=step.at)
    else:
        _replace(step)


def _replace(step: Step) -> None:
    """The edition that was in force ends on the day on which this one begins. Source: §3.12: one of a kind in force."""
    if step.row.kind == RuleKind.OTHER:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(current_schema()))", [_ONE_AT_A_TIME])
    for old in PurchaseRule.objects.filter(kind=step.row.kind, state=RuleState.IN_FORCE).exclude(pk=step.row.pk):
        follow(RULE, old, RuleEvent.REPEAL, after=step, reason=f"第{step.row.edition}版施行")


def _leads(step: Step) -> Code:
    return RuleState.IN_FORCE if step.row.in_force_from <= today(step.at) else RuleState.CONSULTATION


def _repeal(step: Step) -> None:
    day = today(step.at)
    step.set(in_force_until=max(day, step.row.in_force_from or day))


S, E = RuleState, RuleEvent
RULE = Machine(
    code="SM-PR",
    zh="购买制度",
    en="Purchase rule",
    model="purchasing.PurchaseRule",
    states=RuleState,
    events=RuleEvent,
    visible=RULES.visible,
    url=lambda row: f"/purchase-rules/{row.pk}",
    initial=(S.DRAFT,),
    labels={"title": "名称", "doc_no": "文号", "in_force_from": "施行日期", "in_force_until": "废止日期"},
    transitions=(
        Transition(E.CONSULT, (S.DRAFT,), S.CONSULTATION, (ADMIN_RULES,), (COMPLETE,)),
        Transition(E.REVISE, (S.CONSULTATION,), S.DRAFT, (ADMIN_RULES,), effects=(lambda step: step.set(in_force_from=None),)),
        Transition(
            E.ISSUE, (S.DRAFT, S.CONSULTATION), S.IN_FORCE, (ADMIN_RULES,), (COMPLETE, NOT_PAST), (_issue,),
            form=IssueForm, others=(S.CONSULTATION,), leads=_leads,
            hint="施行后，新提交的项目适用这一版；已提交的项目仍适用原来的版本。",
        ),
        Transition(
            E.ENTER, (S.CONSULTATION,), S.IN_FORCE, (PLATFORM,), (COMPLETE, ITS_DAY), (_replace,), button=False
        ),
        Transition(
            E.REPEAL, (S.IN_FORCE,), S.REPEALED, (ADMIN_RULES, PLATFORM), effects=(_repeal,), needs_reason=True,
            danger=True, hint="废止后没有新版施行的，新项目不能提交立项评审。",
        ),
    ),
    waiting=(Waiting(S.CONSULTATION, E.ISSUE, "征求意见中", due="in_force_from"),),
    source="DOMAIN §3.12; E12-E15, E34",
)  # fmt: skip
