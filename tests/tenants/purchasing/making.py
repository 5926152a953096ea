"""Rows that hang on a project, made directly in the state a guard asks for."""

from datetime import date
from decimal import Decimal
from typing import Any

from tenants.purchasing.enums import (
    CallState,
    ContractKind,
    ContractState,
    EvaluationKind,
    EvaluationState,
    MilestoneCondition,
    MilestoneState,
    ReportKind,
    ReportState,
    VisitState,
)
from tenants.purchasing.models import Call, Contract, Evaluation, PaymentMilestone, Report, Visit
from tests.factories.purchasing.projects import MADE


def evaluation(project: Any, kind: EvaluationKind, total: int | None = 80, **fields: Any) -> Evaluation:
    values = {"state": EvaluationState.SCORED, "total": None if total is None else Decimal(total), **fields}
    # The project's step has opened it; made where there is none.
    opened = Evaluation.objects.filter(project=project, kind=kind, state=EvaluationState.OPEN)
    if opened.update(**values):
        return Evaluation.objects.filter(project=project, kind=kind).latest("created_at")
    return Evaluation.objects.create(project=project, kind=kind, **{**MADE, **values})


def contract(project: Any, provider: Any, kind: ContractKind = ContractKind.PROJECT, **fields: Any) -> Contract:
    values = {"state": ContractState.SIGNED, "amount": project.budget, "signed_on": date(2026, 2, 1), **fields}
    serial = Contract.objects.count() + 1
    return Contract.objects.create(
        project=project, provider=provider, kind=kind, year=2026, serial=serial, title="合同", **values, **MADE
    )


def milestone(contract: Contract, no: int, state: MilestoneState, share: int = 50) -> PaymentMilestone:
    return PaymentMilestone.objects.create(
        contract=contract,
        no=no,
        condition=MilestoneCondition.SIGNED,
        share=Decimal(share),
        amount=contract.amount * share / 100,
        planned_on=date(2026, 3, 1),
        state=state,
        **MADE,
    )


def report(project: Any, kind: ReportKind, **fields: Any) -> Report:
    values = {"state": ReportState.ACCEPTED, **fields}
    days = {"from_on": date(2026, 2, 1), "until_on": date(2026, 6, 30), "due_on": date(2026, 7, 10)}
    return Report.objects.create(project=project, kind=kind, **days, **values, **MADE)


def call(project: Any, **fields: Any) -> Call:
    values = {"state": CallState.PUBLISHED, **fields}
    return Call.objects.create(project=project, title="招募公告", ceiling=project.budget, **values, **MADE)


def visit(project: Any, **fields: Any) -> Visit:
    values = {"state": VisitState.CLOSED, "visit_on": date(2026, 11, 1), **fields}
    return Visit.objects.create(project=project, **values, **MADE)
