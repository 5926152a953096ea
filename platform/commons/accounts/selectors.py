"""Questions about accounts: a union's people and invitations, one's own sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from commons.access.actors import Actor
from commons.access.roles import ROLES
from commons.accounts import authority
from commons.accounts.agents import described
from commons.accounts.gates import second_factor_pending, session_ready
from commons.accounts.models import Authenticator
from commons.kit.clock import today
from commons.kit.errors import NotFound
from commons.kit.labels import Code
from commons.people.enums import Role
from commons.people.models import Invitation, RoleAssignment, Session, User

__all__ = [
    "assignment",
    "invitation",
    "invitations",
    "own_sessions",
    "people",
    "person",
    "second_factor_pending",
    "session_ready",
]

PAGE_SIZE = 50


class PersonState(Code):
    ACTIVE = "active", "在用", "Active"
    ENDED = "ended", "角色已结束", "Roles ended"
    DEACTIVATED = "suspended", "账号已停用", "Deactivated"


@dataclass(frozen=True)
class HeldRole:
    """One role of one person in the union, open or ended."""

    id: UUID
    label: str
    description: str
    unit: str
    from_on: date
    until_on: date | None
    open: bool


@dataclass(frozen=True)
class Person:
    """Somebody with a role, or a former one, in the actor's union. Nothing of what they are in other unions."""

    id: UUID
    name: str
    username: str
    email: str
    phone: str
    state: PersonState
    roles: tuple[HeldRole, ...]
    last_sign_in: datetime | None
    dormant: bool
    is_self: bool
    second_factor: bool

    @property
    def open_roles(self) -> tuple[HeldRole, ...]:
        return tuple(role for role in self.roles if role.open)


@dataclass(frozen=True)
class People:
    """One page of a union's people, by the time their accounts were made."""

    rows: tuple[Person, ...]
    previous: UUID | None
    next: UUID | None


@dataclass(frozen=True)
class OpenInvitation:
    id: UUID
    name: str
    role: str
    invited_by: str
    invited_at: datetime
    expires_at: datetime
    expired: bool


@dataclass(frozen=True)
class OwnSession:
    """A browser in which somebody is signed in. `handle` names it; the session's key is told to nobody."""

    handle: UUID
    browser: str
    ip: str
    signed_in_at: datetime | None
    seen_at: datetime | None
    current: bool


def people(
    actor: Actor,
    *,
    at: datetime,
    former: bool = False,
    text: str = "",
    after: UUID | None = None,
    before: UUID | None = None,
) -> People:
    """The people of the actor's union, or its former ones; two queries whatever their number. Source: V7, V14."""
    rows = _of_union(actor, at).filter(current=not former)  # type: ignore[misc]  # annotated
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(username__icontains=text))
    if before is not None:
        found = list(rows.filter(pk__lt=before).order_by("-pk")[: PAGE_SIZE + 1])
        more_before, more_after = len(found) > PAGE_SIZE, True
        found = found[:PAGE_SIZE][::-1]
    else:
        found = list((rows.filter(pk__gt=after) if after else rows).order_by("pk")[: PAGE_SIZE + 1])
        more_before, more_after = after is not None, len(found) > PAGE_SIZE
        found = found[:PAGE_SIZE]
    return People(
        rows=tuple(_person(user, actor, at) for user in found),
        previous=found[0].pk if found and more_before else None,
        next=found[-1].pk if found and more_after else None,
    )


def person(actor: Actor, pk: UUID, *, at: datetime) -> tuple[User, Person]:
    """
    One of the union's people.

    Raises: NotFound, for a neighbour's as for nobody's.
    """
    user = _of_union(actor, at).filter(pk=pk).first()
    if user is None:
        raise NotFound()
    return user, _person(user, actor, at)


def invitations(actor: Actor, *, at: datetime) -> list[OpenInvitation]:
    """Invitations of the union that were neither accepted nor revoked, newest first."""
    rows = _invitations(actor).filter(
        accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=at - timedelta(days=30)
    )
    return [
        OpenInvitation(
            id=row.pk,
            name=row.name,
            role=Role.label_of(str(row.role)),
            invited_by=row.invited_by.name if row.invited_by else "平台",
            invited_at=row.invited_at,
            expires_at=row.expires_at,
            expired=row.expires_at <= at,
        )
        for row in rows.select_related("invited_by").order_by("-invited_at")[:100]
    ]


def invitation(actor: Actor, pk: UUID) -> Invitation:
    """Raises: NotFound."""
    found = _invitations(actor).select_related("union").filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


def assignment(actor: Actor, pk: UUID) -> RoleAssignment:
    """Raises: NotFound."""
    found = authority.assignments(actor).select_related("user", "union").filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


def own_sessions(user: User, *, current: str, at: datetime) -> list[OwnSession]:
    """Where `user` is signed in now, this browser first."""
    alive = Session.objects.filter(
        user=user,
        expire_date__gt=at,
        seen_at__gt=at - timedelta(seconds=settings.IDLE_TIMEOUT_S),
        signed_in_at__gt=at - timedelta(seconds=settings.ABSOLUTE_TIMEOUT_S),
    )
    shown = [
        OwnSession(
            row.handle, described(row.agent), row.ip or "", row.signed_in_at, row.seen_at, str(row.handle) == current
        )
        for row in alive.order_by("-seen_at")
    ]
    return sorted(shown, key=lambda one: not one.current)


def _invitations(actor: Actor) -> QuerySet[Invitation]:
    if actor.union is None or not authority.may_manage(actor):
        return Invitation.objects.none()
    return Invitation.objects.filter(union=actor.union, role__in=authority.manageable(actor))


def _of_union(actor: Actor, at: datetime) -> QuerySet[User]:
    held = authority.assignments(actor)
    of_user = held.filter(user=OuterRef("pk"))
    return (
        User.objects.filter(Exists(of_user))
        .annotate(
            current=Exists(of_user.open_on(today(at)).filter(user__is_active=True)),
            has_second_factor=Exists(Authenticator.objects.filter(user=OuterRef("pk"), confirmed=True)),
        )
        .prefetch_related(Prefetch("role_assignments", queryset=held.order_by("-from_on", "role"), to_attr="held"))
    )


def _person(user: User, actor: Actor, at: datetime) -> Person:
    day = today(at)
    roles = tuple(
        HeldRole(
            id=row.pk,
            label=Role.label_of(str(row.role)),
            description=ROLES[Role(row.role)].description,
            unit=row.unit,
            from_on=row.from_on,
            until_on=row.until_on,
            open=row.until_on is None or row.until_on > day,
        )
        for row in sorted(user.held, key=lambda row: list(Role).index(Role(row.role)))  # type: ignore[attr-defined]
    )
    if not user.is_active:
        state = PersonState.DEACTIVATED
    else:
        state = PersonState.ACTIVE if any(role.open for role in roles) else PersonState.ENDED
    quiet_since = user.last_login or user.created_at
    return Person(
        id=user.pk,
        name=user.name,
        username=user.username,
        email=user.email,
        phone=user.phone,
        state=state,
        roles=roles,
        last_sign_in=user.last_login,
        dormant=state is PersonState.ACTIVE and at - quiet_since > timedelta(days=settings.DORMANT_DAYS),
        is_self=user.pk == actor.user_id,
        second_factor=user.has_second_factor,  # type: ignore[attr-defined]
    )
