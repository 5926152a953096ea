"""
Whether everything counts as before: the declared SELECTs of all measures, asked of the moving records alone.

A copy must say exactly what its original says, month by month and to the cent. What joining two entries of one
organization changes (two entries become one) is reckoned apart and named.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal

from django.db import connection

from commons.hierarchy.models import TradeUnion
from commons.rollup.declaration import CATALOGUE, FAR_MONTH, Measure
from commons.rollup.enums import Place
from commons.rollup.fold import records as counted

_ADDITIVE = "record, dims, start, until, amount"
# Rows of a measure as text, sorted: equal lists say the same.
Said = dict[str, list[tuple[str | None, ...]]]
# {measure: {month from which it holds, or of which it is: amount}}
Amounts = dict[str, dict[int, Decimal]]


def said(records: Collection[str]) -> Said:
    """All that the records of the schema at hand say, of every measure."""
    return {measure.code: _said(measure, records) for measure in _measures()}


def amounts(records: Collection[str]) -> Amounts:
    """What these records add to the additive measures: a stock's jumps, a flow's amounts."""
    found: Amounts = {}
    for measure in _measures():
        if measure.is_distinct:
            continue
        months: dict[int, Decimal] = {}
        for start, end, amount in _spans(measure, records):
            months[start] = months.get(start, Decimal(0)) + amount
            if not measure.is_flow and end < FAR_MONTH:
                months[end] = months.get(end, Decimal(0)) - amount
        found[measure.code] = {month: amount for month, amount in months.items() if amount}
    return found


def organizations(union: TradeUnion, records: Collection[str]) -> Amounts:
    """
    What the organizations of these records count in the union's own figures of distinct measures, by their own entries.

    The schema at hand is that of `union`.
    """
    found: Amounts = {}
    for measure in _measures():
        if measure.is_distinct:
            words = counted.organizations(union, measure, only=set(records), moved={})
            months: dict[int, Decimal] = {}
            for piece in (piece for pieces in words.values() for piece in pieces):
                months[piece.from_month] = months.get(piece.from_month, Decimal(0)) + piece.amount
                if piece.until_month < FAR_MONTH:
                    months[piece.until_month] = months.get(piece.until_month, Decimal(0)) - piece.amount
            found[measure.code] = {month: amount for month, amount in months.items() if amount}
    return found


def from_month(found: Amounts, month: int) -> Amounts:
    """What of these amounts falls into months from `month` on."""
    result: Amounts = {}
    for code, months in found.items():
        kept = {at: amount for at, amount in months.items() if at >= month}
        if not CATALOGUE.measures[code].is_flow:
            entering = sum((amount for at, amount in months.items() if at < month), Decimal(0))
            kept[month] = kept.get(month, Decimal(0)) + entering
        result[code] = {at: amount for at, amount in kept.items() if amount}
    return result


def added(*parts: tuple[Amounts, int]) -> Amounts:
    """The sum of amounts, each with its sign; zeros are left out."""
    total: Amounts = {}
    for found, sign in parts:
        for code, months in found.items():
            there = total.setdefault(code, {})
            for month, amount in months.items():
                there[month] = there.get(month, Decimal(0)) + sign * amount
    cleaned = {code: {month: one for month, one in sorted(months.items()) if one} for code, months in total.items()}
    return {code: months for code, months in cleaned.items() if months}


def at_month(found: Mapping[int, Decimal], month: int, *, flow: bool) -> Decimal:
    """The figure of one month."""
    if flow:
        return found.get(month, Decimal(0))
    return sum((amount for at, amount in found.items() if at <= month), Decimal(0))


def _measures() -> list[Measure]:
    return [one for one in CATALOGUE.measures.values() if one.family.place is Place.TENANT]


def _said(measure: Measure, records: Collection[str]) -> list[tuple[str | None, ...]]:
    columns = "record, uscc, dims, start, until, amount, stamp" if measure.is_distinct else _ADDITIVE
    shown = ", ".join(f"({one})::text" for one in columns.split(", "))
    rows = _ask(f"SELECT {shown} FROM ({measure.sql}) c({columns})", records)
    return sorted(rows, key=lambda row: [str(value) for value in row])


def _spans(measure: Measure, records: Collection[str]) -> list[tuple[int, int, Decimal]]:
    rows = _ask(
        f"SELECT start, coalesce(until, {FAR_MONTH}), amount::numeric FROM ({measure.sql}) c({_ADDITIVE})", records
    )
    return [row for row in rows if measure.is_flow or row[0] < row[1]]


def _ask(question: str, records: Collection[str]) -> list[tuple]:  # type: ignore[type-arg]
    with connection.cursor() as cursor:
        where = cursor.mogrify(" WHERE record = ANY(%s::uuid[])", [sorted(records)]).decode()
        # Without parameters, so that a % in a declared SELECT needs no doubling.
        cursor.execute(question + where)
        rows: list[tuple] = cursor.fetchall()  # type: ignore[type-arg]
    return rows
