"""职工点单 by the API, from the menu to the payment; who sees which orders. Source: SM-13; F03."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from api.kit.ids import to_global
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import today
from commons.people.enums import Role
from commons.tenancy import door
from tenants.needs.enums import OrderState
from tenants.needs.models import MenuItem, ServiceOrder
from tests.api.conftest import ask
from tests.api.needs.conftest import FINANCE, SECRETARIAT, UNIT, USCC, codes, done, step, written
from tests.factories.needs import order as make

CREATE = """mutation($input: CreateMenuItemInput!) { createMenuItem(input: $input) { errors { code path }
    item { id version title price cap bound providerUscc repeatLimit isActive } } }"""
UPDATE = """mutation($input: UpdateMenuItemInput!) { updateMenuItem(input: $input) { errors { code path }
    item { cap untilOn isActive version } } }"""
PLACE = """mutation($input: PlaceOrderInput!) { placeOrder(input: $input) { errors { code path }
    order { id number state quantity unitName item { title } } } }"""
ORDER = """query($id: ID!) { node(id: $id) { ... on ServiceOrder { number state quantity unitName approvedAmount approvedByName
    dispatchedOn deliveredOn personTimes rating settledAmount settledOn voucherNo item { title bound cap } } } }"""
LIST = "{ serviceOrders { totalCount edges { node { number } } } }"
STEPS = "query($id: ID!) { availableTransitions(id: $id) { event blockedBy } }"
GIVEN = {
    "title": "一对一心理咨询",
    "field": "PSYCHOLOGICAL",
    "providerName": "开福区启航职工服务中心",
    "providerUscc": USCC,
    "price": "200",
    "cap": "1000",
    "fromOn": "2026-01-01",
}


def test_from_the_menu_to_the_payment(
    kaifu: TradeUnion, staff: Client, organization: Client, client_of: Callable[..., Client]
) -> None:
    unit, finance = client_of("430105", *UNIT), client_of("430105", *FINANCE)
    made = ask(staff, CREATE, {"input": GIVEN})["data"]["createMenuItem"]
    assert made["errors"] == []
    item = made["item"]
    assert item == {
        "id": item["id"],
        "version": 1,
        "title": "一对一心理咨询",
        "price": "200.00",
        "cap": "1000.00",
        "bound": "0.00",
        "providerUscc": USCC,
        "repeatLimit": 1,
        "isActive": True,
    }
    seen = ask(unit, "{ menuItems { edges { node { id title cap bound providerUscc } } } }")["data"]["menuItems"][
        "edges"
    ]
    assert seen == [
        {"node": {"id": item["id"], "title": "一对一心理咨询", "cap": None, "bound": None, "providerUscc": None}}
    ]
    placed = ask(unit, PLACE, {"input": {"item": item["id"], "quantity": 3, "wish": "周末"}})["data"]["placeOrder"]
    order = placed["order"]["id"]
    assert placed == {
        "errors": [],
        "order": {
            "id": order,
            "number": "DD-00001",
            "state": "ORDERED",
            "quantity": 3,
            "unitName": "张三",
            "item": {"title": "一对一心理咨询"},
        },
    }
    assert ask(staff, STEPS, {"id": order})["data"]["availableTransitions"] == [
        {"event": "approve", "blockedBy": None},
        {"event": "refuse", "blockedBy": None},
        {"event": "cancel", "blockedBy": None},
    ]
    before = written(kaifu, ServiceOrder)
    above = step(staff, order, "approve", data={"approvedAmount": "600.01"})
    assert above == {"errors": [{"code": "NEEDS.ABOVE_PRICE", "path": []}], "state": None}
    assert written(kaifu, ServiceOrder) == before
    assert done(staff, order, "approve", data={"approvedAmount": "550"}) == "approved"
    assert ask(organization, ORDER, {"id": order})["data"] == {"node": None}
    assert done(staff, order, "dispatch") == "dispatched"
    day = today().isoformat()
    assert done(organization, order, "deliver", data={"deliveredOn": day, "personTimes": 3}) == "delivered"
    assert done(unit, order, "rate", data={"rating": "5"}) == "rated"
    voucher = {"settledAmount": "550", "voucherNo": "记-88"}
    assert step(staff, order, "settle", data=voucher)["errors"][0]["code"] == "NEEDS.SAME_PERSON"
    more = step(finance, order, "settle", data={**voucher, "settledAmount": "550.01"})
    assert more["errors"][0]["code"] == "NEEDS.ABOVE_APPROVED"
    assert done(finance, order, "settle", data=voucher) == "settled"
    told = {
        "number": "DD-00001",
        "state": "SETTLED",
        "quantity": 3,
        "unitName": "张三",
        "approvedAmount": "550.00",
        "approvedByName": "张三",
        "dispatchedOn": day,
        "deliveredOn": day,
        "personTimes": 3,
        "rating": 5,
        "settledAmount": "550.00",
        "settledOn": day,
        "voucherNo": "记-88",
        "item": {"title": "一对一心理咨询", "bound": "550.00", "cap": "1000.00"},
    }
    assert ask(staff, ORDER, {"id": order})["data"]["node"] == told
    # Neither the union's officers and vouchers nor its budget are the provider's.
    assert ask(organization, ORDER, {"id": order})["data"]["node"] == {
        **told,
        "approvedByName": None,
        "voucherNo": None,
        "item": {"title": "一对一心理咨询", "bound": None, "cap": None},
    }


def test_beyond_the_years_budget_nothing_is_approved(kaifu: TradeUnion, staff: Client) -> None:
    item = make.item()
    make.order(item, OrderState.APPROVED, approved_amount=Decimal("900.00"), ordered_on=today())
    row = make.order(item, ordered_on=today())
    before = written(kaifu, ServiceOrder)
    told = step(staff, to_global("ServiceOrder", row.pk), "approve")
    assert told == {"errors": [{"code": "NEEDS.CAP_EXCEEDED", "path": []}], "state": None}
    assert written(kaifu, ServiceOrder) == before


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"price": "-1"}, "price"),
        ({"cap": "-1"}, "cap"),
        ({"providerUscc": "51430105MJX000017B"}, "providerUscc"),
        ({"repeatLimit": 0}, "repeatLimit"),
        ({"untilOn": "2026-01-01"}, "untilOn"),
    ],
)
def test_what_cannot_be_is_not_written(kaifu: TradeUnion, staff: Client, change: dict[str, Any], path: str) -> None:
    row = make.item(provider_uscc=USCC)
    before = written(kaifu, MenuItem)
    told = ask(staff, CREATE, {"input": {**GIVEN, **change}})["data"]["createMenuItem"]
    assert told == {"errors": [{"code": "INVALID", "path": ["input", path]}], "item": None}
    given = {"id": to_global("MenuItem", row.pk), "version": 1, **change}
    told = ask(staff, UPDATE, {"input": given})["data"]["updateMenuItem"]
    assert told == {"errors": [{"code": "INVALID", "path": ["input", path]}], "item": None}
    assert written(kaifu, MenuItem) == before


def test_changed_with_the_version_that_was_read(kaifu: TradeUnion, staff: Client) -> None:
    row = make.item(provider_uscc=USCC, until_on=today())
    given = {"id": to_global("MenuItem", row.pk), "version": 1, "cap": "2000", "untilOn": None, "isActive": False}
    assert ask(staff, UPDATE, {"input": given})["data"]["updateMenuItem"] == {
        "errors": [],
        "item": {"cap": "2000.00", "untilOn": None, "isActive": False, "version": 2},
    }
    assert ask(staff, UPDATE, {"input": given})["data"]["updateMenuItem"]["errors"][0]["code"] == "CONFLICT"


def test_what_is_not_offered_is_not_ordered(
    kaifu: TradeUnion, client_of: Callable[..., Client], leader: Client
) -> None:
    unit = client_of("430105", *UNIT)
    gone, over, fine = make.item(is_active=False), make.item(until_on=today()), make.item()
    before = written(kaifu, ServiceOrder)
    for item, quantity, errors in (
        (gone, 1, [{"code": "NOT_FOUND", "path": []}]),
        (over, 1, [{"code": "INVALID", "path": ["input", "item"]}]),
        (fine, 0, [{"code": "INVALID", "path": ["input", "quantity"]}]),
    ):
        given = {"item": to_global("MenuItem", item.pk), "quantity": quantity}
        assert ask(unit, PLACE, {"input": given})["data"]["placeOrder"] == {"errors": errors, "order": None}
    given = {"item": to_global("MenuItem", fine.pk), "quantity": 1}
    assert ask(leader, PLACE, {"input": given})["data"]["placeOrder"]["errors"][0]["code"] == "REFUSED"
    assert written(kaifu, ServiceOrder) == before


def test_who_sees_which_orders(
    kaifu: TradeUnion, staff: Client, leader: Client, organization: Client, client_of: Callable[..., Client]
) -> None:
    unit = client_of("430105", *UNIT)
    item = make.item(provider_uscc=USCC)
    own = make.order(item, unit_id=unit.actor.user_id, unit_name="环卫一所工会")  # type: ignore[attr-defined]
    sent, served = make.order(item, OrderState.DISPATCHED), make.order(make.item(), OrderState.DELIVERED)
    numbers = {
        name: {edge["node"]["number"] for edge in ask(client, LIST)["data"]["serviceOrders"]["edges"]}
        for name, client in {
            "staff": staff,
            "leader": leader,
            "unit": unit,
            "organization": organization,
            "finance": client_of("430105", *FINANCE),
            "secretariat": client_of("430105", *SECRETARIAT),
            "reviewer": client_of("430105", Role.REVIEWER),
        }.items()
    }
    assert numbers == {
        "staff": {own.number, sent.number, served.number},
        "leader": {own.number, sent.number, served.number},
        "unit": {own.number},
        "organization": {sent.number},
        "finance": {served.number},
        "secretariat": set(),
        "reviewer": set(),
    }


def test_a_neighbours_order_is_not_there(kaifu: TradeUnion, country: dict[str, TradeUnion], staff: Client) -> None:
    with door.inside(country["430111"]):
        item = make.item()
        order = make.order(item)
    before = written(country["430111"], MenuItem, ServiceOrder)
    listed = ask(staff, "{ menuItems { totalCount } serviceOrders { totalCount } }")["data"]
    assert listed == {"menuItems": {"totalCount": 0}, "serviceOrders": {"totalCount": 0}}
    query = "query($id: ID) { serviceOrders(item: $id) { totalCount } }"
    assert codes(ask(staff, query, {"id": to_global("MenuItem", item.pk)})) == ["NOT_FOUND"]
    assert step(staff, to_global("ServiceOrder", order.pk), "approve")["errors"][0]["code"] == "NOT_FOUND"
    assert written(country["430111"], MenuItem, ServiceOrder) == before
