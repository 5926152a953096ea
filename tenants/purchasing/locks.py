"""
What is locked in purchasing, in this order: numbering, then the parent, then the row. Contracts are numbered after their project is locked.

Whoever takes numbering after a project or a call holds it to the end: nobody who has numbering waits for either.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from commons.workflow import locks
from commons.workflow.locks import changed, row
from tenants.purchasing.models import Contract

__all__ = ["changed", "next_contract", "next_number", "numbering", "row"]

_NUMBERING, _CONTRACTS = 0x5055_5200, 0x5075_6301


def numbering() -> None:
    """Hold the union's numbering of purchases until the transaction ends, so that no number has a twin."""
    locks.numbering(_NUMBERING)


def next_number(model: type[models.Model], column: str, **of: Any) -> int:
    """The next number among the rows with these values; numbering is held from here on."""
    return locks.next_number(model, column, key=_NUMBERING, **of)


def next_contract(year: int) -> int:
    """The next contract's number of the year; a numbering of its own, since it is taken after other locks."""
    return locks.next_number(Contract, key=_CONTRACTS, year=year)
