"""A row of each table of needs and purchases, with the text that must never be seen elsewhere."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from commons.access import grants
from commons.access.actors import Actor
from commons.kit.ids import uuid7
from commons.workflow.rows import made
from tenants.needs.models import NeedCluster, WorkerLink
from tenants.purchasing.models import CallNote, PanelMember, PaymentMilestone, PurchaseRule, Report, Review, Visit
from tests.factories import need_rows, purchase_rows
from tests.factories.purchasing import projects

DAY = date(2026, 10, 8)


def needs(canary: str, author: Actor, at: datetime) -> dict[str, UUID]:
    """Rows of needs: the keys of what has an address."""
    assert author.user is not None
    begun = made(author, at)
    cluster = NeedCluster.objects.create(title=f"归类{canary}", field="psychological", year=2026, **begun)
    NeedCluster.objects.create(
        title=f"公布{canary}",
        field="psychological",
        year=2026,
        state="published",
        published_on=DAY,
        published_needs=9,
        **begun,
    )
    need = need_rows.need(DAY, title=f"需求{canary}", text=canary, cluster=cluster)
    survey = need_rows.survey(title=f"调查{canary}", intro=canary)
    need_rows.response(survey, DAY, industry=canary, street=canary)
    WorkerLink.objects.create(
        purpose="survey",
        subject_id=survey.pk,
        token_digest=canary.ljust(64, "0"),
        expires_at=at + timedelta(days=3),
        created_at=at,
        created_by_name=canary,
    )
    item = need_rows.menu_item(title=f"菜单{canary}", text=canary)
    order = need_rows.order(item, DAY, wish=canary)
    appeal = need_rows.appeal(DAY, date(2026, 10, 23), text=f"诉求{canary}", appellant=canary)
    grants.name_officer(author.user, appeal)
    return {
        "cluster": cluster.pk,
        "need": need.pk,
        "survey": survey.pk,
        "menu_item": item.pk,
        "order": order.pk,
        "appeal": appeal.pk,
    }


def purchases(canary: str, author: Actor, at: datetime) -> dict[str, UUID]:
    """Rows of purchases: the keys of what has an address."""
    assert author.user is not None
    begun = made(author, at)
    unit = purchase_rows.unit(name=f"权益部{canary}", leader=canary)
    capacity = purchase_rows.capacity(2026, purchase_budget=Decimal(900_000))
    item = purchase_rows.catalogue_item(2026, "new", name=f"目录{canary}")
    rule = PurchaseRule.objects.create(
        kind="other", edition=1, title=f"制度{canary}", content={"text": canary}, **begun
    )
    provider = purchase_rows.provider(name=f"中心{canary}", contact_name=canary, bank_account=f"6222{canary}")
    expert = projects.expert(f"专家{canary}")
    project = purchase_rows.project(title=f"项目{canary}", summary=canary)
    purchase_rows.funding(project, "union_funds", "100000.00")
    grants.name_officer(author.user, project)
    record = purchase_rows.record(project, DAY, place=canary, note=canary)
    call = purchase_rows.call(project, title=f"公告{canary}", text=canary)
    grants.name_officer(author.user, call)
    note = CallNote.objects.create(call=call, kind="question", text=canary, created_at=at, created_by_name=canary)
    bid = purchase_rows.bid(call, "opened", provider, plan=canary)
    member = PanelMember.objects.create(call=call, expert=expert, position=1, conflict_note=canary, **begun)
    Review.objects.create(member=member, bid=bid, comment=canary, **begun)
    contract = purchase_rows.contract(project, DAY, provider=provider, title=f"合同{canary}")
    milestone = PaymentMilestone.objects.create(
        contract=contract,
        no=7,
        condition="signed",
        share=50,
        amount=45_000,
        planned_on=DAY,
        withheld_reason=canary,
        state="approved",
        **begun,
    )
    purchase_rows.payment(contract, "45000.00", DAY, voucher_no=canary[:60])
    days = {"from_on": DAY, "until_on": DAY, "due_on": DAY}
    report = Report.objects.create(project=project, contract=contract, kind="progress", text=canary, **days, **begun)
    visit = Visit.objects.create(project=project, visit_on=DAY, findings=canary, state="done", **begun)
    evaluation = purchase_rows.evaluation(project, "midterm", DAY, comment=canary)
    match = purchase_rows.match(DAY, broker=canary)
    return {
        "rule": rule.pk,
        "unit": unit.pk,
        "capacity": capacity.pk,
        "catalogue_item": item.pk,
        "provider": provider.pk,
        "expert": expert.pk,
        "project": project.pk,
        "record": record.pk,
        "call": call.pk,
        "call_note": note.pk,
        "bid": bid.pk,
        "contract": contract.pk,
        "milestone": milestone.pk,
        "report": report.pk,
        "visit": visit.pk,
        "evaluation": evaluation.pk,
        "listing": match.demand_id,
        "match": match.pk,
        "no_such": uuid7(),
    }
