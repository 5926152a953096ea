"""Files in git that are made from declarations: one command each, which writes the file or checks that it is current."""

from __future__ import annotations

import difflib
from argparse import ArgumentParser
from pathlib import Path
from typing import ClassVar

from django.core.management.base import BaseCommand, CommandError


class ExportCommand(BaseCommand):
    """`manage.py <name>` writes; with `--check` it compares, and fails showing what differs. `changed` is what has changed then."""

    changed: ClassVar[str]

    def file(self) -> Path:
        """Where it is kept."""
        raise NotImplementedError

    def text(self) -> str:
        """What it should say now."""
        raise NotImplementedError

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="compare instead of writing")

    def handle(self, *, check: bool, **_options: object) -> None:
        file, text = self.file(), self.text()
        kept = file.read_text(encoding="utf-8") if file.exists() else ""
        if not check:
            file.write_text(text, encoding="utf-8")
            self.stdout.write(f"wrote {file.name}")
        elif text != kept:
            lines = difflib.unified_diff(kept.splitlines(), text.splitlines(), "in git", "declared", lineterm="", n=2)
            name = type(self).__module__.rsplit(".", 1)[-1]
            raise CommandError("\n".join([f"{self.changed}; run manage.py {name}.", *lines]))
