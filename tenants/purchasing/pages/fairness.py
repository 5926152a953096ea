"""
/u/<code>/fairness: the figures of fairness over the years, and the union's own records behind them.

Made to be read, not to be met: no quota follows from it. Source: FAIR-01 to FAIR-07; Q33.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commons.access.actors import Actor
from commons.access.decisions import Decision
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import today
from commons.kit.errors import NotFound
from commons.rollup.enums import PeriodKind
from commons.rollup.indices.levels import compared
from commons.rollup.spans import Span
from commons.web.numbers import figures
from commons.web.numbers.figures import Figure
from commons.web.numbers.question import shown_indicators
from commons.web.numbers.writing import shown
from tenants.purchasing.selectors import fairness as reasons
from tenants.purchasing.selectors.fairness import Award, Founded, Holder

_YEARS = 5
_TOP = 10
_DISPARITY = "FAIR-07"


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
class Row:
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Part:
    """One section: a table with the sentences that say how to read it, and a chart where one helps."""

    slug: str
    title: str
    lead: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    empty: str
    chart: dict[str, object] | None = None
    chart_kind: str = "bar"
    chart_title: str = ""


@dataclass(frozen=True)
class Year:
    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class Fairness:
    title: str
    years: tuple[Year, ...]
    year: int
    figures: tuple[Figure, ...]
    parts: tuple[Part, ...]
    numbers_url: str
    why: Decision


@require_safe
def fairness(request: HttpRequest, union_code: str) -> HttpResponse:
    """
    Raises: Refused, NotFound.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    why = may(actor, Permission.FAIRNESS_VIEW)
    why.require()
    if actor.union is None:
        raise NotFound()
    this = today().year
    asked = request.GET.get("year", "")
    years = [str(year) for year in range(this, this - _YEARS, -1)]
    page = build(actor, actor.union, int(asked) if asked in years else this, this, why)
    return render(request, "purchasing/fairness.html", {"page": page})


def build(actor: Actor, union: TradeUnion, year: int, this: int, why: Decision) -> Fairness:
    here, span = f"/u/{union.code}/fairness", Span.holding(PeriodKind.YEAR, year * 12)
    indicators = shown_indicators("fairness")
    behind = figures.track(actor, union, indicators, span)
    numbers = f"/u/{union.code}/numbers"
    urls = {one.code: f"{numbers}?group=fairness&indicator={one.code}&period={year}" for one in indicators}
    won = reasons.awards(actor, year)
    return Fairness(
        title=f"{union.short_name_zh}公平性分析",
        years=tuple(Year(f"{one} 年", f"{here}?year={one}", one == year) for one in range(this, this - _YEARS, -1)),
        year=year,
        figures=tuple(figures.cards(indicators, behind, urls=urls, definitions=f"{numbers}/definitions")),
        parts=(
            _trend(behind),
            _direct(actor, year, union),
            _founding(reasons.by_founding(actor, year, won), len(won)),
            _concentration(reasons.holders(won)),
            _first(won, union),
            _children(actor, union, span),
        ),
        numbers_url=f"{numbers}?group=fairness&period={year}",
        why=why,
    )


def _trend(behind: figures.Track) -> Part:
    spans = behind.shown[-_YEARS:]
    indicators = shown_indicators("fairness")
    told = [(one, [behind.at(one.code, span) for span in spans]) for one in indicators]
    return Part(
        "trend",
        "各年变化（全辖）",
        "每一行是一项指标，从左到右是各年。只看一年说明不了问题：同一方向连续几年变化，才值得追问原因。没有可比数据的年份显示为“—”。",
        (Column("指标"), *(Column(span.label, True) for span in spans)),
        tuple(
            Row((Cell(one.zh, note=f"单位：{one.unit}"), *(Cell(shown(one, value)) for value in values)))
            for one, values in told
        ),
        "",
    )


def _direct(actor: Actor, year: int, union: TradeUnion) -> Part:
    rows = reasons.direct_entrustments(actor, year)
    return Part(
        "direct",
        "直接委托及其理由（本级）",
        "直接委托不经竞争，制度允许，但须写明理由、不超过限额。请逐项看理由是否具体、是否年年由同一家承接。",
        (Column("合同"), Column("承接单位"), Column("签订日期"), Column("金额（元）", True), Column("理由")),
        tuple(
            Row(
                (
                    Cell(row.title, f"/u/{union.code}/contracts/{row.pk}", row.number),
                    Cell(row.provider.name),
                    Cell(row.signed_on.isoformat() if row.signed_on else ""),
                    Cell(f"{row.amount:,.2f}"),
                    Cell((row.project.direct_reason if row.project else "") or "没有填写理由"),
                )
            )
            for row in rows
        ),
        "这一年没有直接委托的项目合同。",
    )


def _founding(rows: Sequence[Founded], awards: int) -> Part:
    whole = sum((row.amount for row in rows), Decimal(0))
    return Part(
        "founding",
        "按成立方式看中标（本级）",
        "中标率 = 中标份数 ÷ 已开标的申报份数，直接委托的不计入中标率。申报份数少时，一两份的出入就会使中标率大变，"
        "请同时看份数。差别本身不等于偏袒，须结合评审记录判断。",
        (
            Column("成立方式"),
            Column("中标（次）", True),
            Column("中标金额（元）", True),
            Column("金额占比", True),
            Column("申报（份）", True),
            Column("中标率", True),
        ),
        tuple(
            Row(
                (
                    Cell(row.label),
                    Cell(str(row.awards)),
                    Cell(f"{row.amount:,.2f}"),
                    Cell(_share(row.amount, whole)),
                    Cell(str(row.bids)),
                    Cell(_share(Decimal(row.won), Decimal(row.bids))),
                )
            )
            for row in rows
        ),
        "这一年还没有定标的项目。" if not awards else "",
    )


def _concentration(rows: Sequence[Holder]) -> Part:
    whole = sum((row.amount for row in rows), Decimal(0))
    return Part(
        "concentration",
        "资金集中程度（本级）",
        f"中标金额最多的 {_TOP} 家单位，以及从最少的单位起累计的洛伦兹曲线：曲线越贴近对角线，分配越平均；越向右下弯，越集中。"
        "能承接的单位本来就少时，集中不一定是问题。",
        (Column("单位"), Column("中标（次）", True), Column("中标金额（元）", True), Column("占全部", True)),
        tuple(
            Row(
                (
                    Cell(row.name),
                    Cell(str(row.awards)),
                    Cell(f"{row.amount:,.2f}"),
                    Cell(_share(row.amount, whole)),
                )
            )
            for row in rows[:_TOP]
        ),
        "这一年还没有定标的项目。",
        chart=lorenz([row.amount for row in rows]) if len(rows) > 1 else None,
        chart_kind="line",
        chart_title="洛伦兹曲线",
    )


def lorenz(amounts: Sequence[Decimal]) -> dict[str, object]:
    """What the poorest n of the providers have together, in per cent, beside what they would have if all had the same."""
    ordered, whole = sorted(amounts), sum(amounts, Decimal(0))
    upto, curve = Decimal(0), [0.0]
    for amount in ordered:
        upto += amount
        curve.append(float(round(upto * 100 / whole, 2)))
    count = len(ordered)
    even = [round(number * 100 / count, 2) for number in range(count + 1)]
    return {
        "categories": [f"{share:g}%" for share in even],
        "series": [{"name": "实际累计", "values": curve}, {"name": "完全平均", "values": even}],
        "unit": "累计金额占比，%",
    }


def _first(won: Sequence[Award], union: TradeUnion) -> Part:
    rows = [award for award in won if award.bid.is_first_award]
    return Part(
        "first",
        "首次承接的单位（本级）",
        f"这一年共定标 {len(won)} 次，其中 {len(rows)} 次由在本会首次中标的单位承接。长期没有新单位，可以看看招募条件、公告渠道是否过窄。",
        (Column("单位"), Column("项目"), Column("定标日期"), Column("中标金额（元）", True)),
        tuple(
            Row(
                (
                    Cell(award.provider),
                    Cell(award.bid.call.project.title, f"/u/{union.code}/projects/{award.bid.call.project_id}"),
                    Cell(award.bid.confirmed_on.isoformat() if award.bid.confirmed_on else ""),
                    Cell(f"{award.amount:,.2f}"),
                )
            )
            for award in rows
        ),
        "这一年没有首次中标的单位。",
    )


def _children(actor: Actor, union: TradeUnion, span: Span) -> Part:
    rows = compared(actor, union, _DISPARITY, span)
    names = dict(TradeUnion.objects.filter(pk__in=[row.union_id for row in rows]).values_list("pk", "short_name_zh"))
    told = [row for row in rows if row.figure is not None]
    return Part(
        "children",
        "区域投入差异（直接下级）",
        "各直接下级（含其全辖）的合同金额，按每万名会员折算。没有填报会员人数的不比较。差异大时，可以从补贴、联合购买入手帮助投入少的地方。",
        (
            Column("工会"),
            Column("合同金额（元）", True),
            Column("会员人数", True),
            Column("每万名会员（元）", True),
        ),
        tuple(
            Row(
                (
                    Cell(names.get(row.union_id, "")),
                    Cell(f"{row.amount:,.2f}"),
                    Cell(f"{row.parts:,.0f}" if row.parts else "未填报"),
                    Cell("—" if row.figure is None else f"{row.figure:,.2f}"),
                )
            )
            for row in rows
        ),
        "这一级之下没有工会。",
        chart={
            "categories": [names.get(row.union_id, "") for row in told],
            "series": [
                {"name": "每万名会员合同金额", "values": [float(row.figure) for row in told if row.figure is not None]}
            ],
            "unit": "元",
        }
        if len(told) > 1
        else None,
        chart_title="每万名会员合同金额",
    )


def _share(part: Decimal, whole: Decimal) -> str:
    return f"{part * 100 / whole:.2f}%" if whole else "—"
