"""
How PostgreSQL plans the ten hottest statements with a whole country in the database.

    PYTHONPATH=platform:graphql:. .venv/bin/python -m tests.benchmarks.country.explain > platform/handbook/explain.md

Each is caught while the platform does the real thing, then explained and run once more.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from textwrap import dedent

import django

os.environ.setdefault("PLATFORM_STATE_DIR", str(Path("build/bench").absolute()))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("LOG_LEVEL", "WARNING")
django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from commons.access.actors import system  # noqa: E402
from commons.directory import selectors as directory  # noqa: E402
from commons.directory.models import RegisteredOrganization  # noqa: E402
from commons.hierarchy.enums import Level  # noqa: E402
from commons.hierarchy.models import TradeUnion  # noqa: E402
from commons.kit.clock import month_index, today  # noqa: E402
from commons.rollup import marks, selectors  # noqa: E402
from commons.rollup.fold import fold_many  # noqa: E402
from commons.rollup.values import Lens  # noqa: E402
from commons.tenancy.door import inside  # noqa: E402
from tenants.registry.models import SocialOrganization  # noqa: E402
from tests.benchmarks.country import writes  # noqa: E402
from tests.benchmarks.country.measuring import facts  # noqa: E402

LONGEST = 1200


def main() -> None:
    nation = TradeUnion.objects.get(code="000000")
    provinces = list(TradeUnion.objects.filter(level=Level.PROVINCE).order_by("code"))
    district = TradeUnion.objects.active().filter(level=Level.DISTRICT).order_by("code")[0]
    by, month = system("explain", nation), month_index(today())
    codes = [found.code for found in selectors.catalogue()]
    known = selectors.known_at()
    assert known is not None
    earlier = Lens(as_of=known - timedelta(minutes=1))
    name = RegisteredOrganization.objects.order_by("-pk").values_list("name", flat=True)[0]

    def folded() -> None:
        fold_many([district], wait=True)

    def ledger() -> None:
        with inside(district):
            list(SocialOrganization.objects.filter(state="active").order_by("-updated_at", "-id")[:50])

    asked: list[tuple[str, Callable[[], object], str]] = [
        (
            "Every total of 31 provinces, as the nation's dashboard asks",
            lambda: selectors.values(by, unions=provinces, indicators=codes, month=month),
            "rollup_cell",
        ),
        (
            "Every total of the nation for thirteen months: cards, changes and sparklines",
            lambda: selectors.series(by, union=nation, indicators=codes, first_month=month - 12, last_month=month),
            "rollup_cell",
        ),
        (
            "One indicator of the nation by the items of a dimension",
            lambda: selectors.values(by, unions=[nation], indicators=["ORG-01"], month=month, by="OT"),
            "rollup_cell",
        ),
        (
            "One indicator of 31 provinces as it was known a minute before the last batch",
            lambda: selectors.values(by, unions=provinces, indicators=["ORG-01"], month=month, lens=earlier),
            "rollup_cellversion",
        ),
        (
            "How many unions of a subtree are missing from its numbers",
            lambda: selectors.missing([nation, *provinces]),
            "hierarchy_tradeunion",
        ),
        ("Which mark tables hold pages: the folder's look over the country", marks.survey, "pg_relation_size"),
        (
            "The directory by six characters of a name",
            lambda: directory.search(actor=by, text=name[-6:]),
            "directory_registeredorganization",
        ),
        ("The fold: what all unions say of the organizations of a change", folded, "rollup_presence WHERE measure"),
        ("The fold: the stored series that a change touches", folded, "rollup_cell x"),
        ("A union's ledger, a page of fifty", ledger, "registry_socialorganization"),
    ]
    out = sys.stdout.write
    told = facts()
    out("# The ten hottest statements\n\n")
    out(
        "Written by `python -m tests.benchmarks.country.explain` on a country of "
        f"{TradeUnion.objects.count()} unions, PostgreSQL {told['postgresql']}. "
        "Times are of a warm cache; what to look for is that each stays with its index.\n"
    )
    writes.entry(district)
    try:
        for title, work, mark in asked:
            if title.startswith("The fold: the stored"):
                writes.entry(district)
            with CaptureQueriesContext(connection) as captured:
                work()
            statement = max(
                (
                    query
                    for query in captured
                    if mark in query["sql"] and not query["sql"].startswith(("INSERT", "DELETE"))
                ),
                key=lambda query: float(query["time"]),
            )["sql"]
            out(f"\n## {title}\n\n```sql\n{_short(statement)}\n```\n\n```\n{_plan(statement, district)}\n```\n")
    finally:
        writes.taken_back([district])


def _plan(statement: str, union: TradeUnion) -> str:
    with inside(union), connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, BUFFERS OFF) " + statement.replace("%", "%%"), [])
        return "\n".join(_without_arrays(line) for (line,) in cursor.fetchall())


def _without_arrays(text: str) -> str:
    """Without the hundreds of values of an array."""
    return re.sub(r"(ARRAY\[|'\{)([^\]\}]{60})[^\]\}]*([\]\}])", r"\1\2…\3", text)


def _short(statement: str) -> str:
    """As it reads best, and not the whole of a very long one."""
    text = dedent(f"{'': <12}{_without_arrays(statement).strip()}")
    return text if len(text) <= LONGEST else text[:LONGEST] + " …"


if __name__ == "__main__":
    main()
