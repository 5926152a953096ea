"""The folder hears, sweeps, survives failing unions and lost connections, and promises only what it has folded."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

import psycopg2
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError, connection

from commons.access import actors
from commons.hierarchy.models import TradeUnion
from commons.rollup import lag, marks, selectors
from commons.rollup.fold import locks
from commons.rollup.folder import Folder
from commons.rollup.models import UnfoldedUnion
from commons.rollup.verify import verify
from commons.tenancy.door import inside
from tests.commons.rollup.test_fold import figure
from tests.factories import organizations as make

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def unions(own_database: str) -> dict[str, TradeUnion]:
    return {union.code: union for union in TradeUnion.objects.all()}


def moment(union: TradeUnion) -> datetime:
    found = selectors.watermark(union)
    assert found is not None
    return found


def test_a_sweep_folds_everyone_and_moves_the_watermark(unions: dict[str, TradeUnion]) -> None:
    assert selectors.watermark(unions["000000"]) is None
    folder = Folder()
    assert folder.sweep()
    first = moment(unions["000000"])
    with inside(unions["430105"]):
        make.organization()
    assert lag.measure().unions == 1
    assert folder.sweep()
    assert figure(unions, "000000", "ORG-01") == 1
    assert moment(unions["000000"]) > first
    assert lag.measure().marks == 0
    assert lag.measure().oldest_age_s == 0


def test_a_single_look_says_what_it_did(unions: dict[str, TradeUnion], capsys: pytest.CaptureFixture[str]) -> None:
    with inside(unions["430105"]):
        make.organization()
    where = connection.settings_dict
    other = psycopg2.connect(
        dbname=where["NAME"], host=where["HOST"], port=where["PORT"], user=where["USER"], password=where["PASSWORD"]
    )
    with closing(other), other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", locks._FOLDING)
        with pytest.raises(CommandError, match="另一个汇总进程正在工作"):
            call_command("fold_rollup", once=True)
        assert figure(unions, "000000", "ORG-01") == 0
    call_command("fold_rollup", once=True)
    assert capsys.readouterr().out == "已汇总到最新。\n"
    assert figure(unions, "000000", "ORG-01") == 1


def test_emptied_mark_tables_are_vacuumed_and_passed_by(unions: dict[str, TradeUnion]) -> None:
    folder = Folder()
    with inside(unions["430105"]):
        make.organization()
    folder.sweep()
    emptied = marks.survey().emptied
    assert "d430105" in emptied

    def gone() -> bool:
        marks.vacuum(emptied)
        return marks.survey().emptied == []

    _until(gone)


def test_a_failing_union_stops_nobody_and_holds_back_what_stands_above_it(unions: dict[str, TradeUnion]) -> None:
    folder = Folder()
    folder.sweep()
    with inside(unions["430105"]), connection.cursor() as cursor:
        make.organization()
        cursor.execute("ALTER TABLE registry_orgyearfact RENAME COLUMN staff TO staff_lost")
    with inside(unions["430111"]):
        make.organization()
    before = moment(unions["430000"])
    assert folder.sweep()
    assert folder.sweep()
    assert figure(unions, "430111", "ORG-01") == 1
    assert figure(unions, "430105", "ORG-01") == 0
    failed = UnfoldedUnion.objects.get()
    assert failed.union_id == unions["430105"].pk
    assert failed.attempts == 1
    assert "staff" in failed.error
    assert before <= moment(unions["430000"]) == failed.since < moment(unions["440000"])
    assert moment(unions["430100"]) == failed.since
    assert moment(unions["430111"]) > failed.since
    assert lag.measure().as_json()["unfolded"][0]["union"] == "430105"

    with inside(unions["430105"]), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE registry_orgyearfact RENAME COLUMN staff_lost TO staff")
    folder.waiting.clear()
    assert folder.sweep()
    assert not UnfoldedUnion.objects.exists()
    assert figure(unions, "430000", "ORG-01") == 2
    assert moment(unions["430000"]) == moment(unions["440000"])


def test_a_running_folder_shows_a_commit_within_two_seconds(unions: dict[str, TradeUnion]) -> None:
    # A sweep every hour: what arrives in time was heard.
    stop = threading.Event()
    folder = Folder(sweep_s=3600)

    def run() -> None:
        folder.run(stop.is_set)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        _until(lambda: selectors.watermark(unions["000000"]) is not None)
        with inside(unions["430105"]):
            make.organization()
        _until(lambda: figure(unions, "000000", "ORG-01") == 1, seconds=2)
        # Every connection of the folder dies; it comes back by itself.
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        time.sleep(1)
        with inside(unions["430111"]):
            make.organization()
        _until(lambda: figure(unions, "000000", "ORG-01") == 2, seconds=5)
    finally:
        stop.set()
        thread.join(timeout=10)
    assert not thread.is_alive()


def test_killed_folders_lose_nothing(unions: dict[str, TradeUnion], own_database: str) -> None:
    where = connection.settings_dict
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgresql://{where['USER']}:{where['PASSWORD']}@{where['HOST']}:{where['PORT']}/{own_database}",
        "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT / 'graphql'}:{ROOT}",
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
    }
    command = [sys.executable, "manage.py", "fold_rollup", "--sweep", "0.1"]
    shared = make.credit_code()
    made = 0
    Folder().sweep()
    for round_number in range(2):
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
        try:
            started = moment(unions["000000"])
            _until(lambda started=started: moment(unions["000000"]) > started, seconds=90)
            deadline = time.monotonic() + 2
            while time.monotonic() < deadline:
                code = ("430105", "430111", "440304")[made % 3]
                with inside(unions[code]):
                    make.organization(uscc=shared if made < 3 else None)
                made += 1
                time.sleep(0.01)
        finally:
            process.send_signal(signal.SIGKILL if round_number == 0 else signal.SIGTERM)
            ended = process.wait(timeout=15)
        assert (ended == 0) is (round_number == 1)
    assert verify().differences == []
    assert figure(unions, "000000", "ORG-01") == made - 2


def _until(true: object, *, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.02)


def test_lost_listener_is_noticed(unions: dict[str, TradeUnion]) -> None:
    folder = Folder()
    folder._listen()
    pid = folder.listener.info.backend_pid
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])

    def noticed() -> bool:
        try:
            folder._hear(0.1)
        except OperationalError:
            return True
        return bool(folder.listener.closed)

    _until(noticed)
    folder.disconnect()
    folder._listen()
    assert isinstance(folder.listener, psycopg2.extensions.connection)
    folder.disconnect()


def test_a_server_that_is_down_is_waited_for(unions: dict[str, TradeUnion]) -> None:
    """Nobody answers at the port: what the driver raises must not end the folder."""
    folder, stop = Folder(sweep_s=0.05), threading.Event()
    ended: list[BaseException] = []
    where = connection.settings_dict
    port = where["PORT"]
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        where["PORT"] = str(nobody.getsockname()[1])

        def run() -> None:
            try:
                folder.run(stop.is_set)
            except BaseException as problem:
                ended.append(problem)
            finally:
                connection.close()

        thread = threading.Thread(target=run)
        try:
            thread.start()
            time.sleep(0.5)
            assert thread.is_alive()
        finally:
            where["PORT"] = port
    try:
        with inside(unions["430105"]):
            make.organization()
        _until(lambda: figure(unions, "000000", "ORG-01") == 1)
    finally:
        stop.set()
        thread.join(timeout=10)
    assert ended == []


def test_values_are_the_asking_unions_only(unions: dict[str, TradeUnion]) -> None:
    from commons.kit.errors import NotFound

    with pytest.raises(NotFound):
        selectors.values(
            actors.system("test", unions["430105"]), unions=[unions["430111"]], indicators=["ORG-01"], month=24322
        )
