"""The folder notes what it folded, looks at it between sweeps, and folds on whatever happens there."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime

import psycopg2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commons.hierarchy.models import TradeUnion
from commons.kit.clock import month_index, month_text, today
from commons.quality import watch
from commons.quality.looking import look
from commons.quality.models import Ticket
from commons.quality.tasks import look_at_all
from commons.rollup.folder import AFTER_FOLD, EACH_SWEEP, Folder
from commons.tenancy.door import inside
from tests.commons.rollup.test_fold import figure
from tests.factories import organizations as make
from tests.factories.cells import cell

NOW = month_text(month_index(today()))


@pytest.fixture(autouse=True)
def _nothing_noted() -> Iterator[None]:
    watch.NOTED.unions.clear()
    watch.NOTED.due = 0.0
    yield
    watch.NOTED.unions.clear()


@pytest.fixture
def unions(own_database: str) -> dict[str, TradeUnion]:
    return {union.code: union for union in TradeUnion.objects.all()}


def test_the_folder_knows_of_it() -> None:
    assert AFTER_FOLD.count(watch.heard) == 1
    assert EACH_SWEEP.count(watch.work_off) == 1


def test_what_was_folded_is_looked_at_in_the_sweep_that_follows(unions: dict[str, TradeUnion]) -> None:
    folder = Folder()
    folder.sweep()
    watch.NOTED.unions.clear()
    cell(unions["430105"], "org_hub", NOW, 3)
    with inside(unions["430105"]):
        make.organization()
    folder.sweep()
    assert list(watch.NOTED.unions) == [unions["430105"].pk]
    watch.NOTED.due = 0.0
    folder.sweep()
    assert watch.NOTED.unions == {}
    assert Ticket.objects.filter(union=unions["430105"], indicator="ORG-12").count() == 1
    # Not again before the pause is over.
    watch.heard([unions["430105"].pk])
    assert watch.work_off() == 0
    assert watch.NOTED.due - time.monotonic() > watch.PAUSE_S - 2


def test_the_folder_folds_when_a_check_fails(unions: dict[str, TradeUnion], caplog: pytest.LogCaptureFixture) -> None:
    folder = Folder()
    folder.sweep()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE quality_ticket RENAME COLUMN rule TO rule_lost")
    for count in (1, 2):
        with inside(unions["430105"]):
            make.organization()
        watch.NOTED.due = 0.0
        assert folder.sweep()
        assert figure(unions, "000000", "ORG-01") == count
    assert watch.NOTED.unions == {unions["430105"].pk: None}
    assert "quality.look_failed" in caplog.text


def test_by_night_everything_is_looked_at(country: dict[str, TradeUnion], monkeypatch: pytest.MonkeyPatch) -> None:
    """A hint that was lost costs a day at most."""
    monkeypatch.setattr("commons.quality.tasks.AT_ONCE", 3)
    for code in ("430105", "440304", "000000"):
        cell(country[code], "org_hub", NOW, 3)
    assert look_at_all() == 5
    assert look_at_all() == 0
    assert set(Ticket.objects.values_list("union__code", "kind")) == {
        ("430100", "below"),
        ("440300", "below"),
        ("430105", "parts"),
        ("440304", "parts"),
        ("000000", "parts"),
    }


def test_two_looks_do_not_overlap(unions: dict[str, TradeUnion], at: datetime) -> None:
    where = connection.settings_dict
    other = psycopg2.connect(
        host=where["HOST"], port=where["PORT"], user=where["USER"], password=where["PASSWORD"], dbname=where["NAME"]
    )
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(20772, 0)")
        watch.heard([unions["430105"].pk])
        assert watch.work_off() == 0
        assert watch.NOTED.unions == {unions["430105"].pk: None}
    finally:
        other.close()


def test_the_number_of_statements_does_not_grow(country: dict[str, TradeUnion], at: datetime) -> None:
    counts = []
    for codes in (["430105"], list(country)):
        with CaptureQueriesContext(connection) as asked:
            look([country[code].pk for code in codes], at=at)
        counts.append(len([one for one in asked if not one["sql"].startswith(("SAVEPOINT", "RELEASE", "SET search"))]))
    assert counts == [10, 10]
