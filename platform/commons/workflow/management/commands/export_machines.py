"""manage.py export_machines: write the handbook's page of state machines, or check that the one in git is current."""

from __future__ import annotations

from pathlib import Path

from commons.kit.exporting import ExportCommand
from commons.workflow.handbook import FILE, page


class Command(ExportCommand):
    help = "Write the state machines to platform/handbook/state-machines.md; --check only compares and fails on a difference."
    changed = "The state machines have changed"

    def file(self) -> Path:
        return FILE

    def text(self) -> str:
        return page()
