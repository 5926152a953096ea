"""Everything the desk shows to one person in one union."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from commons.access.actors import Actor
from commons.access.decisions import Decision
from commons.access.permissions import Permission
from commons.access.policies import may, may_see_numbers
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import BEIJING, month_index, today
from commons.rollup import selectors as rollup
from commons.rollup.spans import Span
from commons.web.desk import cards, work
from commons.web.desk.cards import Card
from commons.web.desk.work import Recent
from commons.web.numbers import figures, history
from commons.web.numbers.figures import Figure
from commons.web.numbers.history import Historical
from commons.web.numbers.question import month_label, shown_indicators

# The key figures of the desk; the rest are one click away.
SHOWN = ("ORG-01", "ORG-05", "ORG-08", "CTC-01")


@dataclass(frozen=True)
class Numbers:
    """The key figures of the union with their watermark."""

    url: str
    month: str
    at: datetime | None
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Desk:
    """The first page of a union."""

    greeting: str
    day: datetime
    union: TradeUnion
    roles: str
    numbers: Numbers | None
    cards: tuple[Card, ...]
    jobs: tuple[Recent, ...]
    historical: tuple[Historical, ...]
    why: Decision


def build(actor: Actor, union: TradeUnion, *, at: datetime) -> Desk:
    decision = may_see_numbers(actor, union)
    return Desk(
        greeting=f"{_greeting(at)}，{actor.name}",
        day=at,
        union=union,
        roles="、".join(actor.role_labels),
        numbers=_numbers(actor, union, at) if decision else None,
        cards=tuple(cards.of(actor, at)),
        jobs=tuple(work.recent(actor)),
        historical=tuple(history.of(union)) if decision else (),
        why=may(actor, Permission.NUMBERS_VIEW),
    )


def _numbers(actor: Actor, union: TradeUnion, at: datetime) -> Numbers:
    month = month_index(today(at))
    shown = [indicator for indicator in shown_indicators() if indicator.code in SHOWN]
    behind = figures.track(actor, union, shown, Span.month(month))
    base = f"/u/{union.code}/numbers"
    urls = {indicator.code: f"{base}?indicator={indicator.code}" for indicator in shown}
    cards_of = tuple(figures.cards(shown, behind, urls=urls, definitions=f"{base}/definitions"))
    return Numbers(base, month_label(month), rollup.watermark(union), cards_of)


def _greeting(at: datetime) -> str:
    hour = at.astimezone(BEIJING).hour
    if hour < 6:
        return "夜深了"
    if hour < 12:
        return "上午好"
    return "下午好" if hour < 18 else "晚上好"
