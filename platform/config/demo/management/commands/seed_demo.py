"""Fill a demonstration: the country, more records for one union, or canaries."""

import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from commons.access.actors import system
from commons.hierarchy import selectors as hierarchy
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now
from commons.onboarding.bulk import bar
from commons.rollup.fold import fold
from config.demo import accounts, canary, country, organizations, showcase
from config.demo.scale import nationwide
from config.demo.scale.nationwide import Size

_PORTION = 2000


class Command(BaseCommand):
    help = (
        "填入演示数据。--demo：演示用的全国；--union 代码 --scale N：为一家工会再填 N 家社会组织；"
        "--country：为已入驻的每家工会填入压力测试用的记录；--canary：写入隔离检验用的标记文字。"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--demo", action="store_true", help="全国、31 个省、湖南和广东直到区县；可重复执行，中断后继续"
        )
        parser.add_argument("--union", metavar="CODE", help="为这家工会填入更多记录")
        parser.add_argument("--scale", type=int, default=1000, metavar="N", help="与 --union 合用：社会组织的数量")
        parser.add_argument(
            "--country",
            action="store_true",
            help="先用 country 命令办理全国入驻；每家工会的台账为空时填入，中断后再次执行即继续",
        )
        parser.add_argument("--organizations", type=int, default=Size.organizations, help="全国登记库的组织数，约数")
        parser.add_argument("--entries", type=int, default=Size.entries, help="全国台账条数，约数")
        parser.add_argument("--contacts", type=int, default=Size.contacts, help="全国联系记录数，约数")
        parser.add_argument("--processes", type=int, default=2, help="与 --country 合用：同时使用的进程数")
        parser.add_argument(
            "--canary", action="store_true", help="在五家样本工会的每一条私有文字记录中写入 CANARY-<代码>-<表名>"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not (options["demo"] or options["union"] or options["country"] or options["canary"]):
            raise CommandError("请说明要做什么：--demo、--union、--country 或 --canary。")
        if options["demo"]:
            self._demo()
        if options["union"]:
            self._more(options["union"], options["scale"])
        if options["country"]:
            self._country(Size(options["organizations"], options["entries"], options["contacts"]), options["processes"])
        if options["canary"]:
            self._canary()

    def _country(self, size: Size, processes: int) -> None:
        if min(size.organizations, size.entries, size.contacts, processes) < 1:
            raise CommandError("数量须为正整数。")
        at, started = now(), time.monotonic()
        country.mark_as_demonstration(at=at)
        with bar.progress(TradeUnion.objects.active().count()) as advance:
            done = 0

            def told(filled: int, _total: int) -> None:
                nonlocal done
                advance(filled - done)
                done = filled

            made = nationwide.build(size, at=at, processes=processes, on_progress=told)
        nationwide.analyze()
        self.stdout.write(
            f"新增登记组织 {made.organizations} 家、台账 {made.entries} 条、联系记录 {made.contacts} 条，"
            f"用时 {time.monotonic() - started:.0f} 秒。汇总由 fold_rollup 随后完成。"
        )

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
        # Needs and purchases are made by the accounts, so these come first.
        accounts.prepare(at=now())
        showcase.fill(at=now(), processes=2)
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
