"""A member of a review panel: declares before anything of the bids is seen. Source: SM-16, SM-17, §2.6 ReviewPanel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet

from commons.access import grants
from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.audit.recording import record_change
from commons.kit.labels import Code
from commons.people.models import User
from commons.workflow.declaration import Guard, Machine, Step, Transition, Waiting, Who
from commons.workflow.rows import made
from tenants.purchasing.enums import CallState
from tenants.purchasing.enums import MemberState as S
from tenants.purchasing.models import Call, Expert, PanelMember, Review
from tenants.purchasing.who import ADMIN_PROJECTS

_WORKING = (CallState.OPENING, CallState.QUALIFICATION, CallState.REVIEW)


class MemberEvent(Code):
    DECLARE = "declare", "声明无需回避", "Declare no conflict"
    RECUSE = "recuse", "申请回避", "Declare a conflict"
    EXCLUDE = "exclude", "移出评审组", "Exclude"


E = MemberEvent


def _self(actor: Actor, row: PanelMember) -> bool:
    return actor.user is not None and row.expert.user_id == actor.user.pk


MYSELF = Who(Permission.REVIEW_SCORE, "评审组专家本人", _self)


def visible(actor: Actor) -> QuerySet[PanelMember]:
    """The union's people see its panels; experts their own seats."""
    rows = PanelMember.objects.all()
    if may(actor, Permission.PROJECTS_VIEW):
        return rows
    if actor.user is None or not may(actor, Permission.REVIEW_SCORE):
        return rows.none()
    return rows.filter(Q(expert__user_id=actor.user.pk))


def _at_work(step: Step) -> Mapping[str, object] | None:
    state = step.row.call.state
    return None if state in _WORKING else {"state": CallState.label_of(str(state))}


AT_WORK = Guard(
    "PURCHASING.PANEL_NOT_AT_WORK",
    "评审尚在进行",
    "公告现在是“%(state)s”，评审组不能再变动。",
    _at_work,
    source="SM-16",
)


def _declare(step: Step) -> None:
    step.set(declared_at=step.at)


def _leave(step: Step) -> None:
    """Take the call out of their sight, drop what they had not locked, and let the next reserve step in."""
    member = step.row
    step.set(conflict_note=step.reason[:300], declared_at=step.at)
    if member.is_chair:
        # Written at once: there is one chair at a time, and the next in order takes it.
        PanelMember.objects.filter(pk=member.pk).update(is_chair=False)
        step.set(is_chair=False)
    user = _account(member.expert)
    if user is not None:
        grants.dismiss_officer(user, member.call)
    Review.objects.filter(member=member, locked_at__isnull=True).delete()
    others = PanelMember.objects.filter(call=member.call).exclude(pk=member.pk)
    reserve = next_reserve(member.call)
    if reserve is None:
        step.warnings.append("候补专家已用完。请由管理员宣布流标，补充专家库后再次招募。")
    else:
        last = others.order_by("-position").first()
        seat(member.call, reserve, position=max(member.position, last.position if last else 0) + 1, step=step)
    sitting = others.exclude(state=S.EXCLUDED).order_by("position")
    first = sitting.first()
    if first is not None and not sitting.filter(is_chair=True).exists():
        PanelMember.objects.filter(pk=first.pk).update(is_chair=True)


def _account(expert: Expert) -> User | None:
    return User.objects.filter(pk=expert.user_id).first() if expert.user_id else None


def next_reserve(call: Call) -> Expert | None:
    """The first of the published order who has not been on the panel yet and can still sign in."""
    order = [*call.draw_record.get("drawn", []), *call.draw_record.get("reserves", [])]
    seated = {member.expert.code for member in PanelMember.objects.filter(call=call).select_related("expert")}
    left = [code for code in order if code not in seated]
    numbers = [int(code.split("-")[1]) for code in left]
    found = {expert.code: expert for expert in Expert.objects.filter(number__in=numbers, is_active=True)}
    return next((found[code] for code in left if code in found), None)


def seat(call: Call, expert: Expert, *, position: int, step: Step, chair: bool = False) -> PanelMember:
    """Put an expert on the panel, and the call into their sight."""
    member = PanelMember.objects.create(
        call=call, expert=expert, position=position, is_chair=chair, **made(step.by, step.at)
    )
    record_change("create", on=member, by=step.by, at=step.at, to_state=str(member.state))
    user = _account(expert)
    if user is not None:
        grants.name_officer(user, call)
    return member


def waiting_for_me(actor: Actor, rows: Any) -> Any:
    own = rows.filter(expert__user_id=actor.user.pk) if actor.user else rows.none()
    return own.filter(call__state__in=_WORKING)


MEMBER = Machine(
    code="SM-16E",
    zh="评审组成员",
    en="Panel member",
    model="purchasing.PanelMember",
    states=S,
    events=MemberEvent,
    visible=visible,
    url=lambda row: f"/reviews/{row.call_id}",
    title="call__title",
    key="call_id",
    initial=(S.DRAWN,),
    parents=("call",),
    source="DOMAIN §2.6 ReviewPanel, §3.6",
    labels={"conflict_note": "回避原因", "declared_at": "声明时间", "is_chair": "组长"},
    transitions=(
        Transition(
            E.DECLARE,
            (S.DRAWN,),
            S.CONFIRMED,
            (MYSELF,),
            (AT_WORK,),
            (_declare,),
            hint="请核对申报单位名单。我声明：与上述单位没有任职、投资、亲属等可能影响公正评审的关系。",
        ),
        Transition(
            E.RECUSE,
            (S.DRAWN, S.CONFIRMED),
            S.EXCLUDED,
            (MYSELF,),
            (AT_WORK,),
            (_leave,),
            needs_reason=True,
            hint="申请回避后您不再参加本次评审，由候补专家依次递补。",
            danger=True,
        ),
        Transition(
            E.EXCLUDE,
            (S.DRAWN, S.CONFIRMED),
            S.EXCLUDED,
            (ADMIN_PROJECTS,),
            (AT_WORK,),
            (_leave,),
            needs_reason=True,
            danger=True,
        ),
    ),
    waiting=(Waiting(S.DRAWN, E.DECLARE, "声明是否需要回避", only=waiting_for_me),),
)
