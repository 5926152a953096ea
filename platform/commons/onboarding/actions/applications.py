"""An application's way: submitted, confirmed by the parent, approved or rejected. Source: SM-01, first half."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from commons.access.actors import Actor
from commons.audit.recording import record
from commons.hierarchy import actions as hierarchy
from commons.hierarchy.actions import Answerable
from commons.hierarchy.enums import Kind, Level
from commons.hierarchy.errors import ReasonMissing
from commons.hierarchy.models import TradeUnion
from commons.jobs import actions as jobs
from commons.kit.errors import Invalid, NotFound
from commons.onboarding import policies
from commons.onboarding.enums import ApplicationState
from commons.onboarding.errors import AlreadyApplied, AlreadyDecided, NotAChild, ParentToConfirm
from commons.onboarding.models import OnboardingApplication

PROVISION = "onboarding.provision"


@dataclass(frozen=True)
class Wish:
    """What an application asks for. `level` is the division's unless a zone or an industrial union says its own."""

    code: str
    parent: TradeUnion | None
    name_zh: str = ""
    kind: Kind = Kind.REGIONAL
    level: Level | None = None
    answerable: Answerable = field(default_factory=Answerable)
    admin_name: str = ""
    admin_phone: str = ""
    admin_email: str = ""
    letter_number: str = ""


@transaction.atomic
def apply(*, wish: Wish, by: Actor, at: datetime) -> OnboardingApplication:
    """
    Ask for a lower union. When the parent itself asks, its confirmation is given with it.

    Raises: Refused; NotFound for a parent outside the own subtree; what hierarchy.actions.place raises;
    AlreadyApplied; Invalid.
    """
    policies.may_apply(by).require()
    if wish.parent is None:
        raise NotAChild(path=("parent",))
    policies.require_below(by, wish.parent)
    return _file(wish, by=by, at=at)


def _file(wish: Wish, *, by: Actor, at: datetime) -> OnboardingApplication:
    where = hierarchy.place(code=wish.code, level=wish.level, kind=wish.kind, parent=wish.parent)
    problems: dict[str, list[str]] = {}
    if not wish.admin_name.strip():
        problems["admin_name"] = ["请填写首位管理员的姓名。"]
    for name, limit in {"admin_name": 60, "name_zh": 120, "letter_number": 80}.items():
        if len(getattr(wish, name)) > limit:
            problems[name] = [f"最多 {limit} 个字。"]
    if problems:
        raise Invalid(problems)
    own = by.union is not None and wish.parent is not None and by.union.pk == wish.parent.pk
    try:
        with transaction.atomic():
            application = OnboardingApplication.objects.create(
                code=where.code,
                name_zh=wish.name_zh.strip() or hierarchy.name_for(where),
                level=where.level,
                kind=where.kind,
                parent=where.parent,
                leader_in_charge=wish.answerable.leader_in_charge.strip(),
                responsible_department=wish.answerable.responsible_department.strip(),
                dedicated_person=wish.answerable.dedicated_person.strip(),
                contact_phone=wish.answerable.contact_phone.strip(),
                admin_name=wish.admin_name.strip(),
                admin_phone=wish.admin_phone.strip(),
                admin_email=wish.admin_email.strip(),
                letter_number=wish.letter_number.strip(),
                state=ApplicationState.PARENT_CONFIRMED if own else ApplicationState.SUBMITTED,
                applied_by_id=by.user_id,
                applied_by_name=by.name,
                applied_at=at,
            )
    except IntegrityError:
        raise AlreadyApplied(path=("code",), code=wish.code) from None
    record("union.applied", by=by, at=at, on=application, code=application.code)
    return application


@transaction.atomic
def confirm(*, application_id: UUID, by: Actor, at: datetime) -> OnboardingApplication:
    """
    The parent's administrator vouches for it.

    Raises: NotFound, Refused, AlreadyDecided. Source: SM-01 parent_confirm.
    """
    application = _open(application_id, by, "确认")
    policies.may_confirm(by, application).require()
    if application.state != ApplicationState.SUBMITTED:
        raise _decided(application, "确认")
    application.state = ApplicationState.PARENT_CONFIRMED
    application.save(update_fields=["state"])
    record("union.confirmed", by=by, at=at, on=application, code=application.code)
    return application


@transaction.atomic
def approve(*, application_id: UUID, by: Actor, at: datetime) -> TradeUnion:
    """
    Let the union join: it enters the tree, and a job makes its schema within seconds.

    It cannot finish without leader in charge, responsible department and dedicated person.
    Raises: NotFound, Refused, AlreadyDecided, ParentToConfirm, ResponsibilityIncomplete, what
    hierarchy.actions.create_union raises. Source: A12; SM-01 approve, provision.
    """
    application = _open(application_id, by, "批准")
    policies.may_approve(by).require()
    parent = application.parent
    if application.state == ApplicationState.SUBMITTED and parent is not None and parent.parent_id is not None:
        raise ParentToConfirm(parent=parent.name_zh)
    answerable = Answerable(
        application.leader_in_charge,
        application.responsible_department,
        application.dedicated_person,
        application.contact_phone,
    ).require()
    union = hierarchy.create_union(
        code=application.code,
        parent=parent,
        level=Level(application.level),
        kind=Kind(application.kind),
        name_zh=application.name_zh,
        answerable=answerable,
        by=by,
        at=at,
    )
    application.union = union
    _decide(application, ApplicationState.APPROVED, by=by, at=at)
    jobs.enqueue(kind=PROVISION, union=union, payload={}, key=union.code, by=by, at=at)
    record("union.approved", by=by, at=at, on=application, code=application.code)
    return union


@transaction.atomic
def reject(*, application_id: UUID, reason: str, by: Actor, at: datetime) -> OnboardingApplication:
    """
    Send an application back, by the parent's administrator or a national one; they may apply again.

    Raises: NotFound, Refused, AlreadyDecided, ReasonMissing. Source: SM-01 reject.
    """
    application = _open(application_id, by, "退回")
    if not policies.may_approve(by):
        policies.may_confirm(by, application).require()
    if not reason.strip():
        raise ReasonMissing(path=("reason",), verb="退回")
    application.decision_reason = reason.strip()[:500]
    _decide(application, ApplicationState.REJECTED, by=by, at=at)
    record("union.rejected", by=by, at=at, on=application, code=application.code)
    return application


@transaction.atomic
def onboard(*, wish: Wish, by: Actor, at: datetime) -> TradeUnion:
    """
    Apply and approve in one step, by a national administrator.

    Raises: what `apply` and `approve` raise.
    """
    policies.may_approve(by).require()
    wish.answerable.require()
    application = _file(wish, by=by, at=at)
    # The nation answers for the whole tree: its own administrator's word counts for the parent's.
    OnboardingApplication.objects.filter(pk=application.pk).update(state=ApplicationState.PARENT_CONFIRMED)
    return approve(application_id=application.pk, by=by, at=at)


def _open(application_id: UUID, by: Actor, verb: str) -> OnboardingApplication:
    found = policies.visible(by).filter(pk=application_id).exists()
    if not found:
        raise NotFound()
    application = (
        OnboardingApplication.objects.select_related("parent", "parent__division")
        .select_for_update(of=("self",))
        .get(pk=application_id)
    )
    if application.state not in {ApplicationState.SUBMITTED, ApplicationState.PARENT_CONFIRMED}:
        raise _decided(application, verb)
    return application


def _decided(application: OnboardingApplication, verb: str) -> AlreadyDecided:
    return AlreadyDecided(state=ApplicationState.label_of(application.state), verb=verb)


def _decide(application: OnboardingApplication, state: ApplicationState, *, by: Actor, at: datetime) -> None:
    application.state = state
    application.decided_by_name, application.decided_at = by.name, at
    application.save(update_fields=["state", "decided_by_name", "decided_at", "decision_reason", "union"])
