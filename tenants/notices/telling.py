"""
Who is told of the steps of a machine, and in which words: a register that features fill in `AppConfig.ready()`.

    telling.tell("serviceproject", ProjectEvent.APPROVE, recipients=lambda step: [step.row.officer_id])
    telling.hush("review")

What is not told here follows the rule of `recipients.py`. Whoever is named gets the notice only if they may see the row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from commons.workflow.declaration import Step

Recipients = Callable[[Step], Iterable[UUID]]
Text = Callable[[Step], str]

ANY = "*"


@dataclass(frozen=True)
class Telling:
    """What a feature says of one event; None: as the rule has it."""

    recipients: Recipients | None = None
    text: Text | None = None


_tellings: dict[tuple[str, str], Telling] = {}
_organizations: dict[str, Callable[[Any], str]] = {}


def tell(
    machine_slug: str, event: str = ANY, *, recipients: Recipients | None = None, text: Text | None = None
) -> None:
    """
    Let these accounts be told of `event` (of every event of the machine without one), in these words.

    `text` names the row by number or name: nothing sealed, personal or confidential.
    """
    _tellings[machine_slug, str(event)] = Telling(recipients, text)


def hush(machine_slug: str, event: str = ANY) -> None:
    """Tell nobody."""
    tell(machine_slug, event, recipients=lambda step: ())


def organizations(app_label: str, of: Callable[[Any], str]) -> None:
    """Let `of(row)` say which organization a row of a feature concerns, by its credit code, '' for none: its accounts are told too."""
    _organizations[app_label] = of


def of(step: Step) -> Telling:
    for event in (str(step.line.event), ANY):
        if (found := _tellings.get((step.machine.slug, event))) is not None:
            return found
    return Telling()


def organization_of(step: Step) -> str:
    """The credit code of the organization that a step concerns, or nothing."""
    asked = _organizations.get(step.row._meta.app_label)
    return asked(step.row) if asked is not None else ""
