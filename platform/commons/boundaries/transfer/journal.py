"""
What joining two entries changed in the receiving union, written into the histories of the rows, so that it can be undone.

A history is only ever added to; an undoing leaves both what was done and that it was taken back. A transfer remembers
which lines are its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from commons.access.actors import Actor

JOIN, UNJOIN = "transfer_join", "transfer_unjoin"
_ADDED = "__added__"


@dataclass
class Journal:
    """Writes on behalf of one transfer; `lines` are the ids of what it wrote."""

    reason: str
    by: Actor
    at: datetime
    lines: list[str] = field(default_factory=list)

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

    def take_back(self, lines: Sequence[str]) -> list[str]:
        """Undo what these lines tell of; the names of fields left, as they changed since."""
        left: list[str] = []
        history = apps.get_model("history", "Change")
        for entry in history.objects.filter(pk__in=list(lines)).order_by("-at", "-id"):
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

    def _note(self, row: models.Model, changes: dict[str, tuple[Any, Any]], event: str = JOIN) -> None:
        line = apps.get_model("history", "Change")(
            object_kind=row._meta.label_lower,
            object_id=row.pk,
            event=event,
            reason=self.reason,
            by_id=self.by.user_id,
            by_name=self.by.name,
            at=self.at,
            changes={name: list(pair) for name, pair in changes.items()},
        )
        line.save(force_insert=True)
        self.lines.append(str(line.pk))


def _plain(value: object) -> Any:
    """As JSON holds it."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return DjangoJSONEncoder().encode(value).strip('"')
