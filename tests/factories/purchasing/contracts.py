"""Contracts with their milestones, made directly in whatever state: for tests that are not about how they come to be. Call inside a door."""

import itertools
from datetime import date
from decimal import Decimal
from typing import Any

from commons.codelists.services import FundSource
from tenants.purchasing.enums import (
    Conclusion,
    ContractKind,
    ContractState,
    EvaluationKind,
    EvaluationState,
    MilestoneCondition,
    MilestoneState,
    PaymentKind,
    ProjectState,
    ProviderKind,
    RuleKind,
    VettingResult,
)
from tenants.purchasing.models import (
    Contract,
    Evaluation,
    Payment,
    PaymentMilestone,
    Provider,
    PurchaseRule,
    ServiceProject,
)
from tests.factories.purchasing import projects

# Beyond what a union's own numbering comes to in a test.
_serial = itertools.count(6001)
CLAUSES: list[dict[str, Any]] = [
    {
        "code": "parties",
        "title": "合同双方",
        "text": "甲方${buyer}，乙方${provider}（${provider_uscc}）。",
        "mandatory": True,
    },
    {
        "code": "price",
        "title": "合同金额",
        "text": "合同金额${price}元（大写：${price_capital}）。${milestones}。",
        "mandatory": True,
    },
    {"code": "period", "title": "服务期限", "text": "服务期限为${period}。", "mandatory": True},
    {"code": "account", "title": "收款账户", "text": "开户银行${bank_name}，账号${account}。", "mandatory": True},
    {
        "code": "privacy",
        "title": "个人信息保护",
        "text": "乙方不得收集、留存与服务无关的职工个人信息。",
        "mandatory": True,
    },
    {"code": "training", "title": "人员培训", "text": "乙方每年培训服务人员不少于两次。", "mandatory": False},
]
VETTED = {"vetting_result": VettingResult.CLEAR, "vetting_until": date(2028, 1, 1)}
PARTS = (
    (MilestoneCondition.SIGNED, 30, date(2026, 2, 10)),
    (MilestoneCondition.MIDTERM_PASSED, 40, date(2026, 7, 10)),
    (MilestoneCondition.PERFORMANCE_PASSED, 30, date(2026, 12, 20)),
)


def template(kind: RuleKind = RuleKind.PROJECT_CONTRACT, **fields: Any) -> PurchaseRule:
    """A template in force."""
    return projects.rule(kind, content={"clauses": CLAUSES}, **fields)


def provider(name: str = "", **fields: Any) -> Provider:
    """A provider whom one may entrust and can pay."""
    bank = {"bank_account": "6222020200012345678", "bank_name": "中国工商银行长沙开福支行", "contact_name": "李四"}
    return projects.provider(name, **{**bank, **VETTED, **fields})


def supervisor(name: str = "", **fields: Any) -> Provider:
    """A provider whom one may let supervise."""
    values: dict[str, Any] = {"kind": ProviderKind.ENTERPRISE, **fields}
    return provider(name or f"湖南正衡咨询有限公司{next(_serial)}", **values)


def awarded(**fields: Any) -> ServiceProject:
    """A project entrusted to one provider, so that a contract needs no call."""
    values: dict[str, Any] = {"state": ProjectState.AWARDED, "method": "direct", "direct_reason": "续办", **fields}
    return projects.project(**values)


def contract(
    *,
    state: ContractState = ContractState.DRAFT,
    project: ServiceProject | None = None,
    to: Provider | None = None,
    kind: ContractKind = ContractKind.PROJECT,
    amount: Decimal | int | str | None = None,
    parts: tuple[tuple[MilestoneCondition, int, date], ...] = PARTS,
    **fields: Any,
) -> Contract:
    """A contract of a project, by default of a new one that fits its state, with milestones of 30, 40 and 30 per cent."""
    made = state in {ContractState.DRAFT, ContractState.LEGAL_CHECK, ContractState.TO_SIGN}
    if project is None:
        project = awarded(state=ProjectState.AWARDED if made else ProjectState.RUNNING)
    worth = Decimal(amount if amount is not None else project.budget)
    number = next(_serial)
    row = Contract.objects.create(
        **{
            "year": 2026,
            "serial": 5000 + number,
            "kind": kind,
            "project": project,
            "provider": to or provider(),
            "title": f"{project.title}{kind.label}",
            "amount": worth,
            "starts_on": date(2026, 2, 1),
            "ends_on": date(2026, 12, 1),
            "signed_on": None if made else date(2026, 2, 1),
            "state": state,
            **projects.MADE,
            **fields,
        }
    )
    for no, (condition, share, planned_on) in enumerate(parts, 1):
        milestone(row, no=no, condition=condition, share=Decimal(share), planned_on=planned_on)
    return row


def milestone(of: Contract, *, no: int, share: Decimal | int, **fields: Any) -> PaymentMilestone:
    values = {
        "condition": MilestoneCondition.SIGNED,
        "planned_on": date(2026, 2, 10),
        "amount": of.amount * Decimal(share) / 100,
        **projects.MADE,
        **fields,
    }
    return PaymentMilestone.objects.create(contract=of, no=no, share=share, **values)


def at(of: Contract, state: MilestoneState, *, no: int = 1, **fields: Any) -> PaymentMilestone:
    """A milestone of the contract, put into `state`."""
    row = PaymentMilestone.objects.get(contract=of, no=no)
    for name, value in {"state": state, **fields}.items():
        setattr(row, name, value)
    row.save()
    return row


def payment(of: PaymentMilestone, amount: Decimal | int | str | None = None, **fields: Any) -> Payment:
    number = next(_serial)
    values: dict[str, Any] = {
        "kind": PaymentKind.PAYMENT,
        "milestone": of,
        "amount": Decimal(of.amount if amount is None else amount),
        "paid_on": date(2026, 3, 1),
        "voucher_no": f"记-2026-{number:04d}",
        "fund_source": FundSource.UNION_FUNDS,
        "created_at": projects.MADE_AT,
        "created_by_name": "王五",
        **fields,
    }
    return Payment.objects.create(contract=of.contract, **values)


def assessed(project: ServiceProject, conclusion: Conclusion = Conclusion.GOOD, **fields: Any) -> Evaluation:
    """The performance assessment of a project, concluded; the project in the state that follows."""
    state = ProjectState.FAILED if conclusion is Conclusion.UNQUALIFIED else ProjectState.COMPLETED
    ServiceProject.objects.filter(pk=project.pk).update(state=state, ended_on=date(2026, 11, 10))
    values = {
        "kind": EvaluationKind.PERFORMANCE,
        "state": EvaluationState.CONCLUDED,
        "conclusion": conclusion,
        "total": Decimal(85),
        "concluded_on": date(2026, 11, 10),
        **projects.MADE,
        **fields,
    }
    return Evaluation.objects.create(project=project, **values)
