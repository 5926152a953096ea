"""One row in each table of needs and purchases, for the canary's text: made directly, in no order that a rule would ask for."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from commons.access.actors import system
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import today
from commons.kit.ids import uuid7
from commons.workflow.rows import made
from tenants.needs.models import (
    Appeal,
    MenuItem,
    Need,
    NeedCluster,
    NeedSurvey,
    ServiceOrder,
    SurveyResponse,
    WorkerLink,
)
from tenants.purchasing import models as bought

# The text of a row that says nothing to the rules.
TEXT_OF = {
    "needs.appeal": "created_by_name",
    "needs.menuitem": "text",
    "needs.need": "text",
    "needs.needcluster": "summary",
    "needs.needsurvey": "intro",
    "needs.serviceorder": "wish",
    "needs.surveyresponse": "industry",
    "needs.workerlink": "created_by_name",
    "purchasing.bid": "refusal_note",
    "purchasing.call": "text",
    "purchasing.callnote": "text",
    "purchasing.capacity": "created_by_name",
    "purchasing.catalogueitem": "created_by_name",
    "purchasing.contract": "created_by_name",
    "purchasing.evaluation": "comment",
    "purchasing.expert": "posts",
    "purchasing.fundingline": "from_union_name",
    "purchasing.listing": "text",
    "purchasing.match": "broker",
    "purchasing.panelmember": "conflict_note",
    "purchasing.paymentmilestone": "withheld_reason",
    "purchasing.provider": "blocked_reason",
    "purchasing.purchaserule": "created_by_name",
    "purchasing.report": "text",
    "purchasing.review": "comment",
    "purchasing.servicerecord": "note",
    "purchasing.serviceproject": "summary",
    "purchasing.unionunit": "leader",
    "purchasing.visit": "findings",
}
# Written once and never changed: the row that is made here bears the text from the beginning.
WRITTEN_ONCE = {"purchasing.payment": "voucher_no"}
SERIAL = 999_999


def complete(union: TradeUnion, text: str, at: datetime) -> None:
    """What is missing of it; `text` is that of the payment."""
    begun, day = made(system("canary", union), at), today(at)
    once = {"created_at": at, "created_by_name": "-"}
    if not Need.objects.exists():
        cluster = NeedCluster.objects.create(title="-", field="other", year=day.year, **begun)
        Need.objects.create(
            serial=SERIAL, title="-", source="unit_report", field="other", year=day.year, collected_on=day,
            cluster=cluster, **begun,
        )  # fmt: skip
    if not NeedSurvey.objects.exists():
        survey = NeedSurvey.objects.create(title="-", year=day.year, opens_on=day, closes_on=day, **begun)
        SurveyResponse.objects.create(id=uuid7(), survey=survey, answered_on=day)
    if not WorkerLink.objects.exists():
        WorkerLink.objects.create(purpose="survey", token_digest="-" * 64, expires_at=at + timedelta(days=1), **once)
    if not ServiceOrder.objects.exists():
        item = MenuItem.objects.create(
            title="-", field="other", provider_name="-", provider_uscc="-", price=1, cap=1, from_on=day, **begun
        )
        ServiceOrder.objects.create(serial=SERIAL, item=item, unit_id=uuid7(), ordered_on=day, **begun)
    if not Appeal.objects.exists():
        Appeal.objects.create(
            serial=SERIAL, number="-", channel="phone", category="other", text="-", received_on=day, due_on=day, **begun
        )
    if not bought.Payment.objects.filter(voucher_no=text).exists():
        _purchase(text, at, union)


def _purchase(text: str, at: datetime, union: TradeUnion) -> None:
    begun, day = made(system("canary", union), at), today(at)
    once = {"created_at": at, "created_by_name": "-"}
    days = {"from_on": day, "until_on": day, "due_on": day}
    bought.UnionUnit.objects.create(kind="department", name=f"-{uuid7()}", **begun)
    bought.Capacity.objects.get_or_create(year=2199, defaults=begun)
    bought.CatalogueItem.objects.create(year=2199, category="life_service", field="other", name=f"-{uuid7()}", **begun)
    bought.PurchaseRule.objects.create(kind="other", edition=SERIAL, title="-", **begun)
    provider = bought.Provider.objects.create(kind="individual_expert", name="-", **begun)
    expert = bought.Expert.objects.create(number=SERIAL, name="-", kind="law", **begun)
    project = bought.ServiceProject.objects.create(
        year=2199, serial=SERIAL, title="-", fields=["other"], category="life_service", budget=1, **begun
    )
    bought.FundingLine.objects.create(project=project, source="other", amount=1)
    bought.ServiceRecord.objects.create(project=project, served_on=day, field="other", **once)
    call = bought.Call.objects.create(project=project, title="-", ceiling=1, **begun)
    bought.CallNote.objects.create(call=call, kind="question", text="-", **once)
    bid = bought.Bid.objects.create(call=call, owner_mark="-", state="opened", provider=provider, **begun)
    member = bought.PanelMember.objects.create(call=call, expert=expert, position=1, **begun)
    bought.Review.objects.create(member=member, bid=bid, **begun)
    contract = bought.Contract.objects.create(
        year=2199,
        serial=SERIAL,
        kind="post",
        provider=provider,
        title="-",
        amount=1,
        signed_on=day,
        state="signed",
        **begun,
    )
    milestone = bought.PaymentMilestone.objects.create(
        contract=contract, no=1, condition="signed", share=100, amount=1, planned_on=day, **begun
    )
    bought.Payment.objects.create(
        milestone=milestone,
        contract=contract,
        amount=Decimal(1),
        paid_on=day,
        voucher_no=text[:60],
        fund_source="other",
        **once,
    )
    bought.Report.objects.create(project=project, kind="progress", **days, **begun)
    bought.Visit.objects.create(project=project, visit_on=day, **begun)
    bought.Evaluation.objects.create(project=project, kind="midterm", **begun)
    sides = [
        bought.Listing.objects.create(
            side=side, poster_kind="other", poster_name="-", title="-", field="other", valid_until=day, **begun
        )
        for side in ("demand", "offer")
    ]
    bought.Match.objects.create(demand=sides[0], offer=sides[1], **begun)
