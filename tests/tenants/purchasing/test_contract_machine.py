"""SM-18 contract: drafted from its template, checked, signed, performed, ended; every guard refuses with nothing moved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from commons.hierarchy.models import TradeUnion
from commons.jobs.models import Job
from commons.kit.errors import Conflict, Invalid, Refused
from commons.tenancy import door
from commons.workflow.transitions import transition
from tenants.attachments import actions as attachments
from tenants.history.models import Change
from tenants.purchasing.actions import contracts, deviations
from tenants.purchasing.contract_terms import Part
from tenants.purchasing.enums import (
    ContractKind,
    ContractState,
    MilestoneCondition,
    MilestoneState,
    ProjectState,
    RuleKind,
    VettingResult,
)
from tenants.purchasing.machines.contract import CONTRACT
from tenants.purchasing.machines.contract import ContractEvent as E
from tenants.purchasing.models import Bid, Contract, PaymentMilestone, Provider, PurchaseRule, ServiceProject
from tests.factories.purchasing import contracts as make
from tests.factories.purchasing import projects
from tests.factories.uploads import upload
from tests.tenants.purchasing.contracting import People, drafted, everybody, refused, sign, won

S = ContractState


@pytest.fixture
def kaifu(country: dict[str, TradeUnion]) -> Iterator[TradeUnion]:
    with door.inside(country["430105"]) as union:
        yield union


@pytest.fixture
def who(kaifu: TradeUnion) -> People:
    return everybody()


@pytest.fixture
def template(kaifu: TradeUnion) -> PurchaseRule:
    return make.template()


def test_a_contract_is_drafted_checked_and_signed_and_its_project_begins(
    who: People, template: PurchaseRule, at: datetime
) -> None:
    project, provider = won()
    row = drafted(who, at, project)

    assert (row.number, row.kind, row.provider, row.amount) == (
        "HT-2026-0001",
        ContractKind.PROJECT,
        provider,
        Decimal("98000.00"),
    )
    template.refresh_from_db()
    assert (row.template, template.used_at) == (template, at)
    assert row.values["buyer"] == "长沙市开福区总工会"
    assert row.values["price_capital"] == "玖万捌仟元整"
    assert row.values["period"] == "2026年2月1日至2026年12月1日"
    assert "account" not in row.values
    told = row.milestones.order_by("no").values_list("no", "share", "amount", "state")
    assert list(told) == [
        (1, Decimal("30.00"), Decimal("29400.00"), MilestoneState.PLANNED),
        (2, Decimal("40.00"), Decimal("39200.00"), MilestoneState.PLANNED),
        (3, Decimal("30.00"), Decimal("29400.00"), MilestoneState.PLANNED),
    ]

    sign(row, who, at)

    row.refresh_from_db()
    project.refresh_from_db()
    assert (row.state, row.signed_on) == (S.SIGNED, date(2026, 11, 19))
    assert len(row.signed_sha256) == 64
    assert row.signed_file_id is not None
    assert project.state == ProjectState.RUNNING
    states = list(row.milestones.order_by("no").values_list("state", flat=True))
    assert states == [MilestoneState.DUE, MilestoneState.PLANNED, MilestoneState.PLANNED]
    assert Job.objects.filter(kind="workflow.alarm", payload__event="start").count() == 1
    assert Job.objects.filter(kind="workflow.alarm", payload__event="expire").count() == 1
    events = Change.objects.filter(object_id=row.pk).order_by("at", "id").values_list("event", flat=True)
    assert list(events) == ["create", "set_milestones", "submit", "pass", "attach", "sign"]

    transition(CONTRACT, row, E.START, by=who.staff, at=at)
    row.refresh_from_db()
    assert row.state == S.PERFORMING


def test_numbers_go_through_the_year(who: People, template: PurchaseRule, at: datetime) -> None:
    made = [drafted(who, at, won()[0]).number for _ in range(3)]
    assert made == ["HT-2026-0001", "HT-2026-0002", "HT-2026-0003"]


def test_a_required_supervision_contract_is_waited_for(who: People, template: PurchaseRule, at: datetime) -> None:
    make.template(RuleKind.SUPERVISION_CONTRACT)
    project, _ = won(third_party_required=True)
    row = drafted(who, at, project)
    sign(row, who, at)
    project.refresh_from_db()
    assert project.state == ProjectState.AWARDED

    second = contracts.draft(
        kind="supervision", project=project, provider=make.supervisor(), amount=Decimal(5000), by=who.staff, at=at
    )
    assert second.values["supervised_provider"] == row.provider.name
    part = Part(MilestoneCondition.SIGNED, Decimal(100), date(2026, 12, 1))
    contracts.set_milestones(contract=second, parts=[part], version=second.version, by=who.staff, at=at)
    sign(second, who, at)
    project.refresh_from_db()
    assert project.state == ProjectState.RUNNING


def test_money_is_parted_to_the_cent(who: People, template: PurchaseRule, at: datetime) -> None:
    project, _ = won(amount="100000.01")
    row = drafted(who, at, project, amount=Decimal("100000.01"))
    parts = list(row.milestones.order_by("no").values_list("amount", flat=True))
    assert parts == [Decimal("30000.00"), Decimal("40000.00"), Decimal("30000.01")]
    assert sum(parts) == row.amount


REFUSALS: list[tuple[str, str, dict[str, Any]]] = [
    ("PURCHASING.CONTRACT_NOT_AWARDED", "submit", {"project": {"state": ProjectState.SOURCING}}),
    ("PURCHASING.CONTRACT_PROVIDER_BARRED", "submit", {"provider": {"blocked_until": date(2027, 1, 1)}}),
    ("PURCHASING.CONTRACT_PROVIDER_BARRED", "submit", {"provider": {"penalty_until": date(2026, 12, 1)}}),
    ("PURCHASING.CONTRACT_ABOVE_AWARD", "submit", {"contract": {"amount": Decimal("98000.01")}}),
    ("PURCHASING.CONTRACT_PERIOD_MISSING", "submit", {"contract": {"ends_on": None}}),
    ("PURCHASING.CONTRACT_SHARES", "submit", {"milestone": {"share": Decimal("29.99")}}),
    ("PURCHASING.CONTRACT_SUMS", "submit", {"milestone": {"amount": Decimal("29399.99")}}),
    ("PURCHASING.CONTRACT_LAST_MILESTONE", "submit", {"milestone": {"condition": MilestoneCondition.DATE}}),
    ("PURCHASING.CONTRACT_VARIABLES_MISSING", "submit", {"provider": {"bank_account": ""}}),
    ("PURCHASING.CONTRACT_TEMPLATE_MISSING", "submit", {"contract": {"template": None}}),
]


@pytest.mark.parametrize(("code", "event", "wrong"), REFUSALS)
def test_a_draft_that_is_not_ready_is_refused(
    who: People, template: PurchaseRule, at: datetime, code: str, event: str, wrong: dict[str, Any]
) -> None:
    project, provider = won()
    row = drafted(who, at, project)
    for of, values in wrong.items():
        target: dict[str, Any] = {
            "project": ServiceProject.objects.filter(pk=project.pk),
            "provider": Provider.objects.filter(pk=provider.pk),
            "contract": Contract.objects.filter(pk=row.pk),
            "milestone": PaymentMilestone.objects.filter(contract=row, no=3),
        }
        target[of].update(**values)

    assert refused(CONTRACT, row, event, by=who.staff, at=at).code == code


def test_the_last_share_is_at_least_what_the_measures_say(who: People, template: PurchaseRule, at: datetime) -> None:
    ruled = projects.rules(last_share_min="35")
    project, _ = won(ruled=ruled)
    row = drafted(who, at, project)
    told = refused(CONTRACT, row, E.SUBMIT, by=who.staff, at=at)
    assert (told.code, told.params) == ("PURCHASING.CONTRACT_LAST_MILESTONE", {"least": "35"})


def test_a_contract_is_made_with_the_winner(who: People, template: PurchaseRule, at: datetime) -> None:
    project, _ = won()
    row = drafted(who, at, project, provider=make.provider())
    assert refused(CONTRACT, row, E.SUBMIT, by=who.staff, at=at).code == "PURCHASING.CONTRACT_NOT_WINNER"


def test_nobody_supervises_himself(who: People, template: PurchaseRule, at: datetime) -> None:
    make.template(RuleKind.SUPERVISION_CONTRACT)
    project, provider = won()
    Provider.objects.filter(pk=provider.pk).update(vetting_result=VettingResult.CLEAR)
    row = contracts.draft(
        kind="supervision", project=project, provider=provider, amount=Decimal(5000), by=who.staff, at=at
    )
    assert refused(CONTRACT, row, E.SUBMIT, by=who.staff, at=at).code == "PURCHASING.CONTRACT_SUPERVISES_ITSELF"

    # The other way round: the supervisor was first, the winner is contracted later.
    other = make.supervisor()
    make.contract(state=S.SIGNED, project=project, to=other, kind=ContractKind.SUPERVISION, parts=())
    Bid.objects.update(provider=other)
    main = drafted(who, at, project)
    assert refused(CONTRACT, main, E.SUBMIT, by=who.staff, at=at).code == "PURCHASING.CONTRACT_SUPERVISES_ITSELF"


@pytest.mark.parametrize(
    ("result", "until"),
    [
        (VettingResult.UNKNOWN, None),
        (VettingResult.NOT_CLEAR, None),
        (VettingResult.CLEAR, date(2026, 11, 20)),
    ],
)
def test_a_supervisor_is_vetted(
    who: People, template: PurchaseRule, at: datetime, result: VettingResult, until: date | None
) -> None:
    make.template(RuleKind.SUPERVISION_CONTRACT)
    project, _ = won()
    supervisor = make.supervisor(vetting_result=result, vetting_until=until)
    row = contracts.draft(
        kind="supervision", project=project, provider=supervisor, amount=Decimal(5000), by=who.staff, at=at
    )
    assert refused(CONTRACT, row, E.SUBMIT, by=who.staff, at=at).code == "PURCHASING.CONTRACT_SUPERVISOR_NOT_VETTED"


def test_a_deviation_from_a_mandatory_clause_needs_another_administrator(
    who: People, template: PurchaseRule, at: datetime
) -> None:
    project, _ = won()
    row = drafted(who, at, project)
    row = deviations.record_deviation(
        contract=row,
        clause="privacy",
        text="乙方可以留存职工姓名两年。",
        reason="回访需要",
        version=row.version,
        by=who.admin,
        at=at,
    )
    transition(CONTRACT, row, E.SUBMIT, by=who.staff, at=at)

    told = refused(CONTRACT, row, E.PASS, by=who.admin, at=at, reason="通过")
    assert (told.code, told.params) == ("PURCHASING.CONTRACT_DEVIATIONS_OPEN", {"clauses": "个人信息保护"})
    own = refused(CONTRACT, row, E.APPROVE_DEVIATIONS, by=who.admin, at=at, reason="同意")
    assert own.code == "PURCHASING.CONTRACT_OWN_DEVIATION"

    other = everybody().admin
    transition(CONTRACT, row, E.APPROVE_DEVIATIONS, by=other, at=at, reason="同意")
    again = refused(CONTRACT, row, E.APPROVE_DEVIATIONS, by=other, at=at, reason="同意")
    assert again.code == "PURCHASING.CONTRACT_NO_DEVIATIONS"
    transition(CONTRACT, row, E.PASS, by=who.admin, at=at, reason="通过")

    # What is changed once more is approved once more.
    transition(CONTRACT, row, E.RETURN, by=who.staff, at=at, reason="补充")
    row.refresh_from_db()
    assert (row.state, row.deviations_approved_at) == (S.DRAFT, None)


def test_a_clause_that_may_differ_needs_no_approval(who: People, template: PurchaseRule, at: datetime) -> None:
    row = drafted(who, at, won()[0])
    row = deviations.record_deviation(
        contract=row, clause="training", text="", reason="人员固定", version=row.version, by=who.staff, at=at
    )
    transition(CONTRACT, row, E.SUBMIT, by=who.staff, at=at)
    transition(CONTRACT, row, E.PASS, by=who.admin, at=at, reason="通过")
    row.refresh_from_db()
    assert row.state == S.TO_SIGN


def test_a_part_that_waits_for_a_day_gets_an_alarm(who: People, template: PurchaseRule, at: datetime) -> None:
    project, _ = won()
    row = contracts.draft(kind="project", project=project, by=who.staff, at=at)
    parts = [
        Part(MilestoneCondition.DATE, Decimal(50), date(2026, 12, 24)),
        Part(MilestoneCondition.PERFORMANCE_PASSED, Decimal(50), date(2027, 1, 10)),
    ]
    contracts.set_milestones(contract=row, parts=parts, version=row.version, by=who.staff, at=at)
    sign(row, who, at)
    job = Job.objects.get(kind="workflow.alarm", payload__event="due")
    assert job.run_after == datetime(2026, 12, 23, 16, 0, tzinfo=UTC)
    assert set(row.milestones.values_list("state", flat=True)) == {MilestoneState.PLANNED}


@pytest.mark.parametrize(
    ("clause", "text", "reason", "field"),
    [
        ("privacy", "", "不需要", "text"),
        ("privacy", "改为两年", "", "reason"),
        ("privacy", "乙方不得收集、留存与服务无关的职工个人信息。", "一致", "text"),
        ("privacy", "由${boss}负责", "变量", "text"),
        ("nothing", "改为两年", "没有", "clause"),
    ],
)
def test_a_deviation_says_what_and_why(
    who: People, template: PurchaseRule, at: datetime, clause: str, text: str, reason: str, field: str
) -> None:
    row = drafted(who, at, won()[0])
    with pytest.raises(Invalid) as told:
        deviations.record_deviation(
            contract=row, clause=clause, text=text, reason=reason, version=row.version, by=who.staff, at=at
        )
    assert list(told.value.problems) == [field]
    row.refresh_from_db()
    assert row.deviations == []


def test_signing_needs_the_signed_text_and_a_day_that_has_come(
    who: People, template: PurchaseRule, at: datetime
) -> None:
    row = drafted(who, at, won()[0])
    transition(CONTRACT, row, E.SUBMIT, by=who.staff, at=at)
    transition(CONTRACT, row, E.PASS, by=who.admin, at=at, reason="通过")

    told = refused(CONTRACT, row, E.SIGN, by=who.staff, at=at, data={"signed_on": "2026-11-19"})
    assert told.code == "PURCHASING.CONTRACT_FILE_MISSING"
    attachments.attach(on=row, upload=upload(name="草稿.pdf"), label="草稿", by=who.staff, at=at)
    told = refused(CONTRACT, row, E.SIGN, by=who.staff, at=at, data={"signed_on": "2026-11-19"})
    assert told.code == "PURCHASING.CONTRACT_FILE_MISSING"
    kept = attachments.attach(on=row, upload=upload(name="合同.pdf"), label="签署文本", by=who.staff, at=at)
    told = refused(CONTRACT, row, E.SIGN, by=who.staff, at=at, data={"signed_on": "2026-11-21"})
    assert told.code == "PURCHASING.CONTRACT_SIGNING_DAY"

    transition(CONTRACT, row, E.SIGN, by=who.staff, at=at, data={"signed_on": "2026-11-20"})
    row.refresh_from_db()
    assert (row.signed_file_id, row.signed_sha256) == (kept.pk, kept.sha256)

    # What was relied on stays.
    with pytest.raises(Refused):
        attachments.remove(attachment=kept, reason="换一份", by=who.admin, at=at)


def test_a_provider_barred_meanwhile_is_not_signed_with(who: People, template: PurchaseRule, at: datetime) -> None:
    row = drafted(who, at, won()[0])
    transition(CONTRACT, row, E.SUBMIT, by=who.staff, at=at)
    transition(CONTRACT, row, E.PASS, by=who.admin, at=at, reason="通过")
    Provider.objects.filter(pk=row.provider_id).update(blocked_until=date(2027, 11, 1))
    given = {"data": {"signed_on": "2026-11-19"}, "files": {"file": upload(name="合同.pdf")}}
    told = refused(CONTRACT, row, E.SIGN, by=who.staff, at=at, **given)
    assert (told.code, told.params["until"]) == ("PURCHASING.CONTRACT_PROVIDER_BARRED", "2027-11-01")


def test_a_contract_begins_on_its_day_and_ends_settled(who: People, at: datetime) -> None:
    project = make.awarded(state=ProjectState.RUNNING)
    row = make.contract(state=S.SIGNED, project=project, starts_on=date(2026, 11, 21), ends_on=date(2026, 11, 30))
    assert refused(CONTRACT, row, E.START, by=who.staff, at=at).code == "PURCHASING.CONTRACT_NOT_BEGUN"
    Contract.objects.filter(pk=row.pk).update(starts_on=date(2026, 11, 20))
    transition(CONTRACT, row, E.START, by=who.staff, at=at)

    assert refused(CONTRACT, row, E.EXPIRE, by=who.staff, at=at).code == "PURCHASING.CONTRACT_NOT_ENDED"
    told = refused(CONTRACT, row, E.FULFIL, by=who.staff, at=at)
    assert (told.code, told.params) == ("PURCHASING.CONTRACT_UNSETTLED", {"nos": "1、2、3"})
    PaymentMilestone.objects.filter(contract=row).update(state=MilestoneState.WITHHELD)
    assert refused(CONTRACT, row, E.FULFIL, by=who.staff, at=at).code == "PURCHASING.CONTRACT_PROJECT_GOES_ON"
    ServiceProject.objects.filter(pk=project.pk).update(state=ProjectState.COMPLETED)
    transition(CONTRACT, row, E.FULFIL, by=who.staff, at=at)
    row.refresh_from_db()
    assert (row.state, row.ended_on) == (S.FULFILLED, date(2026, 11, 20))


def test_a_contract_runs_out_when_nothing_is_open(who: People, at: datetime) -> None:
    row = make.contract(state=S.PERFORMING, ends_on=date(2026, 11, 19))
    assert refused(CONTRACT, row, E.EXPIRE, by=who.staff, at=at).code == "PURCHASING.CONTRACT_UNSETTLED"
    PaymentMilestone.objects.filter(contract=row).update(state=MilestoneState.WITHHELD)
    transition(CONTRACT, row, E.EXPIRE, by=who.staff, at=at)
    row.refresh_from_db()
    assert row.state == S.EXPIRED


def test_what_is_terminated_is_paid_no_more(who: People, at: datetime) -> None:
    row = make.contract(state=S.PERFORMING)
    make.at(row, MilestoneState.PAID, no=1)
    transition(CONTRACT, row, E.TERMINATE, by=who.admin, at=at, reason="承接单位无力履行")
    row.refresh_from_db()
    assert (row.state, row.ended_on) == (S.TERMINATED, date(2026, 11, 20))
    told = row.milestones.order_by("no").values_list("state", "withheld_reason")
    assert list(told) == [
        (MilestoneState.PAID, ""),
        (MilestoneState.WITHHELD, "承接单位无力履行"),
        (MilestoneState.WITHHELD, "承接单位无力履行"),
    ]


def test_only_a_draft_is_edited_and_only_as_it_was_read(who: People, template: PurchaseRule, at: datetime) -> None:
    row = drafted(who, at, won()[0])
    with pytest.raises(Conflict):
        contracts.edit(contract=row, version=row.version - 1, amount=Decimal(90000), by=who.staff, at=at)
    transition(CONTRACT, row, E.SUBMIT, by=who.staff, at=at)
    row.refresh_from_db()
    with pytest.raises(Invalid):
        contracts.edit(contract=row, version=row.version, amount=Decimal(90000), by=who.staff, at=at)
    row.refresh_from_db()
    assert row.amount == Decimal("98000.00")


def test_staff_of_another_department_does_not_write(
    who: People, template: PurchaseRule, kaifu: TradeUnion, at: datetime
) -> None:
    elsewhere = replace(who.staff, unit="财务资产部")
    project, _ = won()
    with pytest.raises(Refused):
        contracts.draft(kind="project", project=project, by=elsewhere, at=at)
    row = drafted(who, at, project)
    with pytest.raises(Refused):
        transition(CONTRACT, row, E.SUBMIT, by=elsewhere, at=at)
    assert Contract.objects.get().state == S.DRAFT


def test_a_leader_writes_nothing(who: People, template: PurchaseRule, at: datetime) -> None:
    with pytest.raises(Refused):
        contracts.draft(kind="project", project=won()[0], by=who.leader, at=at)
    assert Contract.objects.count() == 0
