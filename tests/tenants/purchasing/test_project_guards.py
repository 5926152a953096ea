"""Each guard of SM-15P refuses by its own code, and nothing has moved. Source: DOMAIN §3.6 SM-15P."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from commons.access.actors import Actor
from commons.audit.models import AuditEvent
from commons.calls import funded
from commons.calls.models import FundedService
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import DomainError, Refused
from commons.people.enums import Role
from commons.tenancy.door import inside
from commons.workflow.transitions import transition
from tenants.history.models import Change
from tenants.purchasing.enums import (
    CallState,
    ContractKind,
    EvaluationKind,
    EvaluationState,
    MilestoneState,
    NoteKind,
    ProjectState,
    ReportKind,
    ReportState,
    RuleKind,
    VisitState,
)
from tenants.purchasing.machines.project import PROJECT, ProjectEvent
from tenants.purchasing.models import CallNote, PurchaseRule, ServiceProject
from tests.factories.purchasing import projects as factory
from tests.tenants.purchasing import making

S, E, K = ProjectState, ProjectEvent, EvaluationKind
Country = dict[str, TradeUnion]
ActorOf = Callable[..., Actor]


def _project(state: ProjectState, **fields: Any) -> ServiceProject:
    return factory.project(state=state, **fields)


def no_rules() -> ServiceProject:
    factory.rules()
    PurchaseRule.objects.filter(kind=RuleKind.MIDTERM_SYSTEM).delete()
    return _project(S.DRAFT)


def draft(**fields: Any) -> Callable[[], ServiceProject]:
    def make() -> ServiceProject:
        factory.rules()
        return _project(S.DRAFT, **fields)

    return make


def short_of_money() -> ServiceProject:
    factory.rules()
    row = _project(S.DRAFT)
    row.funding.update(amount=Decimal(99_999))
    return row


def scored(kind: EvaluationKind, state: ProjectState, total: int | None, **fields: Any) -> Callable[[], ServiceProject]:
    def make() -> ServiceProject:
        row = _project(state)
        by = row.created_by_id if fields.get("scored_by_id") == "creator" else None
        making.evaluation(row, kind, total, **{**fields, "scored_by_id": by})
        return row

    return make


def superseded() -> ServiceProject:
    """The project was returned, and the evaluation begun anew is open: the old one counts no more."""
    row = _project(S.APPROVAL_REVIEW)
    making.evaluation(row, K.APPROVAL, 90)
    later = datetime.fromisoformat("2026-05-01T00:00:00+00:00")
    making.evaluation(row, K.APPROVAL, None, state=EvaluationState.OPEN, created_at=later)
    return row


def direct(**fields: Any) -> Callable[[], ServiceProject]:
    return lambda: _project(S.APPROVED, method="direct", **fields)


def called(state: CallState, until: date | None, objection: bool = False) -> Callable[[], ServiceProject]:
    def make() -> ServiceProject:
        row = _project(S.SOURCING)
        call = making.call(row, state=state, publicity_from=date(2026, 11, 1) if until else None, publicity_until=until)
        if objection:
            CallNote.objects.create(
                call=call, kind=NoteKind.OBJECTION, text="评分有误", created_at=factory.MADE_AT, created_by_name="李四"
            )
        return row

    return make


def direct_beside(state: CallState) -> Callable[[], ServiceProject]:
    """May be entrusted directly, but a call to all is being made."""

    def make() -> ServiceProject:
        row = _project(S.APPROVED, method="direct", direct_reason="唯一来源")
        making.call(row, state=state)
        return row

    return make


def awarded_by_call() -> ServiceProject:
    row = _project(S.AWARDED)
    making.call(row, state=CallState.CONFIRMED)
    return row


def bound() -> ServiceProject:
    """The contract is signed; that of the supervisor is not."""
    row = _project(S.AWARDED, method="direct", direct_reason="唯一来源", third_party_required=True)
    making.contract(row, factory.provider())
    return row


def unsigned() -> ServiceProject:
    row = _project(S.AWARDED)
    making.contract(row, factory.provider(), state="to_sign")
    return row


def unsupervised() -> ServiceProject:
    row = _project(S.AWARDED, third_party_required=True)
    making.contract(row, factory.provider())
    return row


def self_supervised() -> ServiceProject:
    row, provider = _project(S.AWARDED, third_party_required=True), factory.provider()
    making.contract(row, provider)
    making.contract(row, provider, ContractKind.SUPERVISION)
    return row


def funded_above() -> ServiceProject:
    row, provider = _project(S.AWARDED), factory.provider()
    making.contract(row, provider)
    city = TradeUnion.objects.get(code="430100")
    service = funded.Service(row.pk, 2026, "职工心理关爱", "", ["psychological"], "430100", [provider.uscc])
    funded.tell(union=city, service=service, signed_on=date(2026, 3, 1))
    return row


def running(**fields: Any) -> Callable[[], ServiceProject]:
    return lambda: _project(S.RUNNING, **fields)


def rectifying(**visit: Any) -> Callable[[], ServiceProject]:
    def make() -> ServiceProject:
        row = _project(S.RECTIFYING, third_party_required=True)
        making.evaluation(row, K.MIDTERM, 40, evaluated_on=date(2026, 10, 1))
        making.visit(row, **visit)
        return row

    return make


def passed_without_expense() -> ServiceProject:
    row = _project(S.RUNNING, midterm_passed=True, ends_on=date(2026, 11, 1))
    making.report(row, ReportKind.FINAL_EXPENSE, state=ReportState.SUBMITTED)
    return row


def few_marks() -> ServiceProject:
    row = _project(S.ASSESSING)
    making.evaluation(row, K.PERFORMANCE, 90)
    factory.record(row, person_times=300, persons_new=300, satisfaction_count=29, satisfaction_sum=100)
    return row


def unpaid() -> ServiceProject:
    row = _project(S.COMPLETED)
    making.milestone(making.contract(row, factory.provider()), 1, MilestoneState.PLANNED)
    return row


def unreturned() -> ServiceProject:
    row = _project(S.COMPLETED)
    making.report(row, ReportKind.FINAL_EXPENSE, unused=Decimal(500))
    return row


def funded_by_nobody() -> ServiceProject:
    factory.rules()
    return _project(S.DRAFT, funded=False)


RECTIFY = {"reason": "人次不足", "data": {"rectify_by": "2026-11-20"}}
WHY = {"reason": "已补足"}
REFUSED: list[tuple[str, Callable[[], ServiceProject], ProjectEvent, dict[str, Any]]] = [
    ("NOT_SUITABLE", draft(test_benefit=False), E.SUBMIT, {}),
    ("NO_DEPARTMENT", lambda: _no_owner(), E.SUBMIT, {}),
    ("NOT_FUNDED", short_of_money, E.SUBMIT, {}),
    ("NOT_FUNDED", funded_by_nobody, E.SUBMIT, {}),
    ("RULES_MISSING", no_rules, E.SUBMIT, {}),
    ("APPROVAL_NOT_PASSED", lambda: _project(S.APPROVAL_REVIEW), E.APPROVE, {}),
    ("APPROVAL_NOT_PASSED", scored(K.APPROVAL, S.APPROVAL_REVIEW, 59), E.APPROVE, {}),
    ("APPROVAL_NOT_PASSED", scored(K.APPROVAL, S.APPROVAL_REVIEW, 90, conclusion="reject"), E.APPROVE, {}),
    ("APPROVAL_NOT_PASSED", superseded, E.APPROVE, {}),
    ("SCORED_BY_CREATOR", scored(K.APPROVAL, S.APPROVAL_REVIEW, 90, scored_by_id="creator"), E.APPROVE, {}),
    ("DIRECT_NOT_ALLOWED", direct(budget=100_000), E.PUBLISH_CALL, {}),
    ("DIRECT_NOT_ALLOWED", direct(budget=100_001, direct_reason="唯一来源"), E.PUBLISH_CALL, {}),
    ("NO_PUBLISHED_CALL", lambda: _project(S.APPROVED), E.PUBLISH_CALL, {}),
    ("NO_PUBLISHED_CALL", direct_beside(CallState.DRAFT), E.PUBLISH_CALL, {}),
    ("PUBLICITY_NOT_OVER", called(CallState.CONFIRMED, date(2026, 11, 21)), E.AWARD, {}),
    ("PUBLICITY_NOT_OVER", called(CallState.PUBLICISED, date(2026, 11, 18)), E.AWARD, {}),
    ("PUBLICITY_NOT_OVER", lambda: _project(S.SOURCING), E.AWARD, {}),
    ("OPEN_OBJECTION", called(CallState.CONFIRMED, date(2026, 11, 18), True), E.AWARD, {}),
    ("CALL_NOT_FAILED", called(CallState.PUBLISHED, None), E.SOURCING_FAILED, {}),
    ("CALL_NOT_FAILED", awarded_by_call, E.SOURCING_FAILED, {"reason": "放弃"}),
    ("CONTRACT_SIGNED_ALREADY", bound, E.SOURCING_FAILED, {"reason": "放弃"}),
    ("NO_SIGNED_CONTRACT", unsigned, E.START, {}),
    ("NO_SUPERVISION", unsupervised, E.START, {}),
    ("SUPERVISOR_PROVIDES", self_supervised, E.START, {}),
    ("FUNDED_ELSEWHERE", funded_above, E.START, {}),
    ("MIDTERM_TOO_EARLY", running(midterm_on=date(2026, 11, 21)), E.MIDTERM, {}),
    ("NO_PROGRESS_REPORT", running(midterm_on=date(2026, 11, 20)), E.MIDTERM, {}),
    ("MIDTERM_PASSED", running(midterm_passed=True), E.MIDTERM, {}),
    ("MIDTERM_NOT_SCORED", lambda: _project(S.MIDTERM), E.PASS, {}),
    ("MIDTERM_BELOW_MARK", scored(K.MIDTERM, S.MIDTERM, 59), E.PASS, {}),
    ("MIDTERM_NOT_SCORED", lambda: _project(S.MIDTERM), E.RECTIFY, RECTIFY),
    ("RECTIFY_DAY_PAST", scored(K.MIDTERM, S.MIDTERM, 40), E.RECTIFY, RECTIFY),
    ("RECTIFICATION_OPEN", rectifying(state=VisitState.RECTIFYING), E.ACCEPT, WHY),
    ("NOT_SEEN_AGAIN", rectifying(visit_on=date(2026, 9, 30)), E.ACCEPT, WHY),
    ("NOT_ENDED", running(midterm_passed=True, ends_on=date(2026, 11, 21)), E.FINISH, {}),
    ("MIDTERM_MISSING", running(starts_on=date(2026, 5, 1), ends_on=date(2026, 11, 1)), E.FINISH, {}),
    ("NO_FINAL_EXPENSE", passed_without_expense, E.FINISH, {}),
    ("NO_FINAL_EXPENSE", running(starts_on=date(2026, 5, 2), ends_on=date(2026, 11, 1)), E.FINISH, {}),
    ("PERFORMANCE_NOT_SCORED", lambda: _project(S.ASSESSING), E.CONCLUDE, {}),
    ("PERFORMANCE_BELOW_MARK", scored(K.PERFORMANCE, S.ASSESSING, 59), E.CONCLUDE, {}),
    ("SATISFACTION_SAMPLE", few_marks, E.CONCLUDE, {}),
    ("PERFORMANCE_NOT_SCORED", lambda: _project(S.ASSESSING), E.UNQUALIFIED, {"reason": "不足"}),
    ("PAYMENTS_OPEN", unpaid, E.ARCHIVE, {}),
    ("FUNDS_NOT_RETURNED", unreturned, E.ARCHIVE, {}),
]  # fmt: skip


def _no_owner() -> ServiceProject:
    factory.rules()
    row = _project(S.DRAFT)
    ServiceProject.objects.filter(pk=row.pk).update(business_owner=None)
    return row


@pytest.mark.parametrize(
    ("code", "make", "event", "more"), REFUSED, ids=[f"{one[0]}-{i}" for i, one in enumerate(REFUSED)]
)
def test_a_guard_refuses_and_nothing_has_moved(
    code: str,
    make: Callable[[], ServiceProject],
    event: ProjectEvent,
    more: dict[str, Any],
    country: Country,
    actor_of: ActorOf,
    at: datetime,
) -> None:
    admin = actor_of("430105", Role.UNION_ADMIN)
    with inside(country["430105"]):
        row = make()
        before = ServiceProject.objects.values().get(pk=row.pk)
        funded_before = FundedService.objects.count()
        with pytest.raises(DomainError) as refusal:
            transition(PROJECT, row, event, by=admin, at=at, **more)
        assert refusal.value.code == f"PURCHASING.{code}"
        assert "%" not in refusal.value.message.replace("%）", "").replace("%。", "")
        assert ServiceProject.objects.values().get(pk=row.pk) == before
        assert Change.objects.count() == 0
        assert PurchaseRule.objects.filter(used_at__isnull=False).count() == 0
    assert AuditEvent.objects.count() == 0
    assert FundedService.objects.count() == funded_before


def test_every_guard_is_among_those_tried() -> None:
    declared = {guard.code.removeprefix("PURCHASING.") for line in PROJECT.transitions for guard in line.guards}
    # Those of this file's other tests: needs of a draft only warn; a decision by the creator; money of a stopped project.
    assert declared - {one[0] for one in REFUSED} == {"NO_NEEDS", "DECIDED_BY_CREATOR", "NOT_ACCOUNTED"}


def test_nobody_decides_on_what_they_began(country: Country, actor_of: ActorOf, at: datetime) -> None:
    admin, other = actor_of("430105", Role.UNION_ADMIN), actor_of("430105", Role.UNION_ADMIN)
    with inside(country["430105"]):
        row = factory.project(state=S.APPROVAL_REVIEW, created_by_id=admin.user_id)
        making.evaluation(row, K.APPROVAL)
        for event in (E.APPROVE, E.REJECT):
            with pytest.raises(DomainError) as refusal:
                transition(PROJECT, row, event, by=admin, at=at, reason="不符合")
            assert refusal.value.code == "PURCHASING.DECIDED_BY_CREATOR"
        transition(PROJECT, row, E.APPROVE, by=other, at=at)
        row.refresh_from_db()
        assert row.state == S.APPROVED


def test_a_project_without_needs_is_submitted_with_a_warning(country: Country, actor_of: ActorOf, at: datetime) -> None:
    with inside(country["430105"]):
        factory.rules()
        row = factory.project()
        step = transition(PROJECT, row, E.SUBMIT, by=actor_of("430105", Role.UNION_STAFF), at=at)
    assert step.warnings == ["项目没有关联职工需求。使用工会经费的项目一般应有需求依据，请核对。"]


def test_a_reason_opens_what_overlaps(country: Country, actor_of: ActorOf, at: datetime) -> None:
    with inside(country["430105"]):
        row = funded_above()
        ServiceProject.objects.filter(pk=row.pk).update(overlap_note="区级项目服务对象为环卫工人，与市级不重复。")
        transition(PROJECT, row, E.START, by=actor_of("430105", Role.UNION_STAFF), at=at)
        row.refresh_from_db()
        assert row.state == S.RUNNING


def test_a_budget_of_the_threshold_is_supervised(country: Country, actor_of: ActorOf, at: datetime) -> None:
    staff = actor_of("430105", Role.UNION_STAFF)
    with inside(country["430105"]):
        factory.rules(third_party_min="100000")
        rows = [factory.project(budget=budget) for budget in (99_999, 100_000)]
        for row in rows:
            transition(PROJECT, row, E.SUBMIT, by=staff, at=at)
            row.refresh_from_db()
    assert [row.third_party_required for row in rows] == [False, True]


def test_staff_write_the_rows_of_their_department_alone(country: Country, at: datetime, actor_of: ActorOf) -> None:
    from dataclasses import replace

    staff = replace(actor_of("430105", Role.UNION_STAFF), unit="权益保障部")
    with inside(country["430105"]):
        factory.rules()
        own = factory.project(owner=factory.unit("权益保障部"))
        other = factory.project(owner=factory.unit("宣教文体部"))
        transition(PROJECT, own, E.SUBMIT, by=staff, at=at)
        with pytest.raises(Refused):
            transition(PROJECT, other, E.SUBMIT, by=staff, at=at)
        other.refresh_from_db()
        assert (other.state, other.version) == (S.DRAFT, 1)


def test_what_was_paid_to_a_stopped_project_is_accounted_for(country: Country, actor_of: ActorOf, at: datetime) -> None:
    staff = actor_of("430105", Role.UNION_STAFF)
    with inside(country["430105"]):
        row = factory.project(state=S.TERMINATED)
        contract = making.contract(row, factory.provider())
        milestone = making.milestone(contract, 1, MilestoneState.PAID)
        milestone.payments.create(
            contract=contract, amount=1, paid_on=date(2026, 3, 1), voucher_no="记-1", fund_source="union_funds",
            created_at=at, created_by_name="赵六",
        )  # fmt: skip
        with pytest.raises(DomainError) as refusal:
            transition(PROJECT, row, E.ARCHIVE, by=staff, at=at)
        assert refusal.value.code == "PURCHASING.NOT_ACCOUNTED"
        making.report(row, ReportKind.FINAL_EXPENSE, unused=Decimal(0))
        transition(PROJECT, row, E.ARCHIVE, by=staff, at=at)
        row.refresh_from_db()
        assert row.state == S.ARCHIVED
