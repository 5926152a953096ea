"""Appeals: raised, read, noted upon. Source: SM-14; F05, J05; V6."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from commons.access import grants
from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.audit.recording import record
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import today
from commons.kit.errors import Invalid, NotFound
from commons.tenancy.acting import require, stands_in_own_union
from commons.workflow.rows import made
from commons.workflow.transitions import begun, edited, transition
from tenants.needs import errors, locks
from tenants.needs.actions import links
from tenants.needs.actions.orders import worker
from tenants.needs.enums import OVER, AppealCategory, AppealChannel, AppealState, LinkPurpose
from tenants.needs.machines.appeal import APPEAL, DUE_DAYS, AppealEvent
from tenants.needs.models import Appeal
from tenants.needs.policies import APPEALS

# How long the code is good by which whoever raised an appeal follows it, and how often it may reopen or rate.
FOLLOWED = timedelta(days=400)


@dataclass(frozen=True)
class Content:
    """What an appeal says and who raised it: for the eyes of those it is assigned to."""

    text: str
    appellant: str
    phone: str
    handling_note: str
    reply: str
    officers: tuple[str, ...]


@transaction.atomic
def receive(
    *,
    channel: AppealChannel,
    category: AppealCategory,
    text: str,
    by: Actor,
    at: datetime,
    is_anonymous: bool = True,
    appellant: str = "",
    phone: str = "",
    received_on: date | None = None,
) -> Appeal:
    """
    Record an appeal; an organization's account raises its own.

    Raises: Refused, Invalid.
    """
    require(by, Permission.APPEALS_RAISE)
    if by.organization:
        channel, is_anonymous, appellant, received_on = AppealChannel.ORGANIZATION, False, by.name, None
    return _create(channel, category, text, is_anonymous, appellant, phone, received_on or today(at), by, at)


@transaction.atomic
def receive_by_link(
    *,
    union: TradeUnion,
    token: str,
    category: AppealCategory,
    text: str,
    at: datetime,
    is_anonymous: bool = True,
    appellant: str = "",
    phone: str = "",
) -> tuple[Appeal, str]:
    """
    Raise an appeal as a worker with a link: the appeal, and the code by which its worker follows it.

    Raises: NotFound for a link that is used up, Invalid.
    """
    by = worker(union)
    row = _create(AppealChannel.ONLINE, category, text, is_anonymous, appellant, phone, today(at), by, at)
    if not links.use_up(token=token, purpose=LinkPurpose.APPEAL, at=at):
        raise NotFound()
    code = links.hand_out(purpose=LinkPurpose.APPEAL, subject_id=row.pk, uses=1, until=at + FOLLOWED, by=by, at=at)
    return row, code


@transaction.atomic
def read(*, appeal: Appeal, by: Actor, at: datetime) -> Content:
    """
    What the appeal says, for those who may read it; that they did is told to the audit log.

    Raises: Refused, naming the rule.
    """
    stands_in_own_union(by)
    APPEALS.may_read(by, appeal).require()
    record("needs.appeal.read", by=by, at=at, on=appeal)
    if by.organization:
        # Notes of the union and the names of its officers are not the organization's.
        return Content(appeal.text, appeal.appellant, appeal.phone, "", appeal.reply, ())
    named = tuple(user.name for user in grants.officers(appeal).order_by("name", "pk"))
    return Content(appeal.text, appeal.appellant, appeal.phone, appeal.handling_note, appeal.reply, named)


@transaction.atomic
def note(*, appeal: Appeal, version: int, handling_note: str, by: Actor, at: datetime) -> Appeal:
    """
    Write down how it is being handled: an officer of the appeal or the administrator.

    Raises: Refused, NotFound, Conflict, WrongState.
    """
    stands_in_own_union(by)
    row = locks.row(Appeal, appeal.pk, version=version)
    if by.organization or not APPEALS.may_read(by, row):
        may(by, Permission.APPEALS_READ_ALL).require()
    if row.state in OVER:
        raise errors.WrongState(title=row.number, state=AppealState.label_of(str(row.state)))
    old, row.handling_note = row.handling_note, handling_note.strip()
    if old != row.handling_note:
        edited(row, by=by, at=at, changes={"handling_note": (old, row.handling_note)})
    return row


def reopen_by_code(*, union: TradeUnion, appeal: Appeal, text: str, at: datetime) -> None:
    """
    Ask for more as the worker who follows it: what they add joins the sealed text.

    Raises: StateRefused, Invalid.
    """
    added = text.strip()
    if not added or len(added) > 2000:
        raise Invalid({"text": ["请说明需要重新办理的原因，最多 2000 个字。"]})
    by = worker(union)
    with transaction.atomic():
        row = transition(APPEAL, appeal, AppealEvent.REOPEN, by=by, at=at, reason="反映人要求重新办理").row
        row.text = f"{row.text}\n\n【{today(at).isoformat()} 补充】{added}"
        row.save(update_fields=["text"])


def feedback_by_code(*, union: TradeUnion, appeal: Appeal, satisfaction: int, at: datetime) -> None:
    """
    Say as the worker who follows it how it was handled.

    Raises: StateRefused, Invalid.
    """
    data = {"satisfaction": str(satisfaction)}
    transition(APPEAL, appeal, AppealEvent.FEEDBACK, by=worker(union), at=at, data=data)


def _create(
    channel: AppealChannel,
    category: AppealCategory,
    text: str,
    is_anonymous: bool,
    appellant: str,
    phone: str,
    received_on: date,
    by: Actor,
    at: datetime,
) -> Appeal:
    problems: dict[str, list[str]] = {}
    told, name, number = text.strip(), appellant.strip(), phone.strip()
    if not told or len(told) > 4000:
        problems["text"] = ["请填写诉求内容，最多 4000 个字。"]
    if is_anonymous and (name or number):
        problems["appellant"] = ["匿名反映的不登记姓名和电话；如需登记，请选择实名。"]
    if not is_anonymous and not name:
        problems["appellant"] = ["实名反映的请填写反映人姓名；不愿具名的请选择匿名。"]
    if len(name) > 60:
        problems["appellant"] = ["姓名最多 60 个字。"]
    if len(number) > 30:
        problems["phone"] = ["电话最多 30 个字。"]
    if received_on > today(at):
        problems["received_on"] = ["受理日期不能晚于今天。"]
    if problems:
        raise Invalid(problems)
    serial = locks.next_serial(Appeal)
    row = Appeal.objects.create(
        serial=serial,
        number=f"SQ-{serial:05d}",
        channel=channel,
        category=category,
        is_anonymous=is_anonymous,
        appellant=name,
        phone=number,
        text=told,
        by_uscc=by.organization,
        received_on=received_on,
        due_on=received_on + timedelta(days=DUE_DAYS),
        **made(by, at),
    )
    begun(APPEAL, row, by=by, at=at)
    return row
