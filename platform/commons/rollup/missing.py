"""Which unions are not in the numbers above them, or not to their last record. Source: R9, SM-01 suspend."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from commons.hierarchy.enums import UnionState

_ABSENT = [UnionState.PROVISIONING.value, UnionState.PROVISION_FAILED.value, UnionState.SUSPENDED.value]


def now(unions: Collection[int] | None = None) -> dict[int, int]:
    """
    {union: how many unions of its subtree are missing}, of these unions or of all; nothing for none.

    Those that are not (or no longer) at work, and those that could not be folded.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT above.id, count(*) FROM public.hierarchy_tradeunion u
            CROSS JOIN LATERAL unnest(u.path) above(id)
            WHERE (%(unions)s::bigint[] IS NULL OR above.id = ANY(%(unions)s)) AND (
                u.state = ANY(%(absent)s)
                OR EXISTS (SELECT FROM public.rollup_unfoldedunion f WHERE f.union_id = u.id)
            ) GROUP BY above.id
            """,
            {"unions": None if unions is None else list(unions), "absent": _ABSENT},
        )
        return dict(cursor.fetchall())


def then(unions: Collection[int], as_of: datetime) -> dict[int, int]:
    """The same as it was at a moment, by the history of the unions' states; who could not be folded then is not kept."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH later AS (
                SELECT DISTINCT ON (union_id) union_id, from_state FROM public.hierarchy_unionstatechange
                WHERE at > %(as_of)s ORDER BY union_id, at, id
            )
            SELECT above.id, count(*) FROM public.hierarchy_tradeunion u
            LEFT JOIN later ON later.union_id = u.id
            CROSS JOIN LATERAL unnest(u.path) above(id)
            WHERE above.id = ANY(%(unions)s) AND coalesce(later.from_state, u.state) = ANY(%(absent)s)
            GROUP BY above.id
            """,
            {"unions": list(unions), "as_of": as_of, "absent": _ABSENT},
        )
        return dict(cursor.fetchall())
