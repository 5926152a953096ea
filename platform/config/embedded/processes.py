"""The processes that make up the platform, and one of them as its supervisor sees it."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.embedded.paths import REPOSITORY, SOURCE_ROOTS, State, roll
from config.embedded.postgres import die_with_parent

IMPORTANT = re.compile(
    r'"level": ?"(error|critical)"|\b(ERROR|CRITICAL)\b|^Traceback |^[\w.]+(Error|Exception|Problem)\b: '
)


def environment(state: State) -> dict[str, str]:
    """Return what every process of the platform finds in its environment."""
    return os.environ | {
        "PYTHONPATH": os.pathsep.join(map(os.fspath, SOURCE_ROOTS)),
        "PYTHONUNBUFFERED": "1",
        "PLATFORM_STATE_DIR": os.fspath(state.directory),
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE") or "config.settings",
    }


def manage(*arguments: str) -> list[str]:
    """Return the command line of a management command."""
    return [sys.executable, os.fspath(REPOSITORY / "manage.py"), *arguments]


def platform_processes(state: State, host: str, port: int) -> dict[str, list[str]]:
    """Return the command lines of the platform's processes by name."""
    beat = state.directory / "beat"
    beat.mkdir(mode=0o700, exist_ok=True)
    celery = [sys.executable, "-m", "celery", "-A", "config.celery"]
    memory = ["--worker-tmp-dir", "/dev/shm"] if os.access("/dev/shm", os.W_OK) else []
    return {
        "web": [
            *[sys.executable, "-m", "gunicorn", "config.wsgi:application"],
            *["--bind", f"{host}:{port}", "--worker-class", "gthread", "--workers", "2", "--threads", "8"],
            *[
                "--timeout",
                "120",
                "--graceful-timeout",
                "5",
                "--max-requests",
                "20000",
                "--max-requests-jitter",
                "2000",
            ],
            *["--no-control-socket", *memory],
        ],
        "worker": [
            *[*celery, "worker", "--pool", "prefork", "--concurrency", "2", "--hostname", f"worker-{port}@local"],
            *["--without-gossip", "--without-mingle", "--loglevel", "INFO"],
        ],
        "beat": [*celery, "beat", "--schedule", os.fspath(beat / "schedule"), "--pidfile=", "--loglevel", "INFO"],
        "folder": manage("fold_rollup"),
    }


def pages_answer(address: str) -> bool:
    """Return whether the web process answers; never asked through a proxy."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{address}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@dataclass
class Child:
    """
    One supervised process, in a process group of its own.

    It is told to stop by the kernel when the supervisor dies; what it leaves of its group is killed before it is
    started again.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    started: float = 0.0
    not_before: float = 0.0
    _read: int = field(default=0, repr=False)

    def start(self) -> None:
        """Start it, its output appended to its log."""
        with roll(self.log).open("ab") as output:
            self._read = output.tell()
            self.process = subprocess.Popen(
                self.command,
                env=self.environment,
                cwd=REPOSITORY,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )
        self.started = time.monotonic()

    def running(self) -> bool:
        """Return whether it lives."""
        return self.process is not None and self.process.poll() is None

    def bury(self) -> int:
        """Take note of a death: kill what is left of the group, and set the earliest moment of the next start."""
        assert self.process is not None
        assert self.process.returncode is not None
        self.signal_group(signal.SIGKILL)
        long_lived = time.monotonic() - self.started > 60
        self.deaths = 1 if long_lived else self.deaths + 1
        self.not_before = time.monotonic() + min(0.5 * 2 ** (self.deaths - 1), 15)
        code, self.process = self.process.returncode, None
        return code

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process alone, which tells its own children."""
        if self.process is not None and self.running():
            self.process.send_signal(number)

    def signal_group(self, number: signal.Signals) -> None:
        """Send a signal to all of its process group."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)

    def important_lines(self) -> list[str]:
        """Return the lines of its log since the last look that somebody should see, at most a handful."""
        try:
            with self.log.open("rb") as file:
                file.seek(self._read)
                text = file.read(200_000)
                whole, _, _ = text.rpartition(b"\n")
                self._read += len(whole) + 1 if whole else 0
        except FileNotFoundError:
            return []
        lines = whole.decode("utf-8", "replace").splitlines()
        return [line[:300] for line in lines if IMPORTANT.search(line)][:5]
