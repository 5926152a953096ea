"""
What begins with a contract: the reports that will be due, the visits, who supervises; and evaluations. Source: K07, E13, E16, E44; C2.

The contract's step to `signed` calls `schedule` in its transaction; asking again adds only what is missing.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from django.db import transaction

from commons.access import grants
from commons.access.actors import Actor
from commons.access.decisions import Decision
from commons.access.permissions import Permission
from commons.audit.recording import record, record_change
from commons.kit.clock import today
from commons.kit.errors import Invalid, NotFound
from commons.people import organizations
from commons.people.enums import Role
from commons.people.models import RoleAssignment, User
from commons.tenancy import door
from commons.tenancy.acting import require, stands_in_own_union
from commons.workflow.locks import changed
from commons.workflow.rows import made
from commons.workflow.transitions import begun, edited
from tenants.purchasing.enums import ContractKind, EvaluationKind, ReportKind, ReportState, VisitKind
from tenants.purchasing.machines.evaluation import EVALUATION
from tenants.purchasing.machines.report import REPORT
from tenants.purchasing.machines.visit import VISIT
from tenants.purchasing.models import Contract, Evaluation, PurchaseRule, Report, ServiceProject, Visit
from tenants.purchasing.policies import PROJECTS
from tenants.purchasing.rules import thresholds, use
from tenants.purchasing.who import STAFF_COURSE, SUPERVISOR

QUARTER = 3
# A visit a quarter where the supervision contract does not say how many. Source: C3.
VISITS_VALUE = "visits"
MOST_VISITS = 60


def periods(first: date, last: date, months: int) -> Iterator[tuple[date, date]]:
    """
    From `first` to `last`, both included, cut at the ends of months, quarters or half-years of the calendar.

    (2026-02-10, 2026-08-15, 3) → (02-10, 03-31), (04-01, 06-30), (07-01, 08-15).
    """
    begin, months = first, min(max(months, 1), 12)
    while begin <= last:
        # The last month of the calendar period in which it begins; months that do not divide the year end with it.
        month = min(((begin.month - 1) // months + 1) * months, 12)
        end = date(begin.year, month, calendar.monthrange(begin.year, month)[1])
        yield begin, min(end, last)
        begin = end + timedelta(days=1)


@transaction.atomic
def schedule(contract: Contract, *, by: Actor, at: datetime) -> list[Report] | list[Visit]:
    """
    What the signing of `contract` sets going; the rows that were made.

    Of a project contract: progress and expense reports by the rhythm of the project's measures, due ten days after each period, and the
    final expense report a month after the end. Of a supervision contract: its visits, spread over its time, and the supervising
    provider's accounts named on the project. Of others nothing.
    """
    stands_in_own_union(by)
    if contract.project is None:
        return []
    if contract.kind == ContractKind.SUPERVISION:
        appoint_of(contract, by=by, at=at)
        return _visits(contract, by, at)
    return _reports(contract, by, at) if contract.kind == ContractKind.PROJECT else []


def _span(contract: Contract, at: datetime) -> tuple[date, date]:
    project = contract.project
    assert project is not None
    first = contract.starts_on or contract.signed_on or project.starts_on or today(at)
    last = contract.ends_on or project.ends_on or first
    return first, max(first, last)


def _reports(contract: Contract, by: Actor, at: datetime) -> list[Report]:
    project = contract.project
    assert project is not None
    first, last = _span(contract, at)
    limits = thresholds(project.measures)
    days, final = timedelta(days=limits.report_due_days), timedelta(days=limits.final_report_due_days)
    budget = _budget(contract)
    wanted = [
        (kind, begin, end, end + days)
        for begin, end in periods(first, last, limits.report_months)
        for kind in (ReportKind.PROGRESS, ReportKind.EXPENSE)
    ]
    wanted.append((ReportKind.FINAL_EXPENSE, first, last, last + final))
    have = set(Report.objects.filter(contract=contract).values_list("kind", "until_on"))
    rows = []
    waiting = {(row.kind, row.from_on): row for row in Report.objects.filter(contract=contract, state=ReportState.DUE)}
    for kind, begin, end, due in wanted:
        if (kind, end) in have:
            continue
        if (moved := waiting.get((kind, begin))) is not None:
            # An amendment that moves the end moves the report that is not given yet.
            edited(moved, by=by, at=at, changes=changed(moved, {"until_on": end, "due_on": due}))
            continue
        row = Report.objects.create(
            project=project,
            contract=contract,
            kind=kind,
            from_on=begin,
            until_on=end,
            due_on=due,
            lines=[] if kind == ReportKind.PROGRESS else budget,
            **made(by, at),
        )
        begun(REPORT, row, by=by, at=at)
        rows.append(row)
    return rows


def _budget(contract: Contract) -> list[dict[str, str]]:
    """The lines of the bid that was awarded; of a contract without one, or for another amount, one line."""
    bid = contract.bid
    if bid is not None and bid.total == contract.amount and bid.lines:
        return [{"name": str(line["name"]), "budget": str(line["amount"])} for line in bid.lines]
    return [{"name": "项目经费", "budget": str(contract.amount)}]


def _visits(contract: Contract, by: Actor, at: datetime) -> list[Visit]:
    if Visit.objects.filter(contract=contract).exists():
        return []
    first, last = _span(contract, at)
    number = visits_agreed(contract) or sum(1 for _ in periods(first, last, QUARTER))
    step = (last - first) / (number + 1)
    assert contract.project is not None
    return [
        _plan(contract.project, contract, VisitKind.PROCESS, first + step * turn, by, at)
        for turn in range(1, number + 1)
    ]


def visits_agreed(contract: Contract) -> int:
    """How many visits a supervision contract says; 0 when it does not."""
    told = str(contract.values.get(VISITS_VALUE, "")).strip()
    return min(int(told), MOST_VISITS) if told.isdigit() else 0


def may_plan(by: Actor, project: ServiceProject) -> Decision:
    """Staff of the project's department, and the supervisor who is named on it. Source: SM-32, §4.2."""
    return STAFF_COURSE.may(by, project) or SUPERVISOR.may(by, project)


def may_appoint(by: Actor, project: ServiceProject) -> Decision:
    """Staff of the project's department. Source: §4.2 department scoping."""
    return STAFF_COURSE.may(by, project)


@transaction.atomic
def plan_visit(
    *, project: ServiceProject, visit_on: date, kind: VisitKind = VisitKind.PROCESS, by: Actor, at: datetime
) -> Visit:
    """
    Plan a visit, by the union itself, or by whoever supervises the project, under the supervision contract in force.

    Raises: Refused, NotFound, Invalid.
    """
    stands_in_own_union(by)
    found = _seen(by, project)
    may_plan(by, found).require()
    if visit_on < today(at) - timedelta(days=31):
        raise Invalid({"visit_on": ["计划日期早于一个月以前，请核对后再填写。"]})
    contract = (
        Contract.objects.filter(project=found, kind=ContractKind.SUPERVISION, signed_on__isnull=False)
        .exclude(state="terminated")
        .order_by("-signed_on", "-id")
        .first()
    )
    return _plan(found, contract, kind, visit_on, by, at)


def _plan(
    project: ServiceProject, contract: Contract | None, kind: VisitKind, day: date, by: Actor, at: datetime
) -> Visit:
    row = Visit.objects.create(project=project, contract=contract, kind=kind, visit_on=day, **made(by, at))
    begun(VISIT, row, by=by, at=at)
    return row


def appoint_of(contract: Contract, *, by: Actor, at: datetime) -> list[User]:
    """Name the supervising provider's accounts that hold the role of supervisor here on the contract's project."""
    if contract.project is None or not contract.provider.uscc:
        return []
    speaking = organizations.speakers(contract.provider.uscc)
    named = [user for user in possible(Role.SUPERVISOR, at) if user.pk in set(speaking)]
    for user in named:
        _appoint(contract.project, user, by, at)
    return named


def possible(role: Role, at: datetime) -> list[User]:
    """Who holds `role` in the current union, by name."""
    union = door.current()
    held = RoleAssignment.objects.valid_on(today(at)).filter(union=union, role=role)
    return list(User.objects.filter(pk__in=held.values("user_id"), is_active=True).order_by("name", "pk"))


@transaction.atomic
def appoint(*, project: ServiceProject, user_id: object, by: Actor, at: datetime) -> User:
    """
    Let a supervisor or an expert of this union see the project and work on what is theirs. Source: §4.2 assigned.

    Raises: Refused, NotFound, Invalid.
    """
    require(by, Permission.COURSE_EDIT)
    found = _seen(by, project)
    may_appoint(by, found).require()
    user = next(
        (one for role in (Role.SUPERVISOR, Role.REVIEWER) for one in possible(role, at) if str(one.pk) == str(user_id)),
        None,
    )
    if user is None:
        raise Invalid({"user": ["只能指派在本会担任第三方监管或者评审专家的账号。"]})
    _appoint(found, user, by, at)
    return user


@transaction.atomic
def dismiss(*, project: ServiceProject, user_id: object, by: Actor, at: datetime) -> None:
    """
    End an appointment.

    Raises: Refused, NotFound.
    """
    require(by, Permission.COURSE_EDIT)
    found = _seen(by, project)
    may_appoint(by, found).require()
    user = next((one for one in grants.officers(found) if str(one.pk) == str(user_id)), None)
    if user is None:
        raise NotFound()
    grants.dismiss_officer(user, found)
    record_change("dismiss", on=found, by=by, at=at, changes={"appointed": (user.name, "")})
    record("purchasing.serviceproject.dismiss", by=by, at=at, on=found)


def _appoint(project: ServiceProject, user: User, by: Actor, at: datetime) -> None:
    if grants.officers(project).filter(pk=user.pk).exists():
        return
    grants.name_officer(user, project)
    record_change("appoint", on=project, by=by, at=at, changes={"appointed": ("", user.name)})
    record("purchasing.serviceproject.appoint", by=by, at=at, on=project)


def _seen(by: Actor, project: ServiceProject) -> ServiceProject:
    found: ServiceProject | None = PROJECTS.visible(by).filter(pk=project.pk).first()
    if found is None:
        raise NotFound()
    return found


_SYSTEMS: dict[EvaluationKind, Callable[[ServiceProject], PurchaseRule | None]] = {
    EvaluationKind.APPROVAL: lambda project: project.approval_system,
    EvaluationKind.MIDTERM: lambda project: project.midterm_system,
    EvaluationKind.PERFORMANCE: lambda project: project.performance_system,
}


@transaction.atomic
def open_evaluation(
    project: ServiceProject, kind: EvaluationKind, *, by: Actor, at: datetime, due_on: date | None = None
) -> Evaluation:
    """The evaluation of `kind` that is under way for the project; begun with the project's own system when there is none."""
    stands_in_own_union(by)
    # Two that begin one at once: the second finds the first's.
    ServiceProject.objects.select_for_update().get(pk=project.pk)
    under_way = Evaluation.objects.filter(project=project, kind=kind).exclude(state="final").first()
    if under_way is not None:
        return under_way
    system = _SYSTEMS[kind](project)
    row = Evaluation.objects.create(project=project, kind=kind, system=system, due_on=due_on, **made(by, at))
    begun(EVALUATION, row, by=by, at=at)
    if system is not None:
        use(PurchaseRule.objects.select_for_update().get(pk=system.pk), at=at)
    return row
