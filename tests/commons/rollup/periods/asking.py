"""What tests of periods ask: a handful of figures of each kind, of every union, along every line, own and subtree."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from commons.access import actors
from commons.hierarchy.enums import Line
from commons.hierarchy.models import Parentage, TradeUnion
from commons.rollup import selectors
from commons.rollup.enums import Scope
from commons.rollup.fold import fold, redrawing
from commons.rollup.models import PeriodRevision
from commons.rollup.periods import closing
from commons.rollup.selectors import Lens, Span
from commons.tenancy.door import inside
from tenants.registry.models import ContactLog, SocialOrganization
from tests.factories import organizations as make

Country = dict[str, TradeUnion]
Answers = dict[tuple[str, ...], Decimal | None]

# When periods of 2025 are closed in tests: they ended long ago.
AT = datetime(2026, 2, 1, tzinfo=UTC)
# A distinct stock with items, a sum, an event, a percentage, a growth rate if one is declared.
INDICATORS = ["ORG-01", "ORG-05", "ORG-08", "CTC-01"]


def indicators() -> list[str]:
    """With whatever growth rate is declared."""
    return INDICATORS + [found.code for found in selectors.catalogue() if found.against_months][:1]


def answers(
    country: Country,
    periods: list[str],
    *,
    lens: Lens | None = None,
    lines: tuple[Line, ...] = tuple(Line),
    codes: list[str] | None = None,
) -> Answers:
    """{(line, scope, period, dimension, union, indicator, item): figure}, exactly."""
    asked = lens or Lens()
    nation = actors.system("test", country["000000"])
    found: Answers = {}
    unions = list(TradeUnion.objects.filter(code__in=country).order_by("code"))
    for line in lines:
        seen = Lens(line, asked.as_of, asked.revision, asked.unsettled)
        for period in periods:
            # Own figures stand on no line but the regional.
            for scope in Scope if line is Line.REGIONAL else (Scope.SUBTREE,):
                for by, names in (("", codes or indicators()), ("OT", ["ORG-01", "ORG-05"])):
                    values = selectors.values(
                        nation,
                        unions=unions,
                        indicators=names,
                        span=Span.parse(period),
                        scope=scope,
                        by=by or None,
                        lens=seen,
                    )
                    for value in values:
                        place = (line, scope, period, by, value.union_code, value.indicator, value.item)
                        found[place] = value.value
    return found


def tracks(country: Country, first: str, last: str, *, lens: Lens | None = None) -> Answers:
    """The months' series of Hunan and the nation."""
    nation = actors.system("test", country["000000"])
    found: Answers = {}
    for code in ("430000", "000000"):
        for value in selectors.series(
            nation,
            union=country[code],
            indicators=indicators(),
            first_month=Span.parse(first).first,
            last_month=Span.parse(last).first,
            lens=lens or Lens(),
        ):
            found[(code, value.indicator, str(value.month))] = value.value
    return found


def enter(union: TradeUnion, on: date, **fields: object) -> SocialOrganization:
    """An organization on the ledger since a day, and a contact with it on that day."""
    with inside(union):
        entry = make.organization(active_on=on, **fields)
        ContactLog.objects.create(
            organization=entry,
            contacted_on=on,
            kind="visit",
            topics="走访",
            created_at=AT,
            updated_at=AT,
            created_by_name="李敏",
        )
    fold(union)
    return entry


def move(union: TradeUnion, parent: TradeUnion, on: date) -> None:
    """Under another parent from a day on, past or present."""
    with redrawing():
        Parentage.objects.filter(union=union, line=Line.REGIONAL, until_on=None).update(until_on=on)
        Parentage.objects.create(union=union, parent=parent, from_on=on)
        moved = TradeUnion.objects.get(pk=union.pk)
        old, new = list(moved.path), [*TradeUnion.objects.get(pk=parent.pk).path, union.pk]
        for below in TradeUnion.objects.under(moved):
            below.path = [*new, *below.path[len(old) :]]
            below.save(update_fields=["path"])
        TradeUnion.objects.filter(pk=union.pk).update(parent=parent)


def close(*periods: str) -> list[PeriodRevision]:
    by = actors.system("test", TradeUnion.objects.get(code="000000"))
    return [closing.close(span=Span.parse(period), by=by, at=AT) for period in periods]


def months(year: int, first: int, last: int) -> list[str]:
    return [f"{year}-{month:02d}" for month in range(first, last + 1)]
