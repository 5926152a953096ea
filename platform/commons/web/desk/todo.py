"""The card of what waits for somebody: the most urgent few, and how many there are."""

from __future__ import annotations

from datetime import date, datetime

from commons.access.actors import Actor
from commons.kit.clock import today
from commons.web.desk.cards import Card, Line
from commons.workflow import todo

SHOWN = 5


def card(actor: Actor, at: datetime) -> Card | None:
    """None for whom no workflow waits. One statement, or two when there is more than the card shows."""
    if actor.union is None:
        return None
    waiting, count = todo.mine_and_count(actor, limit=SHOWN)
    if not waiting:
        return None
    day, code = today(at), actor.union.code
    return Card(
        title=f"待办（{count}）",
        url=f"/u/{code}/todo",
        url_label="全部待办",
        lines=tuple(
            Line(f"{one.waiting.label}：{one.title}", f"/u/{code}{one.url}", note=due_text(one, day)) for one in waiting
        ),
    )


def due_text(one: todo.Todo, day: date) -> str:
    """Until when, and whether that is past: “11月30日前”, “已逾期 3 天”."""
    if one.due_on is None:
        return ""
    if one.overdue(day):
        return f"已逾期 {(day - one.due_on).days} 天"
    return f"{one.due_on.month}月{one.due_on.day}日前"
