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
from commons.rollup.enums import Scope
from commons.rollup.spans import Span
from commons.web.numbers.drill import link
from commons.web.numbers.freshness import Freshness
from commons.web.numbers.question import Question
from commons.web.numbers.writing import drawn, written
from commons.web.templatetags.platform_web import intcomma_zh, when_zh
from commons.web.tiles import PROVINCE_TILES, shades

Figures = Mapping[tuple[int, str], Decimal | None]


@dataclass(frozen=True)
class Column:
    """A heading of the table; its address sorts by it."""

    label: str
    numeric: bool = False
    unit: str = ""
    url: str = ""
    sort: str = ""


@dataclass(frozen=True)
class Cell:
    text: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Row:
    cells: tuple[Cell, ...]
    total: bool = False


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
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    chart: dict[str, object] | None
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Counted:
    """The children and their figures, as read."""

    unions: tuple[TradeUnion, ...]
    figures: Figures


def counted(
    actor: Actor, unions: tuple[TradeUnion, ...], indicators: Sequence[Indicator], *, month: int, scope: Scope
) -> Counted:
    """
    All figures of these unions, in one statement.

    Raises: NotFound.
    """
    if not unions:
        return Counted((), {})
    codes = [indicator.code for indicator in indicators]
    values = rollup.values(actor, unions=unions, indicators=codes, month=month, scope=scope)
    return Counted(unions, {(value.union_id, value.indicator): value.value for value in values})


def build(
    union: TradeUnion,
    below: Counted,
    total: Mapping[str, Decimal | None],
    indicators: Sequence[Indicator],
    *,
    question: Question,
    freshness: Freshness,
    base: str,
) -> Children:
    """`total`: the union's own figures in the same scope; `base` and a child's code make its page's address."""
    ordered = _sorted(below, question)
    return Children(
        count=len(below.unions),
        columns=_columns(indicators, question),
        rows=(
            _total(total, indicators, question.scope),
            *(_row(child, union, below.figures, indicators, question, freshness, base) for child in ordered),
        ),
        chart=_chart(union, ordered, below.figures, question.focus) if below.unions else None,
        tiles=_tiles(below, question, base) if union.level == Level.NATIONAL else (),
    )


def label_of(child: TradeUnion, parent: TradeUnion) -> str:
    """The child's short name without its parent's in front: 开福区 under 长沙市."""
    return child.short_name_zh.removeprefix(parent.short_name_zh) or child.short_name_zh


def _sorted(below: Counted, question: Question) -> list[TradeUnion]:
    """By the asked column; unions without a figure last, ties by code."""
    key, falling = question.sort.removeprefix("-"), question.sort.startswith("-")
    if key == "code":
        return sorted(below.unions, key=lambda child: child.code, reverse=falling)
    with_figure = [child for child in below.unions if below.figures.get((child.pk, key)) is not None]
    rest = [child for child in below.unions if below.figures.get((child.pk, key)) is None]
    with_figure.sort(key=lambda child: below.figures[child.pk, key] or Decimal(0), reverse=falling)
    return with_figure + rest


def _columns(indicators: Sequence[Indicator], question: Question) -> tuple[Column, ...]:
    key, falling = question.sort.removeprefix("-"), question.sort.startswith("-")

    def column(label: str, code: str, numeric: bool, unit: str = "") -> Column:
        # Figures are first shown from the greatest, names from the first code.
        first, second = (f"-{code}", code) if numeric else (code, f"-{code}")
        target = second if question.sort == first else first
        state = ("descending" if falling else "ascending") if key == code else ""
        return Column(label, numeric, unit, question.query(sort=target) + "#children", state)

    return (
        column("工会", "code", False),
        *(column(indicator.zh, indicator.code, True, indicator.unit) for indicator in indicators),
    )


def _total(total: Mapping[str, Decimal | None], indicators: Sequence[Indicator], scope: Scope) -> Row:
    name = Cell("全辖合计") if scope is Scope.SUBTREE else Cell("本级")
    return Row((name, *(Cell(written(found, total[found.code])) for found in indicators)), total=True)


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
    name = Cell(label_of(child, parent), url=f"{base}{child.code}{question.query(sort='code')}", note="，".join(notes))
    span = Span.month(question.month)
    return Row(
        (
            name,
            *(
                Cell(
                    written(found, figures.get((child.pk, found.code))),
                    url=link(f"{base}{child.code}", found, span, question.scope),
                )
                for found in indicators
            ),
        )
    )


def _chart(parent: TradeUnion, ordered: Sequence[TradeUnion], figures: Figures, focus: Indicator) -> dict[str, object]:
    return {
        "categories": [label_of(child, parent) for child in ordered],
        "series": [{"name": focus.zh, "values": [drawn(figures.get((child.pk, focus.code))) for child in ordered]}],
        "unit": focus.unit,
    }


def _tiles(below: Counted, question: Question, base: str) -> tuple[Tile, ...]:
    """Every province has its tile; one whose union has not joined is pale and leads nowhere."""
    by_code = {child.code: child for child in below.unions}
    focus = question.focus
    amounts = [
        below.figures.get((by_code[code].pk, focus.code)) if code in by_code else None for code in PROVINCE_TILES
    ]
    made = []
    for (code, place), amount, shade in zip(PROVINCE_TILES.items(), amounts, shades(amounts), strict=True):
        joined = code in by_code
        said = f"{intcomma_zh(amount)}{focus.unit}" if amount is not None else ("暂无数据" if joined else "尚未入驻")
        made.append(
            Tile(
                short=place.short,
                row=place.row,
                col=place.col,
                value=intcomma_zh(amount),
                shade=shade,
                url=f"{base}{code}{question.query(sort='code')}" if joined else "",
                title=f"{place.short}：{focus.zh} {said}",
            )
        )
    return tuple(made)
