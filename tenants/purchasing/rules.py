"""
What the measures of a union decide by number, each with the value that holds where they say nothing. Source: E12, SM-15P, SM-16, SM-18.

A running project keeps the edition it began with: ask `thresholds(project.measures)`, never the edition in force today.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from tenants.purchasing.enums import ProcurementMethod, ProcurementMode, RuleKind, RuleState
from tenants.purchasing.models import PurchaseRule, ServiceProject

# Which rules a project begins with, by the field that keeps them. Source: SM-15P submit; E12-E14.
FIXED: dict[str, RuleKind] = {
    "measures": RuleKind.MEASURES,
    "approval_system": RuleKind.APPROVAL_SYSTEM,
    "bid_system": RuleKind.BID_SYSTEM,
    "midterm_system": RuleKind.MIDTERM_SYSTEM,
    "performance_system": RuleKind.PERFORMANCE_SYSTEM,
}


@dataclass(frozen=True)
class Thresholds:
    """Units: money in yuan, shares in per cent, days as named, satisfaction in marks of 1 to 5. All (design), editable by a union."""

    direct_max: Decimal = Decimal(100_000)
    third_party_min: Decimal = Decimal(300_000)
    min_days: int = 10
    min_bids: int = 3
    min_bids_again: int = 1
    panel_size: int = 3
    publicity_days: int = 5
    objection_days: int = 5
    appeal_days: int = 10
    midterm_free_months: int = 6
    last_share_min: Decimal = Decimal(20)
    satisfaction_sample_min: int = 30
    satisfaction_share_min: Decimal = Decimal(10)
    satisfaction_min: Decimal = Decimal("3.5")
    line_shift_max: Decimal = Decimal(10)
    report_months: int = 3
    report_due_days: int = 10
    final_report_due_days: int = 30
    block_years: int = 1


def thresholds(measures: PurchaseRule | None) -> Thresholds:
    """The thresholds of an edition of the measures; the defaults without one, and for what it does not say."""
    return thresholds_of(measures.content if measures is not None else {})


def thresholds_of(content: Mapping[str, Any]) -> Thresholds:
    """As `thresholds`, from the content of measures."""
    read: dict[str, Any] = {}
    for one in fields(Thresholds):
        said = content.get(one.name)
        if said in (None, ""):
            continue
        try:
            read[one.name] = int(str(said)) if isinstance(one.default, int) else Decimal(str(said))
        except (InvalidOperation, ValueError):
            continue
    return Thresholds(**read)


def is_direct(project: ServiceProject) -> bool:
    """Whether nobody else needs to be asked: entrusted to one, or done together without money. Source: E10, E26, E42."""
    alone = (ProcurementMode.ENTRUSTED, ProcurementMode.COOPERATION)
    return project.method == ProcurementMethod.DIRECT or project.mode in alone


def in_force(kind: RuleKind) -> PurchaseRule | None:
    """The edition of a kind that is in force; one statement."""
    return (
        PurchaseRule.objects.filter(kind=kind, state=RuleState.IN_FORCE).order_by("-in_force_from", "-edition").first()
    )


def fixed_in_force(*, lock: bool = False) -> dict[str, PurchaseRule]:
    """What a project that is submitted now begins with: {field: rule}, without those that are missing; one statement."""
    rows = PurchaseRule.objects.filter(kind__in=list(FIXED.values()), state=RuleState.IN_FORCE).order_by("pk")
    found = {rule.kind: rule for rule in (rows.select_for_update() if lock else rows)}
    return {name: found[kind] for name, kind in FIXED.items() if kind in found}


def use(rule: PurchaseRule, *, at: datetime) -> None:
    """From now on the content of this edition never changes. The caller holds its lock."""
    if rule.used_at is None:
        rule.used_at = at
        rule.save(update_fields=["used_at"])


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last of that month where it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
