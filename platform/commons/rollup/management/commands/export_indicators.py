"""manage.py export_indicators: write the handbook's page of indicators, or check that the one in git is current."""

from __future__ import annotations

from pathlib import Path

from commons.kit.exporting import ExportCommand
from commons.rollup.handbook import FILE, page


class Command(ExportCommand):
    help = "Write the indicators to platform/handbook/indicators.md; --check only compares and fails on a difference."
    changed = "The indicators have changed"

    def file(self) -> Path:
        return FILE

    def text(self) -> str:
        return page()
