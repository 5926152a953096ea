"""What edits of all nouns share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def changed(row: Any, wanted: Mapping[str, Any]) -> dict[str, tuple[object, object]]:
    """What differs from the row, as {field: (old, new)}; the row holds the new values afterwards."""
    changes: dict[str, tuple[object, object]] = {}
    for name, value in wanted.items():
        old = getattr(row, name)
        if old != value:
            setattr(row, name, value)
            changes[name] = (old, value)
    return changes
