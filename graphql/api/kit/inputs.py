"""What an input says, and what it leaves unsaid."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any


def said(given: Mapping[str, Any], keep: Collection[str] = ()) -> dict[str, Any]:
    """What was given without its nulls, which say nothing; of the names in `keep` a null says that it be empty."""
    return {name: value for name, value in given.items() if value is not None or name in keep}
