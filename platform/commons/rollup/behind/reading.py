"""What the records of the union at hand say now, and what is stored of it and of all below it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from commons.hierarchy.models import TradeUnion
from commons.kit.keys import key
from commons.rollup import distinct
from commons.rollup.behind.kinds import Kind
from commons.rollup.behind.parts import Part, Window
from commons.rollup.behind.words import Place, cut
from commons.rollup.cells import Asked, Table, figures
from commons.rollup.declaration import COUNTERPART, FAR_MONTH, Measure
from commons.rollup.enums import PeriodKind
from commons.rollup.fold.carry import series_code
from commons.rollup.fold.pieces import Claim, Piece, items_of, merged
from commons.rollup.fold.records import several_of, tenures


@dataclass(frozen=True)
class Counted:
    """A row of the union's own: what it adds to the figure, and what of it stays inside the subtree (R6)."""

    row: str
    amount: Decimal
    inside: Decimal = Decimal(0)


def figure(table: Table, union: TradeUnion, part: Part, window: Window) -> Decimal:
    """What is stored of the part, as it is known now."""
    measure = part.measure
    if measure.event and part.span.kind is PeriodKind.CUMULATIVE:
        return distinct.events(table, [union.pk], measure, part.span, dim=window.dim).get(
            (union.pk, window.item), Decimal(0)
        )
    code = series_code(measure, part.months) if measure.event else measure.code
    last = window.last
    asked = Asked(measure.code, code, window.first, last, measure.is_flow)
    found = figures(table, [union.pk], [asked], dim=window.dim)
    return found.get((union.pk, measure.code, window.item), Decimal(0))


def additive(measure: Measure, kind: Kind | None, window: Window, *, node: tuple[int, str] | None) -> list[Counted]:
    """
    The rows of an additive measure in the schema at hand, in months of the window and under its item.

    `node` = (union, line): what a transfer gives to those under it is `inside`; None counts all of it.
    """
    source = kind.sql if kind and kind.sql else f"SELECT record::text, w.* FROM ({measure.sql}) w({_ADDITIVE})"
    if measure.is_flow:
        within = "start BETWEEN %(first)s AND %(last)s"
        within += " AND (t.record IS NULL OR (start >= t.from_month AND start < t.until_month))"
    else:
        within = f"""
            greatest(start, t.from_month) <= %(last)s
            AND least(coalesce(until, {FAR_MONTH}), t.until_month) > %(last)s
        """
    if window.item:
        within += (
            " AND EXISTS (SELECT FROM jsonb_array_elements_text(dims::text::jsonb -> %(dim)s) i(item)"
            " WHERE i.item = %(item)s)"
        )
    inside = "false"
    if measure.is_transfer and node is not None:
        inside = f"""EXISTS (
            SELECT FROM public.hierarchy_ancestry a
            WHERE a.union_id = (dims::text::jsonb -> '{COUNTERPART}' ->> 0)::bigint
              AND a.ancestor_id = %(node)s AND a.line = %(line)s AND start >= a.from_month AND start < a.until_month
        )"""
    parameters = {
        "first": window.first,
        "last": window.last,
        "dim": window.dim,
        "item": window.item,
        "node": node[0] if node else None,
        "line": node[1] if node else None,
    }
    with connection.cursor() as cursor:

        def plain(text: str) -> str:
            filled: str = cursor.mogrify(text, parameters).decode()
            return filled

        # Without parameters, so that a % in a declared SELECT needs no doubling.
        cursor.execute(
            f"SELECT row, sum(amount) FILTER (WHERE NOT inside), sum(amount) FILTER (WHERE inside) "
            f"FROM (SELECT c.row, c.amount, {plain(inside)} AS inside "
            f"FROM ({source}) c(row, {_ADDITIVE}) LEFT JOIN marks_tenure t ON t.record = c.record "
            f"WHERE {plain(within)}) counted GROUP BY row"
        )
        return [Counted(row or "", Decimal(amount or 0), Decimal(kept or 0)) for row, amount, kept in cursor.fetchall()]


def stored_inside(union: TradeUnion, measure: Measure, window: Window, *, line: str) -> Decimal:
    """What is stored of the union's own transfers to those under it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT coalesce(sum(c.own), 0) FROM public.rollup_cell c
            JOIN public.hierarchy_ancestry a ON a.union_id = c.item::bigint AND a.ancestor_id = %(union)s
              AND a.line = %(line)s AND c.month >= a.from_month AND c.month < a.until_month
            WHERE c.union_id = %(union)s AND c.line = 'regional' AND c.measure = %(measure)s AND c.dim = %(dim)s
              AND c.month BETWEEN %(first)s AND %(last)s
            """,
            {
                "union": union.pk,
                "line": line,
                "measure": measure.code,
                "dim": COUNTERPART,
                "first": window.first,
                "last": window.last,
            },
        )
        return Decimal(cursor.fetchone()[0])


def said(union: TradeUnion, measure: Measure, window: Window) -> dict[Place, list[Claim]]:
    """What the records at hand say of organizations in the window, as a fold would store it now."""
    moved = tenures()
    claimed: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT record::text, uscc, dims::text, start, until, amount, stamp "
            f"FROM ({measure.sql}) counted(record, uscc, dims, start, until, amount, stamp) "
            f"WHERE start <= {window.last} AND (until IS NULL OR until > {window.first})"
        )
        for record, uscc, items, start, end, amount, stamp in cursor.fetchall():
            piece = Piece(start, FAR_MONTH if end is None else end, amount, stamp, items_of(items))
            for one in cut([piece], window, *moved.get(record, (0, FAR_MONTH))):
                claimed[(record, uscc)].append(Claim(one, union.pk, record))
    several = several_of(measure)
    return {
        (record, key(uscc)): [Claim(piece, union.pk, record) for piece in merged(claims, several)]
        for (record, uscc), claims in claimed.items()
    }


def stored_said(union: TradeUnion, measure: Measure, window: Window) -> dict[Place, list[Claim]]:
    """What the last fold stored of it."""
    return _stored(
        "SELECT union_id, record::text, key, from_month, until_month, amount, stamp, items::text "
        "FROM public.rollup_presence WHERE union_id = %(union)s AND measure = %(measure)s "
        "AND from_month <= %(last)s AND until_month > %(first)s",
        union,
        measure,
        window,
    )


def stored_below(
    union: TradeUnion, measure: Measure, window: Window, *, line: str, keys: Collection[bytes]
) -> dict[bytes, list[Claim]]:
    """What the other unions under `union` were last heard to say of these organizations, while they stood under it."""
    found: dict[bytes, list[Claim]] = defaultdict(list)
    if not keys:
        return found
    said = _stored(
        """
        SELECT p.union_id, p.record::text, p.key, greatest(p.from_month, a.from_month),
               least(p.until_month, a.until_month), p.amount, p.stamp, p.items
        FROM unnest(%(keys)s::bytea[]) k(key) CROSS JOIN LATERAL (
            SELECT key, union_id, record, from_month, until_month, amount, stamp, items::text
            FROM public.rollup_presence WHERE measure = %(measure)s AND key = k.key OFFSET 0
        ) p
        JOIN public.hierarchy_ancestry a ON a.union_id = p.union_id AND a.ancestor_id = %(union)s AND a.line = %(line)s
        WHERE p.union_id <> %(union)s
        """,
        union,
        measure,
        window,
        line=line,
        keys=list(keys),
    )
    for (_, digest), claims in said.items():
        found[digest] += claims
    return found


def _stored(
    question: str, union: TradeUnion, measure: Measure, window: Window, **more: Any
) -> dict[Place, list[Claim]]:
    found: dict[Place, list[Claim]] = defaultdict(list)
    asked = {"union": union.pk, "measure": measure.code, "first": window.first, "last": window.last, **more}
    with connection.cursor() as cursor:
        cursor.execute(question, asked)
        for speaker, record, digest, start, end, amount, stamp, items in cursor.fetchall():
            for piece in cut([Piece(start, end, amount, stamp, items_of(items))], window, 0, FAR_MONTH):
                found[(record, bytes(digest))].append(Claim(piece, speaker, record))
    return found


_ADDITIVE = "record, dims, start, until, amount"
