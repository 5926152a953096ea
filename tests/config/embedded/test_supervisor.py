"""The supervisor restarts what dies, ends everything together, and leaves nothing behind when it is killed."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from config.embedded import client, postgres
from config.embedded.paths import SOURCE_ROOTS, State, read
from tests.config.embedded.conftest import is_running, server_of, wait_until

# The real supervisor over small stand-ins: a page that answers, a process that idles, one that will not listen.
PROGRAM = """
import sys
from config.embedded import processes, run

page = '''
import http.server, sys
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Page).serve_forever()
'''
deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
family = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)'])"

def stand_ins(state, host, port):
    def python(text):
        return [sys.executable, "-c", text]
    return {"web": [*python(page), str(port)], "worker": python(family), "beat": python(deaf)}

processes.platform_processes = stand_ins
sys.exit(run.main(["--processes-only"]))
"""


@pytest.fixture
def port() -> int:
    return postgres.free_port()


@pytest.fixture
def supervisors(state: State) -> Iterator[list[subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        process.kill()
        process.communicate()
    for number in pids(state).values():
        with suppress(ProcessLookupError):
            os.killpg(number, signal.SIGKILL)


def environment(**more: str) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": os.pathsep.join(map(str, SOURCE_ROOTS)), **more}


def start(supervisors: list[subprocess.Popen[str]], port: int) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        env=environment(PORT=str(port), HOST="127.0.0.1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    supervisors.append(process)
    return process


def start_and_wait(supervisors: list[subprocess.Popen[str]], port: int) -> subprocess.Popen[str]:
    process = start(supervisors, port)
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if "已就绪" in line:
            return process
    raise AssertionError("".join(said))


def is_served(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def pids(state: State) -> dict[str, int]:
    return dict(json.loads(read(state.processes) or "{}"))


def children_of(number: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{number}/task/{number}/children").read_text().split()]


@pytest.mark.parametrize("wish", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_wish_to_stop_ends_everything_in_ten_seconds(
    state: State, port: int, supervisors: list[subprocess.Popen[str]], wish: signal.Signals
) -> None:
    process = start_and_wait(supervisors, port)
    known, server = pids(state), server_of(state)
    asked = time.monotonic()

    process.send_signal(wish)
    output, _ = process.communicate(timeout=30)

    assert process.returncode == 0
    assert time.monotonic() - asked < 12  # ten for the processes; then the database, which lingers for two
    assert "已全部停止" in output
    assert not any(is_running(number) for number in [*known.values(), server.pid, server.keeper])
    assert not is_served(port)


def test_a_killed_process_is_started_again_and_its_children_are_not_left_behind(
    state: State, port: int, supervisors: list[subprocess.Popen[str]]
) -> None:
    start_and_wait(supervisors, port)
    before = pids(state)
    wait_until(lambda: children_of(before["worker"]) != [])
    orphans = children_of(before["worker"])

    os.kill(before["worker"], signal.SIGKILL)

    wait_until(lambda: pids(state).get("worker") not in (None, before["worker"]))
    wait_until(lambda: not any(is_running(number) for number in orphans))
    assert pids(state)["web"] == before["web"]


def test_a_killed_keeper_is_replaced(state: State, port: int, supervisors: list[subprocess.Popen[str]]) -> None:
    start_and_wait(supervisors, port)
    before = server_of(state)

    os.kill(before.keeper, signal.SIGKILL)

    wait_until(lambda: (now := client.current(state)) is not None and now.keeper != before.keeper)
    assert server_of(state).port == before.port


def test_a_killed_supervisor_takes_its_processes_with_it_and_the_next_one_starts(
    state: State, port: int, supervisors: list[subprocess.Popen[str]]
) -> None:
    first = start_and_wait(supervisors, port)
    known = pids(state)

    first.kill()

    wait_until(lambda: not is_running(known["web"]) and not is_running(known["worker"]))
    start_and_wait(supervisors, port)
    assert pids(state)["web"] != known["web"]
    os.kill(known["beat"], signal.SIGKILL)  # the stand-in that does not listen to anybody


def test_a_second_one_says_where_the_first_one_serves(
    state: State, port: int, supervisors: list[subprocess.Popen[str]]
) -> None:
    start_and_wait(supervisors, port)

    output, _ = start(supervisors, port).communicate(timeout=20)

    assert f"演示已经在运行：http://127.0.0.1:{port}" in output
    assert supervisors[-1].returncode == 1


def test_a_taken_port_is_named_together_with_the_way_out(
    state: State, port: int, supervisors: list[subprocess.Popen[str]]
) -> None:
    with socket.create_server(("127.0.0.1", port)):
        output, _ = start(supervisors, port).communicate(timeout=40)

    assert f"端口 {port} 已被其他程序占用" in output
    assert "PORT=" in output
    assert supervisors[-1].returncode == 1


def test_a_port_that_is_no_number_is_explained(state: State) -> None:
    process = subprocess.run(
        [sys.executable, "-m", "config.embedded.run"],
        env=environment(PORT="八千"),
        capture_output=True,
        text=True,
        check=False,
    )

    assert process.returncode == 1
    assert "环境变量 PORT 的值“八千”不是端口号" in process.stderr
