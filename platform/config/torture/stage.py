"""The stage: starts the players as forks of itself, kills them at random with -9, and starts them again."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from django.db import connection

from config.embedded.postgres import die_with_parent
from config.torture import checking, closing, mistakes, moving, players
from config.torture.players import Part
from config.torture.reports import Pipe

Role = Callable[[Part], None]


@dataclass
class Player:
    """One place on the stage, and the process that fills it at the moment."""

    name: str
    role: Role
    number: int = 0
    sabotage: bool = False
    lives: int = 0
    pid: int = 0


@dataclass
class Stage:
    """
    All players, each a fork of this process, which therefore has no connection and no thread while they play.

    If this process dies, the kernel kills them.
    """

    seed: int
    pipe: Pipe
    cast: list[Player] = field(default_factory=list)

    def fill(self, *, writers: int, sabotage: bool) -> None:
        """Put every player in place."""
        self.cast = [
            *(Player("写入进程", players.write, number, sabotage) for number in range(1, writers + 1)),
            *(Player("折叠进程", players.fold, number) for number in range(2)),
            *(Player("任务进程", players.work, number) for number in range(2)),
            Player("区划进程", moving.move),
            Player("关账进程", closing.close),
            *(Player("核对进程", checking.check, number) for number in range(2)),
            Player("通知进程", players.nudge),
        ]

    def named(self, name: str) -> list[Player]:
        return [player for player in self.cast if player.name == name]

    def keep_going(self) -> None:
        """Start whoever is not there."""
        for player in self.cast:
            if player.pid and os.waitpid(player.pid, os.WNOHANG)[0]:
                player.pid = 0
            if not player.pid:
                self._start(player)

    def kill(self, some: Sequence[Player]) -> int:
        """kill -9, and wait until they are gone; how many there were."""
        killed = [player for player in some if player.pid]
        for player in killed:
            with contextlib.suppress(ProcessLookupError):
                os.kill(player.pid, signal.SIGKILL)
        for player in killed:
            os.waitpid(player.pid, 0)
            player.pid = 0
        return len(killed)

    def _start(self, player: Player) -> None:
        player.lives += 1
        dice = Random(f"{self.seed} {player.name} {player.number} {player.lives}")
        die_with_us = die_with_parent(signal.SIGKILL)
        sys.stdout.flush()
        sys.stderr.flush()
        player.pid = os.fork()
        if player.pid:
            return
        try:
            die_with_us()
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            self._play(player, Part(dice, self.pipe.tell, player.number, player.sabotage))
        finally:
            os._exit(1)

    def _play(self, player: Player, part: Part) -> None:
        try:
            player.role(part)
        except BaseException as error:
            if not mistakes.is_lost(error):
                self.pipe.tell("problems", f"{player.name}：{mistakes.told(error)}")
            time.sleep(0.2)
        connection.close()
