"""
The clock of deadlines, put back while the demonstration writes down bids of months ago.

Putting it back can let a bid in after its deadline; it opens none: an opening asks that the moment be past, and goes by the machine's own
clock besides. It is never put forward. Only the demonstration may import this: see the contract in pyproject.toml.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

_moment: ContextVar[datetime | None] = ContextVar("sealing_clock", default=None)


@contextmanager
def put_back(to: datetime) -> Iterator[None]:
    """Let deadlines be compared with `to`, inside this block and by this thread alone."""
    token = _moment.set(to)
    try:
        yield
    finally:
        _moment.reset(token)


def shown(moment: datetime) -> datetime:
    """What the clock shows at `moment`: that, or an earlier one."""
    back = _moment.get()
    return moment if back is None else min(moment, back)
