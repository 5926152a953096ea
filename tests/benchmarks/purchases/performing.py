"""What follows an award: contracts, what is paid, what is reported, inspected and served; and the history of all."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from commons.codelists.services import FundSource, ServiceField
from commons.kit.ids import uuid7
from tenants.history.models import Change
from tenants.purchasing.enums import (
    BidState as B,
)
from tenants.purchasing.enums import (
    ContractState,
    EvaluationKind,
    EvaluationState,
    MilestoneCondition,
    MilestoneState,
    ReportKind,
    ReportState,
)
from tenants.purchasing.enums import (
    ProjectState as P,
)
from tenants.purchasing.models import (
    Bid,
    Call,
    Contract,
    Evaluation,
    Payment,
    PaymentMilestone,
    Report,
    ServiceProject,
    ServiceRecord,
    Visit,
)
from tests.benchmarks.purchases.bulk import FIRST, made, put

OVER = frozenset({P.COMPLETED, P.FAILED, P.TERMINATED, P.ARCHIVED})


def contracts(projects: list[ServiceProject], calls: list[Call], bids: list[Bid]) -> Iterator[Contract]:
    of = {call.pk: call.project_id for call in calls}
    won = {of[bid.call_id]: bid for bid in bids if bid.state == B.WON}
    serial = count(1)
    stages = {P.AWARDED: ContractState.TO_SIGN, P.TERMINATED: ContractState.TERMINATED}
    for project in projects:
        bid = won.get(project.pk)
        if bid is None or bid.provider is None or bid.award_amount is None:
            continue
        state = stages.get(
            project.state, ContractState.FULFILLED if project.state in OVER else ContractState.PERFORMING
        )
        begun = project.starts_on or FIRST
        yield Contract(
            year=begun.year,
            serial=next(serial),
            project=project,
            bid=bid,
            provider=bid.provider,
            title=f"{project.title}合同",
            amount=bid.award_amount,
            starts_on=begun,
            ends_on=project.ends_on,
            signed_on=None if state == ContractState.TO_SIGN else begun,
            state=state,
            **made(begun),
        )


def parts(contracts: list[Contract], chance: random.Random) -> Iterator[PaymentMilestone]:
    told = (
        (MilestoneCondition.SIGNED, 30, 10),
        (MilestoneCondition.MIDTERM_PASSED, 40, 170),
        (MilestoneCondition.PERFORMANCE_PASSED, 30, 320),
    )
    for contract in contracts:
        over = contract.state == ContractState.FULFILLED
        first = chance.choice([MilestoneState.DUE, MilestoneState.APPROVED, MilestoneState.PAID, MilestoneState.PAID])
        for no, (condition, share, later) in enumerate(told, 1):
            state = MilestoneState.PAID if over else first if no == 1 and contract.signed_on else MilestoneState.PLANNED
            yield PaymentMilestone(
                contract=contract,
                no=no,
                condition=condition,
                share=share,
                amount=(contract.amount * share / 100).quantize(Decimal("0.01")),
                planned_on=(contract.starts_on or FIRST) + timedelta(days=later),
                state=state,
                **made(contract.created_at.date()),
            )


def payments(parts: list[PaymentMilestone]) -> Iterator[Payment]:
    for n, part in enumerate(part for part in parts if part.state == MilestoneState.PAID):
        yield Payment(
            milestone=part,
            contract=part.contract,
            amount=part.amount - (Decimal("0.01") if part.no == 3 else 0),
            paid_on=part.planned_on,
            voucher_no=f"记-{part.planned_on.year}-{n:05d}",
            fund_source=FundSource.UNION_FUNDS,
            created_at=part.created_at,
            created_by_name="王五",
        )


def course(contracts: list[Contract]) -> None:
    reports, visits, evaluations, records = [], [], [], []
    for contract in (one for one in contracts if one.project is not None and one.signed_on):
        project, begun = contract.project, contract.starts_on or FIRST
        begins = made(begun)
        over = contract.state == ContractState.FULFILLED
        for no in range(1, 4):
            until = begun + timedelta(days=90 * no)
            state = ReportState.ACCEPTED if over or no == 1 else ReportState.DUE
            reports.append(
                Report(project=project, contract=contract, kind=ReportKind.PROGRESS, from_on=begun, until_on=until,
                       due_on=until + timedelta(days=10), state=state, **begins)
            )  # fmt: skip
            visits.append(Visit(project=project, visit_on=until, state="closed" if over else "planned", **begins))
        evaluations.append(
            Evaluation(project=project, kind=EvaluationKind.APPROVAL, state=EvaluationState.FINAL, total=80,
                       evaluated_on=begun, conclusion="good", **begins)
        )  # fmt: skip
        records += [
            ServiceRecord(project=project, served_on=begun + timedelta(days=30 * n), place="职工之家",
                          field=ServiceField.PSYCHOLOGICAL, person_times=40, persons_new=20, satisfaction_sum=40,
                          satisfaction_count=10, created_at=begins["created_at"], created_by_name="王五")
            for n in range(8 if over else 3)
        ]  # fmt: skip
    for rows in (reports, visits, evaluations, records):
        put(rows)


def history(rows: Iterable[Any]) -> Iterator[Change]:
    for row in rows:
        for event in ("create", "edit", "submit", "approve"):
            yield Change(
                id=uuid7(),
                object_kind=row._meta.label_lower,
                object_id=row.pk,
                event=event,
                by_name="王五",
                at=row.created_at,
            )
