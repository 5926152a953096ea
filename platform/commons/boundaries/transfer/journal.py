"""
What joining two entries changed in the receiving union, written into the histories of the rows, so that it can be undone.

A history is only ever added to; an undoing leaves both what was done and that it was taken back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from commons.access.actors import Actor
from commons.audit.recording import record_change

JOIN, UNJOIN = "transfer_join", "transfer_unjoin"
_ADDED = "__added__"


@dataclass(frozen=True)
class Journal:
    """Writes on behalf of one transfer."""

    transfer: UUID
    by: Actor
    at: datetime

    def change(self, row: models.Model, **values: object) -> None:
        """Set fields of a stored row."""
        before = {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}
        if not before:
            return
        for name in before:
            setattr(row, name, values[name])
        row.save(update_fields=list(before))
        self._note(row, {name: (_plain(old), _plain(values[name])) for name, old in before.items()})

    def add(self, row: models.Model) -> None:
        """Store a row that was not there."""
        row.save(force_insert=True)
        self._note(row, {_ADDED: (None, True)})

    def take_back(self, rows: list[UUID]) -> list[str]:
        """Undo what was done to these rows and to those added for them; the names of fields left, as they changed since."""
        left: list[str] = []
        history = apps.get_model("history", "Change")
        entries = history.objects.filter(event=JOIN, reason=str(self.transfer), object_id__in=rows)
        for entry in entries.order_by("-at", "-id"):
            model = apps.get_model(entry.object_kind)
            row = model._default_manager.filter(pk=entry.object_id).first()
            if row is None:
                continue
            if _ADDED in entry.changes:
                row.delete()
                continue
            restored: dict[str, Any] = {}
            for name, (old, new) in entry.changes.items():
                if _plain(getattr(row, name)) == new:
                    restored[name] = model._meta.get_field(name).to_python(old)
                else:
                    left.append(f"{model._meta.label}.{name}")
            if restored:
                changes = {name: (_plain(getattr(row, name)), _plain(value)) for name, value in restored.items()}
                for name, value in restored.items():
                    setattr(row, name, value)
                row.save(update_fields=list(restored))
                self._note(row, changes, event=UNJOIN)
        return left

    def touched(self) -> list[UUID]:
        """The rows that this transfer's joining changed or added."""
        history = apps.get_model("history", "Change")
        found = history.objects.filter(event=JOIN, reason=str(self.transfer)).values_list("object_id", flat=True)
        return list(found.distinct())

    def _note(self, row: models.Model, changes: dict[str, tuple[Any, Any]], event: str = JOIN) -> None:
        record_change(event, on=row, by=self.by, at=self.at, reason=str(self.transfer), changes=changes)


def _plain(value: object) -> Any:
    """As JSON holds it."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return DjangoJSONEncoder().encode(value).strip('"')
