"""The union's means of a year by their action: exact values, who is refused, nothing half-written. Source: A24, PUR-04."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from commons.access.actors import Actor
from commons.audit.models import AuditEvent
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import Conflict, Invalid, Refused
from commons.people.enums import Role
from commons.tenancy.door import inside
from tenants.history.models import Change
from tenants.purchasing.actions.capacity import set_capacity
from tenants.purchasing.models import Capacity
from tenants.purchasing.selectors import bodies as selectors
from tests.factories import purchase_rows as rows

Country = dict[str, TradeUnion]
ActorOf = Callable[..., Actor]
CODE, NEIGHBOUR = "430105", "430111"
PERSONS = "请填写 0 至 2,147,483,647 之间的整数。"


def moved() -> tuple[Any, ...]:
    return tuple(sorted(map(str, table.objects.values_list())) for table in (Capacity, Change, AuditEvent))


def test_a_year_is_told_and_corrected(country: Country, actor_of: ActorOf, at: datetime) -> None:
    admin = actor_of(CODE, Role.UNION_ADMIN)
    with inside(country[CODE]):
        first = set_capacity(
            year=2026,
            purchase_budget=Decimal("900000.50"),
            staff_full=0,
            workers_count=1000,
            union_members_count=1000,
            version=0,
            by=admin,
            at=at,
        )
        row = Capacity.objects.get()
        assert (row.pk, row.year, row.purchase_budget, row.staff_full, row.staff_part, row.workers_count) == (
            first.pk,
            2026,
            Decimal("900000.50"),
            0,
            None,
            1000,
        )
        set_capacity(
            year=2026, purchase_budget=Decimal(800_000), staff_full=0, workers_count=1000, version=1, by=admin, at=at
        )
        row.refresh_from_db()
        assert (row.purchase_budget, row.union_members_count, row.version) == (Decimal(800_000), None, 2)
        assert [(one.event, one.changes) for one in Change.objects.order_by("pk")] == [
            ("create", {}),
            ("edit", {"purchase_budget": ["900000.50", "800000"], "union_members_count": [1000, None]}),
        ]
        events = AuditEvent.objects.filter(event__startswith="purchasing.").order_by("pk")
        assert [one.event for one in events] == ["purchasing.capacity.create", "purchasing.capacity.edit"]
        # The same again: nothing is written.
        before = moved()
        set_capacity(year=2026, purchase_budget=Decimal(800_000), staff_full=0, workers_count=1000, by=admin, at=at)
        assert moved() == before


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        ({"year": 1948}, {"year": ["请填写有效的年度。"]}),
        ({"staff_full": -1}, {"staff_full": [PERSONS]}),
        ({"workers_count": 2_147_483_648}, {"workers_count": [PERSONS]}),
        ({"purchase_budget": Decimal("-0.01")}, {"purchase_budget": ["预算不能为负，整数部分最多十四位。"]}),
        ({"purchase_budget": Decimal(10**14)}, {"purchase_budget": ["预算不能为负，整数部分最多十四位。"]}),
        ({"workers_count": 9, "union_members_count": 10}, {"union_members_count": ["会员数不能大于职工数。"]}),
        ({"staff_full": -1, "staff_part": -1}, {"staff_full": [PERSONS], "staff_part": [PERSONS]}),
        ({"version": 0}, {"year": ["2026年的数据已经填报，请在列表中打开后修改。"]}),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    country: Country, actor_of: ActorOf, at: datetime, given: dict[str, Any], problems: dict[str, list[str]]
) -> None:
    admin = actor_of(CODE, Role.UNION_ADMIN)
    with inside(country[CODE]):
        rows.capacity(2026, purchase_budget=Decimal(900_000))
        before = moved()
        with pytest.raises(Invalid) as refusal:
            set_capacity(**{"year": 2026, "by": admin, "at": at, **given})
        assert (refusal.value.problems, moved()) == (problems, before)


def test_only_who_makes_rules_in_this_union_and_read_this_version_tells_it(
    country: Country, actor_of: ActorOf, at: datetime
) -> None:
    admin = actor_of(CODE, Role.UNION_ADMIN)
    with inside(country[CODE]):
        rows.capacity(2026, purchase_budget=Decimal(900_000))
        before = moved()
        for year, version in ((2026, 7), (2027, 1)):
            with pytest.raises(Conflict):
                set_capacity(year=year, version=version, by=admin, at=at)
        for role in (Role.UNION_STAFF, Role.LEADER, Role.SUPERVISOR):
            with pytest.raises(Refused):
                set_capacity(year=2026, staff_full=1, by=actor_of(CODE, role), at=at)
        assert moved() == before
    with inside(country[NEIGHBOUR]):
        other = actor_of(NEIGHBOUR, Role.UNION_ADMIN)
        assert list(selectors.capacities(other)) == []
        # A year of its own, whatever the neighbour said of it.
        set_capacity(year=2026, staff_full=3, version=0, by=other, at=at)
    with inside(country[CODE]):
        assert [(one.staff_full, one.purchase_budget) for one in Capacity.objects.all()] == [(None, Decimal(900_000))]
