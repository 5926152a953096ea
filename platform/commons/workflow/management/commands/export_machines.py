"""manage.py export_machines: write the handbook's page of state machines, or check that the one in git is current."""

from __future__ import annotations

import difflib
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from commons.workflow.handbook import FILE, page


class Command(BaseCommand):
    help = "Write the state machines to platform/handbook/state-machines.md; --check only compares and fails on a difference."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="compare instead of writing")

    def handle(self, *, check: bool, **_options: object) -> None:
        text = page()
        kept = FILE.read_text(encoding="utf-8") if FILE.exists() else ""
        if not check:
            FILE.write_text(text, encoding="utf-8")
            self.stdout.write(f"wrote {FILE.name}")
        elif text != kept:
            lines = difflib.unified_diff(kept.splitlines(), text.splitlines(), "in git", "declared", lineterm="", n=2)
            raise CommandError("\n".join(["The state machines have changed; run manage.py export_machines.", *lines]))
