"""Whoever may meet does: no pair waits for each other, and folding waits for nobody. Source: decisions/one-order-of-locks."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import psycopg2
import pytest
from django.db import OperationalError, connection, transaction

from commons.access.actors import system
from commons.boundaries import actions as boundaries
from commons.boundaries.transfer import actions as transfers
from commons.boundaries.transfer import guard
from commons.boundaries.transfer.enums import Mode, TransferState
from commons.boundaries.transfer.models import Transfer
from commons.hierarchy import states
from commons.hierarchy.enums import Level, UnionState
from commons.hierarchy.models import TradeUnion
from commons.jobs import engine
from commons.jobs.enums import JobState
from commons.jobs.models import Job
from commons.kit.clock import now
from commons.rollup.fold import Outcome, fold, fold_many, redrawing
from commons.rollup.models import PublicMark
from commons.rollup.verify import verify
from commons.tenancy.door import inside
from tenants.registry.models import ContactLog, SocialOrganization
from tests.commons.boundaries.transfer.ledgers import NOVEMBER, contact, run
from tests.commons.boundaries.transfer.test_crashes import another, until, waits, work
from tests.factories import country as countries
from tests.factories import organizations as make

Country = dict[str, TradeUnion]


@pytest.fixture
def unions(own_database: str) -> Country:
    return {union.code: union for union in TradeUnion.objects.all()}


@contextmanager
def meanwhile(action: Callable[[], object]) -> Iterator[None]:
    """Run `action` beside the block, which begins when it waits for a lock; its error is raised at the end."""
    failed: list[BaseException] = []

    def act() -> None:
        try:
            action()
        except BaseException as problem:
            failed.append(problem)
        finally:
            connection.close()

    thread = threading.Thread(target=act)
    thread.start()
    until(waits, patience_s=20)
    yield
    thread.join(30)
    assert not thread.is_alive()
    if failed:
        raise failed[0]


def start(source: TradeUnion, target: TradeUnion, mode: Mode = Mode.MERGE) -> Transfer:
    return transfers.start(source=source, target=target, month=NOVEMBER, mode=mode, by=system("测试"), at=now())


def one_job() -> None:
    assert engine.run_due(limit=1) == 1


def test_the_nations_row_is_written_once_per_batch(country: Country) -> None:
    """Fifty unions, each with something new: one row of each series of the nation is written, once."""
    added = [
        countries.union(f"4301{number:02}", f"第{number}区总工会", Level.DISTRICT, country["430100"])
        for number in range(20, 65)
    ]
    batch = [*added, *(country[code] for code in ("430105", "430111", "440304", "430100", "310115"))]
    assert len(batch) == 50
    for code in ("430105", "430111", "440304", "430100", "310115"):
        with inside(country[code]):
            make.organization(active_on=date(2026, 3, 1))
    assert (
        PublicMark.objects.filter(union_id__in=[union.pk for union in batch]).values("union_id").distinct().count()
        >= 45
    )
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE public.written (line text, measure text, dim text, item text, month int)")
        cursor.execute(
            """
            CREATE FUNCTION public.note_written() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                INSERT INTO public.written VALUES (NEW.line, NEW.measure, NEW.dim, NEW.item, NEW.month); RETURN NULL;
            END $$
            """
        )
        cursor.execute(
            "CREATE TRIGGER note_written AFTER INSERT OR UPDATE ON public.rollup_cell FOR EACH ROW "
            f"WHEN (NEW.union_id = {country['000000'].pk}) EXECUTE FUNCTION public.note_written()"
        )
        assert fold_many(batch) is Outcome.FOLDED
        cursor.execute("SELECT line, measure, dim, item, month FROM public.written")
        written = Counter(cursor.fetchall())
    assert set(written.values()) == {1}
    assert {"org_ledger", "org_entries"} <= {measure for _, measure, *_ in written}
    assert verify().differences == []


def test_a_move_and_a_transfer_between_the_same_unions(unions: Country, own_database: str) -> None:
    """The district stands before its city by id: who locks the city first and then what is below would meet the other."""
    district, city = unions["430105"], unions["440300"]
    assert district.pk < city.pk
    said: dict[str, Any] = {"by": system("测试", unions["000000"]), "at": now(), "reason": "检验"}
    boundaries.move(union=district, parent=city, on=date(2026, 1, 1), **said)
    with another(own_database) as cursor:
        cursor.execute("SELECT FROM public.hierarchy_tradeunion WHERE id = %s FOR NO KEY UPDATE", [district.pk])
        with meanwhile(lambda: boundaries.move(union=city, parent=unions["430000"], on=date(2026, 2, 1), **said)):
            cursor.execute("SELECT FROM public.hierarchy_tradeunion WHERE id = %s FOR NO KEY UPDATE", [city.pk])
            cursor.connection.commit()
    assert TradeUnion.objects.get(pk=district.pk).path == [
        unions["000000"].pk,
        unions["430000"].pk,
        city.pk,
        district.pk,
    ]


def test_a_mergers_transfer_begins_when_nobody_writes_there_any_more(unions: Country, own_database: str) -> None:
    """Somebody still writes from before the merger: what they write would be left behind."""
    said: dict[str, Any] = {"by": system("测试", unions["000000"]), "at": now(), "reason": "检验"}
    with inside(unions["430105"]):
        make.organization()
    with another(own_database) as cursor:
        cursor.execute("LOCK TABLE d430105.registry_socialorganization IN ROW EXCLUSIVE MODE")
        boundaries.merge(union=unions["430105"], successor=unions["430111"], on=date(2026, 11, 1), **said)
        one_job()
        asked = Job.objects.get()
        assert (asked.state, asked.attempts, Transfer.objects.count()) == (JobState.QUEUED, 1, 0)
        cursor.connection.commit()
    Job.objects.update(run_after=now())
    work()
    moved = Transfer.objects.get()
    assert (moved.source_id, moved.target_id) == (unions["430105"].pk, unions["430111"].pk)
    assert run(moved).state == TransferState.DONE
    assert verify().differences == []


def test_a_union_is_referred_to_while_the_tree_changes(unions: Country, own_database: str) -> None:
    """Audit entries, jobs, figures: whatever points at a union is written meanwhile."""
    with redrawing(), another(own_database) as cursor:
        cursor.execute("SET lock_timeout = '500ms'")
        cursor.execute(
            "INSERT INTO public.rollup_unfoldedunion (union_id, since, attempts, error) VALUES (%s, now(), 1, '')",
            [unions["430100"].pk],
        )


def test_a_suspension_waits_for_a_change_of_the_tree_and_folding_for_neither(
    unions: Country, own_database: str
) -> None:
    with inside(unions["430105"]):
        make.organization()
    with another(own_database) as cursor:
        cursor.execute("SELECT FROM public.hierarchy_tradeunion ORDER BY id FOR NO KEY UPDATE")
        said: dict[str, Any] = {"by": system("测试"), "at": now(), "reason": "检验"}
        with meanwhile(lambda: states.change(union=unions["430105"], event="suspend", **said)):
            assert fold(unions["430105"]) is Outcome.FOLDED
            cursor.connection.commit()
    assert TradeUnion.objects.get(code="430105").state == UnionState.SUSPENDED


def test_folding_waits_for_no_writer(unions: Country, own_database: str) -> None:
    with inside(unions["430105"]):
        entry = make.organization()
        make.organization()
    with another(own_database) as cursor:
        cursor.execute("UPDATE d430105.registry_socialorganization SET is_hub = true WHERE id = %s", [str(entry.pk)])
        cursor.execute("SELECT FROM d430105.registry_ledgerspan FOR UPDATE")
        began = time.monotonic()
        assert fold(unions["430105"]) is Outcome.FOLDED
        assert time.monotonic() - began < 5
        cursor.connection.commit()
    assert fold(unions["430105"]) is Outcome.FOLDED
    assert verify().differences == []


def test_joining_and_an_officers_bulk_change(unions: Country, own_database: str) -> None:
    """The giver has the two organizations in the other order than the receiver."""
    first, second = make.credit_code(), make.credit_code()
    with inside(unions["430105"]):
        for code in (second, first):
            make.organization(uscc=code)
    with inside(unions["430111"]):
        low, high = (make.organization(uscc=code) for code in (first, second))
    assert low.pk < high.pk
    transfer = start(unions["430105"], unions["430111"])
    one_job()
    with another(own_database) as cursor:
        lock = "SELECT FROM d430111.registry_socialorganization WHERE id = %s FOR UPDATE"
        cursor.execute(lock, [str(low.pk)])
        with meanwhile(one_job):
            cursor.execute(lock, [str(high.pk)])
            cursor.connection.commit()
    assert run(transfer).state == TransferState.DONE
    assert verify().differences == []


def test_arriving_records_and_an_officer_who_numbers_an_entry(unions: Country, own_database: str) -> None:
    with inside(unions["430105"]):
        make.organization()
    transfer = start(unions["430105"], unions["430111"])
    one_job()
    with another(own_database) as cursor:
        cursor.execute("SET search_path = d430111, public")
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext('d430111'))", [0x5265_6701])
        with meanwhile(one_job):
            cursor.execute("LOCK TABLE registry_socialorganization IN ROW EXCLUSIVE MODE")
            cursor.connection.commit()
    assert run(transfer).state == TransferState.DONE


def test_taking_apart_what_was_joined_and_an_officers_edit(unions: Country, own_database: str) -> None:
    """An officer holds the entry and goes on to a contact that came to it; the switch back wants both."""
    code = make.credit_code()
    with inside(unions["430105"]):
        contact(make.organization(uscc=code), date(2026, 11, 3))
    with inside(unions["430111"]):
        mine = make.organization(uscc=code)
    transfer = run(start(unions["430105"], unions["430111"]))
    with inside(unions["430111"]):
        came = ContactLog.objects.get(organization=mine)
    transfers.undo(transfer=transfer, by=system("测试"), at=now())
    work()
    assert Transfer.objects.get().state == TransferState.SWITCHING_BACK
    with another(own_database) as cursor:
        cursor.execute("SELECT FROM d430111.registry_socialorganization WHERE id = %s FOR UPDATE", [str(mine.pk)])
        with meanwhile(lambda: fold_many([unions["430111"]], wait=True)):
            cursor.execute("UPDATE d430111.registry_contactlog SET demands = '场地' WHERE id = %s", [str(came.pk)])
            assert cursor.rowcount == 1
            cursor.connection.commit()
    assert run(transfer).state == TransferState.UNDONE
    assert verify().differences == []


def test_closing_tables_gives_way_before_an_officer_would_fail(unions: Country, own_database: str) -> None:
    """An officer who holds a later table asks for the first one; the transfer has it and gives up in time."""
    with inside(unions["430105"]):
        entry = make.organization()
    start(unions["430105"], unions["430111"])
    with another(own_database) as cursor:
        cursor.execute("LOCK TABLE d430105.registry_contactlog IN ROW EXCLUSIVE MODE")
        with meanwhile(one_job):
            cursor.execute(
                "UPDATE d430105.registry_socialorganization SET alias = '启航' WHERE id = %s", [str(entry.pk)]
            )
            cursor.connection.commit()
    with inside(unions["430105"]):
        assert SocialOrganization.objects.get(pk=entry.pk).alias == "启航"
    assert run(Transfer.objects.get()).state == TransferState.COPYING, "it comes again a little later"


def test_all_tables_together_are_waited_for_less_than_a_second(unions: Country, own_database: str) -> None:
    """Two officers, one after the other, each in another table: together longer than the database waits for a circle."""
    free = threading.Event()

    def hold_for_half_a_second() -> None:
        with another(own_database) as cursor:
            cursor.execute("LOCK TABLE d430105.registry_orgperson IN ROW EXCLUSIVE MODE")
            free.set()
            time.sleep(0.5)

    first = threading.Thread(target=hold_for_half_a_second)
    with another(own_database) as cursor, inside(unions["430105"]):
        last = guard.every_table()[-1]
        cursor.execute(f"LOCK TABLE d430105.{last.name} IN ROW EXCLUSIVE MODE")
        first.start()
        free.wait(5)
        began = time.monotonic()
        with pytest.raises(OperationalError) as refused, transaction.atomic():
            guard.close_all()
        assert time.monotonic() - began < 1
    first.join(5)
    assert isinstance(refused.value.__cause__, psycopg2.errors.LockNotAvailable)
