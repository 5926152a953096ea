"""A contract of the past: drafted, checked, signed, and paid by those who may."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.core.files.base import ContentFile

from commons.access.actors import Actor
from commons.codelists.services import FundSource
from commons.documents import docx
from config.demo.purchases.begun import Life
from config.demo.purchases.story import Story
from tenants.purchasing import contract_text
from tenants.purchasing.actions import contracts
from tenants.purchasing.contract_terms import Part
from tenants.purchasing.enums import ContractKind, MilestoneCondition
from tenants.purchasing.machines.contract import CONTRACT, ContractEvent
from tenants.purchasing.machines.milestone import MILESTONE, MilestoneEvent
from tenants.purchasing.models import Contract, Payment, PaymentMilestone, Provider, ServiceProject

_CHECKED = "法律顾问已审核，采用示范文本，必备条款齐全。"
_SUPERVISION_FEE = Decimal(18_000)


def sign(story: Story, project: ServiceProject, life: Life, *, provider: Provider | None = None) -> Contract:
    """With whom won it, or with `provider` where nobody else was asked; signed before it begins."""
    row = contracts.draft(
        kind=ContractKind.PROJECT, project=project, provider=provider, by=story.there.staff, at=story.tick()
    )
    parts = [Part(condition, Decimal(share), story.days_ago(days)) for condition, share, days in life.parts]
    _sign(story, row, parts)
    return row


def sign_supervision(story: Story, project: ServiceProject) -> Contract:
    """With the agency that evaluates, which is paid half at the beginning and half at the end."""
    there = story.there
    agency = Provider.objects.get(name=f"{there.place}正和公益评估中心")
    row = contracts.draft(
        kind=ContractKind.SUPERVISION,
        project=project,
        provider=agency,
        amount=_SUPERVISION_FEE,
        by=there.staff,
        at=story.tick(),
    )
    assert row.starts_on is not None
    assert row.ends_on is not None
    parts = [
        Part(MilestoneCondition.SIGNED, Decimal(50), row.starts_on),
        Part(MilestoneCondition.DATE, Decimal(50), row.ends_on),
    ]
    _sign(story, row, parts)
    return row


def _sign(story: Story, row: Contract, parts: list[Part]) -> None:
    there = story.there
    contracts.set_milestones(contract=row, parts=parts, version=row.version, by=there.staff, at=story.tick())
    row.refresh_from_db()
    story.take(CONTRACT, row, ContractEvent.SUBMIT, there.staff)
    story.go(story.day + timedelta(days=1))
    story.take(CONTRACT, row, ContractEvent.PASS, there.admin, reason=_CHECKED)
    story.go(story.day + timedelta(days=1))
    told = {"signed_on": story.day.isoformat()}
    story.take(CONTRACT, row, ContractEvent.SIGN, there.staff, data=told, files={"file": _text(row)})


def _text(row: Contract) -> ContentFile[bytes]:
    """What was signed: the contract's own text."""
    made = contract_text.document(
        row,
        list(row.milestones.order_by("no")),
        given=row.values,
        account=row.provider.bank_account,
        author=row.values["buyer"],
    )
    return ContentFile(docx(made), name=f"{row.number}签署文本.docx")


def start(story: Story, row: Contract) -> None:
    """It is performed from its first day on."""
    assert row.starts_on is not None
    if row.starts_on > story.day:
        story.go(row.starts_on)
    story.take(CONTRACT, row, ContractEvent.START, story.there.staff)


def ask(story: Story, contract: Contract, no: int, by: Actor) -> PaymentMilestone:
    """The provider asks for a part that is due."""
    row = contract.milestones.get(no=no)
    story.take(MILESTONE, row, MilestoneEvent.REQUEST, by)
    return row


def approve(story: Story, contract: Contract, no: int, by: Actor) -> PaymentMilestone:
    row = ask(story, contract, no, by)
    story.go(story.day)
    story.take(MILESTONE, row, MilestoneEvent.APPROVE, story.there.staff)
    return row


def pay(story: Story, contract: Contract, no: int, by: Actor, *, source: FundSource = FundSource.UNION_FUNDS) -> None:
    """Asked for by the provider, approved by the staff, paid by finance: three persons."""
    row = approve(story, contract, no, by)
    story.go(story.day)
    _pay(story, row, source)


def pay_in_two(story: Story, contract: Contract, no: int, by: Actor, from_above: Decimal) -> None:
    """A part of which the union above pays some."""
    row = approve(story, contract, no, by)
    story.go(story.day)
    _pay(story, row, FundSource.UPPER_SUBSIDY, from_above)
    _pay(story, row, FundSource.UNION_FUNDS, row.amount - from_above)


def pay_by_mistake(story: Story, contract: Contract, no: int, by: Actor) -> None:
    """Paid under a wrong voucher, reversed, paid anew: three rows in the books, one payment net."""
    pay(story, contract, no, by)
    row = contract.milestones.get(no=no)
    wrong = Payment.objects.get(milestone=row)
    story.go(story.day)
    data = {"payment": str(wrong.pk), "paid_on": story.day.isoformat(), "voucher_no": _voucher(story)}
    reason = "银行退回：收款账户户名填写有误，冲销后重新支付。"
    story.take(MILESTONE, row, MilestoneEvent.REVERSE, story.there.finance, data=data, reason=reason)
    _pay(story, row, FundSource.UNION_FUNDS)


def _pay(story: Story, row: PaymentMilestone, source: FundSource, amount: Decimal | None = None) -> None:
    data = {
        "amount": str(amount or row.amount),
        "paid_on": story.day.isoformat(),
        "voucher_no": _voucher(story),
        "fund_source": str(source),
    }
    story.take(MILESTONE, row, MilestoneEvent.PAY, story.there.finance, data=data)


def _voucher(story: Story) -> str:
    """A number that no payment of the union has."""
    return f"记-{story.day:%Y%m}-{Payment.objects.count() + 101:04d}"
