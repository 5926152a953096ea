"""The whole country in one command, then a self-check."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from commons.hierarchy.enums import Level
from commons.kit.clock import now
from commons.kit.errors import NotFound
from commons.onboarding.bulk import bar, country, runner


class Command(BaseCommand):
    help = "按行政区划为全国各级工会办理入驻，然后自查。可重复执行；中断后再次执行即继续。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--under", default="", metavar="CODE", help="只办理这个行政区划及其下级（连同其上级）")
        parser.add_argument(
            "--levels", default="", help=f"只办理这些层级，用逗号分隔：{'、'.join(level.value for level in Level)}"
        )
        parser.add_argument("--processes", type=int, default=2, help="同时使用的进程数，默认 2")
        parser.add_argument("--check-only", action="store_true", help="只自查")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            levels = [Level(word.strip()) for word in options["levels"].split(",") if word.strip()]
            rows = country.rows(under=options["under"], levels=levels)
        except ValueError as problem:
            raise CommandError(f"--levels：{problem}") from problem
        except NotFound as problem:
            raise CommandError(f"没有代码为 {options['under']} 的行政区划。") from problem
        failed = False
        if not options["check_only"]:
            with bar.progress(len(rows)) as advance:
                outcome = runner.run(
                    rows, doing="全国入驻", at=now(), processes=options["processes"], on_progress=advance
                )
            each = outcome.seconds / outcome.made * 1000 if outcome.made else 0.0
            self.stdout.write(
                f"新入驻 {outcome.made} 家，已入驻 {outcome.existing} 家，"
                f"用时 {outcome.seconds:.1f} 秒" + (f"（每家 {each:.0f} 毫秒）。" if outcome.made else "。")
            )
            for fault in outcome.faults:
                self.stderr.write(f"{_code(rows, fault.line)}：{fault.why}")
            failed = bool(outcome.faults)
        failed = self._check(rows) or failed
        if failed:
            sys.exit(1)

    def _check(self, rows: list[Any]) -> bool:
        found = country.check(rows)
        for level in Level:
            if found.wanted[level]:
                self.stdout.write(f"自查 {level.zh}：应有 {found.wanted[level]} 家，已启用 {found.active[level]} 家")
        for problem in found.problems:
            self.stderr.write(f"自查 {problem}")
        if not found.problems:
            unions = sum(found.active.values())
            self.stdout.write(f"自查通过：{unions} 家工会，每家 {found.tables} 张表，试查询全部成功。")
        return bool(found.problems)


def _code(rows: list[Any], line: int) -> str:
    return next((row.code for row in rows if row.line == line), "")
