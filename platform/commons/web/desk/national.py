"""The cards of national administrators: who wants to join, and how the platform is doing."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.hierarchy.enums import UnionState
from commons.hierarchy.models import TradeUnion
from commons.jobs.enums import JobState
from commons.jobs.models import Job
from commons.onboarding.enums import ApplicationState
from commons.onboarding.models import OnboardingApplication
from commons.rollup.models import UnfoldedUnion
from commons.web.desk.cards import Card, Line


def onboarding(actor: Actor, at: datetime) -> Card | None:
    """Applications that wait, and the unions by state."""
    if actor.union is None or not may(actor, Permission.UNION_ONBOARD):
        return None
    waiting = OnboardingApplication.objects.filter(
        state__in=[ApplicationState.SUBMITTED, ApplicationState.PARENT_CONFIRMED]
    ).count()
    counted = dict(TradeUnion.objects.order_by().values_list("state").annotate(n=Count("pk")))
    states = {state: counted.get(state.value, 0) for state in UnionState}
    base = f"/u/{actor.union.code}/onboarding"
    return Card(
        title="工会入驻",
        url=base,
        url_label="入驻管理",
        lines=(
            Line("待办的入驻申请", base, waiting),
            Line("已启用的工会", count=states[UnionState.ACTIVE], tone="neutral"),
            Line("正在开通", count=states[UnionState.PROVISIONING], tone="info"),
            Line("开通失败", count=states[UnionState.PROVISION_FAILED], tone="bad"),
            Line("停用", count=states[UnionState.SUSPENDED], tone="warn"),
        ),
    )


def operations(actor: Actor, at: datetime) -> Card | None:
    """Jobs that stopped, unions whose numbers are behind."""
    if actor.union is None or not may(actor, Permission.OPERATIONS_VIEW):
        return None
    counted = dict(
        Job.objects.filter(state__in=[JobState.QUEUED, JobState.RUNNING, JobState.PARKED])
        .order_by()
        .values_list("state")
        .annotate(n=Count("pk"))
    )
    waiting = counted.get(JobState.QUEUED, 0) + counted.get(JobState.RUNNING, 0)
    base = f"/u/{actor.union.code}/operations"
    return Card(
        title="平台运行",
        url=base,
        url_label="运行情况",
        lines=(
            Line("已搁置的作业", base, counted.get(JobState.PARKED, 0), tone="bad"),
            Line("排队和执行中的作业", base, waiting, tone="neutral"),
            Line("数据汇总受阻的工会", base, UnfoldedUnion.objects.count(), tone="bad"),
        ),
    )
