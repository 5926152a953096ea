"""One row of each kind that the API of purchasing tells of. Call inside a union's door."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from tenants.purchasing.enums import (
    BidState,
    CallState,
    EvaluationKind,
    MilestoneState,
    ProjectState,
    ReportKind,
    RuleKind,
    RuleState,
)
from tenants.purchasing.models import Bid, Call, Expert, PanelMember, PurchaseRule
from tests.factories import purchase_rows as rows_of
from tests.factories.purchasing import market
from tests.factories.purchasing.projects import MADE
from tests.tenants.purchasing import making


def rows(canary: str) -> dict[str, Any]:
    """By type name; each carries the canary where it carries text."""
    provider = rows_of.provider(name=f"启航职工服务中心{canary}", contact_name=f"刘芳{canary}")
    project = rows_of.project(title=f"心理关爱项目{canary}", state=ProjectState.RUNNING)
    rows_of.record(project, date(2026, 10, 8), place=f"芙蓉北路{canary}")
    call = Call.objects.create(
        project=project, title=f"招募公告{canary}", text=f"需求{canary}", ceiling=Decimal(90_000),
        state=CallState.REVIEW, **MADE,
    )  # fmt: skip
    bid = Bid.objects.create(
        call=call, owner_mark="m", state=BidState.QUALIFIED, provider=provider, plan=f"方案{canary}",
        total=Decimal(80_000), **MADE,
    )  # fmt: skip
    expert = Expert.objects.create(
        number=Expert.objects.count() + 1, name=f"王专家{canary}", kind="scholar", phone="13800001111", **MADE,
    )  # fmt: skip
    contract = making.contract(project, provider, buyer_name=f"购买方{canary}")
    demand = market.demand(title=f"心理讲座{canary}", poster_name=f"湘江机械厂{canary}")
    return {
        "ServiceProject": project,
        "Call": call,
        "Bid": bid,
        "PanelMember": PanelMember.objects.create(call=call, expert=expert, position=1, **MADE),
        "Contract": contract,
        "PaymentMilestone": making.milestone(contract, 1, MilestoneState.DUE),
        "Report": making.report(project, ReportKind.PROGRESS, text=f"进展{canary}"),
        "Visit": making.visit(project, findings=f"发现{canary}"),
        "Evaluation": making.evaluation(project, EvaluationKind.MIDTERM, comment=f"意见{canary}"),
        "Provider": provider,
        "Expert": expert,
        "PurchaseRule": PurchaseRule.objects.create(
            kind=RuleKind.OTHER,
            edition=PurchaseRule.objects.count() + 1,
            title=f"购买办法{canary}",
            content={"text": f"正文{canary}"},
            state=RuleState.DRAFT,
            **MADE,
        ),
        "Listing": demand,
        "Match": market.match(demand=demand, offer=market.offer(title=f"讲座服务{canary}")),
    }
