"""A state directory of its own for each test, in a path as people have them, and client processes to kill."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.embedded import client, control
from config.embedded.paths import SOURCE_ROOTS, State

CLIENT = """
import sys, time
from config.embedded import database_url
print(database_url(), flush=True)
sys.stdin.read()
"""
type_of_client = subprocess.Popen[str]


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    monkeypatch.setenv("PLATFORM_STATE_DIR", str(tmp_path / "工会 平台" / "状态"))
    state = State.of()
    yield state
    control.reset(state)


@pytest.fixture
def start_client(state: State) -> Iterator[Callable[[], type_of_client]]:
    """Start a process that uses the server until its input is closed or it is killed."""
    started: list[type_of_client] = []

    def start() -> type_of_client:
        process = subprocess.Popen(
            [sys.executable, "-c", CLIENT],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, SOURCE_ROOTS))},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def url_of(process: type_of_client) -> str:
    """Return the address a client process was given."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def wait_until(true: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for something to become true; fail when it does not."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def is_running(number: int) -> bool:
    """Return whether a process lives; a zombie does not."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def server_of(state: State) -> client.Server:
    """Return the server that is announced now, once one is."""
    wait_until(lambda: client.current(state) is not None)
    server = client.current(state)
    assert server is not None
    return server
