"""One PostgreSQL cluster: made once, started as a direct child, never started over a living server."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from config.embedded.account import Quarters
from config.embedded.errors import EmbeddedServerError

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    # A transaction that touches every table of a union takes hundreds of locks; an upgrade takes more.
    "max_locks_per_transaction": "1024",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "jit": "off",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
    "log_checkpoints": "off",
    "cluster_name": "union-platform",
    "password_encryption": "scram-sha-256",
}
HBA = "# Only this machine, only with a password.\nhost all all 127.0.0.1/32 scram-sha-256\n"
PR_SET_PDEATHSIG = 1


def initialise(quarters: Quarters, password: str) -> None:
    """Make the cluster when there is none. One that was interrupted half-way is made again from the start."""
    if (quarters.data / "PG_VERSION").exists():
        return
    beside = quarters.home / "pg18.new"
    shutil.rmtree(beside, ignore_errors=True)
    note = quarters.home / ".initial-password"
    note.unlink(missing_ok=True)
    descriptor = os.open(note, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(password + "\n")
    if quarters.account.uid is not None and quarters.account.gid is not None:
        os.chown(note, quarters.account.uid, quarters.account.gid)
    try:
        done = subprocess.run(
            [
                os.fspath(quarters.programs / "initdb"),
                f"--pgdata={beside}",
                "--username=postgres",
                f"--pwfile={note}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
            ],
            env=_environment(),
            cwd=quarters.home,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            user=quarters.account.uid,
            group=quarters.account.gid,
            extra_groups=[] if quarters.account.uid is not None else None,
        )
    finally:
        note.unlink(missing_ok=True)
    if done.returncode != 0:
        shutil.rmtree(beside, ignore_errors=True)
        raise EmbeddedServerError(f"数据库初始化失败：\n{(done.stdout + done.stderr)[-2000:]}")
    (beside / "pg_hba.conf").write_text(HBA, encoding="ascii")
    beside.rename(quarters.data)


def start(quarters: Quarters, port: int, log: Path) -> subprocess.Popen[bytes]:
    """Start the server as a direct child that is told to stop (fast, cleanly) when this process dies."""
    settings = {**SETTINGS, "port": str(port)}
    if sys.platform == "linux":
        # After a crash every file is made safe first: one call per disk, not one per file of thousands of schemas.
        settings["recovery_init_sync_method"] = "syncfs"
    arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with log.open("ab") as output:
        return subprocess.Popen(
            [os.fspath(quarters.programs / "postgres"), "-D", os.fspath(quarters.data), *arguments],
            env=_environment(),
            cwd=quarters.home,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            user=quarters.account.uid,
            group=quarters.account.gid,
            extra_groups=[] if quarters.account.uid is not None else None,
            umask=0o077,
            preexec_fn=die_with_parent(signal.SIGINT),
        )


def die_with_parent(number: signal.Signals) -> Callable[[], None]:
    """
    Return what a child does before it becomes another program: ask the kernel for a signal at our death.

    It runs after the change of user, which would undo it. Where the kernel has no such service it does nothing.
    """
    parent = os.getpid()
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def ask() -> None:
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    return ask


def residents(data: Path) -> list[int]:
    """Return the living processes of a server on this data directory, whoever started it."""
    if sys.platform != "linux":
        named = _named_in_pid_file(data)
        return [named] if named and _is_postgres_by_ps(named) else []
    found = []
    wanted = os.path.realpath(data)
    for entry in os.listdir("/proc"):
        if entry.isdigit() and int(entry) != os.getpid():
            try:
                at_home = os.readlink(f"/proc/{entry}/cwd") == wanted
                program = os.path.basename(os.readlink(f"/proc/{entry}/exe"))
            except OSError:
                continue  # gone, a zombie, or somebody else's
            if at_home and program.removesuffix(" (deleted)") == "postgres":
                found.append(int(entry))
    return found


def ask_to_stop(data: Path) -> None:
    """Tell a server whose keeper is dead to stop, as the kernel normally does."""
    named = _named_in_pid_file(data)
    if named in residents(data):
        os.kill(named, signal.SIGINT)


def clear_stale_pid_file(data: Path) -> None:
    """
    Remove a pid file whose process is dead, a zombie or not a PostgreSQL at all.

    Call it only when `residents` is empty: the file is also PostgreSQL's own guard against two servers.
    """
    if not residents(data):
        (data / "postmaster.pid").unlink(missing_ok=True)


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Return whether a server could listen on the port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError):
            return False
    return True


def free_port(host: str = "127.0.0.1") -> int:
    """Return a port nobody listens on."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        number: int = probe.getsockname()[1]
        return number


def _environment() -> dict[str, str]:
    """The server's environment: nobody's PG… variables or language reach it."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _named_in_pid_file(data: Path) -> int:
    try:
        return int((data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return 0


def _is_postgres_by_ps(number: int) -> bool:
    told = subprocess.run(["ps", "-o", "stat=,comm=", "-p", str(number)], capture_output=True, text=True, check=False)
    return "postgres" in told.stdout and not told.stdout.lstrip().startswith("Z")
