"""Load the administrative divisions (GB/T 2260, as published on 2023-06-30) from divisions.csv."""

import csv
from pathlib import Path
from typing import Any

from django.db import migrations

_FILE = Path(__file__).resolve().parents[1] / "divisions.csv"


def load(apps: Any, schema_editor: Any) -> None:
    """Add the divisions that are not there yet; the file lists parents before their children."""
    division = apps.get_model("hierarchy", "Division")
    with _FILE.open(encoding="utf-8", newline="") as lines:
        rows = [
            division(code=row["code"], name=row["name"], level=row["level"], parent_id=row["parent_code"] or None)
            for row in csv.DictReader(lines)
        ]
    division.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("hierarchy", "0001_initial")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
