"""What stands beside a page's figures: the average of the parent's unions, and later changes that wait. Source: V8, SM-25."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from commons.access.actors import Actor
from commons.access.policies import may_see_parent_average
from commons.hierarchy.models import TradeUnion
from commons.rollup.averages import parent_average
from commons.rollup.declaration import Indicator
from commons.rollup.enums import Boundaries, Scope
from commons.rollup.periods.selectors import state_of
from commons.web.numbers.question import Question
from commons.web.numbers.writing import written
from commons.web.templatetags.platform_web import when_zh


def averages(actor: Actor, union: TradeUnion, indicators: Sequence[Indicator], question: Question) -> Mapping[str, str]:
    """By indicator, the average over the unions that the own one stands among; only on the own page, as things stand."""
    usual = question.scope is Scope.SUBTREE and question.boundaries is Boundaries.DATED and question.as_of is None
    if not usual or actor.union is None or union.pk != actor.union.pk or not may_see_parent_average(actor):
        return {}
    found = {
        average.indicator: average
        for average in parent_average(actor, indicators=[one.code for one in indicators], span=question.span)
    }
    return {
        one.code: f"上级所辖平均 {written(one, found[one.code].value)}（{found[one.code].contributing} 家工会）"
        for one in indicators
        if found[one.code].value is not None
    }


def waiting(question: Question) -> str:
    """That a closed period has later changes that no revision shows yet; '' where none wait."""
    if question.as_of is not None:
        return ""
    found = state_of(question.span)
    if not found.waiting:
        return ""
    since = f"{when_zh(found.waiting_since)} 起" if found.waiting_since else ""
    return f"本期关账之后，{since}有迟报变更，尚未并入：显示的仍是最近一版的数，修订之后更新。"
