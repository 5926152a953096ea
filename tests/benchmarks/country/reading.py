"""Reading numbers: the nation's dashboard, what was known earlier, the directory's search."""

from __future__ import annotations

import random
from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from commons.access.actors import system
from commons.directory import selectors as directory
from commons.directory.models import RegisteredOrganization
from commons.hierarchy.enums import Level
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import month_index, today
from commons.rollup import cells, selectors
from commons.rollup.declaration import CATALOGUE
from tests.benchmarks.country.measuring import Result, milliseconds, once, spread, undone

SEARCHES = 200


def size() -> Result:
    with connection.cursor() as cursor:
        found: Result = {"unions": TradeUnion.objects.active().count()}
        for name, table in (
            ("cells", "rollup_cell"),
            ("versions", "rollup_cellversion"),
            ("presences", "rollup_presence"),
            ("directory", "directory_registeredorganization"),
        ):
            cursor.execute(f"SELECT count(*), pg_total_relation_size('public.{table}') FROM public.{table}")
            count, taken = cursor.fetchone()
            found[name] = {"rows": count, "mb": round(taken / 2**20)}
        cursor.execute("SELECT pg_database_size(current_database())")
        found["database_gb"] = round(cursor.fetchone()[0] / 2**30, 2)
    return found


def dashboard_sql() -> Result:
    """60 totals of the nation and 60 of each province, against asking every union's own table for one."""
    nation = TradeUnion.objects.get(code="000000")
    provinces = list(TradeUnion.objects.filter(level=Level.PROVINCE).values_list("pk", flat=True))
    real = list(CATALOGUE.measures)
    month = month_index(today())
    table = cells.Table("subtree")
    with undone(), connection.cursor() as cursor:
        extra = [f"bench_{number}" for number in range(60 - len(real))]
        cursor.execute(
            "INSERT INTO rollup_cell (union_id, line, measure, dim, item, month, own, subtree) "
            "SELECT union_id, line, m, dim, item, month, own, subtree FROM rollup_cell, unnest(%s::text[]) m "
            "WHERE measure = 'org_ledger' AND dim = '' AND line = 'regional' AND union_id = ANY(%s)",
            [extra, [nation.pk, *provinces]],
        )
        cursor.execute("ANALYZE rollup_cell")
        asked = [cells.Asked(code, code, 0, month, flow=False) for code in [*real, *extra][:60]]
        both = milliseconds(
            lambda: (cells.figures(table, [nation.pk], asked), cells.figures(table, provinces, asked)), 50
        )
        found = len(cells.figures(table, provinces, asked))
    one = milliseconds(lambda: cells.figures(table, provinces, asked[:1]), 30)["p50"]
    growth = _elsewhere()
    return {
        "nation_and_provinces_ms": both,
        "figures": found,
        "one_indicator_ms": one,
        "one_indicator_elsewhere": growth,
        "loop_over_schemas_ratio": round(list(growth.values())[-1]["loop_ms"] / one),
        "union_all_ratio": round(list(growth.values())[-1]["union_all_ms"] / one),
    }


def _elsewhere() -> dict[str, dict[str, float]]:
    """One count asked of each schema: one statement each, or one for two hundred."""
    everything = list(TradeUnion.objects.active().values_list("schema_name", flat=True))
    growth = {}
    for number in (100, 1000, len(everything)):
        schemas = everything[:number]

        def loop(schemas: list[str] = schemas) -> None:
            with connection.cursor() as cursor:
                for schema in schemas:
                    cursor.execute(
                        f'SELECT count(*) FROM "{schema}".registry_socialorganization WHERE state = %s', ["active"]
                    )
                    cursor.fetchone()

        def united(schemas: list[str] = schemas) -> None:
            with connection.cursor() as cursor:
                for start in range(0, len(schemas), 200):
                    cursor.execute(
                        " UNION ALL ".join(
                            f"""SELECT count(*) FROM "{schema}".registry_socialorganization WHERE state = 'active'"""
                            for schema in schemas[start : start + 200]
                        )
                    )
                    cursor.fetchall()

        growth[str(number)] = {"loop_ms": milliseconds(loop, 2)["p50"], "union_all_ms": milliseconds(united, 2)["p50"]}
    return growth


def as_of() -> Result:
    """One indicator of 31 provinces, as it was known at the last batch and before."""
    provinces = list(TradeUnion.objects.filter(level=Level.PROVINCE).values_list("pk", flat=True))
    month = month_index(today())
    known = selectors.known_at()
    assert known is not None
    asked = [cells.Asked("org_ledger", "org_ledger", 0, month, flow=False)]
    found = {}
    for label, back in (
        ("last_batch", timedelta()),
        ("a_minute_before", timedelta(minutes=1)),
        ("an_hour_before", timedelta(hours=1)),
        ("a_day_before", timedelta(days=1)),
    ):
        table = cells.Table("subtree", as_of=known - back)
        found[label] = milliseconds(lambda table=table: cells.figures(table, provinces, asked))
    return found


def search() -> Result:
    """Substrings of 2, 3 and 6 characters, prefixes of codes, and both with filters: the selector, and its SQL alone."""
    chance = random.Random(7)
    names = list(RegisteredOrganization.objects.order_by("?").values_list("name", "uscc", "region_code")[:SEARCHES])
    questions = {
        **{
            f"{length}_characters": [{"text": _part(name, length, chance)} for name, _, _ in names]
            for length in (2, 3, 6)
        },
        "code_prefix": [{"text": uscc[: chance.choice([8, 10, 12])]} for _, uscc, _ in names],
        "with_region": [{"text": _part(name, 2, chance), "region": f"{region[:2]}0000"} for name, _, region in names],
    }
    by = system("benchmark")
    found: Result = {}
    for label, asked in questions.items():
        for question in asked[:20]:
            directory.search(actor=by, **question)
        found[label] = {"selector_ms": spread([once(lambda q=q: directory.search(actor=by, **q)) for q in asked])}
        sql = []
        for question in asked:
            with CaptureQueriesContext(connection) as captured:
                directory.search(actor=by, **question)
            sql.append(sum(float(query["time"]) for query in captured) * 1000)
        found[label]["sql_ms"] = spread(sql)
    with connection.cursor() as cursor:
        like = [
            once(
                lambda name=name: cursor.execute(
                    "SELECT uscc FROM directory_registeredorganization WHERE name LIKE %s LIMIT 20",
                    [f"%{_part(name, 3, chance)}%"],
                )
            )
            for name, _, _ in names[:20]
        ]
        counted = [
            once(
                lambda name=name: cursor.execute(
                    "SELECT count(*) FROM directory_registeredorganization WHERE name LIKE %s",
                    [f"%{_part(name, 3, chance)}%"],
                )
            )
            for name, _, _ in names[:20]
        ]
    found["like_first_20_ms"], found["like_count_ms"] = spread(like), spread(counted)
    return found


def _part(name: str, length: int, chance: random.Random) -> str:
    start = chance.randrange(max(len(name) - length, 0) + 1)
    return name[start : start + length]
