"""A sheet of 10,000 organizations: read, checked row by row, entered; the same sheet again; and what its marks cost."""

import io
import statistics
import time
from typing import Any

import pytest
from django.db.models import QuerySet

from commons.access.actors import Actor
from commons.hierarchy.enums import Level
from commons.hierarchy.models import TradeUnion
from commons.jobs import engine
from commons.kit.clock import now
from commons.people.enums import Role
from commons.tenancy import door
from tenants.registry.imports import actions
from tenants.registry.models import ImportBatch, SocialOrganization
from tests.benchmarks.test_rollup import unmarked
from tests.factories import people
from tests.tenants.registry.imports import sheets

ROWS = 10_000
BAD_EVERY = 100


@pytest.fixture
def content() -> bytes:
    return sheets.xlsx(
        [sheets.row(number, **({"类型": "企业"} if number % BAD_EVERY == 0 else {})) for number in range(1, ROWS + 1)]
    )


@pytest.mark.django_db
@pytest.mark.parametrize("again", [False, True], ids=["new", "again"])
def test_import_of_10000_rows(
    benchmark: Any, content: bytes, country: dict[str, TradeUnion], actor_of: Any, again: bool
) -> None:
    by: Actor = actor_of("430105", Role.UNION_STAFF)
    kaifu = country["430105"]
    if again:
        imported(by, kaifu, content)

    steps = benchmark.pedantic(imported, args=(by, kaifu, content), rounds=1)

    benchmark.extra_info.update({"rows": ROWS, **{name: round(seconds, 2) for name, seconds in steps.items()}})
    good = ROWS - ROWS // BAD_EVERY
    with door.inside(kaifu):
        report = ImportBatch.objects.latest("created_at").report
        assert SocialOrganization.objects.count() == good
    assert {name: report[name] for name in ("new", "changed", "same", "bad")} == {
        "new": 0 if again else good,
        "changed": 0,
        "same": good if again else 0,
        "bad": ROWS // BAD_EVERY,
    }


def test_import_with_and_without_marks(benchmark: Any, content: bytes, own_database: str) -> None:
    """The same sheet into six unions, turn about with the triggers on and off; the first two warm up."""
    unions = [*TradeUnion.objects.active().filter(level=Level.DISTRICT).order_by("code"), *_cities()][:6]
    taken: dict[bool, list[float]] = {True: [], False: []}

    def turns() -> None:
        for number, union in enumerate(unions):
            off = number % 4 in {1, 2}
            by = people.actor(union.code, Role.UNION_STAFF)
            with door.inside(union), unmarked(off):
                taken[off].append(sum(imported(by, union, content).values()))

    benchmark.pedantic(turns, rounds=1)
    marked, plain = statistics.median(taken[False][1:]), statistics.median(taken[True][1:])
    benchmark.extra_info.update(
        rows=ROWS, marked_s=round(marked, 2), plain_s=round(plain, 2), ratio=round(marked / plain, 3)
    )


def _cities() -> QuerySet[TradeUnion]:
    return TradeUnion.objects.active().filter(level=Level.CITY).order_by("code")


def imported(by: Actor, union: TradeUnion, content: bytes) -> dict[str, float]:
    """Upload, check and run, as the pages and the worker do; the seconds of each."""
    marks = [time.perf_counter()]
    with door.inside(union):
        batch = actions.upload(file=io.BytesIO(content), name="台账.xlsx", size=len(content), by=by, at=now())
        marks.append(time.perf_counter())
        chosen = {index: name for name, index in batch.mapping.items()}
        actions.choose_columns(batch=batch, chosen=chosen, by=by, at=now())
    engine.run_due()
    marks.append(time.perf_counter())
    with door.inside(union):
        actions.start(batch=batch, good_rows_only=True, verified=True, by=by, at=now())
    engine.run_due()
    marks.append(time.perf_counter())
    names = ("upload", "check", "run")
    return {name: end - begin for name, begin, end in zip(names, marks, marks[1:], strict=False)}
