"""Torture the roll-up on a throw-away database, and say whether a number was ever wrong."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
from argparse import SUPPRESS, ArgumentParser
from collections import Counter
from dataclasses import asdict
from types import FrameType
from typing import Any

import psycopg2
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from config.embedded import EmbeddedServerError, processes
from config.embedded.paths import REPOSITORY
from config.embedded.postgres import die_with_parent
from config.torture import ground as grounds
from config.torture.country import LEAST
from config.torture.reports import Tally
from config.torture.run import SABOTAGES, Plan, Result, Stopped, run

SHOWN = 30
INTERRUPTED = 130


class Command(BaseCommand):
    help = (
        "汇总压力检验：在用完即删的数据库里，多进程写入、回滚、迁移和撤并工会，同时随机强行终止各进程和数据库，"
        "随时核对每个数；结束时必须零差异。有不符时退出码为 1。不触及任何已有数据。"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--minutes", type=float, default=10.0, metavar="N", help="进行几分钟（默认 10）")
        parser.add_argument("--seed", type=int, help="随机种子；默认每次不同，会打印出来")
        parser.add_argument("--unions", type=int, default=30, metavar="K", help=f"工会数，至少 {LEAST}（默认 30）")
        parser.add_argument("--writers", type=int, default=4, metavar="W", help="写入进程数（默认 4）")
        parser.add_argument(
            "--database", default="", metavar="NAME", help="用完即删的数据库的名字，不得已存在；默认随机"
        )
        parser.add_argument("--json", action="store_true", help="以一个 JSON 对象输出结果")
        parser.add_argument(
            "--sabotage",
            choices=SABOTAGES,
            action="append",
            default=[],
            help="故意弄错，检验能否发现：cell 改动已存的数，mark 让部分变更不留标记；可重复",
        )
        parser.add_argument(
            "--log", default="", metavar="FILE", help="把各进程的日志留在这个文件里；默认随数据库一起删除"
        )
        parser.add_argument("--on-this-ground", action="store_true", help=SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["minutes"] <= 0 or options["writers"] < 1 or options["unions"] < LEAST:
            raise CommandError(f"--minutes 须大于 0，--writers 至少为 1，--unions 至少为 {LEAST}。")
        if options["seed"] is None:
            options["seed"] = secrets.randbelow(2**31)
        if options["on_this_ground"]:
            self._play(options)
        else:
            self._prepare(options)

    def _prepare(self, options: dict[str, Any]) -> None:
        """Make the ground, let another process play on it, clear it away whatever became of that."""
        command = processes.manage("torture_rollup", "--on-this-ground")
        for name in ("minutes", "seed", "unions", "writers"):
            command += [f"--{name}", str(options[name])]
        command += ["--json"] if options["json"] else []
        for sabotage in options["sabotage"]:
            command += ["--sabotage", sabotage]
        command += ["--log", os.path.abspath(options["log"])] if options["log"] else []
        playing: list[subprocess.Popen[bytes]] = []
        stopped = False

        def stop(number: int, frame: FrameType | None) -> None:
            nonlocal stopped
            stopped = True
            for process in playing:
                process.send_signal(signal.SIGTERM)

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, stop)
        try:
            with grounds.ground(options["database"]) as ground:
                playing.append(
                    subprocess.Popen(
                        command,
                        env=dict(ground.environment),
                        cwd=REPOSITORY,
                        stdin=subprocess.DEVNULL,
                        start_new_session=True,
                        preexec_fn=die_with_parent(signal.SIGTERM),
                    )
                )
                if stopped:
                    playing[0].send_signal(signal.SIGTERM)
                code = playing[0].wait()
        except (psycopg2.Error, EmbeddedServerError) as problem:
            raise CommandError(str(problem)) from problem
        sys.exit(code)

    def _play(self, options: dict[str, Any]) -> None:
        """What the players log goes to a file; the screen shows how far it is."""
        ground = grounds.here()
        screen = os.fdopen(os.dup(2), "w")
        with open(options["log"] or ground.state.logs / "players.log", "ab") as log:
            os.dup2(log.fileno(), 2)
        plan = Plan(
            seed=options["seed"],
            seconds=options["minutes"] * 60,
            unions=options["unions"],
            writers=options["writers"],
            sabotage=tuple(options["sabotage"]),
        )
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[said]}"),
        )
        # Drawn by hand: a process that forks has no thread.
        bar = Progress(*columns, console=Console(file=screen), transient=True, auto_refresh=False)
        task = bar.add_task("准备", total=1.0, said="")

        def show(part: str, share: float, tally: Tally) -> None:
            bar.update(task, description=part, completed=share, said=_said(tally), refresh=True)

        try:
            bar.start()
            result = run(plan, ground, show=show)
        except Stopped:
            self.stderr.write("已停止，数据库即将删除。")
            sys.exit(INTERRUPTED)
        finally:
            bar.stop()
            os.dup2(screen.fileno(), 2)
        self.stdout.write(_json(result) if options["json"] else _table(result, embedded=ground.embedded))
        if result.tally.failed:
            sys.exit(1)


def _said(tally: Tally) -> str:
    return (
        f"操作 {tally.operations.total()}  强行终止 {tally.kills.total()}  核对 {tally.snapshots.total()}  "
        f"不符 {len(tally.differences)}  问题 {len(tally.problems)}"
    )


def _json(result: Result) -> str:
    tally = {name: dict(found) if isinstance(found, Counter) else found for name, found in vars(result.tally).items()}
    told = vars(result) | {"plan": asdict(result.plan), "tally": tally, "failed": result.tally.failed}
    return json.dumps(told, ensure_ascii=False)


def _table(result: Result, *, embedded: bool) -> str:
    tally = result.tally
    table = Table(title=f"汇总压力检验：种子 {result.plan.seed}，{result.unions} 家工会，{result.playing_s:.0f} 秒")
    table.add_column("项目")
    table.add_column("内容")
    table.add_column("次数", justify="right")
    sections: list[tuple[str, Counter[str]]] = [
        ("操作", tally.operations),
        ("撤回", tally.undone),
        ("被拒绝", tally.refused),
        ("强行终止", tally.kills),
        ("核对", tally.snapshots),
    ]
    for name, counted in sections:
        for what, count in sorted(counted.items()):
            table.add_row(name, what, f"{count:,}")
        table.add_section()
    table.add_row("总核对", "重算并比较的数", f"{result.figures:,}")
    table.add_row("不符", "", str(len(tally.differences)))
    table.add_row("问题", "死锁、停办的任务、遗漏的划转等", str(len(tally.problems)))
    console = Console(width=100)
    with console.capture() as captured:
        console.print(table)
    lines = [captured.get()]
    if not embedded:
        lines.append("数据库服务器由 DATABASE_URL 指定，不能强行终止，改为切断所有数据库连接。")
    lines += tally.differences[:SHOWN] + tally.problems[:SHOWN]
    if tally.failed:
        lines.append(f"没有通过。以 --seed {result.plan.seed} 可用同样的骰子再来一次。")
    return "\n".join(lines)
