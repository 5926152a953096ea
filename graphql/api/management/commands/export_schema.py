"""manage.py export_schema: write the SDL that clients read, or check that the one in git is current."""

from __future__ import annotations

from pathlib import Path

from graphql import print_schema

from api.kit.documents import schema
from commons.kit.exporting import ExportCommand

FILE = Path(__file__).resolve().parents[2] / "schema.graphql"


def current() -> str:
    """The SDL of the schema as declared now."""
    return print_schema(schema()) + "\n"


class Command(ExportCommand):
    help = "Write the API's schema to graphql/api/schema.graphql; --check only compares and fails on a difference."
    changed = "The schema has changed"

    def file(self) -> Path:
        return FILE

    def text(self) -> str:
        return current()
