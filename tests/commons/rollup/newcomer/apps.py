"""An app that is nothing but the declaration in the handbook's how-to."""

import re
from pathlib import Path
from typing import Any

from django.apps import AppConfig

ROOT = Path(__file__).resolve().parents[4]
HOW_TO = ROOT / "platform/handbook/how-to/declare-an-indicator.md"


def example() -> str:
    """The declaration as the handbook has it: its first block of Python."""
    found = re.search(r"```python\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def declared() -> tuple[Any, ...]:
    """Its INDICATORS."""
    names: dict[str, Any] = {}
    exec(compile(example(), str(HOW_TO), "exec"), names)  # noqa: S102 - our own handbook
    return tuple(names["INDICATORS"])


class NewcomerConfig(AppConfig):
    name = "tests.commons.rollup.newcomer"
    label = "newcomer"

    def ready(self) -> None:
        from commons.rollup.declaration import register

        register(*declared())
