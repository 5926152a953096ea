"""What needs doing: a register that features fill in `AppConfig.ready()`, so the shared floor knows none of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from commons.access.actors import Actor


@dataclass(frozen=True)
class Line:
    """One thing to do or to know. `count` None: a plain link. `tone` colours the count: warn, bad, info, neutral."""

    label: str
    url: str = ""
    count: int | None = None
    tone: str = "warn"
    note: str = ""

    @property
    def shown_tone(self) -> str:
        return self.tone if self.count else "neutral"


@dataclass(frozen=True)
class Card:
    """A titled list of lines on the desk; `url` leads to the whole."""

    title: str
    lines: tuple[Line, ...]
    url: str = ""
    url_label: str = ""
    note: str = ""


# Returns None when the actor has nothing to do there. Called inside the acting union's schema.
CardMaker = Callable[[Actor, datetime], Card | None]

_makers: list[tuple[int, CardMaker]] = []


def register(order: int, maker: CardMaker) -> None:
    """Let `maker` add a card to every desk; registering the same again changes nothing."""
    if (order, maker) not in _makers:
        _makers.append((order, maker))
        _makers.sort(key=lambda entry: entry[0])


def of(actor: Actor, at: datetime) -> list[Card]:
    """The cards of this desk, in order."""
    return [card for _, maker in _makers if (card := maker(actor, at)) is not None]
