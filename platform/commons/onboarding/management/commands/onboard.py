"""Bulk onboarding from a file: idempotent, resumable, one bad row named and the rest done."""

import csv
import os
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from commons.kit.clock import now
from commons.onboarding.bulk import bar, columns, runner


class Command(BaseCommand):
    help = "按文件批量办理入驻。可重复执行：已入驻的跳过，中断后再次执行即继续；有错误的行逐一指出，其余照常办理。"
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **options: Any) -> Any:
        parser = super().create_parser(prog_name, subcommand, **options)
        described = "\n".join(
            f"  {column.name:24}{column.label}{'（必填）' if column.required else ''}　{column.meaning}"
            for column in columns.COLUMNS
        )
        parser.epilog = f"文件的列（CSV，表头可用英文名或中文名）：\n{described}\n\n模板：\n{columns.template()}"
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--file", type=Path, help="CSV 文件，UTF-8 或 GB 18030 编码")
        parser.add_argument("--template", action="store_true", help="输出一份模板，不做其他事")
        parser.add_argument("--processes", type=int, default=2, help="同时使用的进程数，默认 2")
        parser.add_argument("--links", type=Path, help="把首位管理员的一次性链接写入这个文件（只有本人可读）")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["template"]:
            self.stdout.write(columns.template(), ending="")
            return
        path: Path | None = options["file"]
        if path is None:
            raise CommandError("请用 --file 指定文件；--template 可输出模板。")
        try:
            rows, faults = columns.read(path.read_bytes())
        except OSError as problem:
            raise CommandError(f"无法读取 {path}：{problem.strerror}") from problem
        with bar.progress(len(rows)) as advance:
            outcome = runner.run(
                rows,
                doing="批量入驻",
                at=now(),
                processes=options["processes"],
                invite=options["links"] is not None,
                on_progress=advance,
            )
        faults = sorted(faults + outcome.faults, key=lambda fault: fault.line)
        if options["links"] and outcome.links:
            self._write_links(options["links"], outcome.links)
        for fault in faults:
            self.stderr.write(str(fault))
        self.stdout.write(
            f"新入驻 {outcome.made} 家，已入驻 {outcome.existing} 家，"
            f"有错误 {len({fault.line for fault in faults})} 行，用时 {outcome.seconds:.1f} 秒。"
        )
        if faults:
            self.stderr.write("改正以上各行后再次执行即可，已入驻的不会重复办理。")
            sys.exit(1)

    def _write_links(self, path: Path, links: list[tuple[str, str, str, str]]) -> None:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8-sig") as out:
            writer = csv.writer(out)
            writer.writerow(["代码", "工会", "管理员", "一次性链接"])
            for code, name, admin, token in links:
                writer.writerow([code, name, admin, f"{settings.PUBLIC_URL.rstrip('/')}/invitation/{token}"])
        self.stdout.write(f"{len(links)} 条一次性链接已写入 {path}，{settings.INVITATION_DAYS} 天内有效。")
