"""What is done to the players and to the server, at moments that the dice choose."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from random import Random

import psycopg2
from django.db import connection

from config.embedded import client
from config.torture.ground import Ground
from config.torture.reports import Tally
from config.torture.stage import Stage

# Seconds between two of a kind, on average.
FOLDER_S, WORKERS_S, WRITER_S, SERVER_S = 2.5, 4.0, 6.0, 12.0


@dataclass
class Violence:
    """Kills folders, workers, writers and the server."""

    stage: Stage
    ground: Ground
    tally: Tally
    dice: Random
    due: dict[str, float] = field(default_factory=dict)

    def strike(self) -> None:
        """Whatever is due now."""
        acts: dict[str, tuple[float, Callable[[], None]]] = {
            "folder": (FOLDER_S, self._folder),
            "workers": (WORKERS_S, self._workers),
            "writer": (WRITER_S, self._writer),
            "server": (SERVER_S, self._server),
        }
        now = time.monotonic()
        for name, (each_s, act) in acts.items():
            at = self.due.setdefault(name, now + self.dice.uniform(0.3, 1.2) * each_s)
            if now >= at:
                self.due[name] = time.monotonic() + self.dice.uniform(0.3, 1.7) * each_s
                act()

    def _folder(self) -> None:
        folders = self.stage.named("折叠进程")
        chosen = folders if self.dice.random() < 0.3 else [self.dice.choice(folders)]
        self.tally.kills["折叠进程"] += self.stage.kill(chosen)

    def _workers(self) -> None:
        self.tally.kills["任务进程"] += self.stage.kill(self.stage.named("任务进程"))

    def _writer(self) -> None:
        self.tally.kills["写入进程"] += self.stage.kill([self.dice.choice(self.stage.named("写入进程"))])

    def _server(self) -> None:
        if not self.ground.embedded:
            self._terminate_backends()
            return
        server = client.current(self.ground.state)
        if server is None:
            return
        with suppress(ProcessLookupError):
            os.kill(server.pid, signal.SIGKILL)
            self.tally.kills["数据库服务器"] += 1
        self.come_back()

    def come_back(self) -> None:
        """Wait until the keeper has brought the server back; should it have another port, everybody begins anew there."""
        port = str(client.ensure(self.ground.state).port)
        if port != str(connection.settings_dict["PORT"]):
            connection.settings_dict["PORT"] = port
            self.stage.kill(self.stage.cast)

    def _terminate_backends(self) -> None:
        with closing(psycopg2.connect(self.ground.url)) as server, server.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
            [(count,)] = cursor.fetchall()
        self.tally.kills["数据库连接"] += count
