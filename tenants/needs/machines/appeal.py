"""SM-14 职工诉求: received, assigned, handled, replied, closed; read by those it is assigned to. Source: DOMAIN §3.5; F05, J05; V6."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet

from commons.access import grants
from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.roles import ROLES
from commons.audit.recording import record
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import today
from commons.kit.labels import Code
from commons.people.models import RoleAssignment, User
from commons.workflow.declaration import PLATFORM, EventForm, Guard, Machine, Step, Transition, Waiting, Who
from tenants.needs.enums import AppealState
from tenants.needs.models import Appeal
from tenants.needs.policies import APPEALS

# How long the union has to reply. Source: §2.6 (design).
DUE_DAYS = 15
STARS = [(str(mark), f"{mark} 分") for mark in range(5, 0, -1)]
_NOT_THE_CONTENT = "理由会写入办理记录，能看到清单的人都能看到，请勿写入诉求内容和当事人信息。"


class AppealEvent(Code):
    """SM-14."""

    ASSIGN = "assign", "分派", "Assign"
    REASSIGN = "reassign", "改派", "Assign to others"
    START = "start", "开始办理", "Begin handling"
    REPLY = "reply", "答复", "Reply"
    CLOSE = "close", "办结", "Close"
    TRANSFER = "transfer", "转办", "Transfer"
    REOPEN = "reopen", "重新办理", "Reopen"
    FEEDBACK = "feedback", "评价办理结果", "Rate the outcome"


def possible_officers(union: TradeUnion, on: date) -> QuerySet[User]:
    """The accounts whose roles in `union` let them handle appeals, by name."""
    handling = [role for role, grant in ROLES.items() if Permission.APPEALS_HANDLE in grant.permissions]
    held = RoleAssignment.objects.valid_on(on).filter(union=union, role__in=handling)
    return User.objects.filter(is_active=True, pk__in=held.values("user_id")).order_by("name", "pk")


class AssignForm(EventForm):
    officers = forms.MultipleChoiceField(
        label="承办人",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选择一名承办人。", "invalid_choice": "所选人员不能办理诉求，请重新选择。"},
        help_text="只有承办人和工会管理员可以看到诉求内容。",
    )

    def prepare(self) -> None:
        union = self.actor.union if self.actor is not None else None
        people = possible_officers(union, today()) if union is not None else ()
        self.fields["officers"].choices = [(str(one.pk), one.name) for one in people]  # type: ignore[attr-defined]


class ReplyForm(EventForm):
    reply = forms.CharField(
        label="答复内容",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "请填写答复内容。"},
        help_text="反映人可以看到答复内容。",
    )


class TransferForm(EventForm):
    transferred_to = forms.CharField(
        label="转往单位", max_length=120, error_messages={"required": "请填写转往的单位。"}
    )


class FeedbackForm(EventForm):
    satisfaction = forms.TypedChoiceField(
        label="满意程度",
        choices=STARS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择满意程度。"},
    )


def _replied(step: Step) -> Mapping[str, object] | None:
    row = step.row
    return None if row.reply and row.replied_on is not None else {"number": row.number}


REPLIED = Guard(
    "NEEDS.APPEAL_NO_REPLY",
    "已经答复",
    "诉求 %(number)s 还没有答复，不能办结。请先答复反映人。",
    _replied,
    source="SM-14",
)


def _assign(step: Step) -> None:
    chosen = set(step.data["officers"])
    now = {str(user.pk): user for user in grants.officers(step.row)}
    for pk in now.keys() - chosen:
        grants.dismiss_officer(now[pk], step.row)
    for user in User.objects.filter(pk__in=chosen - now.keys()).order_by("pk"):
        grants.name_officer(user, step.row)
    # Who may read it from now on is itself worth knowing later.
    record("needs.appeal.officers", by=step.by, at=step.at, on=step.row, officers=sorted(chosen))


def _reply(step: Step) -> None:
    step.set(reply=step.data["reply"].strip(), replied_on=today(step.at))


def _close(step: Step) -> None:
    step.set(closed_on=today(step.at))


def _transfer(step: Step) -> None:
    step.set(transferred_to=step.data["transferred_to"].strip(), closed_on=None)


def _reopen(step: Step) -> None:
    step.set(
        due_on=today(step.at) + timedelta(days=DUE_DAYS),
        replied_on=None,
        closed_on=None,
        transferred_to="",
        reopened_count=step.row.reopened_count + 1,
    )


def _feedback(step: Step) -> None:
    step.set(satisfaction=step.data["satisfaction"])


def is_officer(actor: Actor, row: Appeal) -> bool:
    return APPEALS.is_named(actor, row)


def raised_by(actor: Actor, row: Appeal) -> bool:
    """The organization that raised it."""
    return bool(actor.organization) and row.by_uscc == actor.organization


def _mine(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those the actor is named on: an administrator may act on all, but waits for their own."""
    if actor.user is None:
        return rows.none()
    return rows.filter(pk__in=grants.rows_named_to(actor.user, Appeal).values("pk"))


S, E = AppealState, AppealEvent
STAFF = Who(Permission.APPEALS_ASSIGN, "工会工作人员")
OFFICER = Who(Permission.APPEALS_HANDLE, "承办人", is_officer)
ADMIN = Who(Permission.APPEALS_READ_ALL, "工会管理员")
RAISER = Who(Permission.APPEALS_RAISE, "反映诉求的社会组织", raised_by)
HANDLERS = (OFFICER, ADMIN)

APPEAL = Machine(
    code="SM-14",
    zh="职工诉求",
    en="Appeal",
    model="needs.Appeal",
    states=AppealState,
    events=AppealEvent,
    visible=APPEALS.visible,
    url=lambda row: f"/appeals/{row.pk}",
    initial=(S.RECEIVED,),
    title="number",
    labels={
        "category": "类别",
        "due_on": "办理期限",
        "replied_on": "答复日期",
        "closed_on": "办结日期",
        "transferred_to": "转往单位",
        "satisfaction": "满意程度",
        "reopened_count": "重新办理次数",
    },
    transitions=(
        Transition(E.ASSIGN, (S.RECEIVED, S.REOPENED), S.ASSIGNED, (STAFF,), effects=(_assign,), form=AssignForm),
        Transition(E.REASSIGN, (S.ASSIGNED, S.HANDLING), None, (STAFF,), effects=(_assign,), form=AssignForm),
        Transition(E.START, (S.ASSIGNED,), S.HANDLING, HANDLERS),
        Transition(
            E.REPLY, (S.HANDLING,), S.REPLIED, HANDLERS, effects=(_reply,), form=ReplyForm, hint=_NOT_THE_CONTENT
        ),
        Transition(E.CLOSE, (S.REPLIED,), S.CLOSED, HANDLERS, (REPLIED,), (_close,), hint=_NOT_THE_CONTENT),
        Transition(
            E.TRANSFER, (S.RECEIVED, S.ASSIGNED, S.HANDLING, S.REOPENED), S.TRANSFERRED, HANDLERS, effects=(_transfer,),
            form=TransferForm, needs_reason=True, danger=True, hint=_NOT_THE_CONTENT,
        ),
        Transition(
            E.REOPEN, (S.REPLIED, S.CLOSED, S.TRANSFERRED), S.REOPENED, (STAFF, RAISER, PLATFORM), effects=(_reopen,),
            needs_reason=True, hint=_NOT_THE_CONTENT,
        ),
        Transition(
            E.FEEDBACK, (S.REPLIED, S.CLOSED), None, (RAISER, PLATFORM), effects=(_feedback,), form=FeedbackForm
        ),
    ),
    waiting=(
        Waiting(S.RECEIVED, E.ASSIGN, "待分派", due="due_on"),
        Waiting(S.REOPENED, E.ASSIGN, "待重新分派", due="due_on"),
        Waiting(S.ASSIGNED, E.START, "待办理", due="due_on", only=_mine),
        Waiting(S.HANDLING, E.REPLY, "待答复", due="due_on", only=_mine),
        Waiting(S.REPLIED, E.CLOSE, "待办结", due="due_on", only=_mine),
    ),
    source="DOMAIN §3.5 SM-14; F05",
)  # fmt: skip
