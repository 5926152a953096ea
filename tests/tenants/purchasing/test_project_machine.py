"""SM-15P: who, from where, what for. Source: DOMAIN §3.6 SM-15P."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy.door import inside
from commons.workflow.transitions import transition
from tenants.purchasing.enums import (
    CallState,
    ContractKind,
    ContractState,
    EvaluationKind,
    EvaluationState,
    ProjectState,
    ReportKind,
    ReportState,
)
from tenants.purchasing.machines.project import PROJECT, ProjectEvent
from tenants.purchasing.models import Call, Contract, Evaluation, Report
from tests.factories.purchasing import projects as factory

S, E = ProjectState, ProjectEvent
Country = dict[str, TradeUnion]
ActorOf = Callable[..., Actor]


def evaluation(project: Any, kind: EvaluationKind, total: int = 80, **fields: Any) -> Evaluation:
    values = {"state": EvaluationState.SCORED, "total": Decimal(total), **fields}
    return Evaluation.objects.create(project=project, kind=kind, **values, **factory.MADE)


def contract(project: Any, provider: Any, kind: ContractKind = ContractKind.PROJECT, **fields: Any) -> Contract:
    values = {"state": ContractState.SIGNED, "amount": project.budget, "signed_on": date(2026, 2, 1), **fields}
    serial = Contract.objects.count() + 1
    return Contract.objects.create(
        project=project, provider=provider, kind=kind, year=2026, serial=serial, title="合同", **values, **factory.MADE
    )


def report(project: Any, kind: ReportKind, **fields: Any) -> Report:
    values = {"state": ReportState.ACCEPTED, **fields}
    days = {"from_on": date(2026, 2, 1), "until_on": date(2026, 6, 30), "due_on": date(2026, 7, 10)}
    return Report.objects.create(project=project, kind=kind, **days, **values, **factory.MADE)


def call(project: Any, **fields: Any) -> Call:
    values = {"state": CallState.PUBLISHED, **fields}
    return Call.objects.create(project=project, title="招募公告", ceiling=project.budget, **values, **factory.MADE)


def test_a_project_goes_all_the_way(country: Country, actor_of: ActorOf, at: datetime) -> None:
    admin = actor_of("430105", Role.UNION_ADMIN)
    staff = actor_of("430105", Role.UNION_STAFF)
    with inside(country["430105"]):
        factory.rules()
        row = factory.project(starts_on=date(2026, 2, 1), ends_on=date(2026, 11, 1))

        def go(event: ProjectEvent, by: Actor, **more: Any) -> None:
            transition(PROJECT, row, event, by=by, at=at, **more)
            row.refresh_from_db()

        go(E.SUBMIT, staff)
        evaluation(row, EvaluationKind.APPROVAL)
        go(E.APPROVE, admin)
        held = call(row)
        go(E.PUBLISH_CALL, staff)
        Call.objects.filter(pk=held.pk).update(
            state=CallState.CONFIRMED, publicity_from=date(2026, 11, 10), publicity_until=date(2026, 11, 18)
        )
        go(E.AWARD, admin)
        contract(row, factory.provider())
        go(E.START, staff)
        report(row, ReportKind.PROGRESS)
        go(E.MIDTERM, staff)
        evaluation(row, EvaluationKind.MIDTERM)
        go(E.PASS, admin)
        report(row, ReportKind.FINAL_EXPENSE, unused=Decimal(0))
        go(E.FINISH, staff)
        for _ in range(3):
            factory.record(row)
        evaluation(row, EvaluationKind.PERFORMANCE)
        go(E.CONCLUDE, admin)
        go(E.ARCHIVE, staff)

    assert row.state == S.ARCHIVED
    assert (row.approved_on, row.decided_on, row.ended_on) == (date(2026, 11, 20),) * 3
    assert row.midterm_passed is True
    assert row.midterm_on == date(2026, 6, 17)
