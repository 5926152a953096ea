"""How far the numbers of a subtree can be believed: whose changes are not counted yet, and who is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from commons.hierarchy.enums import Level
from commons.hierarchy.models import Division, TradeUnion
from commons.rollup import selectors as rollup
from commons.rollup.models import UnfoldedUnion

# How many missing ones a sentence names.
_NAMED = 8


@dataclass(frozen=True)
class Unfolded:
    """A union whose latest changes could not be counted yet, and since when."""

    path: tuple[int, ...]
    since: datetime


@dataclass(frozen=True)
class Freshness:
    """The watermark of a subtree with its exceptions."""

    at: datetime | None
    unfolded: tuple[Unfolded, ...] = ()

    def behind_since(self, union: TradeUnion) -> datetime | None:
        """Since when changes under `union` are not counted; None when all are."""
        return min((row.since for row in self.unfolded if union.pk in row.path), default=None)

    @property
    def text(self) -> str:
        return f"{len(self.unfolded)} 家工会的最新变动尚未汇总" if self.unfolded else ""

    @property
    def minute(self) -> str:
        """What of it a page shows; a page that is open asks again until this changes."""
        return f"{self.at:%Y%m%d%H%M}-{len(self.unfolded)}" if self.at else f"-{len(self.unfolded)}"


def of(union: TradeUnion) -> Freshness:
    rows = UnfoldedUnion.objects.filter(union__path__contains=[union.pk]).values_list("union__path", "since")
    return Freshness(rollup.watermark(union), tuple(Unfolded(tuple(path), since) for path, since in rows))


def not_joined(union: TradeUnion) -> list[str]:
    """The names of the divisions directly under the union's own that have no union on the platform yet. Source: R9."""
    if union.division_id is None or union.level == Level.DISTRICT:
        return []
    joined = TradeUnion.objects.filter(parent=union).values("code")
    below = Division.objects.filter(parent_id=union.division_id).exclude(pk__in=joined)
    return list(below.order_by("pk").values_list("name", flat=True))


def not_joined_text(union: TradeUnion) -> str:
    """A sentence naming who is missing from the numbers of `union`; '' when nobody is."""
    names = not_joined(union)
    if not names:
        return ""
    named = "、".join(names[:_NAMED]) + ("等" if len(names) > _NAMED else "")
    return f"还有 {len(names)} 个下级行政区的工会没有入驻平台，其数据不在全辖合计之内：{named}。"
