"""Two people at once with the catalogue, a unit and the means of a year: one is first, the other is told, and nothing is there twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection

from commons.access.actors import Actor
from commons.codelists.services import PurchaseCategory, ServiceField
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import Conflict, DomainError, Invalid
from commons.people.enums import Role
from commons.tenancy import door
from tenants.history.models import Change
from tenants.purchasing.actions import bodies, capacity, catalogue, projects
from tenants.purchasing.models import Capacity, CatalogueItem, ServiceProject, UnionUnit
from tests.factories import people
from tests.factories import purchase_rows as rows

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
CODE = "430105"
HEART = {"category": PurchaseCategory.LIFE_SERVICE, "field": ServiceField.PSYCHOLOGICAL}


@pytest.fixture
def union(own_database: str) -> TradeUnion:
    return TradeUnion.objects.get(code=CODE)


def together(union: TradeUnion, act: Callable[[Actor], object]) -> list[DomainError]:
    """Two administrators do the same at once, each on a connection of their own; the refusals."""
    admins = [people.actor(CODE, Role.UNION_ADMIN) for _ in range(2)]
    start, refusals = threading.Barrier(2), []

    def work(by: Actor) -> None:
        try:
            with door.inside(union):
                start.wait(10)
                act(by)
        except DomainError as refusal:
            refusals.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[by]) for by in admins]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return refusals


def problems(refusals: list[DomainError]) -> list[dict[str, list[str]]]:
    assert [type(one) for one in refusals] == [Invalid]
    return [one.problems for one in refusals if isinstance(one, Invalid)]


def test_what_two_make_at_once_is_there_once(union: TradeUnion) -> None:
    with door.inside(union):
        rows.catalogue_item(2025, "new", name="心理关爱")
    put = together(union, lambda by: catalogue.put(year=2026, name="技能培训", **HEART, by=by, at=AT))
    assert problems(put) == [{"name": ["2026年目录中已有“技能培训”。"]}]
    copied = together(union, lambda by: catalogue.copy_year(year=2026, by=by, at=AT))
    assert problems(copied) == [{"year": ["2025年目录中的事项都已在2026年目录中。"]}]
    unit = {"kind": "department", "name": "权益保障部"}
    assert problems(together(union, lambda by: bodies.save_unit(fields=unit, by=by, at=AT))) == [
        {"name": ["同类单位中已有这个名称。"]}
    ]
    told = together(union, lambda by: capacity.set_capacity(year=2026, staff_full=1, version=0, by=by, at=AT))
    assert problems(told) == [{"year": ["2026年的数据已经填报，请在列表中打开后修改。"]}]
    with door.inside(union):
        assert sorted(CatalogueItem.objects.filter(year=2026).values_list("name", "change")) == [
            ("心理关爱", "kept"),
            ("技能培训", "new"),
        ]
        assert (UnionUnit.objects.count(), Capacity.objects.count(), Change.objects.count()) == (1, 1, 4)


def test_of_two_who_change_the_same_row_the_second_is_told(union: TradeUnion) -> None:
    with door.inside(union):
        item, unit, year = rows.catalogue_item(2026, "kept"), rows.unit(), rows.capacity(2026)
    for act in (
        lambda by: catalogue.drop(item=item, version=1, by=by, at=AT),
        lambda by: bodies.save_unit(unit=unit, fields={"leader": by.name}, version=1, by=by, at=AT),
        lambda by: capacity.set_capacity(year=2026, staff_full=1, version=1, by=by, at=AT),
    ):
        assert [type(one) for one in together(union, act)] == [Conflict]
    with door.inside(union):
        assert [type(row).objects.get(pk=row.pk).version for row in (item, unit, year)] == [2, 2, 2]
        assert Change.objects.count() == 3


def test_an_item_is_removed_or_taken_by_a_project_never_both(union: TradeUnion) -> None:
    with door.inside(union):
        item = rows.catalogue_item(2026, "new", name="误列")
    given = {"year": 2026, "title": "心理关爱", "fields": [ServiceField.PSYCHOLOGICAL], "budget": Decimal(0), **HEART}
    given.pop("field")
    turns = iter(
        (
            lambda by: catalogue.remove(item=item, version=1, by=by, at=AT),
            lambda by: projects.create(fields={**given, "catalogue_item": item}, by=by, at=AT),
        )
    )
    lock = threading.Lock()

    def act(by: Actor) -> object:
        with lock:
            turn = next(turns)
        return turn(by)

    refused = together(union, act)
    assert [type(one) for one in refused] == [Invalid]
    with door.inside(union):
        there = CatalogueItem.objects.filter(pk=item.pk).exists()
        assert list(ServiceProject.objects.values_list("catalogue_item", flat=True)) == ([item.pk] if there else [])
        assert Change.objects.count() == 1
