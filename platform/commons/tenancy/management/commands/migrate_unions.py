"""Upgrade `public`, the template and every stale union; restartable."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from commons.kit.clock import now
from commons.tenancy import upgrade


class Command(BaseCommand):
    help = "Upgrade public, the template and every union whose schema is stale. Restartable; failed unions are named."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--plan", action="store_true", help="show how many unions have which shape, and change nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["plan"]:
            self._plan()
            return
        console = Console(stderr=True)
        columns = (TextColumn("upgrading unions"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task("unions", total=None)
            outcome = upgrade.everything(
                at=now(), on_progress=lambda done, total: bar.update(task, completed=done, total=total or 1)
            )
        self.stdout.write(f"{outcome.upgraded} unions upgraded, {len(outcome.failed)} failed.")
        for code, problem in outcome.failed:
            self.stderr.write(f"union {code}: {problem}")
        if outcome.failed:
            self.stderr.write("Mend the cause and run the command again: it visits only these unions.")
            sys.exit(1)

    def _plan(self) -> None:
        for standing in upgrade.plan():
            way = "no recorded way" if standing.steps is None else f"{standing.steps} steps behind"
            self.stdout.write(
                f"{standing.fingerprint[:12]}  {standing.unions:5d} unions  {'current' if standing.steps == 0 else way}"
            )
