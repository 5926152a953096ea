"""A sheet of 10,000 organizations: read, checked row by row, entered; and the same sheet again."""

import io
import time
from typing import Any

import pytest

from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.jobs import engine
from commons.kit.clock import now
from commons.people.enums import Role
from commons.tenancy import door
from tenants.registry.imports import actions
from tenants.registry.models import ImportBatch, SocialOrganization
from tests.tenants.registry.imports import sheets

pytestmark = pytest.mark.django_db
ROWS = 10_000
BAD_EVERY = 100


@pytest.fixture
def content() -> bytes:
    return sheets.xlsx(
        [sheets.row(number, **({"类型": "企业"} if number % BAD_EVERY == 0 else {})) for number in range(1, ROWS + 1)]
    )


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
