"""Changes of the tree: what the nation's administrators have to see to, and what the others' administrators are told."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Q

from commons.access.actors import Actor
from commons.boundaries import policies, selectors, wording
from commons.boundaries.enums import ChangeKind, ChangeState
from commons.boundaries.models import TreeChange
from commons.boundaries.transfer.enums import RUNNING
from commons.boundaries.transfer.models import Transfer
from commons.kit.clock import today
from commons.web.desk.cards import Card, Line

# A desk is told of the nearest few.
SHOWN = 4


def changes(actor: Actor, at: datetime) -> Card | None:
    """None where nothing is coming."""
    if actor.union is None:
        return None
    if policies.may_change(actor):
        return _nation(f"/u/{actor.union.code}/boundaries")
    coming = selectors.coming(actor)
    if not coming:
        return None
    lines = tuple(
        Line(f"自 {row.effective_on:%Y-%m-%d} 起，{wording.sentence(row)}", note=row.document or row.reason)
        for row in coming[:SHOWN]
    )
    more = f"另有 {len(coming) - SHOWN} 项。" if len(coming) > SHOWN else ""
    days = (coming[0].effective_on - today(at)).days
    note = f"{more}到日自动生效，无需本会办理；最近一项还有 {max(days, 0)} 天。"
    return Card(title="即将生效的区划调整", lines=lines, note=note)


def _nation(base: str) -> Card:
    undecided = Q(kind=ChangeKind.CLOSE, confirmed_at__isnull=True)
    planned = TreeChange.objects.filter(state=ChangeState.PLANNED)
    counted = planned.aggregate(all=Count("pk"), waiting=Count("pk", filter=undecided))
    return Card(
        title="区划调整",
        url=base,
        url_label="全部调整",
        lines=(
            Line("待另一名管理员确认的终止", f"{base}?state=planned&kind=close", counted["waiting"]),
            Line("已安排、尚未生效", f"{base}?state=planned", counted["all"] - counted["waiting"], tone="info"),
            Line(
                "正在划转的记录",
                f"{base}?state=applied",
                Transfer.objects.filter(state__in=RUNNING).count(),
                tone="info",
            ),
        ),
    )
