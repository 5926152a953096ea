"""The bell in the top bar: how many notices somebody has not read. Who counts them is told in `AppConfig.ready()`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.core.cache import cache

from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.tenancy import door

# A bell may be so late: every page shows it, and most have nothing new to tell.
KEPT_S = 30
SHOWN = 99

Counter = Callable[[Actor], int]
_counters: list[Counter] = []


@dataclass(frozen=True)
class Bell:
    """`count` is what stands on it: '', '3', '99+'."""

    url: str
    unread: int
    count: str


def register(counter: Counter) -> None:
    """Let `counter(actor)` say how many notices wait to be read: one statement in the acting union's schema."""
    _counters[:] = [counter]


def of(actor: Actor | None) -> Bell | None:
    """The bell of whoever acts in the union whose schema this is; None where there is none. Asked once in 30 seconds."""
    union = actor.union if actor is not None else None
    here = door.current()
    if not _counters or actor is None or actor.user is None or union is None or here is None or here.pk != union.pk:
        return None
    kept = _key(union, actor.user.pk)
    unread = cache.get(kept)
    if unread is None:
        unread = _counters[0](actor)
        cache.set(kept, unread, KEPT_S)
    count = f"{SHOWN}+" if unread > SHOWN else str(unread or "")
    return Bell(f"/u/{union.code}/notices", unread, count)


def forget(union: TradeUnion, users: Iterable[UUID]) -> None:
    """Count anew with the next page: something came, or was read."""
    cache.delete_many([_key(union, user) for user in users])


def _key(union: TradeUnion, user: UUID) -> str:
    return f"bell:{union.pk}:{user}"
