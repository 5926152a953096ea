"""Questions about unions below the acting one, and about their applications."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from commons.access.actors import Actor
from commons.hierarchy.enums import Kind, Level, UnionState
from commons.hierarchy.models import Division, Responsibility, TradeUnion, UnionStateChange
from commons.hierarchy.transitions import EVENT_LABELS
from commons.kit.clock import today
from commons.kit.errors import NotFound
from commons.onboarding import policies
from commons.onboarding.enums import ApplicationState
from commons.onboarding.models import OnboardingApplication
from commons.people.enums import Role
from commons.people.models import RoleAssignment

OPEN = (ApplicationState.SUBMITTED, ApplicationState.PARENT_CONFIRMED)
# More matches than this are not a choice any more: the search asks for more letters.
DIVISIONS_SHOWN = 60


@dataclass(frozen=True)
class UnionLine:
    """A lower union in a list."""

    code: str
    name: str
    level: str
    kind: str
    state: UnionState
    department: str
    dedicated_person: str
    has_administrator: bool
    children: int


@dataclass(frozen=True)
class DivisionLine:
    """A division without a union yet."""

    code: str
    name: str
    level: str
    above: str
    parent_joined: bool


@dataclass(frozen=True)
class Event:
    """One step in the life of a union."""

    at: datetime
    who: str
    what: str
    note: str


def unions(actor: Actor) -> list[UnionLine]:
    """
    The unions directly below the acting one.

    Raises: Refused.
    """
    policies.may_apply(actor).require()
    rows = list(TradeUnion.objects.filter(parent=actor.union).order_by("code"))
    ids = [row.pk for row in rows]
    below = dict(TradeUnion.objects.filter(parent__in=ids).order_by().values_list("parent_id").annotate(n=Count("pk")))
    answering = {row.union_id: row for row in Responsibility.objects.filter(union__in=ids, until_on__isnull=True)}
    administered = set(
        RoleAssignment.objects.valid_on(today())
        .filter(union__in=ids, role=Role.UNION_ADMIN, user__is_active=True)
        .values_list("union_id", flat=True)
    )
    return [
        UnionLine(
            code=row.code,
            name=row.name_zh,
            level=Level.label_of(row.level),
            kind=Kind.label_of(row.kind),
            state=UnionState(row.state),
            department=answering[row.pk].responsible_department if row.pk in answering else "",
            dedicated_person=answering[row.pk].dedicated_person if row.pk in answering else "",
            has_administrator=row.pk in administered,
            children=below.get(row.pk, 0),
        )
        for row in rows
    ]


def union_below(actor: Actor, code: str) -> TradeUnion:
    """
    A union of the own subtree.

    Raises: Refused; NotFound, for a union elsewhere too.
    """
    policies.may_apply(actor).require()
    row = policies.unions_below(actor).select_related("parent", "division").filter(code=code).first()
    if row is None:
        raise NotFound()
    return row


def events(union: TradeUnion) -> list[Event]:
    """The life of a union, the latest first."""
    rows = UnionStateChange.objects.filter(union=union).order_by("-at", "-pk")
    return [Event(row.at, row.by_name, EVENT_LABELS.get(row.event, row.event), row.reason) for row in rows]


def responsibilities(union: TradeUnion) -> list[Responsibility]:
    """Who answered for the work, the present first."""
    return list(Responsibility.objects.filter(union=union).order_by("-from_on", "-pk"))


def divisions(actor: Actor, text: str) -> tuple[list[DivisionLine], bool]:
    """
    The divisions below the acting union's that have no union yet, by code or part of the name; whether there are more.

    Without `text`: those directly below.
    Raises: Refused.
    """
    policies.may_apply(actor).require()
    here = actor.union.division if actor.union else None
    if here is None:
        return [], False
    rows = Division.objects.filter(code__startswith=_reach(here)).exclude(pk=here.pk)
    rows = rows.exclude(code__in=TradeUnion.objects.values("code"))
    rows = rows.filter(Q(name__contains=text) | Q(code__startswith=text)) if text else rows.filter(parent=here)
    found = list(rows.select_related("parent").order_by("code")[: DIVISIONS_SHOWN + 1])
    joined = set(
        TradeUnion.objects.active()
        .filter(code__in={row.parent_id for row in found if row.parent_id})
        .values_list("code", flat=True)
    )
    lines = [
        DivisionLine(
            code=row.pk,
            name=row.name,
            level=Level.label_of(row.level),
            above=row.parent.name if row.parent else "",
            parent_joined=row.parent_id in joined,
        )
        for row in found[:DIVISIONS_SHOWN]
    ]
    return lines, len(found) > DIVISIONS_SHOWN


def _reach(division: Division) -> str:
    # GB/T 2260: two digits for the province, two for the city, two for the district.
    width = {Level.NATIONAL: 0, Level.PROVINCE: 2, Level.CITY: 4, Level.DISTRICT: 6}[Level(division.level)]
    return division.pk[:width]


def parents_for(actor: Actor, code: str) -> list[TradeUnion]:
    """The active unions of the own subtree under which a union with this code may stand, the nearest first."""
    above = [f"{code[:4]}00", f"{code[:2]}0000", "000000"]
    if "_" in code:
        above.insert(0, code[:6])
    rows = policies.unions_below(actor).active().filter(code__in=above).exclude(code=code)
    return sorted(rows, key=lambda row: Level(row.level).rank, reverse=True)


def free_code(division: str, kind: Kind) -> str:
    """The next code of a zone (430100_01) or an industrial union (430000_i01) at this division."""
    stem = f"{division}_i" if kind == Kind.INDUSTRIAL else f"{division}_"
    taken = set(TradeUnion.objects.filter(code__startswith=stem).values_list("code", flat=True))
    taken |= set(
        OnboardingApplication.objects.filter(code__startswith=stem, state__in=OPEN).values_list("code", flat=True)
    )
    return next(code for number in range(1, 100) if (code := f"{stem}{number:02d}") not in taken)


def open_applications(actor: Actor) -> list[OnboardingApplication]:
    """
    The applications that wait for somebody, the oldest first.

    Raises: Refused.
    """
    policies.may_apply(actor).require()
    return list(policies.visible(actor).filter(state__in=OPEN).order_by("applied_at"))


def decided_applications(actor: Actor, limit: int = 50) -> list[OnboardingApplication]:
    """
    The latest decided applications.

    Raises: Refused.
    """
    policies.may_apply(actor).require()
    return list(policies.visible(actor).exclude(state__in=OPEN).order_by("-decided_at")[:limit])


def application(actor: Actor, pk: UUID) -> OnboardingApplication:
    """
    Raises: Refused; NotFound, for an application elsewhere too.
    """
    policies.may_apply(actor).require()
    row = policies.visible(actor).filter(pk=pk).first()
    if row is None:
        raise NotFound()
    return row


def application_of(union: TradeUnion) -> OnboardingApplication | None:
    """The application with which this union joined; None when it joined in bulk."""
    return OnboardingApplication.objects.filter(union=union, state=ApplicationState.APPROVED).first()
