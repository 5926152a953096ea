"""Purchases as they end, made directly: what the open data tells of them is judged, not how they came about."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from commons.access.actors import system
from commons.codelists.services import FundSource, PurchaseCategory, ServiceField
from commons.opendata.models import OcdsRelease
from tenants.purchasing.actions import notes, refunds
from tenants.purchasing.enums import (
    BidState,
    CallState,
    ContractKind,
    ContractState,
    MilestoneCondition,
    MilestoneState,
    NoteKind,
    ProcurementMethod,
    ProjectState,
    ProviderKind,
)
from tenants.purchasing.models import (
    Bid,
    Call,
    CallNote,
    Contract,
    FundingLine,
    Payment,
    PaymentMilestone,
    Provider,
    ServiceProject,
)
from tenants.purchasing.opendata.publishing import publish

AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
_serial = itertools.count(1)
_marks = itertools.count(1)
PROVIDERS = ("51430100MJ0000001X", "51430100MJ0000002X", "51430100MJ0000003X", "51430100MJ0000004X")


def _begun() -> dict[str, Any]:
    return {"created_at": AT, "updated_at": AT, "created_by_id": None, "created_by_name": "测试"}


def provider(position: int) -> Provider:
    uscc = PROVIDERS[position] if position < len(PROVIDERS) else f"51430100MK{position:07d}X"
    row, _ = Provider.objects.get_or_create(
        uscc=uscc,
        defaults={
            "kind": ProviderKind.SOCIAL_ORG,
            "name": f"星城第{position + 1}公益服务中心",
            "contact_name": "联系人秘密",
            "contact_phone": "13900001234",
            "bank_account": "6222020000001234567",
            "penalty_note": "处罚秘密",
            **_begun(),
        },
    )
    return row


def project(**changes: Any) -> ServiceProject:
    serial = next(_serial)
    told = {
        "year": 2026,
        "serial": serial,
        "title": f"职工心理关爱服务{serial}",
        "summary": "为一线职工提供心理咨询。",
        "fields": [next(iter(ServiceField))],
        "category": next(iter(PurchaseCategory)),
        "budget": Decimal("200000.10"),
        "starts_on": date(2026, 5, 1),
        "ends_on": date(2026, 12, 31),
        "approved_on": date(2026, 3, 2),
        "decided_on": date(2026, 3, 2),
        "state": ProjectState.APPROVED,
        **_begun(),
    }
    row = ServiceProject.objects.create(**{**told, **changes})
    FundingLine.objects.create(project=row, source=FundSource.UNION_FUNDS, amount=Decimal("150000.10"))
    FundingLine.objects.create(
        project=row, source=FundSource.UPPER_SUBSIDY, amount=Decimal("50000.00"), from_union_name="湖南省总工会"
    )
    return row


def call(of: ServiceProject, *, round: int = 1, state: CallState = CallState.PUBLISHED, **changes: Any) -> Call:
    told = {
        "title": f"{of.title}招募公告",
        "text": "欢迎符合条件的社会组织申报。",
        "ceiling": of.budget,
        "published_on": date(2026, 3, 5),
        "bid_deadline": datetime(2026, 3, 20, 9, 0, tzinfo=UTC),
        "publicity_from": date(2026, 3, 30),
        "publicity_until": date(2026, 4, 8),
        "confirmed_on": date(2026, 4, 8) if state in (CallState.CONFIRMED, CallState.DONE) else None,
        "state": state,
        **_begun(),
    }
    return Call.objects.create(project=of, round=round, **{**told, **changes})


def bid(of: Call, who: int, total: str, state: BidState, **changes: Any) -> Bid:
    return Bid.objects.create(
        call=of,
        owner_mark=f"mark{next(_marks)}",
        provider=provider(who),
        total=Decimal(total),
        plan="方案秘密",
        refusal_note="拒绝秘密" if state == BidState.DISQUALIFIED else "",
        submitted_at=AT + timedelta(days=10),
        state=state,
        **{**_begun(), **changes},
    )


def contract(of: ServiceProject, who: int, amount: str, **changes: Any) -> Contract:
    told = {
        "year": 2026,
        "serial": next(_serial) + 5000,
        "kind": ContractKind.PROJECT,
        "title": f"{of.title}合同",
        "amount": Decimal(amount),
        "starts_on": date(2026, 5, 1),
        "ends_on": date(2026, 12, 31),
        "signed_on": date(2026, 4, 20),
        "state": ContractState.PERFORMING,
        **_begun(),
    }
    row = Contract.objects.create(project=of, provider=provider(who), **{**told, **changes})
    half = (row.amount / 2).quantize(Decimal("0.01"))
    for no, part in enumerate((half, row.amount - half), start=1):
        PaymentMilestone.objects.create(
            contract=row,
            no=no,
            condition=MilestoneCondition.SIGNED if no == 1 else MilestoneCondition.PERFORMANCE_PASSED,
            share=Decimal(50),
            amount=part,
            planned_on=date(2026, 5 if no == 1 else 12, 10),
            **_begun(),
        )
    return row


def pay(of: Contract, *, no: int = 1, reverses: Payment | None = None) -> Payment:
    milestone = PaymentMilestone.objects.get(contract=of, no=no)
    milestone.state = MilestoneState.APPROVED if reverses else MilestoneState.PAID
    milestone.save(update_fields=["state"])
    return Payment.objects.create(
        milestone=milestone,
        contract=of,
        amount=-reverses.amount if reverses else milestone.amount,
        paid_on=date(2026, 5, 12),
        voucher_no=f"PZ{next(_serial)}",
        fund_source=FundSource.UNION_FUNDS,
        kind="reversal" if reverses else "payment",
        reverses=reverses,
        created_at=AT,
        created_by_id=None,
        created_by_name="财务秘密",
    )


class Teller:
    """Publishes a project again and again, a day later each time, as its steps would."""

    def __init__(self, of: ServiceProject) -> None:
        self.of, self.count = of, 0

    def tell(self, *tags: str) -> OcdsRelease:
        self.count += 1
        made = publish(self.of, list(tags), key=f"step-{self.count}", at=AT + timedelta(days=self.count))
        assert made is not None
        return made


def set_state(row: Any, state: str) -> None:
    row.state = state
    row.save(update_fields=["state"])


def played() -> dict[str, ServiceProject]:
    """Every kind of course that a purchase takes, told step by step. Call it inside a union's schema."""
    return {"open": _open(), "again": _again(), "direct": _direct(), "joint": _joint(), "ended": _ended()}


def _open() -> ServiceProject:
    row = project()
    teller = Teller(row)
    teller.tell("planning")
    published = call(row)
    teller.tell("tender")
    asked = CallNote.objects.create(
        call=published, kind=NoteKind.QUESTION, text="能否联合申报？", by_uscc=PROVIDERS[3], created_at=AT,
        created_by_name="提问人秘密",
    )  # fmt: skip
    CallNote.objects.create(
        call=published, kind=NoteKind.QUESTION, text="尚未答复的秘密？", created_at=AT, created_by_name="提问人秘密"
    )
    notes.answer(
        note_id=asked.pk,
        text="不接受联合申报。",
        by=system("答复人秘密"),
        at=AT + timedelta(days=teller.count, hours=1),
    )
    CallNote.objects.create(
        call=published, kind=NoteKind.ADDENDUM, text="截止时间不变，补充服务地点。", material=True, created_at=AT,
        created_by_name="工会秘密",
    )  # fmt: skip
    teller.tell("tenderAmendment")
    won = bid(published, 0, "180000.55", BidState.WON, award_amount=Decimal("180000.55"))
    bid(published, 1, "181000.00", BidState.RESERVE)
    bid(published, 2, "190000.00", BidState.LOST)
    bid(published, 3, "150000.00", BidState.DISQUALIFIED)
    set_state(published, CallState.PUBLICISED)
    teller.tell("award")
    published.confirmed_on = date(2026, 4, 8)
    published.save(update_fields=["confirmed_on"])
    set_state(published, CallState.CONFIRMED)
    teller.tell("awardUpdate")
    signed = contract(row, 0, "180000.55", bid=won)
    contract(row, 4, "8000.00", kind=ContractKind.SUPERVISION, title="第三方监管合同")
    teller.tell("contract")
    wrong = pay(signed)
    teller.tell("implementation")
    pay(signed, reverses=wrong)
    teller.tell("implementationUpdate")
    pay(signed)
    teller.tell("implementationUpdate")
    contract(row, 0, "185000.00", bid=won, amends=signed, state=ContractState.SIGNED, created_at=AT + timedelta(days=1))
    teller.tell("contractAmendment")
    refunds.refund(
        contract=signed, amount=Decimal("100.28"), returned_on=date(2026, 11, 1), voucher_no="退1",
        fund_source=FundSource.UNION_FUNDS, reason="结余秘密", by=system("财务秘密"), at=datetime(2026, 11, 2, tzinfo=UTC),
    )  # fmt: skip
    return row


def _again() -> ServiceProject:
    row = project()
    teller = Teller(row)
    teller.tell("planning")
    first = call(row)
    teller.tell("tender")
    bid(first, 0, "160000.00", BidState.QUALIFIED)
    set_state(first, CallState.FAILED)
    teller.tell("tenderUpdate")
    second = call(row, round=2)
    teller.tell("tenderUpdate")
    bid(second, 1, "170000.00", BidState.WON)
    bid(second, 2, "165000.00", BidState.DISQUALIFIED)
    set_state(second, CallState.CONFIRMED)
    teller.tell("awardUpdate")
    return row


def _direct() -> ServiceProject:
    row = project(method=ProcurementMethod.DIRECT, direct_reason="理由秘密")
    teller = Teller(row)
    teller.tell("planning")
    contract(row, 2, "30000.00")
    teller.tell("award", "contract")
    return row


def _joint() -> ServiceProject:
    row = project(joint_buyers=[{"name": "共青团开福区委", "kind": "league", "share": "40"}], own_share=Decimal(60))
    Teller(row).tell("planning")
    return row


def _ended() -> ServiceProject:
    row = project()
    teller = Teller(row)
    teller.tell("planning")
    published = call(row, state=CallState.DONE)
    won = bid(published, 3, "99999.99", BidState.WON)
    signed = contract(row, 3, "99999.99", bid=won)
    teller.tell("tender", "award", "contract")
    pay(signed)
    teller.tell("implementation")
    set_state(signed, ContractState.TERMINATED)
    set_state(row, ProjectState.TERMINATED)
    teller.tell("contractTermination")
    return row
