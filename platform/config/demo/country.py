"""The demonstration country: the nation, all provinces, and Hunan and Guangdong down to their districts."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import as_completed
from datetime import datetime
from random import Random

from commons.access.actors import system
from commons.audit.models import AuditEvent
from commons.audit.recording import record
from commons.hierarchy.enums import Level
from commons.hierarchy.models import TradeUnion
from commons.kit.processes import pool
from commons.onboarding.bulk import country, runner
from commons.onboarding.bulk.columns import Row
from commons.rollup.fold import fold
from commons.tenancy import door
from config.demo import figures, organizations
from tenants.registry.models import SocialOrganization

WHOLE_PROVINCES = ("430000", "440000")
# The unions that partners, accounts and tests speak of.
SAMPLED = ("000000", "430000", "430100", "430105", "430111")
_SEEDED = "demo.seeded"
_FILLED = "demo.filled"
_COUNTS = {Level.NATIONAL: 6, Level.PROVINCE: 14, Level.CITY: 10, Level.DISTRICT: 5}
_PORTION = 12


def is_demonstration() -> bool:
    """Whether this database was filled as a demonstration; commands that hand out passwords ask first."""
    return AuditEvent.objects.filter(event=_SEEDED).exists()


def mark_as_demonstration(*, at: datetime) -> None:
    if not is_demonstration():
        record(_SEEDED, by=system("演示数据"), at=at)


def rows() -> list[Row]:
    """The unions of the demonstration, parents first, numbered as the lines of one file."""
    found = {row.code: row for row in country.rows(levels=[Level.NATIONAL, Level.PROVINCE])}
    for province in WHOLE_PROVINCES:
        found.update({row.code: row for row in country.rows(under=province)})
    return [found[code] for code in sorted(found)]


def build(*, at: datetime, on_progress: Callable[[str, int, int], None]) -> runner.Outcome:
    """
    Onboard the unions, fill their ledgers, fold their numbers. Each union is done or not, so a run that was cut off is continued.
    """
    if AuditEvent.objects.filter(event=_FILLED).exists():
        return runner.Outcome()
    wanted = rows()
    done = 0

    def joined(number: int) -> None:
        nonlocal done
        done += number
        on_progress("工会入驻", done, len(wanted))

    outcome = runner.run(wanted, doing="演示数据", at=at, processes=2, on_progress=joined)
    mark_as_demonstration(at=at)
    figures.load()
    codes = list(TradeUnion.objects.filter(code__in=[row.code for row in wanted]).values_list("code", flat=True))
    filled = 0
    with pool(2) as workers:
        portions = [codes[start : start + _PORTION] for start in range(0, len(codes), _PORTION)]
        for portion in as_completed([workers.submit(fill_portion, portion, at) for portion in portions]):
            filled += portion.result()
            on_progress("台账与数据", filled, len(codes))
    if not outcome.faults:
        record(_FILLED, by=system("演示数据"), at=at, unions=len(codes))
    return outcome


def fill_portion(codes: list[str], at: datetime) -> int:
    """Fill these unions one after another, in this process; how many they are."""
    for union in TradeUnion.objects.filter(code__in=codes).select_related("parent").order_by("path"):
        fill_once(union, at=at)
    return len(codes)


def fill_once(union: TradeUnion, *, at: datetime) -> int:
    """Fill an empty ledger with the demonstration's entries and fold its numbers; nothing for one that has entries."""
    with door.inside(union):
        if SocialOrganization.objects.exists():
            return 0
    chance = Random(f"count {union.code}")
    count = 40 if union.code in SAMPLED[2:] else _COUNTS[Level(union.level)] + chance.randrange(6)
    added = organizations.fill(union, count=count, shared=_shared(union), by=system("演示数据", union), at=at)
    fold(union)
    return added


def _shared(union: TradeUnion) -> list[organizations.Shared]:
    if union.level == Level.CITY:
        return organizations.shared_by(union)
    if union.level == Level.DISTRICT and union.parent is not None and union.parent.level == Level.CITY:
        return organizations.shared_by(union.parent)
    return []
