"""
What the platform counts, declared as data beside the feature that owns the records.

A feature registers families (which tables), measures (one SELECT each), and indicators (what people read) in its
`AppConfig.ready()`. Triggers, fold, selectors, verification and explanations follow from it. Source: DESIGN §3.6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TypeVar

from commons.hierarchy.lineage import FAR_MONTH as FAR_MONTH
from commons.kit.labels import Code
from commons.rollup.enums import Aggregation, MeasureKind, Place
from commons.rollup.errors import UnknownDimension, UnknownIndicator
from commons.rollup.indices.declared import Index, OverKeys

T = TypeVar("T")

# The dimension under which a TRANSFER names the other union, by its id.
COUNTERPART = "TX"


def month_of(expression: str) -> str:
    """The SQL of the month index (commons.kit.clock.month_index) of a date expression; NULL of NULL."""
    # In doubles: EXTRACT gives numerics, which take several times as long.
    return f"(date_part('year', {expression}) * 12 + date_part('month', {expression}) - 1)::int"


@dataclass(frozen=True)
class Family:
    """
    Measures that are recounted together, and the tables whose change makes them stale.

    `tables` = {table: the column that names the counted record, '' where a change concerns the family as a whole}.
    They stand in each union's schema, or in `public` when `place` says so.
    """

    code: str
    tables: Mapping[str, str]
    place: Place = Place.TENANT

    def __hash__(self) -> int:
        return hash(self.code)


@dataclass(frozen=True)
class Dimension:
    """
    One way to split a measure: a code of DOMAIN §5.1 ("OT"), and the codes of its items.

    Of a `several` dimension an organization has many items at once, so its items may add up to more than the total.
    Of any other it has one: where unions differ, the entry changed last decides.
    """

    code: str
    zh: str
    en: str
    items: type[Code]
    several: bool = False

    @property
    def item_codes(self) -> list[str]:
        return [item.value for item in self.items]

    def label_of(self, item: str) -> str:
        return self.items.label_of(item)


@dataclass(frozen=True)
class Measure:
    """
    One countable thing: `sql` runs inside the union's schema (or in `public` with `%(union)s`) and returns

    - SUM, STOCK: (record, dims jsonb, from_month, until_month, amount); a STOCK counts in [from, until), a SUM in
      from_month;
    - TRANSFER: as SUM, and its only dimension is {"TX": [id of the union that receives]};
    - DISTINCT, DISTINCT_SUM: (record, uscc, dims jsonb, from_month, until_month, amount, stamp), the greatest
      stamp being the latest word where unions differ;
    - KEYED_SUM: the same, without dimensions; amounts of one organization add up, in each month from which until which
      they are said. Indices are computed over it (`Indicator.index`).

    `record` is the counted record's id (of those of DISTINCT measures, the one that `Family.tables` names), or NULL.
    A NULL until_month means "still". `dims` (jsonb, or its text) maps a dimension's code to a list of items:
    {"OT": ["foundation"]}.
    An `event` of a DISTINCT measure happens in a month: an organization counts once in a quarter, half or year, however
    often and wherever it happened.
    """

    code: str
    kind: MeasureKind
    family: Family
    sql: str
    dims: tuple[Dimension, ...] = ()
    event: bool = False

    def dimension(self, code: str) -> Dimension | None:
        return next((dimension for dimension in self.dims if dimension.code == code), None)

    @property
    def is_flow(self) -> bool:
        return self.kind in {MeasureKind.SUM, MeasureKind.TRANSFER}

    @property
    def is_transfer(self) -> bool:
        return self.kind is MeasureKind.TRANSFER

    @property
    def is_distinct(self) -> bool:
        """Whether organizations are kept one by one."""
        return self.kind in {MeasureKind.DISTINCT, MeasureKind.DISTINCT_SUM, MeasureKind.KEYED_SUM}

    @property
    def is_keyed_sum(self) -> bool:
        return self.kind is MeasureKind.KEYED_SUM

    @property
    def keeps_words(self) -> bool:
        """Whether what was said of single organizations stays known, because figures are worked out from it when asked."""
        return self.event or self.is_keyed_sum


@dataclass(frozen=True)
class Indicator:
    """
    What people read: a measure, or a percentage of two. Its definition is shown beside every figure.

    Source: DOMAIN §5.2.
    """

    code: str
    zh: str
    en: str
    unit: str
    aggregation: Aggregation
    definition: str
    date_rule: str
    who_counts: str
    measure: Measure | None = None
    numerator: Measure | None = None
    denominator: Measure | None = None
    # Dimensions offered to readers; by default all of the measure's.
    shown_dims: tuple[str, ...] | None = None
    definition_en: str = ""
    # V9: small counts of a dimension are hidden from partners and from two or more levels up.
    person_related: bool = False
    sensitive: bool = False
    # Of a protected amount that is no count itself: how many it is of. By default the amounts decide what is small.
    contributors: Measure | None = None
    # Of `Aggregation.INDEX`: over what it is computed, instead of a measure.
    index: Index | None = None
    # Of a growth rate: numerator and denominator are one measure, now against so many months ago.
    against_months: int = 0

    def __post_init__(self) -> None:
        ratio = self.numerator is not None and self.denominator is not None
        if (self.measure is not None) + ratio + (self.index is not None) != 1:
            raise ValueError(f"{self.code}: either a measure, or a numerator and a denominator, or an index")
        if (self.aggregation is Aggregation.INDEX) != (self.index is not None):
            raise ValueError(f"{self.code}: an index, and nothing else, is aggregated as INDEX")
        for measure in self.measures:
            if measure.is_keyed_sum != isinstance(self.index, OverKeys):
                raise ValueError(f"{self.code}: a KEYED_SUM, and nothing else, is for an index over keys")
            if self.index is not None and measure.event:
                raise ValueError(f"{self.code}: events have no sum over months, so no index is computed over them")

    @property
    def label(self) -> str:
        return self.zh

    @property
    def is_ratio(self) -> bool:
        return self.measure is None and self.index is None

    @property
    def is_flow(self) -> bool:
        """True when months add up (amount of the month); false when the figure stands at the month's end."""
        return self.measures[0].is_flow

    @property
    def measures(self) -> tuple[Measure, ...]:
        if self.index is not None:
            return self.index.measures
        if self.measure is not None:
            return (self.measure,)
        assert self.numerator is not None
        assert self.denominator is not None
        return (self.numerator, self.denominator)

    @property
    def protected(self) -> bool:
        """Whether V9 applies to its items."""
        return self.person_related or self.sensitive

    @property
    def weighed(self) -> tuple[Measure, ...]:
        """Whose amounts decide what is small (V9)."""
        return (self.contributors,) if self.contributors else self.measures

    @property
    def adds_up_over_time(self) -> bool:
        """Whether a year is made up of its months, or of what happened in any of them."""
        return any(measure.is_flow or measure.event for measure in (*self.measures, *self.weighed))

    @property
    def dims(self) -> tuple[Dimension, ...]:
        """The dimensions a reader may split by: those that every measure of it knows."""
        if self.index is not None:
            return ()
        first, *others = self.measures
        shared = (dim for dim in first.dims if all(other.dimension(dim.code) for other in others))
        return tuple(dim for dim in shared if self.shown_dims is None or dim.code in self.shown_dims)

    def dimension(self, code: str) -> Dimension:
        """Raises: UnknownDimension."""
        for dimension in self.dims:
            if dimension.code == code:
                return dimension
        raise UnknownDimension(indicator=self.zh, dimension=code)


@dataclass
class Catalogue:
    """Everything registered, by code."""

    families: dict[str, Family] = field(default_factory=dict)
    measures: dict[str, Measure] = field(default_factory=dict)
    indicators: dict[str, Indicator] = field(default_factory=dict)

    def add(self, indicator: Indicator) -> None:
        _keep(self.indicators, indicator.code, indicator)
        for measure in dict.fromkeys((*indicator.measures, *indicator.weighed)):
            _keep(self.measures, measure.code, measure)
            _keep(self.families, measure.family.code, measure.family)

    def indicator(self, code: str) -> Indicator:
        """Raises: UnknownIndicator."""
        if code not in self.indicators:
            raise self.unknown(code)
        return self.indicators[code]

    def unknown(self, code: str) -> UnknownIndicator:
        """What is said of a code that is not here, with those that look like it."""
        near = get_close_matches(code.upper().replace("_", "-"), self.indicators, n=3)
        return UnknownIndicator(indicator=code, near=tuple(near))

    def measures_of(self, families: Iterable[str]) -> list[Measure]:
        wanted = set(families)
        return [measure for measure in self.measures.values() if measure.family.code in wanted]

    def families_in(self, place: Place) -> list[Family]:
        return [family for family in self.families.values() if family.place is place]


CATALOGUE = Catalogue()


def register(*indicators: Indicator) -> None:
    """Make these known; registering the same again changes nothing. Call it from `AppConfig.ready()`."""
    for indicator in indicators:
        CATALOGUE.add(indicator)


def _keep(known: dict[str, T], code: str, thing: T) -> None:
    if known.setdefault(code, thing) != thing:
        raise ValueError(f"{code} is declared twice, differently")
