"""What other nouns tell on a project's page: a register that `apps.py` fills, so that pages of one noun know none of another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from commons.access.actors import Actor
from commons.web.objects import Section
from tenants.purchasing.models import ServiceProject

# (project, actor, union's code, moment) -> the section, or None where the viewer has nothing to see there.
Maker = Callable[[ServiceProject, Actor, str, datetime], Section | None]

_makers: list[tuple[int, Maker]] = []


def register(order: int, maker: Maker) -> None:
    """Let `maker` add a section to every project's page; the same again changes nothing."""
    if (order, maker) not in _makers:
        _makers.append((order, maker))
        _makers.sort(key=lambda entry: entry[0])


def of(project: ServiceProject, actor: Actor, code: str, at: datetime) -> list[Section]:
    """The sections of this project's page, in order."""
    return [section for _, maker in _makers if (section := maker(project, actor, code, at)) is not None]
