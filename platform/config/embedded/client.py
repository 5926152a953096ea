"""What a process that needs the database does: say so for as long as it lives, and wait until the server answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from config.embedded import locks
from config.embedded.errors import EmbeddedServerError
from config.embedded.locks import Lock
from config.embedded.paths import REPOSITORY, SOURCE_ROOTS, State, read, roll

_holding: dict[Path, Lock] = {}
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Server:
    """A server that answered."""

    port: int
    pid: int
    keeper: int
    data: Path
    password_file: Path

    def url(self, database: str = "platform") -> str:
        """Return the address of one of its databases."""
        password = self.password_file.read_text(encoding="ascii").strip()
        return f"postgresql://platform:{password}@127.0.0.1:{self.port}/{database}"


def database_url(root: Path = REPOSITORY) -> str:
    """
    Return the address of the repository's own database, up and answering.

    The server runs at least as long as this process and the processes it forks.
    """
    return ensure(State.of(root)).url()


def ensure(state: State, meanwhile: Callable[[], None] | None = None) -> Server:
    """
    Hold the server for the life of this process, start it if nobody has, and wait until it answers.

    `meanwhile` is called again and again while waiting; it ends the wait by raising.
    """
    with _one_at_a_time:
        waiting = Waiting(state, meanwhile)
        lock = _holding.get(state.directory)
        if lock is None:
            lock = Lock(state.clients_lock)
            while not lock.shared():  # the keeper is taking an unused server down
                waiting.rest()
            _holding[state.directory] = lock
        starts = 0
        while True:
            if keeper_is_alive(state):
                server = current(state)
                if server is not None and _answers(server) and current(state) == server:
                    return server
            else:
                failure = read(state.failure) if starts else ""
                if failure or starts >= 10:
                    raise EmbeddedServerError(
                        failure or f"数据库管理进程反复退出，请查看 {state.logs / 'keeper.log'}。"
                    )
                start_keeper(state)
                starts += 1
            waiting.rest()


def release(state: State) -> None:
    """Stop holding the server before this process ends."""
    with _one_at_a_time:
        lock = _holding.pop(state.directory, None)
        if lock is not None:
            lock.close()


def keeper_is_alive(state: State) -> bool:
    """Return whether a keeper looks after this state directory."""
    return locks.held(state.keeper_lock)


def current(state: State) -> Server | None:
    """Return the server the keeper has announced, if it has."""
    try:
        facts = json.loads(read(state.server) or "null")
    except ValueError:
        return None
    if facts is None:
        return None
    return Server(
        port=facts["port"],
        pid=facts["pid"],
        keeper=facts["keeper"],
        data=Path(facts["data"]),
        password_file=Path(facts["password_file"]),
    )


def start_keeper(state: State) -> None:
    """Start a keeper in a session of its own; when another has the lock, it goes away by itself."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    environment["PYTHONPATH"] = os.pathsep.join(map(os.fspath, SOURCE_ROOTS))
    with roll(state.logs / "keeper.log").open("ab") as output:
        subprocess.run(
            [sys.executable, "-m", "config.embedded.keeper", os.fspath(state.directory)],
            env=environment,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            check=False,
        )


class Waiting:
    """Patience that says what it waits for, once it takes long enough to be noticed."""

    def __init__(self, state: State, meanwhile: Callable[[], None] | None = None) -> None:
        self._state = state
        self._meanwhile = meanwhile
        self._since = time.monotonic()
        self._said = ""

    def rest(self) -> None:
        """Wait a moment."""
        if self._meanwhile is not None:
            self._meanwhile()
        status = read(self._state.status)
        if time.monotonic() - self._since > 3 and status != self._said:
            print(f"等待数据库：{status}……", file=sys.stderr, flush=True)
            self._said = status
        time.sleep(0.05)


def _answers(server: Server) -> bool:
    try:
        psycopg2.connect(server.url(), connect_timeout=5).close()
    except (psycopg2.OperationalError, FileNotFoundError):
        return False
    return True
