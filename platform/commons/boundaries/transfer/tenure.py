"""When a moved record counts in the union at hand: its row in marks_tenure, by which the fold clips."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection

from commons.hierarchy.lineage import FAR_MONTH, FIRST_MONTH
from commons.hierarchy.models import TradeUnion

_PUT = """
INSERT INTO marks_tenure (record, from_month, until_month, heir_id) SELECT record, %s, %s, %s FROM unnest(%s::uuid[]) r(record)
ON CONFLICT (record) DO UPDATE SET {changed}
"""


def hold(records: Collection[str], *, heir: int) -> None:
    """Close these records to changes here, as they are on their way to `heir`; they count as before."""
    _execute(_PUT.format(changed="heir_id = EXCLUDED.heir_id"), [FIRST_MONTH, FAR_MONTH, heir, list(records)])


def await_switch(records: Collection[str], *, other: int) -> None:
    """Copies that have arrived: they count nowhere yet, and are closed to changes as their originals are."""
    _execute(_PUT.format(changed="heir_id = EXCLUDED.heir_id"), [FAR_MONTH, FAR_MONTH, other, list(records)])


def end(records: Collection[str], *, month: int, heir: int) -> None:
    """From `month` on they count under `heir`; a record that came later than that never counted here."""
    _execute(
        "UPDATE marks_tenure SET until_month = greatest(from_month, %s), heir_id = %s WHERE record = ANY(%s::uuid[])",
        [month, heir, list(records)],
    )


def begin(records: Collection[str], *, month: int) -> None:
    """They count here from `month` on, and are open to changes."""
    _execute(
        "UPDATE marks_tenure SET from_month = %s, until_month = %s, heir_id = NULL WHERE record = ANY(%s::uuid[])",
        [month, FAR_MONTH, list(records)],
    )


def count_nowhere(records: Collection[str]) -> None:
    """They went back: until they are removed they count no more."""
    _execute(
        "UPDATE marks_tenure SET from_month = %s, until_month = %s WHERE record = ANY(%s::uuid[])",
        [FAR_MONTH, FAR_MONTH, list(records)],
    )


def restore(records: Collection[str]) -> None:
    """They count here as before they departed, and are open to changes."""
    _execute(
        "UPDATE marks_tenure SET until_month = %s, heir_id = NULL WHERE record = ANY(%s::uuid[])",
        [FAR_MONTH, list(records)],
    )
    _execute(
        "DELETE FROM marks_tenure WHERE record = ANY(%s::uuid[]) AND from_month = %s",
        [list(records), FIRST_MONTH],
    )


def forget(records: Collection[str]) -> None:
    _execute("DELETE FROM marks_tenure WHERE record = ANY(%s::uuid[])", [list(records)])


def departed() -> dict[str, int]:
    """{record: the union it went to or is on its way to} of the union at hand."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT record::text, heir_id FROM marks_tenure WHERE heir_id IS NOT NULL")
        return dict(cursor.fetchall())


def heirs() -> dict[str, str]:
    """{record: name of the union it went to or is on its way to} of the union at hand; nearly always none, at one query."""
    gone = departed()
    if not gone:
        return {}
    names = dict(TradeUnion.objects.filter(pk__in=set(gone.values())).values_list("pk", "name_zh"))
    return {record: names[heir] for record, heir in gone.items()}


def _execute(statement: str, values: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
