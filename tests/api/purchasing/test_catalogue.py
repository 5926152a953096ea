"""The catalogue, units and the means of a year by the API: what is kept, what is refused, what a neighbour sees. Source: E05, E07, E39; T3; A24."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy import door
from tenants.purchasing.models import Capacity, CatalogueItem, UnionUnit
from tests.api.conftest import ask
from tests.api.needs.conftest import written
from tests.factories import purchase_rows as make

ITEM = {"year": 2026, "name": "职工心理关爱", "category": "LIFE_SERVICE", "field": "PSYCHOLOGICAL"}
KINDS = (CatalogueItem, UnionUnit, Capacity)


@pytest.fixture
def kaifu(country: dict[str, TradeUnion]) -> Iterator[TradeUnion]:
    with door.inside(country["430105"]) as union:
        yield union


@pytest.fixture
def admin(client_of: Callable[..., Client]) -> Client:
    return client_of("430105", Role.UNION_ADMIN)


def act(client: Client, name: str, kind: str, selected: str, /, **given: Any) -> dict[str, Any]:
    query = f"mutation($input: {kind}!) {{ {name}(input: $input) {{ errors {{ code path }} {selected} }} }}"
    told: dict[str, Any] = ask(client, query, {"input": given})["data"][name]
    return told


def item(client: Client, name: str, kind: str = "CatalogueItemInput", /, **given: Any) -> dict[str, Any]:
    return act(client, name, kind, "item { id version name change }", **given)


def test_an_item_through_its_years(kaifu: TradeUnion, admin: Client, staff: Client) -> None:
    assert item(staff, "putCatalogueItem", "PutCatalogueItemInput", **ITEM)["errors"] == [
        {"code": "REFUSED", "path": []}
    ]
    first = item(admin, "putCatalogueItem", "PutCatalogueItemInput", **ITEM)["item"]
    assert first | {"id": ""} == {"id": "", "version": 1, "name": "职工心理关爱", "change": "NEW"}
    twice = item(admin, "putCatalogueItem", "PutCatalogueItemInput", **ITEM)
    assert twice == {"errors": [{"code": "INVALID", "path": ["input", "name"]}], "item": None}
    corrected = item(
        admin, "correctCatalogueItem", "CorrectCatalogueItemInput", id=first["id"], version=1, name="心理关爱"
    )
    assert (corrected["item"]["name"], corrected["item"]["version"]) == ("心理关爱", 2)
    assert act(admin, "copyCatalogue", "CopyCatalogueInput", "copied", year=2027) == {"errors": [], "copied": 1}
    query = "{ catalogueItems(year: 2027) { edges { node { id version change } } } }"
    ((edge,),) = [ask(staff, query)["data"]["catalogueItems"]["edges"]]
    kept = edge["node"]
    assert kept["change"] == "KEPT"
    dropped = item(admin, "dropCatalogueItem", id=kept["id"], version=kept["version"])["item"]
    assert dropped["change"] == "DROPPED"
    assert (
        item(admin, "takeBackCatalogueItem", id=kept["id"], version=kept["version"])["errors"][0]["code"] == "CONFLICT"
    )
    back = item(admin, "takeBackCatalogueItem", id=kept["id"], version=dropped["version"])["item"]
    assert back["change"] == "KEPT"
    refused = item(admin, "removeCatalogueItem", id=kept["id"], version=back["version"])
    assert refused == {"errors": [{"code": "INVALID", "path": ["input"]}], "item": None}
    gone = item(admin, "putCatalogueItem", "PutCatalogueItemInput", **{**ITEM, "name": "误列"})["item"]
    assert item(admin, "removeCatalogueItem", id=gone["id"], version=1) == {"errors": [], "item": None}
    assert not CatalogueItem.objects.filter(name="误列").exists()


def test_a_unit_is_recorded_and_corrected(kaifu: TradeUnion, admin: Client) -> None:
    selected = "unit { id version name kind isActive parentName }"
    made = act(admin, "saveUnit", "SaveUnitInput", selected, kind="DEPARTMENT", name="权益保障部")["unit"]
    below = act(
        admin, "saveUnit", "SaveUnitInput", selected, kind="GRASSROOTS_UNION", name="环卫工会", parent=made["id"]
    )
    assert below["unit"]["parentName"] == "权益保障部"
    before = written(kaifu, *KINDS)
    for given, path in (
        ({"kind": "DEPARTMENT", "name": " "}, ["input", "name"]),
        ({"kind": "DEPARTMENT", "name": "权益保障部"}, ["input", "name"]),
        ({"kind": "DEPARTMENT", "name": "甲", "membersCount": -1}, ["input", "membersCount"]),
        ({"kind": "DEPARTMENT", "name": "甲", "uscc": "X"}, ["input", "uscc"]),
        ({"id": made["id"], "version": 1, "parent": below["unit"]["id"]}, ["input", "parent"]),
    ):
        assert act(admin, "saveUnit", "SaveUnitInput", selected, **given) == {
            "errors": [{"code": "INVALID", "path": path}],
            "unit": None,
        }
    assert written(kaifu, *KINDS) == before
    changed = act(admin, "saveUnit", "SaveUnitInput", selected, id=made["id"], version=1, isActive=False, name=None)[
        "unit"
    ]
    assert (changed["name"], changed["isActive"], changed["version"]) == ("权益保障部", False, 2)


def test_the_means_of_a_year_are_said_as_a_whole(kaifu: TradeUnion, admin: Client) -> None:
    selected = "capacity { version purchaseBudget staffFull workersCount }"
    given = {"year": 2026, "version": 0, "purchaseBudget": "900000.50", "staffFull": 6, "workersCount": 1000}
    made = act(admin, "setCapacity", "SetCapacityInput", selected, **given)["capacity"]
    assert made == {"version": 1, "purchaseBudget": "900000.50", "staffFull": 6, "workersCount": 1000}
    before = written(kaifu, *KINDS)
    assert act(admin, "setCapacity", "SetCapacityInput", selected, **given)["errors"][0]["path"] == ["input", "year"]
    assert (
        act(admin, "setCapacity", "SetCapacityInput", selected, **{**given, "version": 7})["errors"][0]["code"]
        == "CONFLICT"
    )
    members = {**given, "version": 1, "unionMembersCount": 1001}
    assert act(admin, "setCapacity", "SetCapacityInput", selected, **members)["errors"][0]["path"] == [
        "input",
        "unionMembersCount",
    ]
    assert written(kaifu, *KINDS) == before
    less = act(admin, "setCapacity", "SetCapacityInput", selected, year=2026, version=1, purchaseBudget="1")["capacity"]
    assert less == {"version": 2, "purchaseBudget": "1.00", "staffFull": None, "workersCount": None}


def test_a_neighbours_rows_are_none(kaifu: TradeUnion, country: dict[str, TradeUnion], admin: Client) -> None:
    with door.inside(country["430111"]):
        theirs, unit = make.catalogue_item(2026, "new", name="邻会目录"), make.unit(name="邻会部室")
        make.capacity(2026)
    before = written(country["430111"], *KINDS)
    for name in ("dropCatalogueItem", "takeBackCatalogueItem", "removeCatalogueItem"):
        assert item(admin, name, id=str(theirs.pk), version=1)["errors"] == [{"code": "NOT_FOUND", "path": []}]
    given = {"id": str(theirs.pk), "version": 1, "name": "改"}
    assert item(admin, "correctCatalogueItem", "CorrectCatalogueItemInput", **given)["errors"][0]["code"] == "NOT_FOUND"
    for given in (
        {"id": str(unit.pk), "version": 1, "name": "改"},
        {"kind": "DEPARTMENT", "name": "甲", "parent": str(unit.pk)},
    ):
        assert act(admin, "saveUnit", "SaveUnitInput", "unit { id }", **given)["errors"][0]["code"] == "NOT_FOUND"
    lists = "{ catalogueItems { totalCount } unionUnits { totalCount } capacities { year } }"
    assert ask(admin, lists)["data"] == {
        "catalogueItems": {"totalCount": 0},
        "unionUnits": {"totalCount": 0},
        "capacities": [],
    }
    assert written(country["430111"], *KINDS) == before
