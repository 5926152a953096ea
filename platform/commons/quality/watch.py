"""
The folder's side: it notes which unions were folded, and between its sweeps some of them are looked at.

Nothing here fails a fold. What is noted lives in the folder's memory: if it dies, the nightly look finds the rest.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, field

import structlog
from django.db import OperationalError, connection

from commons.kit.clock import now
from commons.quality.looking import look

log = structlog.get_logger(__name__)

# Unions of one look, and the seconds from its end to the next: a folder with much to do spends little of it here.
AT_ONCE = 50
PAUSE_S = 5.0


@dataclass
class Noted:
    """Unions whose figures have changed since they were looked at; `due` by the monotonic clock."""

    unions: dict[int, None] = field(default_factory=dict)
    due: float = 0.0


NOTED = Noted()


def heard(unions: Collection[int]) -> None:
    """These were folded."""
    NOTED.unions.update(dict.fromkeys(unions))


def work_off() -> int:
    """
    Look at some of what was noted; how many unions. What fails is logged and left to the night.

    Raises: OperationalError when it is the connection that failed.
    """
    if not NOTED.unions or time.monotonic() < NOTED.due:
        return 0
    some = list(NOTED.unions)[:AT_ONCE]
    try:
        if look(some, at=now(), wait=False) is None:
            return 0
    except Exception as error:
        if not connection.is_usable():
            raise OperationalError(str(error)) from error
        log.exception("quality.look_failed", unions=len(some))
    finally:
        NOTED.due = time.monotonic() + PAUSE_S
    for union in some:
        NOTED.unions.pop(union, None)
    return len(some)
