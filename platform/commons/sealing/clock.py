"""The clock by which a deadline is past: the database's, the one that all machines of the platform share. Source: SM-16, SM-17."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from commons.sealing import putting_back


def database_now() -> datetime:
    """The moment by the database's clock, whatever moment a caller says it is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return putting_back.shown(moment)
