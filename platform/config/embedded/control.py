"""
The operator's handle on the embedded server: `python -m config.embedded.control status|stop|reset`.

`reset` stops it and removes the database, the secrets and the logs of this state directory for good.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
import time

from config.embedded import account, client, locks
from config.embedded.paths import State, read

OURS = (
    "keeper.lock",
    "clients.lock",
    "demo.lock",
    "server.json",
    "port",
    "status",
    "failure",
    "processes.json",
    "identity",
    "logs",
    "secrets",
    "pg18",
    "pg18.new",
    "beat",
    "broker",
    "files",
    "test-files",
)


def stop(state: State) -> None:
    """Stop the server, whoever uses it, and wait until it is down."""
    client.release(state)
    while client.keeper_is_alive(state):
        number = int(read(state.keeper_lock) or 0)
        if number:
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGTERM)
        time.sleep(0.1)


def reset(state: State) -> None:
    """Stop the server and remove all that the machine room has made for this state directory."""
    stop(state)
    identity = read(state.directory / "identity").strip()
    if identity and os.geteuid() == 0:
        shutil.rmtree(account.SHELF / identity, ignore_errors=True)
    for name in OURS:
        path = state.directory / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def main(command: str) -> int:
    """Do what the operator asks; 2 when it is none of the three commands."""
    state = State.of()
    if command == "status":
        server = client.current(state) if client.keeper_is_alive(state) else None
        print(f"数据库在 127.0.0.1:{server.port}，数据在 {server.data}" if server else "数据库没有运行")
    elif command in ("stop", "reset"):
        if locks.held(state.demo_lock):
            print("演示正在运行，请先停止它（在它的窗口按 Ctrl-C）。", file=sys.stderr)
            return 1
        stop(state) if command == "stop" else reset(state)
    else:
        print("用法：python -m config.embedded.control status|stop|reset", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) == 2 else ""))
