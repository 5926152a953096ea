"""A role begins and ends, in one union."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from commons.access.actors import Actor
from commons.accounts import authority, locks
from commons.accounts.errors import AccountInactive, FlagAlone, LastAdministrator, RoleAlreadyHeld, RoleEnded
from commons.audit.recording import record
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import today
from commons.kit.errors import Invalid, NotFound
from commons.people.enums import Role
from commons.people.models import RoleAssignment, User


@transaction.atomic
def assign(
    *,
    union: TradeUnion,
    user: User,
    role: Role,
    by: Actor,
    at: datetime,
    unit: str = "",
    from_on: date | None = None,
    until_on: date | None = None,
) -> RoleAssignment:
    """
    Give a role in `union` to somebody who has, or had, one there.

    Who comes from elsewhere is invited instead, so no union searches the accounts of another.
    Raises: NotFound, Refused, RoleAlreadyHeld, FlagAlone, AccountInactive, Invalid.
    """
    require_own(by, union)
    authority.may_assign(by, role).require()
    locks.union_people(union)
    if not by.system and not authority.assignments(by).filter(user=user).exists():
        raise NotFound()
    user = locks.account(user)
    if not user.is_active:
        raise AccountInactive()
    return grant(union=union, user=user, role=role, by=by, at=at, unit=unit, from_on=from_on, until_on=until_on)


def grant(
    *,
    union: TradeUnion,
    user: User,
    role: Role,
    by: Actor,
    at: datetime,
    unit: str = "",
    from_on: date | None = None,
    until_on: date | None = None,
) -> RoleAssignment:
    """Write a role that the caller has decided on. Raises: RoleAlreadyHeld, FlagAlone, Invalid."""
    day = from_on or today(at)
    if until_on is not None and until_on <= day:
        raise Invalid({"until_on": ["结束日期须晚于开始日期。"]})
    held = {row.role for row in RoleAssignment.objects.open_on(min(day, today(at))).filter(user=user, union=union)}
    if role in held:
        raise RoleAlreadyHeld(name=user.name, role=role.label)
    if role.is_flag and all(Role(code).is_flag for code in held):
        raise FlagAlone(role=role.label)
    assignment = RoleAssignment.objects.create(
        user=user, union=union, role=role, unit=unit, from_on=day, until_on=until_on, granted_by=by.user, granted_at=at
    )
    record("role.assigned", by=by, at=at, on=user, union=union, role=role.value, from_on=day.isoformat())
    return assignment


@transaction.atomic
def end(*, assignment: RoleAssignment, by: Actor, at: datetime) -> RoleAssignment:
    """
    End a role at once: it opens nothing with the next request. Flags end with the last role they add to.

    Raises: NotFound, RoleEnded, LastAdministrator.
    """
    if not by.system:
        authority.may_manage(by).require()
        if not authority.assignments(by).filter(pk=assignment.pk).exists():
            raise NotFound()
    union = assignment.union
    locks.union_people(union)
    assignment = RoleAssignment.objects.select_related("user", "union").get(pk=assignment.pk)
    day = today(at)
    if assignment.until_on is not None and assignment.until_on <= day:
        raise RoleEnded()
    rest = RoleAssignment.objects.open_on(day).filter(user=assignment.user, union=union).exclude(pk=assignment.pk)
    ending = [assignment]
    if all(Role(row.role).is_flag for row in rest):
        ending += list(rest)
    end_rows(ending, union=union, by=by, at=at)
    assignment.refresh_from_db()
    return assignment


def end_rows(rows: Sequence[RoleAssignment], *, union: TradeUnion, by: Actor, at: datetime) -> None:
    """End these roles of `union`, which the caller holds locked. Raises: LastAdministrator."""
    day = today(at)
    for row in rows:
        if row.role in authority.ADMINISTRATORS:
            _require_successor(row, union, day)
        row.until_on = max(day, row.from_on)
        row.ended_by, row.ended_at = by.user, at
        row.save(update_fields=["until_on", "ended_by", "ended_at"])
        record("role.ended", by=by, at=at, on=row.user, union=union, role=str(row.role))


def require_own(by: Actor, union: TradeUnion) -> None:
    """Another union's people look absent. Raises: NotFound. Source: V7."""
    if not by.system and (by.union is None or by.union.pk != union.pk):
        raise NotFound()


def _require_successor(row: RoleAssignment, union: TradeUnion, day: date) -> None:
    others = RoleAssignment.objects.valid_on(day).filter(
        union=union, role=row.role, until_on__isnull=True, user__is_active=True
    )
    if not others.exclude(user=row.user_id).exists():
        raise LastAdministrator(role=Role.label_of(str(row.role)))
