"""Dated figures from published texts: shown beside the live numbers, never added to them. Source: DOMAIN §6."""

from __future__ import annotations

from dataclasses import dataclass

from commons.hierarchy.enums import Level
from commons.hierarchy.models import TradeUnion
from commons.rollup.models import HistoricalFigure

# How far a figure can be believed, by its flag: (what the page says, tone of the badge).
_QUALITIES = {"OK": ("可采信", "good"), "?": ("存疑", "warn"), "✗": ("有误，仅存原文", "bad")}


@dataclass(frozen=True)
class Historical:
    """One figure as published."""

    title: str
    value: str
    as_of: str
    quality: str
    tone: str
    note: str


def of(union: TradeUnion) -> list[Historical]:
    """The figures of this union, in the order of their numbers; only the nation and provinces have any."""
    if union.level not in {Level.NATIONAL, Level.PROVINCE}:
        return []
    return [_shown(row) for row in HistoricalFigure.objects.filter(union=union).order_by("figure")]


def _shown(row: HistoricalFigure) -> Historical:
    quality, tone = _QUALITIES.get(row.quality, ("未核定", "neutral"))
    unit = "" if not row.unit or row.value_text.endswith(row.unit) else f" {row.unit}"
    return Historical(
        title=row.title,
        value=f"{row.value_text}{unit}",
        as_of=row.as_of or "未注明",
        quality=quality,
        tone=tone,
        note=row.note,
    )
