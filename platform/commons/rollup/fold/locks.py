"""
Who may change the numbers: one at a time, for the whole country.

Lock order, the same everywhere: (1) the folding lock, (2) `commons.hierarchy` rows a change of the tree touches, (3) the
tenant rows and `public` numbers themselves, which nobody writes without (1). The first of
them that anybody takes is the watermark's row, by asking for a moment; closing and revising a period need that row and
not (1); confirming one refers to its union first. Holders of (1) wait for no row that a writer of records holds: they read. So no cycle is possible. Records' writers need none of these locks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import InterfaceError, OperationalError, connection

from commons.tenancy import door

# Key of pg_advisory_lock(int, int): this room's class and its only lock.
_FOLDING = (20_771, 0)


@contextmanager
def folding(*, wait: bool = False) -> Iterator[bool]:
    """
    Hold the folding lock; yields False when another connection has it and `wait` is not said.

    It belongs to the connection, so one batch may be several transactions, and ends with it if the process dies.
    """
    with door.keeping_connection():
        with connection.cursor() as cursor:
            if wait:
                cursor.execute("SELECT pg_advisory_lock(%s, %s)", _FOLDING)
                held = True
            else:
                cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", _FOLDING)
                held = bool(cursor.fetchone()[0])
        try:
            yield held
        finally:
            if held:
                _release()


def _release() -> None:
    # With a lost connection the lock is gone as well.
    with suppress(InterfaceError, OperationalError), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", _FOLDING)
