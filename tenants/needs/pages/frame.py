"""What the pages of needs share: facts, the page of one object, the way to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse

from commons.access.actors import Actor
from commons.access.decisions import Decision
from commons.kit.labels import Code
from commons.web.frame import Crumb
from commons.web.steps import Steps, steps
from commons.web.templatetags.platform_web import date_zh, intcomma_zh, when_zh
from commons.workflow.declaration import Machine
from commons.workflow.history import Entry, timeline


@dataclass(frozen=True)
class Fact:
    """One line of a list of facts."""

    label: str
    value: str
    url: str = ""


@dataclass(frozen=True)
class Link:
    """A button beside the heading."""

    label: str
    url: str
    primary: bool = False


@dataclass(frozen=True)
class ObjectPage:
    """One object with a life of its own, for `needs/object.html`; templates of each kind show `more` besides."""

    title: str
    number: str
    facts: list[Fact]
    steps: Steps
    history: list[Entry]
    why: Decision
    links: list[Link] = field(default_factory=list)
    source: str = ""


def fact(label: str, value: object, url: str = "") -> Fact:
    """A fact, written as people read it."""
    return Fact(label, written(value), url)


def written(value: object) -> str:
    match value:
        case None | "":
            return ""
        case bool():
            return "是" if value else "否"
        case Code():
            return value.label
        case Decimal():
            return f"{intcomma_zh(value, 2)} 元"
        case int():
            return intcomma_zh(value)
        case datetime():
            return when_zh(value)
        case date():
            return date_zh(value)
        case list() | tuple() | frozenset():
            return "、".join(written(one) for one in value)
        case _:
            return str(value)


def standing(machine: Machine, row: Any, actor: Actor, at: datetime, code: str) -> tuple[Steps, list[Entry]]:
    """What may be done with it now, and what was done."""
    return steps(machine, row, actor, at, code), timeline(machine, row)


def trail(code: str, label: str, name: str, *more: str) -> list[Crumb]:
    """The way from a list to this page."""
    return [Crumb(label, reverse(name, args=[code])), *(Crumb(one) for one in more)]
