"""Recount everything from the records and compare with the stored numbers."""

import json
import sys
import time
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from commons.hierarchy import selectors as hierarchy
from commons.kit.clock import month_text, now
from commons.rollup.verify import Report, begin, found_by, repair, verify

SHOWN = 50


class Command(BaseCommand):
    help = "Fold what is marked, recount every union from its records, compare both ways; exit 1 and name what differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object")
        parser.add_argument(
            "--union", metavar="CODE", help="only this union and those below it; its result is not kept"
        )
        parser.add_argument(
            "--processes", type=int, default=1, metavar="N", help="compare in so many processes at once"
        )
        parser.add_argument("--anew", action="store_true", help="do not go on with a run that was cut off")
        parser.add_argument(
            "--repair",
            action="store_true",
            help="recount what differs and what stands above it from what is stored below, and compare once more",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        under = None
        if options["processes"] < 1:
            raise CommandError("--processes takes a whole number from 1 on")
        if options["union"]:
            under = hierarchy.by_code_or_none(options["union"])
            if under is None:
                raise CommandError(f"no union has the code {options['union']}")
        started = time.monotonic()
        run = None if under else begin(at=now(), resume=not options["anew"])
        columns = (TextColumn("recounting unions"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("unions", total=None)
            report = verify(
                under,
                on_progress=lambda done, total: bar.update(task, completed=done, total=total),
                run=run,
                processes=options["processes"],
            )
        if run is not None:
            # What was found before the run was cut off is part of its result.
            report.differences = found_by(run, report)
        if options["repair"] and report.differences:
            self.stdout.write(f"{len(report.differences)} differences found, recounting")
            repair(report.differences)
            report = verify(under, run=None if under else begin(at=now(), resume=False))
        seconds = round(time.monotonic() - started, 2)
        if options["json"]:
            self._json(report, seconds)
        else:
            self._text(report, seconds)
        if report.differences:
            sys.exit(1)

    def _json(self, report: Report, seconds: float) -> None:
        differences = [
            {**asdict(one), "indicators": one.indicators, "month": month_text(one.month)} for one in report.differences
        ]
        answer = {
            "unions": report.unions,
            "figures": report.figures,
            "rounds": report.rounds,
            "seconds": seconds,
            "differences": differences,
            "unsettled": report.unsettled,
        }
        self.stdout.write(json.dumps(answer, ensure_ascii=False))

    def _text(self, report: Report, seconds: float) -> None:
        for one in report.differences[:SHOWN]:
            split = f" {one.dim}={one.item}" if one.dim or one.item else ""
            self.stdout.write(
                f"union {one.union} {'/'.join(one.indicators)} ({one.measure}) {one.line} {one.scope}{split} "
                f"{month_text(one.month)}: "
                f"stored {one.stored}, recounted {one.recounted}"
            )
        if len(report.differences) > SHOWN:
            self.stdout.write(f"… and {len(report.differences) - SHOWN} more; --json prints all")
        for code in report.unsettled:
            self.stdout.write(f"union {code} was written to in every round; run again when it is quieter")
        self.stdout.write(
            f"{report.unions} unions, {report.figures} figures compared in {seconds} s: "
            f"{len(report.differences)} differences"
        )
