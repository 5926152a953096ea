"""
Which code does which kind of job: a register that features fill in `AppConfig.ready()`.

    @register.handler("registry.import")
    def import_rows(job: JobContext) -> dict[str, object]: ...
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from commons.hierarchy.enums import UnionState
from commons.jobs.context import JobContext
from commons.jobs.errors import NoHandler

Handler = Callable[[JobContext], Mapping[str, Any] | None]
H = TypeVar("H", bound=Handler)

# A worker killed in mid-job is replaced after this long; a handler that takes longer reports progress in between.
LEASE_S = 60.0
# The wait before the second attempt; each further wait is four times as long, to at most an hour.
RETRY_S = 5.0

USABLE = frozenset({UnionState.ACTIVE})


@dataclass(frozen=True)
class Kind:
    """How jobs of one kind are done."""

    name: str
    label: str
    handler: Handler
    lease_s: float = LEASE_S
    retry_s: float = RETRY_S
    # In which states of its union the work may go on; in any other it waits. Source: SM-01 suspend.
    while_union: frozenset[UnionState] = USABLE
    # Called in a transaction of its own, after the last attempt has failed.
    when_parked: Handler | None = None

    def delay_s(self, attempts: int) -> float:
        """How long to wait after so many attempts have failed."""
        return float(min(self.retry_s * 4 ** max(attempts - 1, 0), 3600))


_kinds: dict[str, Kind] = {}


def handler(
    kind: str,
    *,
    label: str = "",
    lease_s: float = LEASE_S,
    retry_s: float = RETRY_S,
    while_union: frozenset[UnionState] = USABLE,
    when_parked: Handler | None = None,
) -> Callable[[H], H]:
    """Register the decorated function as the one that does jobs of `kind`; `label` is its name on pages."""

    def keep(function: H) -> H:
        _kinds[kind] = Kind(kind, label or kind, function, lease_s, retry_s, while_union, when_parked)
        return function

    return keep


def kind_of(name: str) -> Kind:
    """
    How jobs of this kind are done.

    Raises: NoHandler.
    """
    try:
        return _kinds[name]
    except KeyError:
        raise NoHandler(f"No handler is registered for jobs of kind {name!r}.") from None


def known() -> list[Kind]:
    """Every registered kind."""
    return list(_kinds.values())


def label_of(name: str) -> str:
    """The name of a kind on pages."""
    return _kinds[name].label if name in _kinds else name
