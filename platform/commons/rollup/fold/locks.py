"""
What the fold locks, always in this order: the union (at most one folder per union), then the tree above it.

Both end with the transaction. The first is tried, never waited for; the second is waited for, and is taken after the
union's records have been read, so folders of different unions wait for each other's writing only.
"""

from django.db import connection

# Keys of pg_advisory_xact_lock(int, int): 20_771 is this room's class, 0 the tree, else a union's id.
_ROOM = 20_771
_TREE = 0


def try_union(union_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_ROOM, union_id])
        row = cursor.fetchone()
    return bool(row and row[0])


def union(union_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_ROOM, union_id])


def tree() -> None:
    """Nobody else changes what stands above any union until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_ROOM, _TREE])
