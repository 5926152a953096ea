"""
What a union shows an organization at /u/<code>/portal: a register that features fill in `AppConfig.ready()`.

`from commons import portal; portal.register(20, maker)`. A maker gets an actor whose `organization` is set, inside that
union's schema, and tells of this organization alone; None when the union has nothing of that kind for it. What a maker
records of a new dealing, `commons.people.organizations.present` must be told of too, or the organization never finds it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # This package is the application itself, and is read before the models are.
    from commons.access.actors import Actor
    from commons.web.desk import Card

SectionMaker = Callable[["Actor", datetime], "Card | None"]

_makers: list[tuple[int, SectionMaker]] = []


def register(order: int, maker: SectionMaker) -> None:
    """Let `maker` add a section to the portal of every union; registering the same again changes nothing."""
    if (order, maker) not in _makers:
        _makers.append((order, maker))
        _makers.sort(key=lambda entry: entry[0])


def of(actor: Actor, at: datetime) -> list[Card]:
    """The sections for the actor's organization, in order; none for whoever acts for no organization."""
    if not actor.organization:
        return []
    return [card for _, maker in _makers if (card := maker(actor, at)) is not None]
