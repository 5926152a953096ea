"""A whole platform of its own for the browser journeys: the same supervisor, another state directory, another port."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from config.embedded import client, postgres, processes
from config.embedded.errors import EmbeddedServerError
from config.embedded.paths import REPOSITORY, State, read


class Stand:
    """
    The platform's processes on `port` (a free one by default), with their state under `directory`.

    `with Stand(directory) as stand:` starts it, waits until `stand.address` answers, and stops it in the end.
    Other environment variables of the processes may be given; an embedded database is always its own.
    """

    def __init__(
        self, directory: Path, port: int = 0, *, demo: bool = False, environment: dict[str, str] | None = None
    ) -> None:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.state = State(directory.absolute())
        self.port = port or postgres.free_port()
        self.demo = demo
        self._environment = environment or {}
        self._supervisor: subprocess.Popen[bytes] | None = None
        self.log = self.state.logs / "supervisor.log"

    @property
    def address(self) -> str:
        """Where the pages are."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What a management command needs in its environment to work on this stand's data."""
        inherited = {name: value for name, value in processes.environment(self.state).items() if name not in HIDDEN}
        return inherited | {"HOST": "127.0.0.1", "PORT": str(self.port)} | self._environment

    @property
    def database_url(self) -> str:
        """The address of its database."""
        return self._environment.get("DATABASE_URL") or client.ensure(self.state).url()

    def start(self, patience: float = 300) -> Self:
        """Start it and wait until the pages answer."""
        arguments = [] if self.demo else ["--without-demo"]
        with self.log.open("ab") as output:
            self._supervisor = subprocess.Popen(
                [sys.executable, "-m", "config.embedded.run", *arguments],
                env=self.environment,
                cwd=REPOSITORY,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        end = time.monotonic() + patience
        while not self.answers():
            if self._supervisor.poll() is not None or time.monotonic() > end:
                self.stop()
                tail = self.log.read_bytes()[-4000:].decode("utf-8", "replace")
                raise EmbeddedServerError(f"测试用的平台没有启动：\n{tail}")
            time.sleep(0.2)
        return self

    def answers(self) -> bool:
        """Return whether the pages answer."""
        return processes.pages_answer(self.address)

    def manage(self, *arguments: str) -> str:
        """Run a management command on this stand's data and return what it prints."""
        done = subprocess.run(
            processes.manage(*arguments), env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise EmbeddedServerError(f"manage.py {' '.join(arguments)}\n{done.stdout}{done.stderr}")
        return done.stdout

    def pid(self, name: str) -> int:
        """Return the process id of `web`, `worker`, `beat`, `folder`, `supervisor`, `keeper` or `postgres`."""
        if name in ("keeper", "postgres"):
            server = client.current(self.state)
            if server is None:
                raise ProcessLookupError(name)
            return server.keeper if name == "keeper" else server.pid
        return int(json.loads(read(self.state.processes) or "{}")[name])

    def kill(self, name: str) -> int:
        """Kill one of the processes without warning, and return its id; the supervisor starts it again."""
        number = self.pid(name)
        os.kill(number, signal.SIGKILL)
        return number

    def stop(self) -> int | None:
        """Stop everything, wait until it is down, and return the supervisor's exit code."""
        client.release(self.state)
        if self._supervisor is None:
            return None
        if self._supervisor.poll() is None:
            self._supervisor.send_signal(signal.SIGTERM)
        code, self._supervisor = self._supervisor.wait(60), None
        return code

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


# What the surrounding test run has set for itself must not reach the stand.
HIDDEN = frozenset({"DATABASE_URL", "CELERY_BROKER_URL", "CACHE_URL", "DJANGO_SETTINGS_MODULE"})
