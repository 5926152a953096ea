"""Where unfolded marks are: found by the size of the mark tables, so that thousands of empty ones cost nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import DatabaseError, connection, transaction

from commons.hierarchy.models import TradeUnion

# Probed in one statement; a statement of this size is planned in a few milliseconds.
_CHUNK = 100

# A mark table that was used and emptied keeps its pages until it is vacuumed. Sizes of tables on Citus' workers are
# not known here, so there every union is asked.
_CANDIDATES = """
SELECT u.id, u.schema_name FROM public.hierarchy_tradeunion u
JOIN pg_namespace n ON n.nspname = u.schema_name
JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = 'marks_mark' AND c.relkind = 'r'
WHERE pg_relation_size(c.oid) > 0 OR EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')
ORDER BY u.id
"""


@dataclass(frozen=True)
class Pending:
    """A union with unfolded marks: how many, and since when the oldest writer's transaction has run."""

    union_id: int
    marks: int
    oldest: datetime


@dataclass
class Survey:
    """What one look over all unions found. `asked_at` is the database's clock before the look."""

    asked_at: datetime
    pending: list[Pending] = field(default_factory=list)
    # Mark tables that hold nothing but dead rows.
    emptied: list[str] = field(default_factory=list)
    # Unions whose mark table could not be read, with the error.
    unreadable: dict[int, str] = field(default_factory=dict)


def survey() -> Survey:
    """Look for marks everywhere. Every change committed before `asked_at` is folded, or pending here, or unreadable."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found = Survey(asked_at=cursor.fetchone()[0])
        cursor.execute(_CANDIDATES)
        candidates: list[tuple[int, str]] = cursor.fetchall()
        cursor.execute("SELECT union_id, count(*), min(at) FROM public.rollup_publicmark GROUP BY union_id")
        marks: dict[int, tuple[int, datetime]] = {union: (count, oldest) for union, count, oldest in cursor.fetchall()}
    for union_id, schema, count, oldest in _probe(candidates, found.unreadable):
        if not count or oldest is None:
            found.emptied.append(schema)
            continue
        more, since = marks.get(union_id, (0, oldest))
        marks[union_id] = (count + more, min(oldest, since))
    found.pending = [Pending(union, count, oldest) for union, (count, oldest) in sorted(marks.items())]
    return found


def of_schemas(schemas: Sequence[str]) -> list[TradeUnion]:
    """The unions to fold after a hint that names these schemas; of `public`'s a first batch, the next look finds the rest."""
    unions = list(TradeUnion.objects.filter(schema_name__in=schemas))
    if "public" in schemas:
        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT union_id FROM public.rollup_publicmark LIMIT %s", [_CHUNK])
            marked = [union_id for (union_id,) in cursor.fetchall()]
        unions += TradeUnion.objects.filter(pk__in=marked)
    return unions


def vacuum(schemas: Sequence[str]) -> None:
    """Give the pages of emptied mark tables back, so that the next look passes them by. Not inside a transaction."""
    if schemas:
        tables = ", ".join(f"{connection.ops.quote_name(schema)}.marks_mark" for schema in schemas)
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM (SKIP_LOCKED) {tables}")


def _probe(
    candidates: Sequence[tuple[int, str]], unreadable: dict[int, str]
) -> Iterator[tuple[int, str, int, datetime | None]]:
    for start in range(0, len(candidates), _CHUNK):
        chunk = candidates[start : start + _CHUNK]
        try:
            yield from _count(chunk)
        except DatabaseError:
            # One broken schema must not hide the others of its chunk.
            for one in chunk:
                try:
                    yield from _count([one])
                except DatabaseError as error:
                    unreadable[one[0]] = str(error)


def _count(chunk: Sequence[tuple[int, str]]) -> list[tuple[int, str, int, datetime | None]]:
    parts = [
        f"SELECT {union_id}, '{schema}', count(*), min(at) FROM {connection.ops.quote_name(schema)}.marks_mark"
        for union_id, schema in chunk
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        rows: list[tuple[int, str, int, datetime | None]] = cursor.fetchall()
    return rows
