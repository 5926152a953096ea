"""The unions directly below, each beside the others: table, chart and, for the nation, tiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from commons.access.actors import Actor
from commons.hierarchy.enums import Level, UnionState
from commons.hierarchy.models import TradeUnion
from commons.rollup import selectors as rollup
from commons.rollup.declaration import Indicator
from commons.rollup.enums import Boundaries, Scope
from commons.rollup.selectors import Value
from commons.web.numbers.drill import rows_url
from commons.web.numbers.freshness import Freshness
from commons.web.numbers.question import Question
from commons.web.numbers.writing import drawn, shown
from commons.web.templatetags.platform_web import intcomma_zh, when_zh
from commons.web.tiles import PROVINCE_TILES, shades

Figures = Mapping[tuple[int, str], Value]

# What does not go along to another union's page.
UP = {"sort": "code", "beside": ""}


@dataclass(frozen=True)
class Column:
    """A heading of the table; its address sorts by it, `how_url` tells how it is counted."""

    label: str
    numeric: bool = False
    unit: str = ""
    url: str = ""
    sort: str = ""
    how_url: str = ""


@dataclass(frozen=True)
class Cell:
    """A text of the table, set like a figure unless it is in the first column or `left`."""

    text: str
    url: str = ""
    note: str = ""
    left: bool = False


@dataclass(frozen=True)
class Row:
    cells: tuple[Cell, ...]
    total: bool = False
    # The reader's own union among others.
    marked: bool = False


@dataclass(frozen=True)
class Tile:
    short: str
    row: int
    col: int
    value: str
    shade: int
    url: str
    title: str
    current: bool = False


@dataclass(frozen=True)
class Children:
    """What the page shows of the unions below; `chart` and `tiles` are of the indicator in focus."""

    count: int
    note: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    chart: dict[str, object] | None
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Counted:
    """A union's totals and its children's figures, as read."""

    unions: tuple[TradeUnion, ...]
    figures: Figures
    total: Mapping[str, Value]


def counted(
    actor: Actor,
    union: TradeUnion,
    below: tuple[TradeUnion, ...],
    indicators: Sequence[Indicator],
    *,
    question: Question,
) -> Counted:
    """
    All figures of a union and of those below it, in the same statements.

    A union that is no more and has no figure in the period is left out.
    Raises: NotFound.
    """
    known = [found.code for found in indicators]
    values = rollup.values(
        actor,
        unions=[union, *below],
        indicators=known,
        span=question.span,
        scope=question.scope,
        lens=question.lens,
    )
    figures = {(value.union_id, value.indicator): value for value in values}
    gone = {
        child.pk
        for child in below
        if child.state in {UnionState.MERGED, UnionState.ARCHIVED}
        and not any(figures[child.pk, code].value for code in known)
    }
    return Counted(
        unions=tuple(child for child in below if child.pk not in gone),
        figures={key: value for key, value in figures.items() if key[0] != union.pk and key[0] not in gone},
        total={code: figures[union.pk, code] for code in known},
    )


def build(
    union: TradeUnion,
    below: Counted,
    indicators: Sequence[Indicator],
    *,
    question: Question,
    freshness: Freshness,
    base: str,
    out_of_sight: int = 0,
) -> Children:
    """`base` and a child's code make its page's address."""
    ordered = _sorted(below, question)
    return Children(
        count=len(below.unions),
        note=_note(question, out_of_sight),
        columns=_columns(indicators, question, base),
        rows=(
            _total(below.total, indicators, question.scope),
            *(_row(child, union, below.figures, indicators, question, freshness, base) for child in ordered),
        ),
        chart=_chart(union, ordered, below.figures, question.focus) if below.unions else None,
        tiles=_tiles(below, question, base) if _tiled(union, question) else (),
    )


def amount(figures: Figures, union: int, code: str) -> Decimal | None:
    value = figures.get((union, code))
    return value.value if value else None


def _tiled(union: TradeUnion, question: Question) -> bool:
    return union.level == Level.NATIONAL and question.boundaries is not Boundaries.INDUSTRIAL


def _note(question: Question, out_of_sight: int) -> str:
    said = {
        Boundaries.DATED: "",
        Boundaries.TODAY: "按现行区划列出：区划变动以前的月份也归到现在的上级。",
        Boundaries.INDUSTRIAL: "按产业工会系统列出，同一工会在地方系统和产业系统各计一次，两者不能相加。",
    }[question.boundaries]
    if out_of_sight:
        said += f"当时还有 {out_of_sight} 家工会在此之下，现已划归其他上级，其数据不再列出，合计中当时的数不变。"
    return said


def label_of(child: TradeUnion, parent: TradeUnion) -> str:
    """The child's short name without its parent's in front: 开福区 under 长沙市."""
    return child.short_name_zh.removeprefix(parent.short_name_zh) or child.short_name_zh


def _sorted(below: Counted, question: Question) -> list[TradeUnion]:
    """By the asked column; unions without a figure last, ties by code."""
    key, falling = question.sort.removeprefix("-"), question.sort.startswith("-")
    if key == "code":
        return sorted(below.unions, key=lambda child: child.code, reverse=falling)
    amounts = {child.pk: amount(below.figures, child.pk, key) for child in below.unions}
    with_figure = [child for child in below.unions if amounts[child.pk] is not None]
    rest = [child for child in below.unions if amounts[child.pk] is None]
    with_figure.sort(key=lambda child: amounts[child.pk] or Decimal(0), reverse=falling)
    return with_figure + rest


def _columns(indicators: Sequence[Indicator], question: Question, base: str) -> tuple[Column, ...]:
    key, falling = question.sort.removeprefix("-"), question.sort.startswith("-")

    def column(label: str, code: str, numeric: bool, unit: str = "") -> Column:
        # Figures are first shown from the greatest, names from the first code.
        first, second = (f"-{code}", code) if numeric else (code, f"-{code}")
        target = second if question.sort == first else first
        state = ("descending" if falling else "ascending") if key == code else ""
        how = f"{base}definitions#{code}" if numeric else ""
        return Column(label, numeric, unit, question.query(sort=target) + "#children", state, how)

    return (
        column("工会", "code", False),
        *(column(indicator.zh, indicator.code, True, indicator.unit) for indicator in indicators),
    )


def _total(total: Mapping[str, Value], indicators: Sequence[Indicator], scope: Scope) -> Row:
    name = Cell("全辖合计") if scope is Scope.SUBTREE else Cell("本级")
    return Row((name, *(Cell(shown(found, total.get(found.code))) for found in indicators)), total=True)


def _row(
    child: TradeUnion,
    parent: TradeUnion,
    figures: Figures,
    indicators: Sequence[Indicator],
    question: Question,
    freshness: Freshness,
    base: str,
) -> Row:
    notes = []
    if child.state != UnionState.ACTIVE:
        notes.append(UnionState.label_of(child.state))
    if since := freshness.behind_since(child):
        notes.append(f"{when_zh(since)} 起的变动尚未汇总")
    values = [figures.get((child.pk, found.code)) for found in indicators]
    if question.as_of is None and (missing := max((value.missing_unions for value in values if value), default=0)):
        notes.append(f"缺 {missing} 家")
    name = Cell(label_of(child, parent), url=f"{base}{child.code}{question.query(**UP)}", note="，".join(notes))
    here = f"{base}{child.code}"
    return Row(
        (
            name,
            *(
                Cell(shown(found, value), url=rows_url(here, found, question))
                for found, value in zip(indicators, values, strict=True)
            ),
        )
    )


def _chart(parent: TradeUnion, ordered: Sequence[TradeUnion], figures: Figures, focus: Indicator) -> dict[str, object]:
    return {
        "categories": [label_of(child, parent) for child in ordered],
        "series": [{"name": focus.zh, "values": [drawn(amount(figures, child.pk, focus.code)) for child in ordered]}],
        "unit": focus.unit,
    }


def _tiles(below: Counted, question: Question, base: str) -> tuple[Tile, ...]:
    """Every province has its tile; one whose union has not joined is pale and leads nowhere."""
    by_code = {child.code: child for child in below.unions}
    focus = question.focus
    amounts = [
        amount(below.figures, by_code[code].pk, focus.code) if code in by_code else None for code in PROVINCE_TILES
    ]
    made = []
    for (code, place), value, shade in zip(PROVINCE_TILES.items(), amounts, shades(amounts), strict=True):
        joined = code in by_code
        said = f"{intcomma_zh(value)}{focus.unit}" if value is not None else ("暂无数据" if joined else "尚未入驻")
        made.append(
            Tile(
                short=place.short,
                row=place.row,
                col=place.col,
                value=intcomma_zh(value),
                shade=shade,
                url=f"{base}{code}{question.query(**UP)}" if joined else "",
                title=f"{place.short}：{focus.zh} {said}",
            )
        )
    return tuple(made)
