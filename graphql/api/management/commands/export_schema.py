"""manage.py export_schema: write the SDL that clients read, or check that the one in git is current."""

from __future__ import annotations

import difflib
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from graphql import print_schema

from api.kit.documents import schema

FILE = Path(__file__).resolve().parents[2] / "schema.graphql"


def current() -> str:
    """The SDL of the schema as declared now."""
    return print_schema(schema()) + "\n"


class Command(BaseCommand):
    help = "Write the API's schema to graphql/api/schema.graphql; --check only compares and fails on a difference."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="compare instead of writing")

    def handle(self, *, check: bool, **_options: object) -> None:
        text = current()
        kept = FILE.read_text(encoding="utf-8") if FILE.exists() else ""
        if not check:
            FILE.write_text(text, encoding="utf-8")
            self.stdout.write(f"wrote {FILE.name}")
        elif text != kept:
            lines = difflib.unified_diff(kept.splitlines(), text.splitlines(), "in git", "declared", lineterm="", n=2)
            raise CommandError("\n".join(["The schema has changed; run manage.py export_schema.", *lines]))
