"""Fill a demonstration: the country, more records for one union, or canaries."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from commons.access.actors import system
from commons.hierarchy import selectors as hierarchy
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now
from commons.rollup.fold import fold
from config.demo import canary, country, organizations

_PORTION = 2000


class Command(BaseCommand):
    help = "填入演示数据。--demo：演示用的全国；--union 代码 --scale N：为一家工会再填 N 家社会组织；--canary：写入隔离检验用的标记文字。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--demo", action="store_true", help="全国、31 个省、湖南和广东直到区县；可重复执行，中断后继续"
        )
        parser.add_argument("--union", metavar="CODE", help="为这家工会填入更多记录")
        parser.add_argument("--scale", type=int, default=1000, metavar="N", help="与 --union 合用：社会组织的数量")
        parser.add_argument(
            "--canary", action="store_true", help="在五家样本工会的每一条私有文字记录中写入 CANARY-<代码>-<表名>"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not (options["demo"] or options["union"] or options["canary"]):
            raise CommandError("请说明要做什么：--demo、--union 或 --canary。")
        if options["demo"]:
            self._demo()
        if options["union"]:
            self._more(options["union"], options["scale"])
        if options["canary"]:
            self._canary()

    def _demo(self) -> None:
        console = Console(stderr=True)
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=console, transient=True) as bar:
            tasks = {name: bar.add_task(name, total=None) for name in ("工会入驻", "台账与数据")}
            outcome = country.build(
                at=now(), on_progress=lambda name, done, total: bar.update(tasks[name], completed=done, total=total)
            )
        self.stdout.write(f"演示数据就绪：{TradeUnion.objects.active().count()} 家工会。")
        for fault in outcome.faults:
            self.stderr.write(f"第 {fault.line} 行：{fault.why}")
        if outcome.faults:
            sys.exit(1)

    def _more(self, code: str, scale: int) -> None:
        union = hierarchy.by_code_or_none(code)
        if union is None:
            raise CommandError(f"没有代码为 {code} 的工会，请先办理入驻。")
        if scale < 1:
            raise CommandError("--scale 须为正整数。")
        at, left = now(), scale
        country.mark_as_demonstration(at=at)
        while left:
            portion = min(left, _PORTION)
            organizations.fill(union, count=portion, shared=[], by=system("演示数据", union), at=at)
            left -= portion
            self.stderr.write(f"{union.name_zh}：已填入 {scale - left}/{scale}")
        fold(union)
        self.stdout.write(f"{union.name_zh}新增 {scale} 家社会组织。")

    def _canary(self) -> None:
        at = now()
        country.mark_as_demonstration(at=at)
        for union in TradeUnion.objects.filter(code__in=country.SAMPLED).order_by("path"):
            country.fill_once(union, at=at)
            counts = canary.mark(union, at=at)
            fold(union)
            self.stdout.write(f"{union.code}：{'，'.join(f'{table} {count}' for table, count in counts.items())}")
