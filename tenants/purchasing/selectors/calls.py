"""Which calls, and what is told of one. Source: SM-16, §4.2."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.kit.finding import one
from tenants.purchasing.enums import BidState, CallState, NoteKind
from tenants.purchasing.models import Bid, Call, CallNote, PanelMember
from tenants.purchasing.policies import BIDS, CALLS, SEALED_STATES

C = TypeVar("C", CallNote, Bid)
# From here on the result notice stands. Source: SM-16 result published to all bidders with scores.
RESULT_STANDS = (CallState.PUBLICISED, CallState.CONFIRMED, CallState.DONE)
# What nobody reads of an opened bid: `sealed` holds its files, tens of megabytes; the provider's two would be decrypted.
UNREAD = ("sealed", "provider__contact_phone", "provider__bank_account")
# Nor does a list show these.
LONG = (*UNREAD, "plan", "lines", "team", "past")


def calls(actor: Actor) -> QuerySet[Call]:
    return CALLS.visible(actor).select_related("project")


def call(actor: Actor, pk: UUID | str) -> Call:
    """
    One call.

    Raises: NotFound, alike for absent and forbidden.
    """
    return one(calls(actor).select_related("project__bid_system", "project__measures"), pk)


def notes(actor: Actor, row: Call) -> list[CallNote]:
    """Addenda and questions for all; objections for the union's people and for the one who raised it, in order of time."""
    return notes_of(actor, [row])[row.pk]


def notes_of(actor: Actor, rows: Sequence[Call]) -> dict[UUID, list[CallNote]]:
    """The same of many calls, in one statement."""
    found = CallNote.objects.filter(call__in=[row.pk for row in rows]).order_by("created_at", "pk")
    if not may(actor, Permission.PROJECTS_VIEW):
        found = found.filter(~Q(kind=NoteKind.OBJECTION) | Q(by_uscc=actor.organization or "-"))
    return _by_call(rows, found)


def note(actor: Actor, row: Call, pk: UUID | str) -> CallNote:
    """
    One of the notes of a call.

    Raises: NotFound, for another call's as for none.
    """
    return one(CallNote.objects.filter(pk__in=[told.pk for told in notes(actor, row)]), pk)


def bids(actor: Actor, row: Call) -> list[Bid]:
    """The opened bids that the actor may read, best first; one statement. What is long in them is read where it is asked for."""
    found = list(BIDS.visible(actor).filter(call=row).select_related("provider").defer(*LONG))
    for bid in found:
        bid.call = row
    return sorted(found, key=lambda bid: (bid.rank or 999, bid.submitted_at or bid.created_at, bid.pk))


@dataclass(frozen=True)
class Result:
    """One line of the result notice. `amount` of the one proposed or awarded alone, in yuan."""

    rank: int | None
    name: str
    score: Decimal | None
    state: str
    amount: Decimal | None
    note: str


def results(row: Call) -> list[Result]:
    """The result notice, once it stands: every bidder with its score, to whoever may read the call."""
    return results_of([row])[row.pk]


def results_of(rows: Sequence[Call]) -> dict[UUID, list[Result]]:
    """The same of many calls, in one statement."""
    standing = [row for row in rows if row.state in RESULT_STANDS]
    found = Bid.objects.filter(call__in=[row.pk for row in standing]).exclude(state__in=SEALED_STATES)
    bids = _by_call(rows, found.select_related("provider").defer(*LONG))
    return {
        pk: [_line(bid) for bid in sorted(some, key=lambda bid: (bid.rank or 999, bid.pk))] for pk, some in bids.items()
    }


def _line(bid: Bid) -> Result:
    named = (bid.rank == 1 and bid.state == BidState.SCORED) or bid.award_amount is not None
    return Result(
        bid.rank,
        bid.provider.name if bid.provider else "",
        bid.score,
        bid.state.label,
        (bid.award_amount if bid.award_amount is not None else bid.total) if named else None,
        bid.refusal_note,
    )


def _by_call(rows: Sequence[Call], found: Iterable[C]) -> dict[UUID, list[C]]:
    kept: dict[UUID, list[C]] = {row.pk: [] for row in rows}
    for item in found:
        kept[item.call_id].append(item)
    return kept


def panel(row: Call) -> list[PanelMember]:
    """Everybody who was seated, in the order of the draw."""
    return list(PanelMember.objects.filter(call=row).select_related("expert").order_by("position"))


def bidders(row: Call) -> list[str]:
    """The names of those whose bids were opened: what an expert needs to know in order to declare."""
    found = Bid.objects.filter(call=row, provider__isnull=False).exclude(state__in=SEALED_STATES)
    return [str(name) for name in found.order_by("provider__name").values_list("provider__name", flat=True)]


def may_object(actor: Actor, row: Call) -> bool:
    """Whether the actor's organization bid, and the result stands to be objected to."""
    if not actor.organization or row.state != CallState.PUBLICISED:
        return False
    return BIDS.visible(actor).filter(call=row, provider__uscc=actor.organization).exists()
