"""Providers, experts and rules by their actions: exact values, who is refused, nothing half-written. Source: T2, T3, A20, §3.12."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from commons.access.actors import Actor
from commons.audit.models import AuditEvent
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import Conflict, Invalid, NotFound, Refused
from commons.people.enums import Role
from commons.tenancy.door import inside
from tenants.history.models import Change
from tenants.purchasing.actions import bodies, rules
from tenants.purchasing.enums import ExpertKind, ProviderKind, RuleKind, RuleState
from tenants.purchasing.errors import NotEditable
from tenants.purchasing.models import Expert, Provider, PurchaseRule, UnionUnit
from tenants.purchasing.selectors import bodies as selectors
from tests.factories import organizations, people
from tests.factories.purchasing import projects as factory

Country = dict[str, TradeUnion]
ActorOf = Callable[..., Actor]
CODE = "430105"
WRITES = {"by": Role.UNION_STAFF}


def moved() -> tuple[Any, ...]:
    tables = (Provider, Expert, UnionUnit, PurchaseRule, Change, AuditEvent)
    return tuple(sorted(map(str, table.objects.values_list())) for table in tables)


def test_a_provider_is_taken_from_the_ledger_by_its_code(country: Country, actor_of: ActorOf, at: datetime) -> None:
    staff = actor_of(CODE, Role.UNION_STAFF)
    code = organizations.credit_code()
    with inside(country[CODE]):
        entry = organizations.organization(name="星城职工服务中心", uscc=code, registered_on=date(2020, 1, 1))
        row = bodies.add_provider(
            kind=ProviderKind.SOCIAL_ORG, organization_id=entry.pk, fields={"bank_name": "长沙银行"}, by=staff, at=at
        )
        assert (row.name, row.uscc, row.registered_on, row.organization_id, row.bank_name) == (
            "星城职工服务中心",
            code,
            date(2020, 1, 1),
            entry.pk,
            "长沙银行",
        )
        assert list(Change.objects.values_list("event", flat=True)) == ["create"]
        # Known by its code already: the same row, unchanged.
        before = moved()
        again = bodies.add_provider(kind=ProviderKind.ENTERPRISE, name="别名", uscc=code, by=staff, at=at)
        assert (again.pk, moved()) == (row.pk, before)
        with pytest.raises(Invalid) as refusal:
            bodies.add_provider(kind=ProviderKind.ENTERPRISE, organization_id=entry.pk, by=staff, at=at)
        assert list(refusal.value.problems) == ["organization_id"]
        assert moved() == before


@pytest.mark.parametrize(
    ("fields", "column"),
    [
        ({"kind": ProviderKind.ENTERPRISE, "name": "", "uscc": "91442000MA4DEMX53C"}, "name"),
        ({"kind": ProviderKind.ENTERPRISE, "name": "正衡评估", "uscc": ""}, "uscc"),
        ({"kind": ProviderKind.ENTERPRISE, "name": "正衡评估", "uscc": "91442000MA4DEMX53D"}, "uscc"),
    ],
)
def test_a_provider_without_name_or_right_code_is_refused(
    country: Country, actor_of: ActorOf, at: datetime, fields: dict[str, Any], column: str
) -> None:
    staff = actor_of(CODE, Role.UNION_STAFF)
    with inside(country[CODE]):
        before = moved()
        with pytest.raises(Invalid) as refusal:
            bodies.add_provider(**fields, by=staff, at=at)
        assert (list(refusal.value.problems), moved()) == ([column], before)


def test_a_provider_is_corrected_by_its_version_and_a_block_has_its_reason(
    country: Country, actor_of: ActorOf, at: datetime
) -> None:
    staff = actor_of(CODE, Role.UNION_STAFF)
    with inside(country[CODE]):
        row = factory.provider()
        bodies.edit_provider(provider=row, fields={"vetting_result": "clear"}, version=1, by=staff, at=at)
        row.refresh_from_db()
        assert (str(row.vetting_result), row.version) == ("clear", 2)
        before = moved()
        with pytest.raises(Conflict):
            bodies.edit_provider(provider=row, fields={"name": "旧"}, version=1, by=staff, at=at)
        with pytest.raises(Invalid) as refusal:
            bodies.edit_provider(provider=row, fields={"blocked_until": date(2027, 1, 1)}, version=2, by=staff, at=at)
        assert refusal.value.problems == {"blocked_reason": ["请写明停止承接的事由。"]}
        with pytest.raises(Refused):
            bodies.edit_provider(provider=row, fields={"name": "旧"}, version=2, by=actor_of(CODE, Role.LEADER), at=at)
        assert moved() == before
    with inside(country["430111"]), pytest.raises(NotFound):
        bodies.edit_provider(
            provider=row, fields={"name": "旧"}, version=2, by=actor_of("430111", Role.UNION_STAFF), at=at
        )


def test_an_expert_has_a_number_and_an_account_of_their_own(country: Country, actor_of: ActorOf, at: datetime) -> None:
    staff = actor_of(CODE, Role.UNION_STAFF)
    account, code = people.user("评审"), organizations.credit_code()
    people.assign(account, country[CODE], Role.REVIEWER)
    elsewhere = actor_of("430111", Role.REVIEWER).user_id
    known = {"name": "陈静", "kind": ExpertKind.LAW, "user_id": account.pk, "conflicts": [code.lower(), code, " "]}
    with inside(country[CODE]):
        row = bodies.save_expert(fields=known, by=staff, at=at)
        assert (row.code, row.conflicts, row.user_id, row.is_active) == ("ZJ-0001", [code], account.pk, True)
        before = moved()
        for fields, column in (
            ({"name": " ", "kind": ExpertKind.LAW}, "name"),
            ({"name": "另一位", "kind": ExpertKind.LAW, "user_id": account.pk}, "user_id"),
            ({"name": "另一位", "kind": ExpertKind.LAW, "user_id": elsewhere}, "user_id"),
            ({"name": "另一位", "kind": ExpertKind.LAW, "conflicts": ["51430105MJJ000012M"]}, "conflicts"),
        ):
            with pytest.raises(Invalid) as refusal:
                bodies.save_expert(fields=fields, by=staff, at=at)
            assert list(refusal.value.problems) == [column]
        with pytest.raises(Conflict):
            bodies.save_expert(expert=row, fields={"name": "旧"}, version=7, by=staff, at=at)
        with pytest.raises(Refused):
            bodies.save_expert(fields=known, by=actor_of(CODE, Role.REVIEWER), at=at)
        assert moved() == before
        bodies.save_expert(expert=row, fields={"is_active": False}, version=1, by=staff, at=at)
        assert Expert.objects.get().is_active is False
    with inside(country["430111"]):
        assert list(selectors.experts(actor_of("430111", Role.UNION_ADMIN))) == []


def test_a_unit_is_not_below_itself_nor_twice_there(country: Country, actor_of: ActorOf, at: datetime) -> None:
    admin = actor_of(CODE, Role.UNION_ADMIN)
    with inside(country[CODE]):
        upper = bodies.save_unit(fields={"kind": "department", "name": "权益保障部"}, by=admin, at=at)
        lower = bodies.save_unit(fields={"kind": "department", "name": "法律科", "parent": upper}, by=admin, at=at)
        before = moved()
        with pytest.raises(Invalid) as refusal:
            bodies.save_unit(fields={"kind": "department", "name": "权益保障部"}, by=admin, at=at)
        assert list(refusal.value.problems) == ["name"]
        with pytest.raises(Invalid) as refusal:
            bodies.save_unit(unit=upper, fields={"parent": lower}, version=1, by=admin, at=at)
        assert list(refusal.value.problems) == ["parent"]
        for fields, column in (
            # The kind stays, so it is the same name of the same kind.
            ({"name": " 权益保障部 "}, "name"),
            ({"name": "  "}, "name"),
            ({"uscc": "51430105MJJ000012M"}, "uscc"),
            ({"region_code": "43010"}, "region_code"),
            ({"region_code": "43010A"}, "region_code"),
            ({"members_count": -1}, "members_count"),
            ({"members_count": 2_147_483_648}, "members_count"),
            ({"parent": lower}, "parent"),
        ):
            with pytest.raises(Invalid) as refusal:
                bodies.save_unit(unit=lower, fields=fields, version=1, by=admin, at=at)
            assert list(refusal.value.problems) == [column]
        with pytest.raises(Conflict):
            bodies.save_unit(unit=lower, fields={"name": "法务科"}, version=7, by=admin, at=at)
        with pytest.raises(Refused):
            bodies.save_unit(fields={"name": "新部"}, by=actor_of(CODE, Role.UNION_STAFF), at=at)
        assert moved() == before
        bodies.save_unit(unit=lower, fields={"parent": None, "members_count": 12}, version=1, by=admin, at=at)
        lower.refresh_from_db()
        assert (lower.parent, lower.members_count, lower.name, lower.version) == (None, 12, "法律科", 2)
        # The history tells the unit above by its name; its key says nothing to a reader.
        told = Change.objects.filter(object_id=lower.pk, event="edit").get().changes
        assert (told["above"], told["members_count"]) == (["权益保障部", ""], [None, 12])
    with inside(country["430111"]):
        other = actor_of("430111", Role.UNION_ADMIN)
        with pytest.raises(NotFound):
            bodies.save_unit(unit=lower, fields={"name": "旧"}, version=2, by=other, at=at)
        assert list(selectors.units(other)) == []


def test_a_new_edition_begins_with_what_is_in_force_and_what_was_used_is_frozen(
    country: Country, actor_of: ActorOf, at: datetime
) -> None:
    admin = actor_of(CODE, Role.UNION_ADMIN)
    with inside(country[CODE]):
        now = factory.rule(RuleKind.MIDTERM_SYSTEM)
        row = rules.draft(kind=RuleKind.MIDTERM_SYSTEM, by=admin, at=at)
        assert (row.edition, row.state, row.content) == (now.edition + 1, RuleState.DRAFT, now.content)
        items = [{**one, "weight": "50"} for one in now.content["items"]]
        rules.edit(rule=row, title="新版", content={"items": items, "pass_mark": "70"}, version=1, by=admin, at=at)
        row.refresh_from_db()
        assert (row.title, [one["weight"] for one in row.content["items"]]) == ("新版", ["50", "50"])
        assert row.content["pass_mark"] == "70"
        before = moved()
        with pytest.raises(NotEditable):
            rules.edit(rule=now, title="旧", content=now.content, version=now.version, by=admin, at=at)
        with pytest.raises(Conflict):
            rules.edit(rule=row, title="旧", content=row.content, version=1, by=admin, at=at)
        with pytest.raises(Invalid):
            rules.edit(rule=row, title="旧", content={"items": [{"weight": "1"}]}, version=2, by=admin, at=at)
        with pytest.raises(Refused):
            rules.draft(kind=RuleKind.OTHER, by=actor_of(CODE, Role.UNION_STAFF), at=at)
        assert moved() == before
