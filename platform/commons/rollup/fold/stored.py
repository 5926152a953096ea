"""What `public` holds of the numbers, read and written in batches."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from commons.hierarchy.enums import Line
from commons.rollup.declaration import CATALOGUE, COUNTERPART, Measure
from commons.rollup.fold.pieces import Piece, items_of, text_of
from commons.rollup.fold.points import Amount, Points, Series, held, jumps
from commons.rollup.fold.records import Words
from commons.rollup.moments import Moment, next_moment

# (line, union): where a figure stands.
Node = tuple[str, int]
# One series: line, union, measure, dimension, item.
Place = tuple[str, int, str, str, str]

# A statement with more parameters than this is sent in parts.
_CHUNK = 20_000


class Heard(NamedTuple):
    """What a union's record says of an organization."""

    union_id: int
    record: str
    piece: Piece


class Touched(NamedTuple):
    """Months [from, until) in which a measure's figure becomes another somewhere; None for 'from then on'."""

    code: str
    flow: bool
    from_month: int
    until_month: int | None

    @property
    def months(self) -> int:
        """How many months the periods have that the series tells of."""
        return width_of(self.code)


def width_of(code: str) -> int:
    """How many months the periods have whose figures a series holds; 1 of all but an event's."""
    _, _, months = code.partition("@")
    return int(months) if months else 1


def words(union_ids: Collection[int], measure: Measure, *, only: Collection[str] | None) -> dict[int, Words]:
    """{union: {(record, key): pieces}} as last folded, of these records or of all."""
    found: dict[int, Words] = {}
    where, more = ("AND record = ANY(%s::uuid[])", [list(only)]) if only is not None else ("", [])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT union_id, record::text, key, from_month, until_month, amount, stamp, items::text "
            f"FROM public.rollup_presence WHERE union_id = ANY(%s) AND measure = %s {where} "
            "ORDER BY union_id, record, key, from_month",
            [list(union_ids), measure.code, *more],
        )
        for union, record, digest, start, end, amount, stamp, items in cursor.fetchall():
            piece = Piece(start, end, amount, stamp, items_of(items))
            found.setdefault(union, {}).setdefault((record, bytes(digest)), []).append(piece)
    return found


def heard(measure: Measure, keys: Collection[bytes]) -> dict[bytes, list[Heard]]:
    """What all unions say of these organizations."""
    found: dict[bytes, list[Heard]] = {}
    asked = list(keys)
    with connection.cursor() as cursor:
        for first in range(0, len(asked), _CHUNK):
            # Asked key by key, so that the index is used whatever the statistics say.
            cursor.execute(
                """
                SELECT p.key, p.union_id, p.record::text, p.from_month, p.until_month, p.amount, p.stamp, p.items
                FROM unnest(%s::bytea[]) k(key) CROSS JOIN LATERAL (
                    SELECT key, union_id, record, from_month, until_month, amount, stamp, items::text
                    FROM public.rollup_presence WHERE measure = %s AND key = k.key OFFSET 0
                ) p
                """,
                [asked[first : first + _CHUNK], measure.code],
            )
            for digest, union, record, start, end, amount, stamp, items in cursor.fetchall():
                piece = Piece(start, end, amount, stamp, items_of(items))
                found.setdefault(bytes(digest), []).append(Heard(union, record, piece))
    return found


def told_by_several(measure: Measure, union_ids: Collection[int]) -> set[bytes]:
    """The organizations of these unions that another union, or another of them, tells of as well."""
    with connection.cursor() as cursor:
        # Asked key by key, so that the index is used whatever the statistics say.
        cursor.execute(
            """
            SELECT m.key FROM (
                SELECT DISTINCT key, union_id FROM public.rollup_presence WHERE union_id = ANY(%s) AND measure = %s
            ) m CROSS JOIN LATERAL (
                SELECT 1 FROM public.rollup_presence p
                WHERE p.measure = %s AND p.key = m.key AND p.union_id <> m.union_id LIMIT 1
            ) p
            """,
            [list(union_ids), measure.code, measure.code],
        )
        return {bytes(digest) for (digest,) in cursor.fetchall()}


def told_between(measure: Measure, union_ids: Collection[int], years: Collection[int]) -> set[bytes]:
    """The organizations of which these unions tell something that falls into one of these years."""
    if not years:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT key FROM public.rollup_presence p WHERE union_id = ANY(%s) AND measure = %s AND EXISTS "
            "(SELECT FROM unnest(%s::int[]) y(year) WHERE p.from_month < (y.year + 1) * 12 AND p.until_month > y.year * 12)",
            [list(union_ids), measure.code, list(years)],
        )
        return {bytes(digest) for (digest,) in cursor.fetchall()}


def replace_words(
    measure: Measure, changed: Mapping[int, Mapping[tuple[str, bytes], Sequence[Piece]]], *, known_at: datetime | None
) -> None:
    """
    Write what these records say now; no pieces mean that a record says nothing of the organization any more.

    With `known_at`, what they said before stays as known until then.
    """
    gone = [(union, record, digest) for union, words in changed.items() for record, digest in words]
    delete = (
        "DELETE FROM public.rollup_presence p USING unnest(%s::bigint[], %s::uuid[], %s::bytea[]) g(union_id, record, key) "
        f"WHERE p.measure = '{measure.code}' AND p.union_id = g.union_id AND p.record = g.record AND p.key = g.key"
    )
    if known_at is None:
        _send(delete, gone)
    else:
        _send(
            f"WITH now(at) AS (SELECT %s::timestamptz), gone AS ({delete} RETURNING p.*) "
            "INSERT INTO public.rollup_presenceversion "
            "(union_id, record, measure, key, from_month, until_month, amount, items, known_from, known_until) "
            "SELECT union_id, record, measure, key, from_month, until_month, amount, items, known_from, now.at FROM gone, now",
            gone,
            known_at,
        )
    rows = [
        (union, record, digest, *piece[:4], text_of(piece.items))
        for union, words in changed.items()
        for (record, digest), pieces in words.items()
        for piece in pieces
    ]
    _send(
        "INSERT INTO public.rollup_presence "
        "(known_from, measure, union_id, record, key, from_month, until_month, amount, stamp, items) "
        f"SELECT %s::timestamptz, '{measure.code}', union_id, record, key, from_month, until_month, amount, stamp, items::jsonb "
        "FROM unnest(%s::bigint[], %s::uuid[], %s::bytea[], %s::int[], %s::int[], %s::numeric[], %s::bigint[], %s::text[]) "
        "rows(union_id, record, key, from_month, until_month, amount, stamp, items)",
        rows,
        known_at,
    )


def own_points(union_ids: Collection[int], measures: Iterable[Measure]) -> dict[tuple[int, str], Points]:
    """{(union, measure): points of the own column}."""
    return _own(union_ids, {measure.code: measure.is_flow for measure in measures})


def own_series(union_ids: Collection[int], codes: Iterable[str]) -> dict[tuple[int, str], Points]:
    """The same of a distinct measure's series, by their codes."""
    return _own(union_ids, dict.fromkeys(codes, False))


def _own(union_ids: Collection[int], flows: Mapping[str, bool]) -> dict[tuple[int, str], Points]:
    found: dict[tuple[int, str], dict[Series, dict[int, Amount]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT union_id, measure, dim, item, month, own FROM public.rollup_cell "
            "WHERE union_id = ANY(%s) AND line = %s AND measure = ANY(%s)",
            [list(union_ids), Line.REGIONAL, list(flows)],
        )
        for union, code, dim, item, month, amount in cursor.fetchall():
            found.setdefault((union, code), {}).setdefault((dim, item), {})[month] = amount
    points: dict[tuple[int, str], Points] = {}
    for (union, code), one in found.items():
        jumped = {series: jumps(months, flow=flows[code]) for series, months in one.items()}
        points[(union, code)] = {series: months for series, months in jumped.items() if months}
    return points


def naming(union_ids: Collection[int], measures: Sequence[Measure]) -> set[int]:
    """The unions whose transfers name one of these."""
    if not measures:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT union_id FROM public.rollup_cell "
            "WHERE line = %s AND measure = ANY(%s) AND dim = %s AND item = ANY(%s)",
            [Line.REGIONAL, [measure.code for measure in measures], COUNTERPART, [str(pk) for pk in union_ids]],
        )
        return {union for (union,) in cursor.fetchall()}


def tell_apart(union_ids: Collection[int], known_at: datetime) -> None:
    """Let the line of today begin at these, as known from this moment on, with all that the regional line has there."""
    if not union_ids:
        return
    flows = [measure.code for measure in CATALOGUE.measures.values() if measure.is_flow]
    with connection.cursor() as cursor:
        # A month in which only the union's own column changes has no row on this line.
        cursor.execute(
            """
            INSERT INTO public.rollup_cell (line, union_id, measure, dim, item, month, own, subtree, known_from)
            SELECT %s, union_id, measure, dim, item, month, 0, subtree, %s FROM (
                SELECT *, coalesce(lag(subtree) OVER (PARTITION BY union_id, measure, dim, item ORDER BY month), 0) held
                FROM public.rollup_cell WHERE union_id = ANY(%s) AND line = %s
            ) c WHERE subtree <> CASE WHEN measure = ANY(%s) THEN 0 ELSE held END
            """,
            [Line.TODAY, known_at, list(union_ids), Line.REGIONAL, flows],
        )


def tell_as_one(union_ids: Collection[int], known_at: datetime) -> None:
    """Take the line of today away at these: from this moment on it says what the regional line says."""
    if union_ids:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM public.rollup_cell WHERE union_id = ANY(%s) AND line = %s",
                [list(union_ids), Line.TODAY],
            )
            gone = [row for (row,) in cursor.fetchall()]
        _keep_versions(gone, known_at)
        _delete(gone)


class Changes:
    """Differences on their way into the cells of nodes, gathered per series and written at once."""

    def __init__(self) -> None:
        self.by_place: dict[Place, tuple[dict[int, Amount], dict[int, Amount]]] = {}
        self.flows: set[str] = set()
        self._moment: Moment | None = None

    def moment(self) -> Moment:
        """When these are known: from the first time it is asked for on, one and the same."""
        if self._moment is None:
            self._moment = next_moment()
        return self._moment

    def add(
        self, node: Node, code: str, *, flow: bool = False, own: Points | None = None, subtree: Points | None = None
    ) -> None:
        if flow:
            self.flows.add(code)
        for column, points in enumerate((own or {}, subtree or {})):
            for (dim, item), months in points.items():
                columns = self.by_place.setdefault((*node, code, dim, item), ({}, {}))
                for month, amount in months.items():
                    columns[column][month] = columns[column].get(month, 0) + amount

    def first_month(self) -> int | None:
        """The earliest month that ends a period whose figure may become another."""
        return min(
            (
                min(points) + width_of(place[2]) - 1
                for place, columns in self.by_place.items()
                for points in columns
                if points
            ),
            default=None,
        )

    def months(self, lines: Collection[str] = tuple(Line)) -> set[Touched]:
        """In which months which measures become others, along these lines."""
        spans: set[Touched] = set()
        for (line, _, code, _, _), columns in self.by_place.items():
            for points in columns if line in lines else ():
                if code in self.flows:
                    spans |= {Touched(code, True, month, month + 1) for month, amount in points.items() if amount}
                    continue
                running: Amount = 0
                since = 0
                for month in sorted(points):
                    if running and month > since:
                        spans.add(Touched(code, False, since, month))
                    running += points[month]
                    since = month
                if running:
                    spans.add(Touched(code, False, since, None))
        return spans

    def write(self, known_at: datetime) -> int:
        """Apply everything, keeping what stood before as a version; the number of cells written or deleted."""
        places = {place: columns for place, columns in self.by_place.items() if any(any(c.values()) for c in columns)}
        if not places:
            return 0
        stored = _stored(places)
        kept: list[tuple[object, ...]] = []
        gone: list[int] = []
        superseded: list[int] = []
        for place, added in places.items():
            rows = stored.get(place, {})
            before = {month: row[:2] for month, row in rows.items()}
            after = _cells(before, added, flow=place[2] in self.flows)
            kept += [(*place, month, *cell) for month, cell in after.items() if before.get(month) != cell]
            superseded += [row[2] for month, row in rows.items() if month in after and after[month] != row[:2]]
            gone += [row[2] for month, row in rows.items() if month not in after]
        _keep_versions([*superseded, *gone], known_at)
        _upsert(kept, known_at)
        _delete(gone)
        return len(kept) + len(gone)


def _stored(places: Collection[Place]) -> dict[Place, dict[int, tuple[Amount, Amount, int]]]:
    """{series: {month: (own, subtree, id)}} of the series to change."""
    found: dict[Place, dict[int, tuple[Amount, Amount, int]]] = {}
    asked = list(places)
    with connection.cursor() as cursor:
        for first in range(0, len(asked), _CHUNK):
            # Asked series by series, so that the index is used whatever the statistics say.
            cursor.execute(
                """
                SELECT w.line, w.union_id, w.measure, w.dim, w.item, c.month, c.own, c.subtree, c.id
                FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[])
                    w(line, union_id, measure, dim, item)
                CROSS JOIN LATERAL (
                    SELECT month, own, subtree, id FROM public.rollup_cell x
                    WHERE x.union_id = w.union_id AND x.line = w.line AND x.measure = w.measure
                      AND x.dim = w.dim AND x.item = w.item OFFSET 0
                ) c
                """,
                [list(column) for column in zip(*asked[first : first + _CHUNK], strict=True)],
            )
            for line, union, measure, dim, item, month, own, subtree, row in cursor.fetchall():
                found.setdefault((line, union, measure, dim, item), {})[month] = (own, subtree, row)
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


def _keep_versions(ids: list[int], known_at: datetime) -> None:
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO public.rollup_cellversion "
                "(union_id, line, measure, dim, item, month, own, subtree, known_from, known_until) "
                "SELECT union_id, line, measure, dim, item, month, own, subtree, known_from, %s "
                # What began at this very moment was never known to anybody.
                "FROM public.rollup_cell WHERE id = ANY(%s) AND known_from < %s",
                [known_at, ids, known_at],
            )


def _upsert(rows: Sequence[tuple[object, ...]], known_at: datetime) -> None:
    _send(
        "INSERT INTO public.rollup_cell (known_from, line, union_id, measure, dim, item, month, own, subtree) "
        "SELECT %s, * FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::int[], "
        "%s::numeric[], %s::numeric[]) "
        "ON CONFLICT (union_id, line, measure, dim, item, month) "
        "DO UPDATE SET own = EXCLUDED.own, subtree = EXCLUDED.subtree, known_from = EXCLUDED.known_from",
        rows,
        known_at,
    )


def _delete(ids: list[int]) -> None:
    if ids:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM public.rollup_cell WHERE id = ANY(%s)", [ids])


def _send(statement: str, rows: Sequence[tuple[object, ...]], *first: Any) -> None:
    """One statement for all rows (of very many, several), each column travelling as an array."""
    with connection.cursor() as cursor:
        for start in range(0, len(rows), _CHUNK):
            columns: list[list[Any]] = [list(column) for column in zip(*rows[start : start + _CHUNK], strict=True)]
            cursor.execute(statement, [*first, *columns])
