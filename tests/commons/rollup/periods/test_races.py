"""Closing while others fold, on connections of their own; and unions that join while months are closed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.db import connection, connections, transaction

from commons.access import actors
from commons.access.actors import system
from commons.boundaries.transfer import actions as transfers
from commons.boundaries.transfer.enums import Mode, TransferState
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now
from commons.rollup.enums import PeriodState
from commons.rollup.fold import Outcome, fold
from commons.rollup.folder import Folder
from commons.rollup.models import PeriodRevision, ReportingPeriod
from commons.rollup.moments import next_moment
from commons.rollup.periods import closing, late
from commons.rollup.periods import selectors as periods
from commons.rollup.selectors import Lens, Span
from commons.rollup.verify import verify
from commons.tenancy.door import inside
from tests.commons.boundaries.transfer.ledgers import AT as NOVEMBER_20
from tests.commons.boundaries.transfer.ledgers import NOVEMBER, figures, full, run, settle
from tests.commons.rollup.periods.asking import close
from tests.commons.rollup.periods.test_closing import JANUARY, shown
from tests.factories import organizations as make

Country = dict[str, TradeUnion]


@pytest.fixture
def unions(own_database: str) -> Country:
    return {union.code: union for union in TradeUnion.objects.all()}


class Aside:
    """Something done by a thread on a connection of its own."""

    def __init__(self, what: Callable[[], object]) -> None:
        self.answer: object = None
        self.failed: BaseException | None = None

        def do() -> None:
            try:
                self.answer = what()
            except BaseException as failed:
                self.failed = failed
            finally:
                connections.close_all()

        self.thread = threading.Thread(target=do)
        self.thread.start()

    def waits(self) -> bool:
        """Whether it comes to wait for a lock."""
        end = time.monotonic() + 20
        while time.monotonic() < end and self.thread.is_alive():
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                if cursor.fetchone()[0]:
                    return True
            time.sleep(0.02)
        return False

    def done(self) -> object:
        self.thread.join(timeout=30)
        assert not self.thread.is_alive()
        if self.failed is not None:
            raise self.failed
        return self.answer


def test_a_fold_that_comes_to_a_closing_waits_and_is_late(unions: Country) -> None:
    with inside(unions["430105"]):
        make.organization(active_on=date(2025, 1, 10))
    with transaction.atomic():
        close("2025-01")
        folding = Aside(lambda: fold(unions["430105"]))
        assert folding.waits()
    assert folding.done() is Outcome.FOLDED
    assert periods.state_of(JANUARY).waiting == 1
    assert shown(unions).value == 0
    assert shown(unions, lens=Lens(unsettled=True)).value == 1
    late.revise_due(at=datetime.now(tz=UTC).replace(year=2100))
    assert shown(unions).value == 1


def test_a_closing_that_comes_to_a_fold_waits_and_holds_it(unions: Country) -> None:
    with inside(unions["430105"]):
        make.organization(active_on=date(2025, 1, 10))
    with transaction.atomic():
        fold(unions["430105"])
        closed = Aside(lambda: close("2025-01"))
        assert closed.waits()
    closed.done()
    assert periods.state_of(JANUARY).waiting == 0
    assert shown(unions).value == 1


def test_of_two_who_close_one_is_told(unions: Country) -> None:
    with transaction.atomic():
        close("2025-01")
        other = Aside(lambda: close("2025-01"))
        assert other.waits()
    with pytest.raises(closing.AlreadyClosed):
        other.done()
    assert PeriodRevision.objects.count() == 1


def test_moments_only_grow_and_are_held_until_the_end(unions: Country) -> None:
    with transaction.atomic():
        first = next_moment()
        second = Aside(next_moment)
        assert second.waits()
    found = second.done()
    assert isinstance(found, tuple)
    assert found[0] > first.known_at


def test_the_folders_sweep_makes_the_revision(unions: Country) -> None:
    folder = Folder()
    folder.sweep()
    close("2025-01")
    with inside(unions["430105"]):
        make.organization(active_on=date(2025, 1, 10))
    folder.sweep()
    folder.sweep()
    assert shown(unions).value == 0
    ReportingPeriod.objects.update(late_at=now() - late.QUIET, late_since=now() - late.QUIET)
    folder.sweep()
    found = periods.state_of(JANUARY)
    assert (found.state, found.latest and found.latest.number) == (PeriodState.REVISED, 1)
    assert shown(unions).value == 1


def test_a_union_that_joins_another_changes_no_closed_month(country: Country) -> None:
    with inside(country["430105"]):
        full("长沙市启航职工服务中心", active_on=date(2026, 3, 1))
    with inside(country["430111"]):
        full("雨花区职工文体协会", active_on=date(2026, 2, 1), staff=7)
    settle("430105", "430111")
    nation = actors.system("test", country["000000"])
    for month in range(1, 11):
        closing.close(span=Span.parse(f"2026-{month:02d}"), by=nation, at=NOVEMBER_20)
    codes = ("430105", "430111", "430100", "000000")
    before, own = figures(*codes), figures(*codes, own=True)
    transfer = run(
        transfers.start(
            source=country["430105"],
            target=country["430111"],
            month=NOVEMBER,
            mode=Mode.MERGE,
            by=system("测试"),
            at=now(),
        )
    )
    assert transfer.state == TransferState.DONE
    after, own_after = figures(*codes), figures(*codes, own=True)
    # The running month has gone over.
    assert own != own_after
    for told, now_told in ((before, after), (own, own_after)):
        for place, value in told.items():
            if place[2] < "2026-11":
                assert now_told[place] == value, place
    assert PeriodRevision.objects.count() == 10
    assert not ReportingPeriod.objects.filter(late_since__isnull=False).exists()
    assert verify().differences == []
