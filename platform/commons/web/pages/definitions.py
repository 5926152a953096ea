"""The glossary of indicators: what each counts, by which date, who counts."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commons.access.decisions import Decision
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.rollup.declaration import Indicator
from commons.rollup.enums import Aggregation
from commons.web.frame import Crumb
from commons.web.numbers.question import all_indicators

# How a figure comes about, in a sentence for those who read it.
_AGGREGATIONS: dict[Aggregation, str] = {
    Aggregation.SUM: "当月发生的数；各级工会的数逐级相加，各月也可以相加。",
    Aggregation.STOCK: "月末存在的数；各级工会的数逐级相加，各月不能相加，只看最后一个月末。",
    Aggregation.DISTINCT: "按统一社会信用代码去重计数：同一组织在多家工会的台账上，在共同的上级只计一次，"
    "因此上级的数可能小于下级之和。",
    Aggregation.DISTINCT_SUM: "先按统一社会信用代码去重，再把每个组织最新的数相加；同一组织的数在上级只加一次。",
    Aggregation.RATIO: "分子和分母分别逐级汇总，最后相除；不对下级的比率求平均。分母为零时不显示。",
    Aggregation.AVG: "合计和个数分别逐级汇总，最后相除；不对下级的平均数求平均。没有个数时不显示。",
    Aggregation.INDEX: "由各级共享的汇总数据在每一级分别计算；不由下级的指数推算。",
    Aggregation.FLAG: "达到条件的工会个数：每家工会最多计 1 个，逐级相加。",
}


@dataclass(frozen=True)
class Definition:
    """One indicator of the glossary."""

    code: str
    label: str
    label_en: str
    unit: str
    definition: str
    date_rule: str
    who_counts: str
    aggregation: str
    aggregation_note: str
    dimensions: str


@dataclass(frozen=True)
class Glossary:
    breadcrumbs: tuple[Crumb, ...]
    definitions: tuple[Definition, ...]
    why: Decision


@require_safe
def definitions(request: HttpRequest, union_code: str) -> HttpResponse:
    why = may(request.actor, Permission.NUMBERS_VIEW).require()  # type: ignore[attr-defined]
    page = Glossary(
        breadcrumbs=(Crumb("统计数据", f"/u/{union_code}/numbers"), Crumb("指标口径")),
        definitions=tuple(_definition(indicator) for indicator in all_indicators()),
        why=why,
    )
    return render(request, "web/numbers/definitions.html", {"page": page})


def _definition(indicator: Indicator) -> Definition:
    return Definition(
        code=indicator.code,
        label=indicator.zh,
        label_en=indicator.en,
        unit=indicator.unit,
        definition=indicator.definition,
        date_rule=indicator.date_rule,
        who_counts=indicator.who_counts,
        aggregation=indicator.aggregation.zh,
        aggregation_note=_AGGREGATIONS[indicator.aggregation],
        dimensions="、".join(dimension.zh for dimension in indicator.dims),
    )
