"""What is locked in needs, in this order: menu item or survey, then numbering, then cluster, then need, order or appeal."""

from __future__ import annotations

from django.db import models

from commons.workflow import locks
from commons.workflow.locks import row

__all__ = ["next_serial", "numbering", "row"]

_NUMBERING = 0x4E65_6501


def numbering() -> None:
    """Hold the union's numbering of needs, orders and appeals until the transaction ends, so that no number has a twin."""
    locks.numbering(_NUMBERING)


def next_serial(model: type[models.Model]) -> int:
    """The next number of this kind of row; numbering is held from here on."""
    return locks.next_number(model, key=_NUMBERING)
