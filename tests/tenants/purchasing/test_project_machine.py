"""SM-15P: who, from where, what for. Source: DOMAIN §3.6 SM-15P."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from commons.access.actors import Actor
from commons.audit.models import AuditEvent
from commons.calls.models import FundedService
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy.door import inside
from commons.workflow.transitions import transition
from tenants.history.models import Change
from tenants.purchasing.enums import CallState, ContractKind, EvaluationKind, ProjectState, ReportKind
from tenants.purchasing.machines.project import PROJECT, ProjectEvent
from tenants.purchasing.models import Call, ServiceProject
from tests.factories.purchasing import projects as factory
from tests.tenants.purchasing import making

S, E = ProjectState, ProjectEvent
Country = dict[str, TradeUnion]
ActorOf = Callable[..., Actor]
STAFF, ADMIN, SUPERVISOR, PLATFORM = "staff", "admin", "supervisor", "platform"

# DOMAIN §3.6, line by line: event, from, to, who. An administrator may what staff may.
TABLE = {
    (E.SUBMIT, (S.DRAFT,), (S.APPROVAL_REVIEW,), frozenset({STAFF, ADMIN})),
    (E.APPROVE, (S.APPROVAL_REVIEW,), (S.APPROVED,), frozenset({ADMIN})),
    (E.RETURN, (S.APPROVAL_REVIEW,), (S.DRAFT,), frozenset({ADMIN})),
    (E.REJECT, (S.APPROVAL_REVIEW,), (S.REJECTED,), frozenset({ADMIN})),
    (E.PUBLISH_CALL, (S.APPROVED,), (S.SOURCING,), frozenset({STAFF, ADMIN, PLATFORM})),
    (E.AWARD, (S.SOURCING,), (S.AWARDED,), frozenset({ADMIN, PLATFORM})),
    (E.SOURCING_FAILED, (S.SOURCING,), (S.APPROVED,), frozenset({STAFF, ADMIN, PLATFORM})),
    # Nobody takes what was awarded: the only way back, since a project that was awarded needs a contract to go on.
    (E.SOURCING_FAILED, (S.AWARDED,), (S.APPROVED,), frozenset({ADMIN, PLATFORM})),
    (E.START, (S.AWARDED,), (S.RUNNING,), frozenset({STAFF, ADMIN, PLATFORM})),
    (E.MIDTERM, (S.RUNNING,), (S.MIDTERM,), frozenset({STAFF, ADMIN, SUPERVISOR})),
    (E.PASS, (S.MIDTERM,), (S.RUNNING,), frozenset({ADMIN, PLATFORM})),
    (E.RECTIFY, (S.MIDTERM,), (S.RECTIFYING, S.TERMINATED), frozenset({ADMIN, PLATFORM})),
    (E.ACCEPT, (S.RECTIFYING,), (S.RUNNING,), frozenset({STAFF, ADMIN, SUPERVISOR})),
    (E.FINISH, (S.RUNNING,), (S.ASSESSING,), frozenset({STAFF, ADMIN})),
    (E.CONCLUDE, (S.ASSESSING,), (S.COMPLETED,), frozenset({ADMIN, PLATFORM})),
    (E.UNQUALIFIED, (S.ASSESSING,), (S.FAILED,), frozenset({ADMIN, PLATFORM})),
    (E.TERMINATE, (S.RUNNING, S.MIDTERM, S.RECTIFYING), (S.TERMINATED,), frozenset({ADMIN, PLATFORM})),
    (E.ARCHIVE, (S.COMPLETED, S.FAILED, S.TERMINATED), (S.ARCHIVED,), frozenset({STAFF, ADMIN})),
}


def test_the_declaration_is_the_table_of_the_domain_and_no_role_may_more(country: Country, actor_of: ActorOf) -> None:
    people = {role: actor_of("430105", role) for role in Role if not role.is_flag and role is not Role.NATIONAL_ADMIN}
    names = {Role.UNION_STAFF: STAFF, Role.UNION_ADMIN: ADMIN, Role.SUPERVISOR: SUPERVISOR}
    found = set()
    with inside(country["430105"]):
        row = factory.project()
        from commons.access import grants

        supervisor = people[Role.SUPERVISOR].user
        assert supervisor is not None
        grants.name_officer(supervisor, row)
        for line in PROJECT.transitions:
            who = {names.get(role, str(role)) for role, one in people.items() if any(w.may(one, row) for w in line.who)}
            if any(one.permission is None for one in line.who):
                who.add(PLATFORM)
            targets = (line.target, *line.others)
            found.add((line.event, line.sources, targets, frozenset(who)))

    assert found == TABLE


def test_a_project_goes_all_the_way(country: Country, actor_of: ActorOf, at: datetime) -> None:
    admin = actor_of("430105", Role.UNION_ADMIN)
    staff = actor_of("430105", Role.UNION_STAFF)
    with inside(country["430105"]):
        ruled = factory.rules()
        row = factory.project(starts_on=date(2026, 2, 1), ends_on=date(2026, 11, 1))

        def go(event: ProjectEvent, by: Actor, **more: Any) -> None:
            transition(PROJECT, row, event, by=by, at=at, **more)
            row.refresh_from_db()

        go(E.SUBMIT, staff)
        assert {name: getattr(row, name).pk for name in ruled} == {name: rule.pk for name, rule in ruled.items()}
        for rule in ruled.values():
            rule.refresh_from_db()
            assert rule.used_at == at
        making.evaluation(row, EvaluationKind.APPROVAL)
        go(E.APPROVE, admin)
        held = making.call(row)
        go(E.PUBLISH_CALL, staff)
        Call.objects.filter(pk=held.pk).update(
            state=CallState.CONFIRMED, publicity_from=date(2026, 11, 10), publicity_until=date(2026, 11, 18)
        )
        go(E.AWARD, admin)
        making.contract(row, factory.provider())
        go(E.START, staff)
        making.report(row, ReportKind.PROGRESS)
        go(E.MIDTERM, staff)
        making.evaluation(row, EvaluationKind.MIDTERM)
        go(E.PASS, admin)
        making.report(row, ReportKind.FINAL_EXPENSE, unused=0)
        go(E.FINISH, staff)
        for _ in range(3):
            factory.record(row)
        making.evaluation(row, EvaluationKind.PERFORMANCE)
        go(E.CONCLUDE, admin)
        go(E.ARCHIVE, staff)

        assert row.state == S.ARCHIVED
        assert (row.approved_on, row.decided_on, row.ended_on) == (date(2026, 11, 20),) * 3
        assert row.midterm_passed is True
        assert row.midterm_on == date(2026, 6, 17)
        assert row.version == 11
        told = list(Change.objects.filter(object_id=row.pk).order_by("at", "id").values_list("event", flat=True))
    assert told == [
        "submit", "approve", "publish_call", "award", "start", "midterm", "pass", "finish", "conclude", "archive",
    ]  # fmt: skip
    assert AuditEvent.objects.filter(object_id=str(row.pk)).count() == 10
    assert list(FundedService.objects.values_list("union__code", "title")) == [("430105", row.title)]


def test_a_second_failure_at_mid_term_ends_the_project(country: Country, actor_of: ActorOf, at: datetime) -> None:
    admin = actor_of("430105", Role.UNION_ADMIN)
    with inside(country["430105"]):
        row = factory.project(state=S.MIDTERM)
        making.evaluation(row, EvaluationKind.MIDTERM, 40)
        transition(PROJECT, row, E.RECTIFY, by=admin, at=at, reason="服务人次不足", data={"rectify_by": "2026-12-10"})
        first = ServiceProject.objects.get(pk=row.pk)
        assert (first.state, first.rectify_by, first.midterm_failures) == (S.RECTIFYING, date(2026, 12, 10), 1)
        transition(PROJECT, row, E.ACCEPT, by=admin, at=at, reason="已补足服务场次，见进展报告")
        making.report(row, ReportKind.PROGRESS)
        transition(PROJECT, row, E.MIDTERM, by=admin, at=at)
        transition(PROJECT, row, E.RECTIFY, by=admin, at=at, reason="仍未达到要求")
        row.refresh_from_db()
        assert (row.state, row.ended_on, row.midterm_failures) == (S.TERMINATED, date(2026, 11, 20), 2)


def test_an_unqualified_project_blocks_its_provider_for_a_year(
    country: Country, actor_of: ActorOf, at: datetime
) -> None:
    admin = actor_of("430105", Role.UNION_ADMIN)
    with inside(country["430105"]):
        row = factory.project(state=S.ASSESSING)
        provider, supervisor, other = factory.provider(), factory.provider(), factory.provider()
        making.contract(row, provider)
        making.contract(row, supervisor, ContractKind.SUPERVISION)
        making.evaluation(row, EvaluationKind.PERFORMANCE, 40)
        transition(PROJECT, row, E.UNQUALIFIED, by=admin, at=at, reason="目标完成不足一半")
        for one in (provider, supervisor, other):
            one.refresh_from_db()
        row.refresh_from_db()
        assert (row.state, row.ended_on) == (S.FAILED, date(2026, 11, 20))
        assert (provider.blocked_until, provider.blocked_reason) == (
            date(2027, 11, 20),
            f"项目“{row.title}”绩效考核不合格",
        )
        assert (supervisor.blocked_until, other.blocked_until) == (None, None)


def test_a_running_project_keeps_the_edition_it_began_with(country: Country, actor_of: ActorOf, at: datetime) -> None:
    staff = actor_of("430105", Role.UNION_STAFF)
    with inside(country["430105"]):
        old = factory.rules(direct_max="200000")
        row = factory.project(state=S.APPROVED, method="direct", direct_reason="唯一来源", budget=150_000, ruled=old)
        factory.rules(direct_max="50000")
        transition(PROJECT, row, E.PUBLISH_CALL, by=staff, at=at)
        row.refresh_from_db()
        assert row.state == S.SOURCING
