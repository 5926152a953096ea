"""
`make demo`: the whole platform on this machine, until somebody stops it.

Run as `python -m config.embedded.run [--without-demo] [--processes-only]` with the source roots on the path.
HOST and PORT say where it serves (127.0.0.1:8000). The exit code is 0 after a wish to stop, and 1 with a sentence
when it cannot start.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import signal
import sys
import time
import unicodedata

from config.embedded import client, postgres, processes
from config.embedded.errors import EmbeddedServerError
from config.embedded.locks import Lock
from config.embedded.paths import State, read
from config.embedded.supervisor import Stopped, Supervisor, say


def main(arguments: list[str]) -> int:
    """Bring everything up, look after it, take everything down."""
    parser = argparse.ArgumentParser(prog="config.embedded.run")
    parser.add_argument("--without-demo", action="store_true", help="leave the demo country out")
    parser.add_argument("--processes-only", action="store_true", help="neither migrate nor seed, only run")
    wanted = parser.parse_args(arguments)

    state = State.of()
    try:
        host, port = address()
        lock = only_one(state, host, port)
    except EmbeddedServerError as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1

    supervisor = Supervisor(state, host, port)
    supervisor.listen_to_signals()
    follow_make()
    try:
        prepare(supervisor, migrate=not wanted.processes_only, demo=not (wanted.without_demo or wanted.processes_only))
        wait_for_port(supervisor)
        supervisor.start()
        wait_for_web(supervisor)
        greet(supervisor, accounts=not (wanted.without_demo or wanted.processes_only))
        while True:
            supervisor.watch()
            time.sleep(0.3)
    except Stopped:
        print(flush=True)
        say("正在停止……")
        return 0
    except EmbeddedServerError as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    finally:
        lock.write(f"{os.getpid()} stopping")
        supervisor.stop()
        say("已全部停止")
        lock.close()


def address() -> tuple[str, int]:
    """Return where to serve, from HOST and PORT."""
    host, text = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise EmbeddedServerError(
            f"环境变量 PORT 的值“{text}”不是端口号，请写 1 到 65535 之间的整数，例如 PORT=8001 make demo。"
        )
    return host, int(text)


def only_one(state: State, host: str, port: int) -> Lock:
    """Take the installation for ourselves; wait for one that is just stopping, refuse beside one that runs."""
    lock = Lock(state.demo_lock)
    said = False
    while not lock.alone():
        pid, _, place = read(state.demo_lock).partition(" ")
        if place and place != "stopping":
            raise EmbeddedServerError(
                f"演示已经在运行：{place}（进程 {pid}）。要重新启动，请先在它的窗口按 Ctrl-C，或执行 kill {pid}。"
            )
        if not said:
            say("上一次运行正在停止，等待它结束")
            said = True
        time.sleep(0.1)
    lock.write(f"{os.getpid()} http://{host}:{port}")
    return lock


def follow_make() -> None:
    """Stop when the command that started us is killed, as if it had passed the wish to stop on."""
    if sys.platform == "linux" and os.getppid() != 1:
        ctypes.CDLL(None).prctl(postgres.PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)


def prepare(supervisor: Supervisor, *, migrate: bool, demo: bool) -> None:
    """Bring up the database and bring the schemas and the demo country up to date; quick when they are."""
    if supervisor.embedded:
        say("启动数据库")
        client.ensure(supervisor.state, supervisor.breathe)
    if migrate:
        say("检查各级工会的数据结构")
        supervisor.step("migrate_unions")
        # Unions that joined before there were purchases have no rules to purchase by.
        supervisor.step("purchase_rules")
    if demo:
        say("检查演示数据")
        supervisor.step("seed_demo", "--demo")


def wait_for_port(supervisor: Supervisor) -> None:
    """Wait a little for a port that the processes of a killed run are about to leave."""
    end, said = time.monotonic() + 10, False
    while not postgres.port_is_free(supervisor.port, supervisor.host):
        supervisor.breathe()
        if time.monotonic() > end:
            raise EmbeddedServerError(
                f"端口 {supervisor.port} 已被其他程序占用。请关闭那个程序，或换一个端口：PORT=8001 make demo"
            )
        if not said:
            say(f"端口 {supervisor.port} 正被占用，等待释放")
            said = True
        time.sleep(0.2)


def wait_for_web(supervisor: Supervisor) -> None:
    """Wait until the pages answer; a web process that cannot start is shown, not waited for in vain."""
    address = f"http://{loopback(supervisor.host)}:{supervisor.port}"
    while not processes.pages_answer(address):
        supervisor.watch()
        web = supervisor.children[0]
        if web.deaths >= 3:
            tail = web.log.read_bytes()[-3000:].decode("utf-8", "replace")
            raise EmbeddedServerError(f"网页进程无法启动，日志（{web.log}）的末尾是：\n{tail}")
        time.sleep(0.1)


def loopback(host: str) -> str:
    """Return the host a browser on this machine would use."""
    return "127.0.0.1" if host in ("0.0.0.0", "::") else host


def greet(supervisor: Supervisor, *, accounts: bool) -> None:
    """Say where the pages are and who may sign in."""
    place = f"http://{loopback(supervisor.host)}:{supervisor.port}"
    if accounts:
        known = json.loads(supervisor.step("demo_accounts", "--json", quietly=True))
        rows = [
            (one["username"], one["password"], str(one["union"]), str(one["level"]), "、".join(map(str, one["roles"])))
            for one in known["accounts"]
        ]
        print("\n" + table([("用户名", "密码", "工会", "层级", "角色"), *rows]))
    print(f"\n全国工会社会组织工作信息平台已就绪：{place}", flush=True)
    print(f"按 Ctrl-C 停止。日志在 {supervisor.state.logs}\n", flush=True)


def table(rows: list[tuple[str, ...]]) -> str:
    """Set rows in columns; a Chinese character is two columns wide."""

    def width(text: str) -> int:
        return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)

    widths = [max(width(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(cell + " " * (wide - width(cell)) for cell, wide in zip(row, widths, strict=True)) for row in rows
    ]
    return "\n".join(line.rstrip() for line in [lines[0], "  ".join("─" * wide for wide in widths), *lines[1:]])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
