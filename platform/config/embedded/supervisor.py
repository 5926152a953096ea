"""Keeps the platform's processes running, and ends them all together."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from types import FrameType

from config.embedded import client, processes
from config.embedded.errors import EmbeddedServerError
from config.embedded.paths import REPOSITORY, State, write
from config.embedded.postgres import die_with_parent
from config.embedded.processes import Child

PATIENCE = 6.0


class Stopped(Exception):
    """Somebody asked the supervisor to stop."""


class Supervisor:
    """
    The processes of one installation.

    Whatever way it ends, nothing stays: on SIGINT, SIGTERM and SIGHUP it stops everything itself; if it is killed,
    the kernel tells each process to stop, and the database goes when the last of them has gone.
    """

    def __init__(self, state: State, host: str, port: int) -> None:
        self.state = state
        self.host = host
        self.port = port
        self.embedded = not os.environ.get("DATABASE_URL")
        self.environment = processes.environment(state)
        self.children: list[Child] = []
        self.stopping = False

    def listen_to_signals(self) -> None:
        """From now on a wish to stop reaches the supervisor at its next breath."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)

    def step(self, *arguments: str, quietly: bool = False) -> str:
        """Run one management command to its end and return its output; it says its own progress on the screen."""
        started = subprocess.Popen(
            processes.manage(*arguments),
            env=self.environment,
            cwd=os.fspath(REPOSITORY),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if quietly else None,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        try:
            while True:
                try:
                    output, _ = started.communicate(timeout=0.2)
                    break
                except subprocess.TimeoutExpired:
                    self.breathe()
        except Stopped:
            started.terminate()
            try:
                started.communicate(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                os.killpg(started.pid, signal.SIGKILL)
                started.communicate()
            raise
        if started.returncode != 0:
            raise EmbeddedServerError(f"命令 manage.py {' '.join(arguments)} 没有成功（退出码 {started.returncode}）。")
        return (output or b"").decode("utf-8", "replace")

    def start(self) -> None:
        """Start every process."""
        for name, command in processes.platform_processes(self.state, self.host, self.port).items():
            child = Child(name, command, self.environment, self.state.logs / f"{name}.log")
            child.start()
            self.children.append(child)
        self._note_processes()

    def watch(self) -> None:
        """Look after everything once: the database's keeper, the processes, and what they have to say."""
        self.breathe()
        if self.embedded and not client.keeper_is_alive(self.state):
            say("数据库管理进程已退出，正在重新启动数据库")
            client.ensure(self.state, self.breathe)
        for child in self.children:
            for line in child.important_lines():
                print(f"[{child.name}] {line}", flush=True)
            if child.process is not None and not child.running():
                code = child.bury()
                pause = child.not_before - time.monotonic()
                say(f"进程 {child.name} 意外退出（{code}），{pause:.1f} 秒后重新启动；日志：{child.log}")
                self._note_processes()
            if child.process is None and time.monotonic() >= child.not_before:
                child.start()
                self._note_processes()

    def breathe(self) -> None:
        """Give a wish to stop the chance to be heard."""
        if self.stopping:
            raise Stopped

    def stop(self) -> None:
        """Stop every process within ten seconds, the stubborn ones by force, then wait until the database is down."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        for child in self.children:
            child.send(signal.SIGTERM)
        end = time.monotonic() + PATIENCE
        while any(child.running() for child in self.children) and time.monotonic() < end:
            time.sleep(0.05)
        for child in self.children:
            child.signal_group(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()
        self.state.processes.unlink(missing_ok=True)
        if self.embedded:
            client.release(self.state)
            server = client.current(self.state)
            if server is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(server.keeper, signal.SIGUSR1)
            waiting = client.Waiting(self.state)
            others = time.monotonic() + 30
            while client.keeper_is_alive(self.state) and time.monotonic() < others:
                waiting.rest()
            if client.keeper_is_alive(self.state):
                say("数据库仍被其他进程（例如另一个窗口里的 manage.py）使用，待其结束后会自动停止")

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _note_processes(self) -> None:
        known = {child.name: child.process.pid for child in self.children if child.process is not None}
        write(self.state.processes, json.dumps({"supervisor": os.getpid(), **known}))


def say(text: str) -> None:
    """Tell the person at the screen."""
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)
