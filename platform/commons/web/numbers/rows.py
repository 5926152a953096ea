"""The rows behind a figure: those the reader may open, and in a sentence those they may not. Source: V1, V5, V11, V13; R6."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from commons.access.actors import Actor
from commons.access.decisions import Decision
from commons.access.policies import unions_with_visible_numbers
from commons.hierarchy.enums import Line
from commons.hierarchy.models import Parentage, TradeUnion
from commons.rollup import selectors as rollup
from commons.rollup.behind import Behind, Reach, Row, Seen, behind, described, of_part
from commons.rollup.enums import MeasureKind, Scope
from commons.rollup.selectors import Lens
from commons.web.frame import Crumb
from commons.web.numbers.drill import PAGE_ROWS, Asked
from commons.web.numbers.frame import address
from commons.web.templatetags.platform_web import intcomma_zh

# Units of things that are counted one by one; of others the amount is told.
_THINGS = {"", "家", "次", "个", "项", "条", "件", "支", "期"}


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class Column:
    label: str
    numeric: bool = False


@dataclass(frozen=True)
class Cell:
    text: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class RowLine:
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Pager:
    previous: str | None
    next: str | None
    shown: int
    total: int


@dataclass(frozen=True)
class RowsPage:
    """One figure taken apart. `sum_text` is the account of it: readable and hidden rows make the figure."""

    title: str
    subtitle: str
    breadcrumbs: tuple[Crumb, ...]
    parts: tuple[Tab, ...]
    scopes: tuple[Tab, ...]
    figure: str
    unit: str
    suppressed: bool
    sum_text: str
    hidden_text: str
    hidden_notes: tuple[str, ...]
    newer_text: str
    inside_text: str
    kind: str
    columns: tuple[Column, ...]
    rows: tuple[RowLine, ...]
    pager: Pager | None
    empty_title: str
    empty_text: str
    below: tuple[RowLine, ...]
    below_columns: tuple[Column, ...]
    below_note: str
    at: datetime | None
    back_url: str
    why: Decision


def build(actor: Actor, union: TradeUnion, asked: Asked, *, why: Decision) -> RowsPage:
    """
    Raises: NotFound; Refused.
    """
    found = behind(actor, asked.of(union))
    start = asked.start if asked.start < len(found.shown) else 0
    page = found.shown[start : start + PAGE_ROWS]
    here = address(actor, union)
    unit = asked.part.unit
    below = _below(actor, union, asked) if asked.scope is Scope.SUBTREE else ()
    return RowsPage(
        title=f"{asked.indicator.zh}：逐条查看",
        subtitle=_subtitle(union, asked),
        breadcrumbs=_crumbs(actor, union, asked),
        parts=_tabs(
            [
                (part.label, here + "/rows" + asked.query(part=part.which.value), part == asked.part)
                for part in asked.parts
            ]
        ),
        scopes=_tabs(
            [
                (scope.zh, f"{here}/rows{asked.query(scope=scope.value)}", scope is asked.scope)
                for scope in (Scope.SUBTREE, Scope.OWN)
            ]
        ),
        figure=intcomma_zh(found.figure) if found.figure is not None else "",
        unit=unit,
        suppressed=found.suppressed,
        sum_text=_sum_text(found, unit),
        hidden_text=_hidden_text(found, unit),
        hidden_notes=_hidden_notes(actor, found, unit),
        newer_text=_newer_text(found, unit),
        inside_text=_inside_text(found, unit),
        kind=found.kind.zh if found.kind else "",
        columns=_columns(found, unit),
        rows=_rows(found, page, described(actor, found, page), base=f"/u/{_acting(actor).code}", query=asked.query()),
        pager=_pager(start, found) if len(found.shown) > PAGE_ROWS else None,
        empty_title="这个数是 0" if not found.figure else "没有您可以逐条查看的记录",
        empty_text=_empty_text(found, has_below=bool(below)),
        below=below,
        below_columns=(
            Column("工会"),
            Column(asked.part.label if asked.indicator.is_ratio else asked.indicator.zh, True),
        ),
        below_note="同一组织在上级只计一次，各行之和可能大于全辖数。" if asked.part.measure.is_distinct else "",
        at=found.watermark,
        back_url=f"{here}?indicator={asked.indicator.code}&period={asked.span.text}",
        why=why,
    )


def _acting(actor: Actor) -> TradeUnion:
    assert actor.union is not None
    return actor.union


def _tabs(made: list[tuple[str, str, bool]]) -> tuple[Tab, ...]:
    return tuple(Tab(label, url, current) for label, url, current in made)


def _subtitle(union: TradeUnion, asked: Asked) -> str:
    parts = [union.name_zh, asked.part.span.label, asked.scope.zh]
    if asked.dimension:
        parts.append(f"{asked.dimension.zh}：{asked.dimension.label_of(asked.item)}")
    return " · ".join(parts)


def _crumbs(actor: Actor, union: TradeUnion, asked: Asked) -> tuple[Crumb, ...]:
    """The same figure at each level from the acting union down: one step up is one click."""
    acting = _acting(actor)
    query = asked.query()
    above = TradeUnion.objects.filter(pk__in=union.ancestor_ids)
    line = sorted((row for row in above if row.is_under(acting)), key=lambda row: len(row.path))
    crumbs = [Crumb("统计数据", f"/u/{acting.code}/numbers")]
    crumbs += [Crumb(row.short_name_zh, f"{address(actor, row)}/rows{query}") for row in line]
    return (*crumbs, Crumb(union.short_name_zh))


def _said(amount: Decimal, unit: str) -> str:
    return f"{intcomma_zh(amount)} {unit}".strip()


def _sum_text(found: Behind, unit: str) -> str:
    if found.figure is None or not found.figure:
        return ""
    if not found.hidden:
        return f"以下记录合计 {_said(found.figure, unit)}，与统计数一致。"
    shown, hidden = intcomma_zh(found.shown_amount), intcomma_zh(found.hidden)
    return f"可以查看 {shown} ＋ 无权查看 {hidden} ＝ {_said(found.figure, unit)}"


def _hidden_text(found: Behind, unit: str) -> str:
    if not found.hidden:
        return ""
    if unit in _THINGS and found.question.part.measure.kind is not MeasureKind.DISTINCT_SUM:
        return f"另有 {intcomma_zh(found.hidden)} 项无权查看"
    return f"另有 {_said(found.hidden, unit)}，其记录无权查看"


def _hidden_notes(actor: Actor, found: Behind, unit: str) -> tuple[str, ...]:
    notes = []
    if found.hidden_here:
        why = found.kind.why_hidden(actor) if found.kind else "这个指标的记录没有逐条查看的页面。"
        notes.append(f"本级 {_said(found.hidden_here, unit)}：{why}")
    if found.hidden_below:
        whose, owner = _whose(found)
        notes.append(
            f"{whose} {_said(found.hidden_below, unit)}：汇总数据随时可看，逐条记录只有记录所在的工会可以查看；"
            f"确有需要的，请向{owner}申请调阅，并说明用途和范围。"
        )
    return tuple(notes)


def _whose(found: Behind) -> tuple[str, str]:
    """Where the rows are that the acting union has not, and whom to ask."""
    if found.reach is Reach.OWN:
        return "下级工会", "该工会"
    if found.reach is Reach.UNIONS:
        return "现已划归其他上级的工会", "其现在的上级"
    name = found.question.union.name_zh
    return (f"{name}及其下级", "相应工会") if found.question.scope is Scope.SUBTREE else (name, "该工会")


def _newer_text(found: Behind, unit: str) -> str:
    if not found.is_newer or found.published is None:
        return ""
    return f"此处已按最新记录计算；统计页上的 {_said(found.published, unit)} 尚未计入最近的变动或已经关账。"


def _inside_text(found: Behind, unit: str) -> str:
    if not found.inside:
        return ""
    return f"下列记录中有 {_said(found.inside, unit)} 是给全辖内其他工会的，在全辖合计中已经抵消，不重复计算。"


def _empty_text(found: Behind, *, has_below: bool) -> str:
    if not found.figure:
        return "这段时间没有计入这个指标的记录。可以换一个月份或统计范围再看。"
    if has_below:
        return "点击下面的工会，可以逐级看到这个数从哪里来。"
    return "原因和办法见上面的说明。"


def _columns(found: Behind, unit: str) -> tuple[Column, ...]:
    if found.kind is None:
        return ()
    amount = (Column(f"计入（{unit}）" if unit else "计入", True),) if _tells_amounts(found) else ()
    return (Column(found.kind.zh), *(Column(label) for label in found.kind.columns), *amount)


def _tells_amounts(found: Behind) -> bool:
    return any(row.amount != 1 or row.inside for row in found.shown)


def _rows(
    found: Behind, page: tuple[Seen, ...], told: Mapping[str, Row], *, base: str, query: str
) -> tuple[RowLine, ...]:
    lines = []
    for seen in page:
        row = told.get(seen.key) or Row("记录已变动，请刷新")
        url = f"{base}{row.url}" if row.url else ""
        if found.reach is Reach.UNIONS and url:
            url = f"{url}/rows{query}"
        cells = [Cell(row.label, url), *(Cell(cell or "—") for cell in row.cells)]
        cells += [Cell("—")] * (1 + len(found.kind.columns if found.kind else ()) - len(cells))
        if _tells_amounts(found):
            cells.append(Cell(intcomma_zh(seen.amount), note=_row_note(seen)))
        lines.append(RowLine(tuple(cells)))
    return tuple(lines)


def _row_note(seen: Seen) -> str:
    if seen.inside:
        return f"内部划转 {intcomma_zh(seen.inside)} 已抵消"
    if seen.says != seen.amount:
        return f"本条为 {intcomma_zh(seen.says)}，同一组织另有更新的记录，以其为准"
    return ""


def _pager(start: int, found: Behind) -> Pager:
    """Pages of a fixed order; the cursor is the number of the first row."""
    total = len(found.shown)
    following = start + PAGE_ROWS
    return Pager(
        previous=str(max(0, start - PAGE_ROWS)) if start else None,
        next=str(following) if following < total else None,
        shown=min(PAGE_ROWS, total - start),
        total=total,
    )


def _below(actor: Actor, union: TradeUnion, asked: Asked) -> tuple[RowLine, ...]:
    """The same figure of each union directly below, leading to its rows."""
    children = unions_with_visible_numbers(actor).order_by("code")
    if asked.boundaries.line is Line.INDUSTRIAL:
        under = Parentage.objects.filter(parent=union, line=Line.INDUSTRIAL, until_on=None)
        children = children.filter(pk__in=under.values("union_id"))
    else:
        children = children.filter(parent=union)
    found = {child.pk: child for child in children}
    if not found:
        return ()
    question = asked.of(union)
    told = rollup.values(
        actor,
        unions=found.values(),
        indicators=[asked.indicator.code],
        span=asked.span,
        scope=Scope.SUBTREE,
        by=question.dim or None,
        lens=Lens(line=asked.boundaries.line),
    )
    lines = []
    for value in told:
        if value.item != asked.item:
            continue
        child = found[value.union_id]
        amount = of_part(value, asked.indicator, asked.part.which)
        text = "数值过小不显示" if value.suppressed else intcomma_zh(amount)
        lines.append(RowLine((Cell(child.short_name_zh, f"{address(actor, child)}/rows{asked.query()}"), Cell(text))))
    return tuple(lines)
