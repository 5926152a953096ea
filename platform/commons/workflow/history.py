"""What happened to one row, as its page tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from commons.audit.recording import HISTORY
from commons.kit.clock import BEIJING
from commons.kit.fields import CodeField
from commons.workflow.declaration import Machine

_PLAIN = {"create": "登记", "edit": "修改"}


@dataclass(frozen=True)
class Kept:
    """A table whose rows have no machine: how its fields, and events beside `create` and `edit`, are called in their history."""

    table: type[models.Model]
    labels: Mapping[str, str]
    history: str = HISTORY


@dataclass(frozen=True)
class Difference:
    """A field that changed."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Entry:
    """One line of a timeline (components/timeline)."""

    at: datetime
    who: str
    what: str
    note: str
    changes: list[Difference]


def timeline(kept: Machine | Kept, row: Any, *, most: int = 50) -> list[Entry]:
    """The last changes of a row, newest first; one statement. The caller has decided that the row may be seen."""
    changes = apps.get_model(kept.history).objects.filter(object_id=row.pk).order_by("-at", "-id")[:most]
    return [_entry(kept, change) for change in changes]


def _entry(kept: Machine | Kept, change: Any) -> Entry:
    # A field may be called as an event is: "refund".
    named = kept.events.label_of(change.event) if isinstance(kept, Machine) else change.event
    what = _PLAIN.get(change.event) or (named if named != change.event else kept.labels.get(change.event, named))
    if isinstance(kept, Machine):
        before, after = change.from_state, change.to_state
        if before and after and before != after:
            what = f"{what}（{kept.states.label_of(before)} → {kept.states.label_of(after)}）"
    told = [
        Difference(kept.labels[name], _shown(kept, name, pair[0]), _shown(kept, name, pair[1]))
        for name, pair in change.changes.items()
        # Set anew to the nothing that it was.
        if name in kept.labels and not (pair[0] is None and pair[1] is None)
    ]
    return Entry(change.at, change.by_name, what, change.reason, told)


def _shown(kept: Machine | Kept, name: str, value: object) -> str:
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    try:
        kind = kept.table._meta.get_field(name)
    except FieldDoesNotExist:
        return str(value)
    if isinstance(kind, models.DateTimeField):
        return f"{datetime.fromisoformat(str(value)).astimezone(BEIJING):%Y-%m-%d %H:%M}"
    codes = getattr(getattr(kind, "base_field", kind), "enum", None) if not isinstance(kind, CodeField) else kind.enum
    if isinstance(value, list):
        return "、".join(codes.label_of(str(one)) if codes else str(one) for one in value)
    return str(codes.label_of(str(value))) if codes else str(value)
