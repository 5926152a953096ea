"""Questions about tickets: those on a desk, one with its history, how many lie below."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from commons.access.actors import Actor
from commons.hierarchy.enums import UnionState
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import NotFound
from commons.quality import policies
from commons.quality.enums import UNRESOLVED, WAITING, TicketState
from commons.quality.models import Ticket, TicketChange

PAGE = 50


@dataclass(frozen=True)
class Found:
    """A page of tickets, the latest month first, with the cursors of the pages beside it."""

    rows: tuple[Ticket, ...]
    previous: str | None
    next: str | None


@dataclass(frozen=True)
class Load:
    """How much lies on the own desk, and waits on those below."""

    waiting: int
    explained: int
    below: int


@dataclass(frozen=True)
class DeskBelow:
    """The desk of a union below."""

    code: str
    name: str
    waiting: int
    explained: int


def tickets(
    actor: Actor,
    *,
    union: TradeUnion | None = None,
    below: bool = False,
    states: Collection[TicketState] = (),
    indicator: str = "",
) -> QuerySet[Ticket]:
    """
    The tickets of one union (by default the acting one), or with `below` of its whole subtree, unordered.

    Raises: Refused; NotFound for a union that is neither the acting one nor below it.
    """
    policies.may_view(actor).require()
    desk = union or actor.union
    if desk is None or actor.union is None or not desk.is_under(actor.union):
        raise NotFound()
    rows = policies.visible(actor)
    rows = rows.filter(union__path__contains=[desk.pk]) if below else rows.filter(union=desk)
    if states:
        rows = rows.filter(state__in=states)
    return rows.filter(indicator=indicator) if indicator else rows


def page(rows: QuerySet[Ticket], *, after: str = "", before: str = "", size: int = PAGE) -> Found:
    """A page of `rows`; a cursor that cannot be read means the first page."""
    behind, ahead = _read(after), _read(before)
    if ahead:
        month, pk = ahead
        newer = rows.filter(Q(month__gt=month) | Q(month=month, pk__gt=pk)).order_by("month", "pk")
        some = list(newer[: size + 1])
        shown = tuple(reversed(some[:size]))
        return Found(shown, _cursor(shown[0]) if len(some) > size else None, _cursor(shown[-1]) if shown else None)
    if behind:
        month, pk = behind
        rows = rows.filter(Q(month__lt=month) | Q(month=month, pk__lt=pk))
    some = list(rows.order_by("-month", "-pk")[: size + 1])
    shown = tuple(some[:size])
    return Found(
        shown, _cursor(shown[0]) if behind and shown else None, _cursor(shown[-1]) if len(some) > size else None
    )


def ticket(actor: Actor, pk: UUID) -> Ticket:
    """
    Raises: Refused; NotFound, for whoever may not see it as well.
    """
    policies.may_view(actor).require()
    found = policies.visible(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


def history(found: Iterable[Ticket]) -> dict[UUID, list[TicketChange]]:
    """The steps of each of these tickets, the latest first, by one statement."""
    steps: dict[UUID, list[TicketChange]] = {one.pk: [] for one in found}
    for change in TicketChange.objects.filter(ticket_id__in=list(steps)).order_by("-at", "-pk"):
        steps[change.ticket_id].append(change)
    return steps


def load(actor: Actor) -> Load:
    """One statement; all zero for whoever may not view."""
    if actor.union is None:
        return Load(0, 0, 0)
    own, waiting = Q(union=actor.union), Q(state__in=WAITING)
    counted: dict[str, Any] = (
        policies.visible(actor)
        .filter(state__in=UNRESOLVED)
        .aggregate(
            waiting=Count("pk", filter=own & waiting),
            explained=Count("pk", filter=own & Q(state=TicketState.EXPLAINED)),
            below=Count("pk", filter=~own & waiting & Q(union__state=UnionState.ACTIVE)),
        )
    )
    return Load(**counted)


def desks_below(actor: Actor) -> list[DeskBelow]:
    """The unions below with tickets that are not resolved, those with the most to explain first."""
    if actor.union is None:
        return []
    rows = policies.visible(actor).filter(state__in=UNRESOLVED).exclude(union=actor.union)
    counted = (
        rows.order_by()
        .values("union__code", "union__name_zh")
        .annotate(waiting=Count("pk", filter=Q(state__in=WAITING)), explained=Count("pk", filter=~Q(state__in=WAITING)))
        .order_by("-waiting", "union__code")
    )
    return [
        DeskBelow(row["union__code"], row["union__name_zh"], row["waiting"], row["explained"]) for row in counted[:500]
    ]


def waiting_in_all() -> dict[TicketState, int]:
    """How many tickets of the whole platform stand in each state that is not resolved: for operators."""
    rows = Ticket.objects.filter(state__in=UNRESOLVED).order_by().values_list("state").annotate(n=Count("pk"))
    counted = dict(rows)
    return {state: counted.get(state, 0) for state in UNRESOLVED}


def _cursor(row: Ticket) -> str:
    return f"{row.month}~{row.pk.hex}"


def _read(cursor: str) -> tuple[int, UUID] | None:
    month, _, pk = cursor.partition("~")
    try:
        return (int(month), UUID(hex=pk)) if len(month) <= 6 else None
    except ValueError:
        return None
