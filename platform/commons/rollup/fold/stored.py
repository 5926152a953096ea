"""What `public` holds of the numbers, read and written in batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection

from commons.rollup.declaration import Measure
from commons.rollup.fold.pieces import Piece, items_of, text_of
from commons.rollup.fold.points import Amount, Points, Series, held, jumps

# A row of one series of one union.
Place = tuple[int, str, str, str]


class Heard(NamedTuple):
    """What another union says of an organization, with the way from the root to that union."""

    union_id: int
    path: tuple[int, ...]
    piece: Piece


def organizations(union_id: int, measure: Measure) -> dict[bytes, list[Piece]]:
    """{key: pieces} of one union's own records, as last folded."""
    found: dict[bytes, list[Piece]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, from_month, until_month, amount, stamp, items::text FROM public.rollup_presence "
            "WHERE union_id = %s AND measure = %s ORDER BY key, from_month",
            [union_id, measure.code],
        )
        for digest, start, end, amount, stamp, items in cursor.fetchall():
            found.setdefault(bytes(digest), []).append(Piece(start, end, amount, stamp, items_of(items)))
    return found


def heard_elsewhere(union_id: int, measure: Measure, keys: Sequence[bytes]) -> dict[bytes, list[Heard]]:
    """What all other unions say of these organizations."""
    found: dict[bytes, list[Heard]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT p.key, p.union_id, u.path, p.from_month, p.until_month, p.amount, p.stamp, p.items::text
            FROM public.rollup_presence p JOIN public.hierarchy_tradeunion u ON u.id = p.union_id
            WHERE p.measure = %s AND p.key = ANY(%s::bytea[]) AND p.union_id <> %s
            """,
            [measure.code, list(keys), union_id],
        )
        for digest, union, path, start, end, amount, stamp, items in cursor.fetchall():
            piece = Piece(start, end, amount, stamp, items_of(items))
            found.setdefault(bytes(digest), []).append(Heard(union, tuple(path), piece))
    return found


def heard_under(union_id: int, measure: Measure) -> dict[bytes, list[Heard]]:
    """What all unions of a subtree say, its root included."""
    found: dict[bytes, list[Heard]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT p.key, p.union_id, u.path, p.from_month, p.until_month, p.amount, p.stamp, p.items::text
            FROM public.rollup_presence p JOIN public.hierarchy_tradeunion u ON u.id = p.union_id
            WHERE p.measure = %s AND u.path @> ARRAY[%s]::bigint[]
            """,
            [measure.code, union_id],
        )
        for digest, union, path, start, end, amount, stamp, items in cursor.fetchall():
            piece = Piece(start, end, amount, stamp, items_of(items))
            found.setdefault(bytes(digest), []).append(Heard(union, tuple(path), piece))
    return found


def replace_organizations(union_id: int, measure: Measure, changed: Mapping[bytes, Sequence[Piece]]) -> None:
    """Write what a union's records say of these organizations; no pieces mean that it says nothing any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM public.rollup_presence WHERE measure = %s AND union_id = %s AND key = ANY(%s::bytea[])",
            [measure.code, union_id, list(changed)],
        )
    rows = [(digest, *piece[:4], text_of(piece.items)) for digest, pieces in changed.items() for piece in pieces]
    _send(
        "INSERT INTO public.rollup_presence "
        "(union_id, measure, key, from_month, until_month, amount, stamp, items) "
        "SELECT %s, %s, key, from_month, until_month, amount, stamp, items::jsonb "
        "FROM unnest(%s::bytea[], %s::int[], %s::int[], %s::numeric[], %s::bigint[], %s::text[]) "
        "rows(key, from_month, until_month, amount, stamp, items)",
        rows,
        union_id,
        measure.code,
    )


def own_points(union_ids: Sequence[int], measure: Measure) -> list[Points]:
    """The points of the own column, one Points per union that has any."""
    found: dict[int, dict[Series, dict[int, Amount]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT union_id, dim, item, month, own FROM public.rollup_cell WHERE union_id = ANY(%s) AND measure = %s",
            [list(union_ids), measure.code],
        )
        for union, dim, item, month, amount in cursor.fetchall():
            found.setdefault(union, {}).setdefault((dim, item), {})[month] = amount
    points = []
    for one in found.values():
        jumped = {series: jumps(months, flow=measure.is_flow) for series, months in one.items()}
        points.append({series: months for series, months in jumped.items() if months})
    return points


def subtree_points(union_id: int, measure: Measure) -> Points:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT dim, item, month, subtree FROM public.rollup_cell WHERE union_id = %s AND measure = %s",
            [union_id, measure.code],
        )
        found: dict[Series, dict[int, Amount]] = {}
        for dim, item, month, amount in cursor.fetchall():
            found.setdefault((dim, item), {})[month] = amount
    jumped = {series: jumps(months, flow=measure.is_flow) for series, months in found.items()}
    return {series: months for series, months in jumped.items() if months}


class Changes:
    """Differences on their way into the cells of a union and its ancestors, gathered per series and written at once."""

    def __init__(self) -> None:
        self.by_place: dict[Place, tuple[dict[int, Amount], dict[int, Amount]]] = {}
        self.flows: set[str] = set()

    def add(self, union_id: int, measure: Measure, *, own: Points | None = None, subtree: Points | None = None) -> None:
        if measure.is_flow:
            self.flows.add(measure.code)
        for column, points in enumerate((own or {}, subtree or {})):
            for (dim, item), months in points.items():
                columns = self.by_place.setdefault((union_id, measure.code, dim, item), ({}, {}))
                for month, amount in months.items():
                    columns[column][month] = columns[column].get(month, 0) + amount

    def write(self) -> int:
        """Apply everything; the number of cells written or deleted."""
        if not self.by_place:
            return 0
        stored = self._stored()
        kept: list[tuple[object, ...]] = []
        gone: list[int] = []
        for place, added in self.by_place.items():
            rows = stored.get(place, {})
            before = {month: row[:2] for month, row in rows.items()}
            after = _cells(before, added, flow=place[1] in self.flows)
            kept += [(*place, month, *cell) for month, cell in after.items() if before.get(month) != cell]
            gone += [row[2] for month, row in rows.items() if month not in after]
        _upsert(kept)
        _delete(gone)
        return len(kept) + len(gone)

    def _stored(self) -> dict[Place, dict[int, tuple[Amount, Amount, int]]]:
        """
        {series: {month: (own, subtree, id)}} of the series to change.

        Asked by columns, not by a join, so that the index is used whatever the statistics say; what was not meant is passed by.
        """
        found: dict[Place, dict[int, tuple[Amount, Amount, int]]] = {}
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT union_id, measure, dim, item, month, own, subtree, id FROM public.rollup_cell "
                "WHERE union_id = ANY(%s) AND measure = ANY(%s) AND dim = ANY(%s) AND item = ANY(%s)",
                [list(set(column)) for column in zip(*self.by_place, strict=True)],
            )
            for union, measure, dim, item, month, own, subtree, row in cursor.fetchall():
                if (union, measure, dim, item) in self.by_place:
                    found.setdefault((union, measure, dim, item), {})[month] = (own, subtree, row)
        return found


def _cells(
    before: Mapping[int, tuple[Amount, Amount]], added: tuple[Mapping[int, Amount], ...], *, flow: bool
) -> dict[int, tuple[Amount, Amount]]:
    """The rows of one series after the change: a row where either column changes, none elsewhere."""
    columns: list[dict[int, Amount]] = []
    for column, points in enumerate(added):
        changed = jumps({month: cell[column] for month, cell in before.items()}, flow=flow)
        for month, amount in points.items():
            changed[month] = changed.get(month, 0) + amount
        columns.append({month: amount for month, amount in changed.items() if amount})
    months = sorted({month for column in columns for month in column})
    rows = [held({month: column.get(month, 0) for month in months}, flow=flow) for column in columns]
    return {month: (rows[0][month], rows[1][month]) for month in months}


def _upsert(rows: Sequence[tuple[object, ...]]) -> None:
    _send(
        "INSERT INTO public.rollup_cell (union_id, measure, dim, item, month, own, subtree) "
        "SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::int[], %s::numeric[], %s::numeric[]) "
        "ON CONFLICT (union_id, measure, dim, item, month) "
        "DO UPDATE SET own = EXCLUDED.own, subtree = EXCLUDED.subtree",
        rows,
    )


def _delete(ids: list[int]) -> None:
    if ids:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM public.rollup_cell WHERE id = ANY(%s)", [ids])


def _send(statement: str, rows: Sequence[tuple[object, ...]], *first: int | str) -> None:
    """One statement for all rows, each column travelling as an array."""
    if rows:
        with connection.cursor() as cursor:
            columns: list[list[Any]] = [list(column) for column in zip(*rows, strict=True)]
            cursor.execute(statement, [*first, *columns])
