"""Changes of the tree for operators: list, plan from a file, bring into force what is due, show transfers, add a division."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from commons.access.actors import system
from commons.boundaries import calendar, files, wording
from commons.boundaries.enums import ChangeState
from commons.boundaries.models import TreeChange
from commons.boundaries.transfer import selectors as transfers
from commons.hierarchy import actions as hierarchy
from commons.hierarchy.selectors import root
from commons.kit.clock import now
from commons.kit.errors import DomainError


class Command(BaseCommand):
    help = "区划调整：列出、按文件安排、办理到期的、查看记录划转、登记新设的行政区划。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object a line")
        verbs = parser.add_subparsers(dest="verb", required=True)
        listing = verbs.add_parser("list", help="列出全部调整，近的在前")
        listing.add_argument("--state", choices=[state.value for state in ChangeState])
        plan = verbs.add_parser("plan", help="按 CSV 文件安排；可重复执行，已安排的跳过")
        plan.add_argument("--file", type=Path)
        plan.add_argument("--template", action="store_true", help="输出一份模板，不做其他事")
        verbs.add_parser("apply", help="办理到期的调整；平时不需要，谁先访问谁就触发")
        verbs.add_parser("transfers", help="记录划转的进度")
        division = verbs.add_parser("division", help="登记新设的行政区划，之后即可为它办理入驻")
        division.add_argument("code")
        division.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        self.json = options["json"]
        getattr(self, f"_{options['verb']}")(options)

    def _list(self, options: dict[str, Any]) -> None:
        found = TreeChange.objects.select_related("union", "other").order_by("-effective_on", "-at", "-pk")
        for row in found.filter(state=options["state"]) if options["state"] else found:
            self._change(row)

    def _plan(self, options: dict[str, Any]) -> None:
        if options["template"]:
            self.stdout.write(files.template(), ending="")
            return
        path: Path | None = options["file"]
        if path is None:
            raise CommandError("请用 --file 指定文件；--template 可输出模板。")
        try:
            content = path.read_bytes()
        except OSError as problem:
            raise CommandError(f"无法读取 {path}：{problem.strerror}") from problem
        made = standing = bad = 0
        for one in files.plan_all(content, by=system("按文件安排区划调整", root()), at=now()):
            if one.fault:
                bad += 1
                self.stderr.write(f"第 {one.line} 行：{one.fault}")
            elif one.made is not None:
                made += 1
                self._change(one.made)
            else:
                standing += 1
        self._say(
            {"made": made, "standing": standing, "faults": bad},
            f"新安排 {made} 项，已有 {standing} 项，有错误 {bad} 行。",
        )
        if bad:
            sys.exit(1)

    def _apply(self, options: dict[str, Any]) -> None:
        calendar.forget()
        done = calendar.look()
        self._say({"applied": done}, f"办理了 {done} 项到期的调整。")

    def _transfers(self, options: dict[str, Any]) -> None:
        for one in transfers.transfers(system("查看记录划转", root())):
            job = transfers.stopped(one)
            said = {
                "id": str(one.pk),
                "source": one.source.code,
                "target": one.target.code,
                "state": str(one.state),
                "moved": one.moved,
                "total": one.total,
                "stopped": job.error if job else "",
            }
            text = f"{one.source.name_zh} → {one.target.name_zh}  {transfers.told(one)}"
            self._say(said, f"{text}  停住：{job.error}" if job else text)

    def _division(self, options: dict[str, Any]) -> None:
        try:
            row = hierarchy.add_division(code=options["code"], name=options["name"])
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal
        self._say({"code": row.pk, "name": row.name, "level": str(row.level)}, f"已登记 {row.pk} {row.name}。")

    def _change(self, row: TreeChange) -> None:
        said = {
            "id": str(row.pk),
            "kind": str(row.kind),
            "state": str(row.state),
            "on": f"{row.effective_on:%Y-%m-%d}",
            "union": row.union.code,
            "other": row.other.code if row.other else "",
            "document": row.document,
        }
        self._say(said, f"{row.effective_on:%Y-%m-%d}  {ChangeState.label_of(row.state)}  {wording.sentence(row)}")

    def _say(self, said: dict[str, Any], text: str) -> None:
        self.stdout.write(json.dumps(said, ensure_ascii=False) if self.json else text)
