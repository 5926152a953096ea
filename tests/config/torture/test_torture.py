"""The torture passes, finds what is wrong while it runs, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2
import pytest
from django.db import connection

from config.embedded.account import SHELF
from config.torture.run import SABOTAGES
from tests.commons.jobs.processes import ROOT
from tests.config.embedded.conftest import wait_until

# A run of its own embedded server, as on a fresh checkout; or a database on the server of the tests.
OWN = ("DATABASE_URL", "PLATFORM_STATE_DIR", "DJANGO_SETTINGS_MODULE")


@pytest.fixture
def server(django_db_setup: None) -> str:
    """The address of the tests' server."""
    where = connection.settings_dict
    login = f"{quote(where['USER'])}:{quote(where['PASSWORD'], safe='')}"
    return f"postgresql://{login}@{where['HOST']}:{where['PORT']}/postgres"


@pytest.fixture
def nothing_is_left(tmp_path: Path) -> Iterator[Path]:
    """The folder for temporary files; at the end it is empty, and so is the shelf of root's servers of this run."""
    before = set(SHELF.iterdir()) if os.geteuid() == 0 and SHELF.exists() else set()
    yield tmp_path
    assert list(tmp_path.iterdir()) == []
    if before:
        told = {home / "state-dir" for home in set(SHELF.iterdir()) - before}
        assert not [note for note in told if note.exists() and note.read_text().startswith(str(tmp_path))]


def start(folder: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    inherited = {name: value for name, value in os.environ.items() if name not in OWN}
    return subprocess.Popen(
        [sys.executable, "manage.py", "torture_rollup", "--unions", "13", "--writers", "2", "--json", *arguments],
        cwd=ROOT,
        env=inherited | {"TMPDIR": str(folder)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def told(process: subprocess.Popen[str]) -> dict[str, Any]:
    output, errors = process.communicate(timeout=400)
    assert output, errors[-3000:]
    answer: dict[str, Any] = json.loads(output)
    return answer


def databases(server: str) -> set[str]:
    with closing(psycopg2.connect(server)) as asked, asked.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database")
        return {name for (name,) in cursor.fetchall()}


def processes_on(database: str) -> list[str]:
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and f"/{database}".encode() in (entry / "environ").read_bytes():
                found.append((entry / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def test_a_short_torture_finds_nothing_wrong(nothing_is_left: Path) -> None:
    """With nothing configured: the server is killed with -9 as well, and its keeper brings it back."""
    process = start(nothing_is_left, "--minutes", "0.25", "--seed", "20261125")
    result = told(process)
    tally = result["tally"]
    assert (tally["differences"], tally["problems"]) == ([], [])
    assert process.returncode == 0
    assert set(tally["operations"]) >= {"ORM 写入", "批量写入", "原生 SQL", "COPY", "重复通知"}
    assert set(tally["undone"]) == {"事务回滚", "保存点回滚"}
    assert set(tally["kills"]) >= {"折叠进程", "任务进程"}
    assert sum(tally["snapshots"].values()) > 0
    assert (result["unions"], result["failed"]) == (13, False)
    assert result["figures"] > 500


def test_what_is_broken_on_purpose_is_found_while_it_runs(nothing_is_left: Path, server: str) -> None:
    """Changes that leave no mark, and stored figures that somebody changed; on a server that it may not kill."""
    name = f"torture_sabotage_{os.getpid()}"
    sabotages = [part for kind in SABOTAGES for part in ("--sabotage", kind)]
    said = ("--minutes", "0.4", "--seed", "7", "--database", name)
    process = start(nothing_is_left, *said, *sabotages, DATABASE_URL=server)
    result = told(process)
    assert process.returncode == 1
    assert result["plan"]["seed"] == 7
    looks = {text.partition("：")[0] for text in result["tally"]["differences"]}
    assert looks & {"即时", "水位"}, "a change without a mark is missing in its own union"
    assert looks & {"各级", "追溯"}, "the nation's figures are not those of what lies below, or of what was shown"
    assert result["tally"]["problems"] == []
    assert name not in databases(server)


def test_whoever_stops_it_finds_everything_as_before(nothing_is_left: Path, server: str) -> None:
    name = f"torture_stopped_{os.getpid()}"
    process = start(nothing_is_left, "--minutes", "5", "--seed", "1", "--database", name, DATABASE_URL=server)
    try:
        wait_until(lambda: len(processes_on(name)) > 5 or process.poll() is not None, seconds=120)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    assert processes_on(name) == []
    assert name not in databases(server)


def test_a_database_that_exists_is_not_touched(nothing_is_left: Path, server: str) -> None:
    name = connection.settings_dict["NAME"]
    process = start(nothing_is_left, "--database", name, DATABASE_URL=server)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert (output, "already exists" in errors) == ("", True)
    assert name in databases(server)
