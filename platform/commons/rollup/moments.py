"""The moments by which it is reckoned what was known when: each later than all before it, for the whole country."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db import connection


class Moment(NamedTuple):
    """That of a batch, a closing or a revision: what is written then is known from it on."""

    known_at: datetime
    # The last month that any closed period holds.
    closed_until: int | None


def next_moment() -> Moment:
    """
    A moment later than all before it, by the database's clock.

    Until the transaction ends nobody else has a later one: whoever writes numbers, closes or revises waits for it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO public.rollup_watermark AS w (id, known_at) VALUES (1, clock_timestamp()) "
            "ON CONFLICT (id) DO UPDATE SET known_at = "
            "greatest(clock_timestamp(), w.known_at + interval '1 microsecond') RETURNING known_at, closed_until"
        )
        return Moment(*cursor.fetchone())
