"""Where the machine room keeps its things."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
SOURCE_ROOTS = (REPOSITORY / "platform", REPOSITORY / "graphql", REPOSITORY)


@dataclass(frozen=True)
class State:
    """
    The state directory: locks, logs, secrets, and (for an ordinary user) the database itself.

    The environment variable PLATFORM_STATE_DIR moves it; by default it is `.state` in the repository.
    """

    directory: Path

    @classmethod
    def of(cls, root: Path = REPOSITORY) -> State:
        """Return the state directory of the repository at `root`, made if it is missing, closed to other users."""
        directory = Path(os.environ.get("PLATFORM_STATE_DIR") or root / ".state").absolute()
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        return cls(directory)

    @property
    def keeper_lock(self) -> Path:
        """Held exclusively by the keeper for as long as it lives; its text is the keeper's process id."""
        return self.directory / "keeper.lock"

    @property
    def clients_lock(self) -> Path:
        """Held shared by each process that uses the server."""
        return self.directory / "clients.lock"

    @property
    def demo_lock(self) -> Path:
        """Held exclusively by the supervisor of `make demo`; its text says where it serves."""
        return self.directory / "demo.lock"

    @property
    def server(self) -> Path:
        """Where and under which process id the server answers; absent while it does not."""
        return self.directory / "server.json"

    @property
    def port(self) -> Path:
        """The port the server had last, so that addresses stay valid across restarts."""
        return self.directory / "port"

    @property
    def status(self) -> Path:
        """One line on what the keeper is doing, shown to whoever waits for it."""
        return self.directory / "status"

    @property
    def failure(self) -> Path:
        """Why the keeper gave up; absent otherwise."""
        return self.directory / "failure"

    @property
    def processes(self) -> Path:
        """The process ids of the supervisor's children by name, as JSON."""
        return self.directory / "processes.json"

    @property
    def logs(self) -> Path:
        """The folder of log files, made if it is missing."""
        folder = self.directory / "logs"
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    @property
    def secrets(self) -> Path:
        """The folder of secrets, made if it is missing."""
        folder = self.directory / "secrets"
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder


def write(path: Path, text: str) -> None:
    """Replace a file's text in one step, readable by its owner only: a reader sees the old text or the new."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(beside, path)


def read(path: Path) -> str:
    """Return a file's text, or nothing when there is no such file."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def roll(path: Path, limit: int = 20_000_000) -> Path:
    """Put a log that has grown past the limit aside as `<name>.1`, and return the path to write to."""
    try:
        if path.stat().st_size > limit:
            path.replace(path.with_name(path.name + ".1"))
    except FileNotFoundError:
        pass
    return path
