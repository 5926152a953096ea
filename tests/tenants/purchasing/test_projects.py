"""Projects begun, edited, renewed; their money; what overlaps; what was delivered. Source: §2.6 ServiceProject, E22, F06, R6."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, connections

from commons.access.actors import Actor
from commons.calls import funded
from commons.codelists.services import FundSource, PurchaseCategory, ServiceField
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import Conflict, Invalid, NotFound, Refused
from commons.people.enums import Role
from commons.tenancy.door import inside
from commons.workflow import history
from commons.workflow.transitions import transition
from tenants.history.models import Change
from tenants.purchasing.actions import projects as actions
from tenants.purchasing.actions import records
from tenants.purchasing.enums import ContractKind, ContractState, MilestoneState, ProjectState
from tenants.purchasing.errors import NotEditable, OtherDepartment
from tenants.purchasing.machines.project import PROJECT, ProjectEvent
from tenants.purchasing.models import FundingLine, ServiceProject, ServiceRecord
from tenants.purchasing.selectors import projects as selectors
from tenants.purchasing.selectors.delivery import delivered
from tenants.purchasing.selectors.overlaps import overlaps
from tests.factories import people
from tests.factories.purchasing import projects as factory
from tests.tenants.purchasing import making

S = ProjectState
Country = dict[str, TradeUnion]
ActorOf = Callable[..., Actor]


def fields(**more: Any) -> dict[str, Any]:
    return {
        "year": 2026, "title": "环卫工人心理疏导", "fields": [ServiceField.PSYCHOLOGICAL],
        "category": PurchaseCategory.LIFE_SERVICE, "budget": Decimal(120_000), **more,
    }  # fmt: skip


LINES = [{"source": FundSource.UNION_FUNDS, "amount": "100000"}, {"source": FundSource.FISCAL, "amount": "20000"}]


def test_a_project_begins_as_a_draft_with_a_number(country: Country, actor_of: ActorOf, at: datetime) -> None:
    staff = actor_of("430105", Role.UNION_STAFF)
    with inside(country["430105"]):
        factory.rules(third_party_min="120000")
        row = actions.create(fields=fields(), funding=LINES, by=staff, at=at)
        small = actions.create(fields=fields(budget=Decimal(119_999)), by=staff, at=at)
        chosen = actions.create(fields=fields(third_party_required=False), by=staff, at=at)
        assert [one.number for one in (row, small, chosen)] == ["FW-2026-0001", "FW-2026-0002", "FW-2026-0003"]
        assert [one.third_party_required for one in (row, small, chosen)] == [True, False, False]
        assert list(row.funding.order_by("pk").values_list("source", "amount")) == [
            ("union_funds", Decimal("100000.00")),
            ("fiscal", Decimal("20000.00")),
        ]
        assert [change.event for change in Change.objects.filter(object_id=row.pk)] == ["create"]
    with inside(country["430111"]):
        assert ServiceProject.objects.count() == 0


@pytest.mark.parametrize(
    ("more", "column"),
    [
        ({"title": " "}, "title"),
        ({"fields": []}, "fields"),
        ({"year": 20}, "year"),
        ({"budget": Decimal(-1)}, "budget"),
        ({"starts_on": date(2026, 3, 1), "ends_on": date(2026, 3, 1)}, "ends_on"),
        ({"ends_on": date(2026, 9, 1), "midterm_on": date(2026, 9, 2)}, "midterm_on"),
        ({"buyer_uscc": "51430105MJJ0000001"}, "buyer_uscc"),
        ({"buyer_kind": "joint"}, "joint_buyers"),
        ({"joint_buyers": [{"name": "团区委", "kind": "youth", "share": "39"}], "own_share": Decimal(60)}, "own_share"),
        ({"joint_buyers": [{"name": "团区委", "share": "四成"}], "own_share": Decimal(60)}, "joint_buyers"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    more: dict[str, Any], column: str, country: Country, actor_of: ActorOf, at: datetime
) -> None:
    with inside(country["430105"]):
        with pytest.raises(Invalid) as refusal:
            actions.create(fields=fields(**more), by=actor_of("430105", Role.UNION_STAFF), at=at)
        assert list(refusal.value.problems) == [column]
        assert (ServiceProject.objects.count(), Change.objects.count()) == (0, 0)


def test_a_draft_alone_is_edited_and_by_its_version(country: Country, actor_of: ActorOf, at: datetime) -> None:
    staff = actor_of("430105", Role.UNION_STAFF)
    with inside(country["430105"]):
        row = actions.create(fields=fields(), funding=LINES, by=staff, at=at)
        actions.edit(project=row, fields={"title": "环卫工人关爱"}, funding=LINES[:1], version=1, by=staff, at=at)
        row.refresh_from_db()
        assert (row.title, row.version, row.budget) == ("环卫工人关爱", 2, Decimal(120_000))
        assert FundingLine.objects.count() == 1
        told = Change.objects.get(object_id=row.pk, event="edit").changes
        assert sorted(told) == ["funding", "title"]
        assert told["funding"][1] == "工会经费 100,000.00 元"
        (entry, _) = history.timeline(PROJECT, row)
        assert [one.label for one in entry.changes] == ["项目名称", "资金来源"]
        with pytest.raises(Conflict):
            actions.edit(project=row, fields={"title": "旧"}, version=1, by=staff, at=at)
        fixed = factory.project(state=S.APPROVED)
        with pytest.raises(NotEditable):
            actions.edit(project=fixed, fields={"title": "旧"}, version=1, by=staff, at=at)
        with pytest.raises(Refused):
            actions.create(fields=fields(), by=actor_of("430105", Role.LEADER), at=at)


def test_staff_of_a_department_begin_its_projects_alone(country: Country, actor_of: ActorOf, at: datetime) -> None:
    staff = replace(actor_of("430105", Role.UNION_STAFF), unit="权益保障部")
    with inside(country["430105"]):
        own, other = factory.unit("权益保障部"), factory.unit("宣教文体部")
        row = actions.create(fields=fields(business_owner=own), by=staff, at=at)
        for owner in (other, None):
            with pytest.raises(OtherDepartment):
                actions.create(fields=fields(business_owner=owner), by=staff, at=at)
        with pytest.raises(OtherDepartment):
            actions.edit(project=row, fields={"business_owner": other}, version=1, by=staff, at=at)
        row.refresh_from_db()
        assert (row.business_owner, ServiceProject.objects.count()) == (own, 1)
        assert selectors.projects(staff).count() == 1


def test_a_renewed_project_is_judged_anew(country: Country, actor_of: ActorOf, at: datetime) -> None:
    staff = actor_of("430105", Role.UNION_STAFF)
    with inside(country["430105"]):
        old = factory.project(state=S.COMPLETED, starts_on=date(2026, 2, 28), midterm_on=date(2026, 7, 1))
        new = actions.renew(project=old, by=staff, at=at)
        assert (new.year, new.state, new.recurring_of, new.title) == (2027, S.DRAFT, old, old.title)
        assert (new.starts_on, new.ends_on, new.midterm_on) == (date(2027, 2, 28), date(2027, 12, 1), date(2027, 7, 1))
        assert (new.test_concentrated, new.test_benefit, new.test_suitable) == (False, False, False)
        assert new.funding.get().amount == old.budget
        assert [one.pk for one in selectors.chain(old)] == [new.pk]
        with pytest.raises(Invalid):
            actions.renew(project=old, by=staff, at=at)


def test_money_is_told_from_contracts_and_payments(country: Country, at: datetime) -> None:
    with inside(country["430105"]):
        row = factory.project(state=S.RUNNING)
        signed = making.contract(row, factory.provider(), amount=Decimal(95_000))
        making.contract(row, factory.provider(), amount=Decimal(95_000), amends=signed)
        making.contract(row, factory.provider(), state=ContractState.DRAFT)
        making.contract(row, factory.provider(), ContractKind.SUPERVISION, amount=Decimal(5_000))
        milestone = making.milestone(signed, 1, MilestoneState.PAID)
        base = {"paid_on": date(2026, 3, 1), "fund_source": "union_funds", "created_at": at, "created_by_name": "赵六"}
        first = milestone.payments.create(contract=signed, amount=Decimal(45_000), voucher_no="记-1", **base)
        milestone.payments.create(
            contract=signed, amount=Decimal(-45_000), voucher_no="记-2", reverses=first, kind="reversal", **base
        )
        milestone.payments.create(contract=signed, amount=Decimal(40_000), voucher_no="记-3", **base)
        assert selectors.money(row) == selectors.Money(Decimal(100_000), Decimal(95_000), Decimal(40_000), Decimal(0))


def test_who_sees_which_project(country: Country, actor_of: ActorOf) -> None:
    with inside(country["430105"]):
        row = factory.project(state=S.RUNNING)
        provider = factory.provider()
        making.contract(row, provider)
        other = factory.project()
        org = people.organization("430105", provider.uscc)
        assert set(selectors.projects(actor_of("430105", Role.LEADER))) == {row, other}
        assert list(selectors.projects(org)) == [row]
        assert list(selectors.projects(actor_of("430105", Role.SUPERVISOR))) == []
        with pytest.raises(NotFound):
            selectors.project(org, other.pk)
    with inside(country["430111"]), pytest.raises(NotFound):
        selectors.project(actor_of("430111", Role.UNION_ADMIN), row.pk)


@pytest.mark.parametrize(
    ("union", "change", "found"),
    [
        ("430100", {}, True),
        ("430000", {}, True),
        ("430111", {}, False),
        ("430105", {}, False),
        ("440300", {}, False),
        ("430100", {"year": 2025}, False),
        ("430100", {"fields": ["legal_aid"]}, False),
        ("430100", {"title": "另一个项目"}, False),
        ("430100", {"title": "另一个项目", "item_name": "心理疏导"}, True),
        ("430100", {"title": "另一个项目", "providers": ["51430105MJJ0000008"]}, True),
        ("430100", {"region_code": "430111"}, False),
        ("430100", {"region_code": "430105"}, True),
    ],
)
def test_the_same_service_above_or_below_is_told(
    union: str, change: dict[str, Any], found: bool, country: Country, actor_of: ActorOf, at: datetime
) -> None:
    staff = actor_of("430105", Role.UNION_STAFF)
    with inside(country["430105"]):
        row = factory.project(title="心理关爱", region_code="430105")
        row.catalogue_item = _item(at)
        making.contract(row, factory.provider(uscc="51430105MJJ0000008"), state="draft")
        told = {
            "project_id": row.pk, "year": 2026, "title": "心理关爱", "item_name": "", "fields": ["psychological"],
            "region_code": "430100", "providers": [], **change,
        }  # fmt: skip
        funded.tell(union=country[union], service=funded.Service(**told), signed_on=date(2026, 3, 1))
        assert [one.union.code for one in overlaps(row)] == ([union] if found else [])
        assert staff.union == country["430105"]


def _item(at: datetime) -> Any:
    from tenants.purchasing.models import CatalogueItem

    return CatalogueItem.objects.create(
        year=2026, category="life_service", field="psychological", name="心理疏导", **factory.MADE
    )


def record_fields(**more: Any) -> dict[str, Any]:
    return {
        "served_on": date(2026, 6, 1),
        "field": ServiceField.PSYCHOLOGICAL,
        "person_times": 40,
        "persons_new": 30,
        **more,
    }


def test_what_was_delivered_counts_until_it_is_voided(country: Country, actor_of: ActorOf, at: datetime) -> None:
    staff = actor_of("430105", Role.UNION_STAFF)
    with inside(country["430105"]):
        row = factory.project(state=S.RUNNING)
        first = records.add(
            project=row, fields=record_fields(satisfaction_sum=41, satisfaction_count=10), by=staff, at=at
        )
        records.add(project=row, fields=record_fields(), by=staff, at=at)
        assert (delivered(row.pk).person_times, delivered(row.pk).satisfaction) == (80, Decimal("4.10"))
        records.void(service_record=first, reason="重复登记", by=staff, at=at)
        assert (delivered(row.pk).person_times, delivered(row.pk).satisfaction) == (40, None)
        assert ServiceRecord.objects.count() == 2


@pytest.mark.parametrize(
    ("more", "column"),
    [
        ({"served_on": date(2026, 11, 21)}, "served_on"),
        ({"served_on": date(2026, 1, 31)}, "served_on"),
        ({"persons_new": 41}, "persons_new"),
        ({"satisfaction_sum": 51, "satisfaction_count": 10}, "satisfaction_sum"),
        ({"satisfaction_sum": 100, "satisfaction_count": 41}, "satisfaction_count"),
    ],
)
def test_a_record_that_cannot_be_is_refused(
    more: dict[str, Any], column: str, country: Country, actor_of: ActorOf, at: datetime
) -> None:
    with inside(country["430105"]):
        row = factory.project(state=S.RUNNING)
        with pytest.raises(Invalid) as refusal:
            records.add(project=row, fields=record_fields(**more), by=actor_of("430105", Role.UNION_STAFF), at=at)
        assert list(refusal.value.problems) == [column]
        assert ServiceRecord.objects.count() == 0


def test_records_are_of_its_staff_and_provider_while_it_goes_on(
    country: Country, actor_of: ActorOf, at: datetime
) -> None:
    with inside(country["430105"]):
        row, done = factory.project(state=S.RUNNING), factory.project(state=S.COMPLETED)
        provider = factory.provider()
        making.contract(row, provider)
        own, other = people.organization("430105", provider.uscc), people.organization("430105", factory.credit_code())
        records.add(project=row, fields=record_fields(), by=own, at=at)
        for stranger in (other, actor_of("430105", Role.LEADER)):
            with pytest.raises(Refused):
                records.add(project=row, fields=record_fields(), by=stranger, at=at)
        with pytest.raises(NotEditable):
            records.add(project=done, fields=record_fields(), by=actor_of("430105", Role.UNION_STAFF), at=at)
        assert ServiceRecord.objects.count() == 1


@pytest.fixture
def submitted(own_database: str) -> Iterator[ServiceProject]:
    with inside(TradeUnion.objects.get(code="430105")):
        factory.rules()
        yield factory.project()


def test_a_project_submitted_twice_at_once_is_submitted_once(submitted: ServiceProject, at: datetime) -> None:
    name = connection.settings_dict["NAME"]

    def submit(_: int) -> str:
        connections["default"].settings_dict["NAME"] = name
        try:
            with inside(TradeUnion.objects.get(code="430105")):
                staff = people.actor("430105", Role.UNION_STAFF)
                transition(PROJECT, submitted, ProjectEvent.SUBMIT, by=staff, at=at, version=1)
            return "done"
        except Conflict:
            return "conflict"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(submit, range(2))) == ["conflict", "done"]
    submitted.refresh_from_db()
    assert (submitted.state, submitted.version) == (S.APPROVAL_REVIEW, 2)
    assert Change.objects.filter(object_id=submitted.pk).count() == 1
