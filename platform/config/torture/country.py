"""A small country for the torture, onboarded by the ordinary actions: provinces, cities, districts, an industrial union."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from commons.hierarchy.enums import Kind, Level
from commons.hierarchy.models import Division
from commons.onboarding.bulk import country, runner
from commons.onboarding.bulk.columns import Row
from commons.tenancy import upgrade

PROVINCES = ("430000", "440000", "370000")
CITIES = ("430100", "430200", "440100", "440300", "370100", "371000")
INDUSTRIAL = "000000_i01"
# The nation, the above, the industrial union, and two districts.
LEAST = 1 + len(PROVINCES) + len(CITIES) + 1 + 2


def build(unions: int, *, at: datetime) -> int:
    """
    Make the tables and let `unions` unions join an empty database; how many have joined.

    Raises: RuntimeError naming what refused to join.
    """
    upgrade.everything(at=at)
    outcome = runner.run(rows(unions), doing="汇总压力检验", at=at)
    if outcome.faults:
        raise RuntimeError("；".join(str(fault) for fault in outcome.faults))
    return outcome.made


def rows(unions: int) -> list[Row]:
    """The unions to join, parents first."""
    known = {row.code: row for row in country.rows()}
    wanted = ["000000", *PROVINCES, *CITIES, *islice(_districts(), max(unions, LEAST) - LEAST + 2)]
    some = known[wanted[0]]
    head = Row(
        line=1,
        code=INDUSTRIAL,
        name="中国教科文卫体工会",
        level=Level.PROVINCE,
        parent_code="000000",
        kind=Kind.INDUSTRIAL,
        answerable=some.answerable,
    )
    return [*(known[code] for code in wanted), head]


def _districts() -> Iterator[str]:
    """Districts of the cities, one of each in turn."""
    below = [
        list(Division.objects.filter(parent=city).order_by("code").values_list("pk", flat=True)) for city in CITIES
    ]
    for turn in range(max(map(len, below))):
        for codes in below:
            if turn < len(codes):
                yield codes[turn]
