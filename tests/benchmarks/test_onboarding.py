"""What a union costs to join, beside the bare DDL of the same tables and beside Django's migrations, in one run."""

import itertools
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.commands.migrate import Command as Migrate
from django.db import connection, transaction

from commons.access.actors import system
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now
from commons.onboarding.bulk import country, joining
from commons.tenancy import door, provision, template
from commons.tenancy.ddl import at_schema

UNIONS = 24
WARM_UP = 2
BY_MIGRATIONS = 2


@contextmanager
def timed(into: list[float]) -> Iterator[None]:
    started = time.perf_counter()
    yield
    into.append(time.perf_counter() - started)


def bare(number: int, ddl: str) -> None:
    """The same tables by their DDL alone."""
    schema = f"bare_{number}"
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE SCHEMA "{schema}"')
        with at_schema(schema) as cursor:
            cursor.execute(ddl)


def migrated(number: int) -> None:
    """The same tables by Django's migrations, as django-tenants makes them."""
    schema = f"migrated_{number}"
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE SCHEMA "{schema}"')
    with door.inside(TradeUnion(schema_name=schema)):
        call_command(Migrate(), interactive=False, verbosity=0)


def test_a_union_joins_beside_the_bare_ddl(benchmark: Any, own_database: str) -> None:
    rows = [row for row in country.rows(under="430000") if not TradeUnion.objects.filter(code=row.code).exists()]
    cities = [row for row in rows if row.code.endswith("00")]
    shape, by, at = template.current(), system("测试"), now()
    for row in cities:
        assert not joining.join(row, by=by, at=at, shape=shape).faults
    districts = iter([row for row in rows if row not in cities])
    numbers = itertools.count()
    bares: list[float] = []
    migrations: list[float] = []

    def bare_first() -> None:
        # Side by side, in turn: whatever else the machine does falls on both.
        with timed(bares):
            bare(next(numbers), shape.ddl)

    def one_joins() -> None:
        assert joining.join(next(districts), by=by, at=at, shape=shape).made

    benchmark.pedantic(one_joins, setup=bare_first, rounds=UNIONS, warmup_rounds=WARM_UP)
    for number in range(BY_MIGRATIONS):
        with timed(migrations):
            migrated(number)
    bare_s, migrations_s = statistics.median(bares[WARM_UP:]), statistics.median(migrations)
    ratio = benchmark.stats.stats.median / bare_s
    benchmark.extra_info.update(
        {
            "bare_ddl_ms": round(bare_s * 1000, 1),
            "migrations_ms": round(migrations_s * 1000, 1),
            "times_the_bare_ddl": round(ratio, 2),
            "migrations_times_the_bare_ddl": round(migrations_s / bare_s, 1),
        }
    )


@pytest.mark.parametrize("unions", [16])
def test_the_schema_alone(benchmark: Any, own_database: str, unions: int) -> None:
    shape, at = template.current(), now()
    parent = TradeUnion.objects.get(code="430000")
    made = iter(
        [
            TradeUnion.objects.create(
                code=f"99{number:04d}", schema_name=f"d99{number:04d}", parent=parent, level="district", created_at=at
            )
            for number in range(unions)
        ]
    )
    benchmark.pedantic(lambda: provision.create_schema(next(made), shape=shape), rounds=unions)
