"""What the tests of a call's outcome share: a call whose scores are all locked, one that is publicised, and a look at what was written."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from commons.audit.models import AuditEvent
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import DomainError
from tenants.history.models import Change
from tenants.purchasing.enums import BidState, CallState
from tenants.purchasing.models import Bid, Call
from tests.factories.purchasing import calls as factory
from tests.factories.purchasing import projects

CODE = "430105"
FIT: dict[str, Any] = {"vetting_result": "clear", "vetting_until": date(2030, 1, 1)}
SEED = "5" * 64


@dataclass(frozen=True)
class Bidder:
    """One that bids `total` yuan and gets `points` for each item from each expert."""

    points: int
    total: int = 80_000
    has_union: bool = False
    more: dict[str, Any] = field(default_factory=dict)


def in_review(union: TradeUnion, bidders: Sequence[Bidder], **fields: Any) -> tuple[Call, list[Bid]]:
    """A call in review with three experts, all of whose scores are locked; the bids in the order of the bidders."""
    call = factory.call(state=CallState.REVIEW, draw_record={"seed": SEED}, **fields)
    seats = [factory.member(call, union)[0] for _ in range(3)]
    bids = []
    for one in bidders:
        provider = projects.provider(**{**FIT, "has_union": one.has_union, **one.more})
        bid = factory.bid(call, provider, state=BidState.QUALIFIED, total=one.total)
        for seat in seats:
            factory.review(seat, bid, [one.points] * len(factory.ITEMS))
        bids.append(bid)
    return call, bids


def publicised(until: date, *scores: int, **fields: Any) -> tuple[Call, list[Bid]]:
    """A call whose result is publicised; the bids by rank."""
    call = factory.call(state=CallState.PUBLICISED, publicity_until=until, **fields)
    return call, [
        factory.bid(
            call, projects.provider(**FIT), state=BidState.SCORED, rank=rank, score=score, total=80_000 - rank * 1000
        )
        for rank, score in enumerate(scores, start=1)
    ]


def states(call: Call) -> dict[int | None, str]:
    """{rank: state} of the bids of a call."""
    return {rank: str(state) for rank, state in Bid.objects.filter(call=call).values_list("rank", "state")}


def told(row: Any) -> list[tuple[str, str, str, str]]:
    """The history of one row: (event, from, to, reason), oldest first."""
    rows = Change.objects.filter(object_id=row.pk).order_by("at", "pk")
    return [(one.event, one.from_state, one.to_state, one.reason) for one in rows]


@dataclass
class Written:
    """How many rows history and audit log got, by kind and event."""

    history: Counter[str] = field(default_factory=Counter)
    audit: Counter[str] = field(default_factory=Counter)


@contextmanager
def written() -> Iterator[Written]:
    """What was written meanwhile, complete when it is left."""
    before, found = look(), Written()
    yield found
    after = look()
    found.history, found.audit = after.history - before.history, after.audit - before.audit


def look() -> Written:
    return Written(
        Counter(f"{kind.split('.')[1]}.{event}" for kind, event in Change.objects.values_list("object_kind", "event")),
        Counter(AuditEvent.objects.values_list("event", flat=True)),
    )


def since(before: Written) -> tuple[dict[str, int], dict[str, int]]:
    """What history and audit log got since then."""
    after = look()
    return dict(after.history - before.history), dict(after.audit - before.audit)


def kinds(refusals: Sequence[DomainError]) -> list[type[DomainError]]:
    """Which refusals came of works done at once, in no order of time."""
    return sorted((type(one) for one in refusals), key=lambda kind: kind.__name__)


def lead(rehearsal: Callable[[], object]) -> timedelta:
    """How far off a deadline has to be for what was just rehearsed to be done well before it, however busy the machine is."""
    begun = time.monotonic()
    rehearsal()
    return timedelta(seconds=1 + 4 * (time.monotonic() - begun))


def yuan(amount: object) -> Decimal:
    return Decimal(str(amount)).quantize(Decimal("0.01"))
