"""
The keeper: one detached process per state directory that owns the server.

It holds `keeper.lock`, has the server as its direct child, starts it again if it dies, and stops it when for two
seconds no process holds `clients.lock`. If the keeper itself is killed the kernel tells the server to stop, and the
next client starts another keeper on the same data.

Run as `python -m config.embedded.keeper <state directory>`; it returns at once, with the lock taken.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path
from types import FrameType

import psycopg2
from psycopg2 import sql

from config.embedded import account, postgres
from config.embedded.errors import EmbeddedServerError
from config.embedded.locks import Lock
from config.embedded.paths import State, read, roll, write
from config.embedded.secrets import make_once

LINGER = 2.0
PAUSE = 0.25
ROLE = DATABASE = "platform"


class Keeper:
    """The life of one server."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.asked_to_stop = False
        self.in_a_hurry = False
        self.clients = Lock(state.clients_lock)
        self.log = roll(state.logs / "postgres.log")
        self.superuser_password = state.secrets / "postgres-password"
        self.password = state.secrets / "platform-password"

    def live(self) -> None:
        """Bring the server up, keep it up while anybody uses it, and take it down."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGUSR1, self._hurry)
        self.state.server.unlink(missing_ok=True)
        self.state.failure.unlink(missing_ok=True)
        self._say("正在准备数据库程序")
        self.quarters = account.quarters(self.state)
        self._clear_the_house()
        self._say("正在初始化数据库（只在第一次启动时进行）")
        postgres.initialise(self.quarters, make_once(self.superuser_password))

        server = self._start()
        deaths, alone_since, up_since = 0, time.monotonic(), time.monotonic()
        while not self.asked_to_stop:
            time.sleep(PAUSE)
            if server.poll() is not None:
                self.state.server.unlink(missing_ok=True)
                deaths = 0 if time.monotonic() - up_since > 60 else deaths + 1
                self._note(f"server {server.pid} ended with {server.returncode}; starting it again")
                time.sleep(min(0.1 * 2**deaths, 10))
                self._clear_the_house()
                server = self._start()
                up_since = time.monotonic()
            if not self.clients.alone():
                alone_since = time.monotonic()
            elif self.in_a_hurry or time.monotonic() - alone_since >= LINGER:
                break  # with the clients' lock in hand: whoever comes now waits until this server is down
            else:
                self.clients.release()

        self.state.server.unlink(missing_ok=True)
        self._say("正在停止数据库")
        if server.poll() is None:
            server.send_signal(signal.SIGINT)
        server.wait()
        self._note("stopped")

    def _start(self) -> subprocess.Popen[bytes]:
        """Start the server and wait, as long as its recovery takes, until it answers."""
        port = int(read(self.state.port) or 0)
        for _ in range(3):
            if not (port and postgres.port_is_free(port)):
                port = postgres.free_port()
            self._say("正在启动数据库")
            server = postgres.start(self.quarters, port, self.log)
            since = time.monotonic()
            while server.poll() is None and not self.asked_to_stop:
                if self._answers(port):
                    write(self.state.port, str(port))
                    self._announce(server.pid, port)
                    return server
                if time.monotonic() - since > 3:
                    self._say("数据库正在恢复上次未正常关闭时的数据，时间长短取决于数据量，请勿中断")
                time.sleep(0.05)
            if self.asked_to_stop and server.poll() is None:
                return server
            self._note(f"server {server.pid} ended with {server.returncode} while starting")
            self._clear_the_house()
        raise EmbeddedServerError(f"数据库启动失败，日志（{self.log}）的末尾是：\n{_tail(self.log)}")

    def _answers(self, port: int) -> bool:
        """Ask the server for a sign of life, and see to it that the platform's role and database exist."""
        try:
            connection = psycopg2.connect(
                host="127.0.0.1",
                port=port,
                user="postgres",
                password=make_once(self.superuser_password),
                dbname="postgres",
                connect_timeout=5,
            )
        except psycopg2.OperationalError:
            return False
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
                if cursor.fetchone() is None:
                    # CREATEDB: test databases. pg_monitor: the tests and /metrics read the server's own figures.
                    statement = "CREATE ROLE {} LOGIN CREATEDB PASSWORD {} IN ROLE pg_monitor"
                    password = make_once(self.password)
                    cursor.execute(sql.SQL(statement).format(sql.Identifier(ROLE), sql.Literal(password)))
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if cursor.fetchone() is None:
                    statement = "CREATE DATABASE {} OWNER {}"
                    cursor.execute(sql.SQL(statement).format(sql.Identifier(DATABASE), sql.Identifier(ROLE)))
        except psycopg2.OperationalError:
            return False
        finally:
            connection.close()
        return True

    def _announce(self, pid: int, port: int) -> None:
        facts = {
            "port": port,
            "pid": pid,
            "keeper": os.getpid(),
            "password_file": os.fspath(self.password),
            "data": os.fspath(self.quarters.data),
        }
        write(self.state.server, json.dumps(facts, ensure_ascii=False))
        self._say("数据库已就绪")

    def _clear_the_house(self) -> None:
        """Wait until no earlier server works on the data, then remove what it left lying about."""
        since = time.monotonic()
        while postgres.residents(self.quarters.data):
            if self.asked_to_stop:
                raise EmbeddedServerError("在等待上一个数据库进程退出时收到了停止命令。")
            if time.monotonic() - since > 2:
                self._say("正在等待上一个数据库进程写完数据后退出")
                postgres.ask_to_stop(self.quarters.data)
                since = time.monotonic() + 30
            time.sleep(0.05)
        postgres.clear_stale_pid_file(self.quarters.data)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.asked_to_stop = True

    def _hurry(self, number: int, frame: FrameType | None) -> None:
        """Stop with the last client, without lingering for a next one."""
        self.in_a_hurry = True

    def _say(self, text: str) -> None:
        write(self.state.status, text)

    def _note(self, text: str) -> None:
        print(time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), text, file=sys.stderr, flush=True)


def _tail(path: Path, size: int = 2000) -> str:
    return path.read_bytes()[-size:].decode("utf-8", "replace") if path.exists() else ""


def main(directory: str) -> None:
    """Take the lock, leave the caller behind, and live. Without the lock there is nothing to do."""
    state = State(Path(directory))
    lock = Lock(state.keeper_lock)
    for _ in range(10):
        if lock.alone():
            break
        time.sleep(0.05)  # somebody may only be looking whether it is held
    else:
        return
    if os.fork():
        os._exit(0)  # the lock belongs to the open file, which the child keeps
    lock.write(str(os.getpid()))
    try:
        Keeper(state).live()
    except EmbeddedServerError as problem:
        write(state.failure, str(problem))
        raise SystemExit(1) from problem
    except Exception:
        write(state.failure, f"数据库管理进程出错：\n{traceback.format_exc()}")
        raise


if __name__ == "__main__":
    main(sys.argv[1])
