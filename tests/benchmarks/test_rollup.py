"""What the numbers cost: a write with and without its mark, a fold of one change and of ten thousand, a read."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction

from commons.access import actors
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import parse_month
from commons.rollup import selectors
from commons.rollup.enums import Scope
from commons.rollup.fold import fold
from commons.tenancy.door import inside
from tests.factories import organizations as make

Country = dict[str, TradeUnion]

MANY = 10_000
MONTH = parse_month("2026-11")
TABLES = ["registry_socialorganization", "registry_ledgerspan", "registry_confirmation", "registry_contactlog"]

CONTACTS = """
INSERT INTO registry_contactlog (id, organization_id, contacted_on, kind, participants, topics, demands, follow_up,
                                 classification, created_at, created_by_name, updated_at)
SELECT gen_random_uuid(), (SELECT id FROM registry_socialorganization LIMIT 1), DATE '2026-01-01' + n %% 300, 'visit', '',
       '走访', '', '', 'internal', now(), '李敏', now()
FROM generate_series(1, %s) n
"""


def put_on_the_ledger(count: int, *, first: int = 1) -> None:
    """Copies of one entry, each with its own code, span and confirmation, by three statements."""
    template = make.organization(active_on=date(2025, 1, 1))
    codes = [make.credit_code(1_000_000 + number) for number in range(first, first + count)]
    columns = [column.column for column in template._meta.concrete_fields]
    copied = [
        {"id": "gen_random_uuid()", "uscc": "code", "serial": "1000000 + n"}.get(column, f'o."{column}"')
        for column in columns
    ]
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO registry_socialorganization ({names}) SELECT {', '.join(copied)} "
            "FROM registry_socialorganization o, unnest(%s::text[]) WITH ORDINALITY codes(code, n) WHERE o.id = %s",
            [codes, template.pk],
        )
        cursor.execute(
            "INSERT INTO registry_ledgerspan (id, organization_id, from_on) "
            "SELECT gen_random_uuid(), id, DATE '2025-01-01' + serial %% 600 FROM registry_socialorganization WHERE id <> %s",
            [template.pk],
        )
        cursor.execute(
            "INSERT INTO registry_confirmation (id, organization_id, confirmed_on, by_name) "
            "SELECT gen_random_uuid(), id, DATE '2026-01-01' + serial %% 300, '' FROM registry_socialorganization WHERE id <> %s",
            [template.pk],
        )


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@contextmanager
def unmarked(off: bool) -> Iterator[None]:
    """The union's tables without their triggers, if `off`."""
    if off:
        _switch("DISABLE")
    yield
    if off:
        _switch("ENABLE")


def _switch(how: str) -> None:
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} {how} TRIGGER USER")


@pytest.mark.parametrize("rows", [1, MANY])
def test_write_with_and_without_marks(benchmark: Any, own_database: str, rows: int) -> None:
    """Committed inserts, turn about with the triggers on and off: the ratio of the medians."""
    union = TradeUnion.objects.get(code="430105")
    taken: dict[bool, list[float]] = {True: [], False: []}

    def insert() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(CONTACTS, [rows])

    def turns() -> None:
        for turn in range(20 if rows == MANY else 200):
            off = bool(turn % 2)
            with unmarked(off):
                taken[off].append(seconds(insert))

    with inside(union):
        make.organization()
        insert()
        benchmark.pedantic(turns, rounds=1)
    marked, plain = statistics.median(taken[False]), statistics.median(taken[True])
    benchmark.extra_info.update(
        rows=rows, marked_ms=round(marked * 1000, 3), plain_ms=round(plain * 1000, 3), ratio=round(marked / plain, 3)
    )


@pytest.mark.django_db
def test_fold_of_one_contact(benchmark: Any, country: Country) -> None:
    kaifu = country["430105"]
    with inside(kaifu):
        make.organization()
        fold(kaifu)

    def contact() -> None:
        with inside(kaifu), connection.cursor() as cursor:
            cursor.execute(CONTACTS, [1])

    benchmark.pedantic(lambda: fold(kaifu), setup=contact, rounds=50)


@pytest.mark.django_db
@pytest.mark.parametrize("standing", [100, 1000])
def test_fold_of_one_entry_among_many(benchmark: Any, country: Country, standing: int) -> None:
    kaifu = country["430105"]
    with inside(kaifu):
        put_on_the_ledger(standing)
        fold(kaifu)

    def entry() -> None:
        with inside(kaifu):
            make.organization(active_on=date(2026, 6, 1))

    benchmark.pedantic(lambda: fold(kaifu), setup=entry, rounds=10)
    benchmark.extra_info["standing"] = standing


@pytest.mark.django_db
def test_fold_of_ten_thousand_new_entries(benchmark: Any, country: Country) -> None:
    kaifu = country["430105"]
    with inside(kaifu):
        put_on_the_ledger(MANY)
    taken = benchmark.pedantic(lambda: seconds(lambda: fold(kaifu)), rounds=1)
    benchmark.extra_info["seconds"] = round(taken, 2)
    again = seconds(lambda: fold(kaifu, everything=True))
    benchmark.extra_info["recount_without_change_s"] = round(again, 2)


@pytest.mark.django_db
def test_read_beside_a_loop_over_the_schemas(benchmark: Any, country: Country) -> None:
    """All indicators of every union at once, and, as the alternative, one count in each schema."""
    for union in country.values():
        with inside(union):
            put_on_the_ledger(20, first=union.pk * 100)
        fold(union)
    nation = actors.system("benchmark", country["000000"])
    codes = [indicator.code for indicator in selectors.catalogue()]

    def read() -> object:
        return selectors.values(nation, unions=country.values(), indicators=codes, month=MONTH, scope=Scope.SUBTREE)

    def loop() -> None:
        for union in country.values():
            with inside(union), connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM registry_ledgerspan WHERE until_on IS NULL")
                cursor.fetchone()

    loops = statistics.median(seconds(loop) for _ in range(20))
    benchmark.pedantic(read, rounds=50)
    benchmark.extra_info["one_indicator_by_loop_ms_per_union"] = round(loops * 1000 / len(country), 3)
