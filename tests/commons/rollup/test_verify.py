"""Verification finds what the fold would never make: figures that are not what the records give."""

import signal
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from commons.hierarchy.enums import Level
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now
from commons.rollup.fold import fold, fold_many
from commons.rollup.models import VerifyRun
from commons.rollup.verify import begin, keeping, last_run, repair, rounds, verify
from commons.tenancy import provision
from commons.tenancy.door import inside
from tests.commons.boundaries.transfer.test_crashes import another, until, waits
from tests.commons.jobs.processes import ROOT, environment
from tests.commons.rollup.test_fold import figure
from tests.factories import country as countries
from tests.factories import organizations as make

Country = dict[str, TradeUnion]
INSERT = "INSERT INTO public.rollup_cell (union_id, line, measure, dim, item, month, own, subtree)"


@pytest.fixture
def counted(country: Country) -> Country:
    code = make.credit_code()
    for union in ("430105", "430111", "440304"):
        with inside(country[union]):
            make.organization(uscc=code, active_on=date(2026, 2, 1))
            make.organization(active_on=date(2026, 5, 1))
    return country


def test_folds_first_and_finds_nothing(counted: Country) -> None:
    report = verify()
    assert report.differences == []
    assert report.unsettled == []
    assert report.unions == len(counted)
    assert report.figures > 100


def test_several_processes_find_the_same(own_database: str) -> None:
    unions = {union.code: union for union in TradeUnion.objects.all()}
    with inside(unions["430105"]):
        make.organization(active_on=date(2026, 2, 1))
    alone = verify()
    assert (alone.differences, alone.figures > 100) == ([], True)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE public.rollup_cell SET own = own + 1, subtree = subtree + 1 "
            "WHERE measure = 'org_entries' AND union_id = %s",
            [unions["430105"].pk],
        )
    alone, together = verify(), verify(run=begin(at=now(), resume=False), processes=2)
    assert len(alone.differences) > 0
    assert (together.differences, together.figures, together.unions) == (alone.differences, alone.figures, alone.unions)
    kept = last_run()
    assert kept is not None
    assert (kept.differences, kept.figures) == (len(alone.differences), alone.figures)


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE public.rollup_cell SET subtree = subtree + 1 WHERE measure = 'org_new' AND dim = '' AND union_id = %s",
        "UPDATE public.rollup_cell SET own = own + 1 WHERE measure = 'org_entries' AND union_id = %s",
        "DELETE FROM public.rollup_cell WHERE measure = 'org_ledger' AND dim = 'D' AND union_id = %s",
        "DELETE FROM public.rollup_presence WHERE measure = 'org_new' AND union_id = %s",
        "UPDATE public.rollup_presence SET until_month = from_month + 1 WHERE measure = 'org_ledger' AND union_id = %s",
        f"{INSERT} VALUES (%s, 'regional', 'org_ledger', 'OT', 'foundation', 24000, 1, 1)",
        f"{INSERT} VALUES (%s, 'regional', 'no_such_measure', '', '', 24000, 1, 1)",
    ],
)
def test_each_tampering_is_named(counted: Country, tampering: str) -> None:
    assert verify().differences == []
    with connection.cursor() as cursor:
        cursor.execute(tampering, [counted["430105"].pk])
    found = verify().differences
    # A subtree is held against what is stored below it: who stands above a wrong figure is named with it.
    assert "430105" in {one.union for one in found} <= {"430105", "430100", "430000", "000000"}
    repair(found)
    assert verify().differences == []
    assert [figure(counted, code, "ORG-01", month="2026-06") for code in ("430105", "430100", "000000")] == [2, 3, 4]


def test_records_changed_behind_the_triggers_are_named(counted: Country) -> None:
    for union in counted.values():
        fold(union)
    with inside(counted["430111"]), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE registry_ledgerspan DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM registry_ledgerspan")
        cursor.execute("ALTER TABLE registry_ledgerspan ENABLE TRIGGER USER")
    found = verify().differences
    assert {one.union for one in found} == {"430111"}
    assert {"ORG-01", "ORG-03", "ORG-08"} <= {code for one in found for code in one.indicators}
    assert figure(counted, "000000", "ORG-01", month="2026-06") == 4
    repair(found)
    assert verify().differences == []
    assert figure(counted, "000000", "ORG-01", month="2026-06") == 3


def test_the_command_exits_1_and_names_what_differs(counted: Country, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify_rollup")
    assert " 0 differences" in capsys.readouterr().out
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE public.rollup_cell SET subtree = 9 WHERE measure = 'org_ledger' AND dim = '' AND union_id = %s",
            [counted["430100"].pk],
        )
    with pytest.raises(SystemExit) as stopped:
        call_command("verify_rollup", "--union", "430100")
    assert stopped.value.code == 1
    assert (
        "union 430100 ORG-01/ORG-07 (org_ledger) regional subtree 2026-02: stored 9.00, recounted 1"
        in capsys.readouterr().out
    )


def test_a_run_that_was_cut_off_goes_on_where_it_stood(
    counted: Country, monkeypatch: pytest.MonkeyPatch, at: datetime
) -> None:
    for union in counted.values():
        fold(union)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE public.rollup_cell SET own = own + 1 WHERE measure = 'org_entries' AND union_id = %s",
            [counted["430105"].pk],
        )
    monkeypatch.setattr(keeping, "_EACH", 1)
    compared: list[str] = []
    usual = rounds._own

    def dying(union: TradeUnion) -> object:
        if len(compared) == 6:
            raise KeyboardInterrupt
        compared.append(union.code)
        return usual(union)

    monkeypatch.setattr(rounds, "_own", dying)
    run = begin(at=at, resume=True)
    with pytest.raises(KeyboardInterrupt):
        verify(run=run)
    assert last_run() is None
    monkeypatch.setattr(rounds, "_own", lambda union: compared.append(union.code) or usual(union))
    again = begin(at=at, resume=True)
    assert again.pk == run.pk
    verify(run=again)
    assert sorted(compared) == sorted(union.code for union in counted.values())
    finished = last_run()
    assert finished is not None
    assert finished.pk == run.pk
    assert "430105" in set(finished.found.values_list("union_code", flat=True))
    assert finished.differences == finished.found.count() > 0
    assert begin(at=at, resume=True).pk != run.pk


def test_the_command_repairs_what_differs(counted: Country, capsys: pytest.CaptureFixture[str]) -> None:
    for union in counted.values():
        fold(union)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE public.rollup_cell SET subtree = 9 WHERE measure = 'org_ledger' AND dim = '' AND union_id = %s",
            [counted["430100"].pk],
        )
    call_command("verify_rollup", "--repair")
    assert " 0 differences" in capsys.readouterr().out
    assert figure(counted, "430100", "ORG-01", month="2026-06") == 3
    kept = last_run()
    assert kept is not None
    assert kept.differences == 0


def test_repair_mends_what_was_reported_and_nothing_else(counted: Country, capsys: pytest.CaptureFixture[str]) -> None:
    """Two unions of Hunan and one of Guangdong were tampered with; Hunan is looked at."""
    for union in counted.values():
        fold(union)
    with connection.cursor() as cursor:
        for code in ("430111", "430100", "440304"):
            cursor.execute(
                "UPDATE public.rollup_cell SET subtree = 9 WHERE measure = 'org_ledger' AND dim = '' AND union_id = %s",
                [counted[code].pk],
            )
        cursor.execute(
            "SELECT id, own, subtree, known_from FROM public.rollup_cell WHERE union_id = %s", [counted["440304"].pk]
        )
        outside = sorted(cursor.fetchall())
        call_command("verify_rollup", "--union", "430000", "--repair")
        told = capsys.readouterr().out.splitlines()
        cursor.execute(
            "SELECT id, own, subtree, known_from FROM public.rollup_cell WHERE union_id = %s", [counted["440304"].pk]
        )
        assert sorted(cursor.fetchall()) == outside
    # Both change points of each, before; none afterwards.
    assert told[0] == "4 differences found, recounting"
    assert told[-1].endswith(": 0 differences")
    shown = {
        code: figure(counted, code, "ORG-01", month="2026-06") for code in ("430111", "430100", "430000", "440304")
    }
    assert shown == {"430111": 2, "430100": 3, "430000": 3, "440304": 9}
    assert {one.union for one in verify().differences} == {"440304"}
    call_command("verify_rollup", "--repair")
    assert verify().differences == []
    assert figure(counted, "440304", "ORG-01", month="2026-06") == 2


def test_a_run_killed_with_9_goes_on_where_it_was_noted(own_database: str, tmp_path: Path) -> None:
    """Sixty unions: after fifty it is written down how far it is; what was found until then is not lost."""
    country = {union.code: union for union in TradeUnion.objects.all()}
    added = [
        countries.union(f"4301{number:02}", f"第{number}区总工会", Level.DISTRICT, country["430100"])
        for number in range(20, 70)
    ]
    last = added[-1]
    provision.create_schema(last)
    for union in (country["430105"], last):
        with inside(union):
            make.organization(active_on=date(2026, 5, 1))
    fold_many([*country.values(), *added], everything=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE public.rollup_cell SET own = own + 1 WHERE measure = 'org_entries' AND dim = '' AND union_id = %s",
            [country["430105"].pk],
        )
    with another(own_database) as cursor:
        cursor.execute(f"LOCK TABLE {last.schema_name}.registry_ledgerspan IN ACCESS EXCLUSIVE MODE")
        process = subprocess.Popen(
            [sys.executable, "manage.py", "verify_rollup"],
            env=environment(own_database, tmp_path, DIRECTORY_HMAC_KEY=settings.DIRECTORY_HMAC_KEY),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(waits)
        process.kill()
        assert process.wait(10) == -signal.SIGKILL
    [run] = VerifyRun.objects.all()
    assert (run.finished_at, run.done_until, run.done_measures) == (None, added[39].pk, [])
    assert 0 < run.differences == run.found.filter(union_code="430105").count()
    with pytest.raises(SystemExit):
        call_command("verify_rollup")
    [gone_on] = VerifyRun.objects.exclude(finished_at=None)
    assert gone_on.pk == run.pk
    verify(run=begin(at=now(), resume=False))
    anew = last_run()
    assert anew is not None
    assert anew.pk != run.pk
    assert (gone_on.figures, gone_on.differences, gone_on.unsettled) == (anew.figures, anew.differences, 0)
