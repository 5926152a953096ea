"""One row of each kind that the API of needs tells of. Call inside a union's door."""

from __future__ import annotations

from typing import Any

from tenants.needs.enums import NeedState, SurveyState
from tests.factories.needs import appeal as appeals
from tests.factories.needs import need as needs
from tests.factories.needs import order as orders
from tests.factories.needs import survey as surveys


def rows(canary: str) -> dict[str, Any]:
    """By type name; each carries the canary where it carries text."""
    survey = surveys.survey(SurveyState.CLOSED, title=f"需求调查{canary}", intro=f"说明{canary}")
    surveys.answers(survey, {"q1": "c1"}, {"q1": "c2"}, times=5)
    cluster = needs.cluster(f"心理疏导{canary}")
    needs.need(f"周末心理疏导{canary}", NeedState.SORTED)
    item = orders.item(f"心理咨询{canary}")
    return {
        "NeedSurvey": survey,
        "NeedCluster": cluster,
        "Need": needs.need(f"夜班心理疏导{canary}", NeedState.CLUSTERED, cluster=cluster),
        "MenuItem": item,
        "ServiceOrder": orders.order(item, wish=f"周末{canary}"),
        "Appeal": appeals.appeal(text=f"反映拖欠工资{canary}"),
    }
