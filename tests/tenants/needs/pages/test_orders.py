"""The pages of the menu and of orders."""

from collections.abc import Callable
from decimal import Decimal

from django.test import Client
from pytest_django import DjangoAssertNumQueries

from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy import door
from tenants.needs.enums import OrderState
from tenants.needs.models import MenuItem, ServiceOrder
from tests.factories import people
from tests.factories.needs import order as make
from tests.tenants.needs.conftest import USCC

BASE = "/u/430105/orders"
ITEM = {
    "title": "法律咨询", "field": "psychological", "provider_name": "开福区启航职工服务中心", "provider_uscc": USCC,
    "price": "150", "unit_label": "人次", "cap": "3000", "repeat_limit": "1", "from_on": "2026-01-01", "is_active": "on",
}  # fmt: skip


def provider() -> Client:
    client = Client()
    user = people.organization("430105", USCC).user
    assert user is not None
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_put_on_the_menu_and_changed(kaifu: TradeUnion, client_of: Callable[..., Client]) -> None:
    client = client_of("430105", Role.UNION_STAFF)
    wrong = client.post(f"{BASE}/menu/new", {**ITEM, "provider_uscc": "123"})
    assert (wrong.status_code, MenuItem.objects.count()) == (422, 0)
    made = client.post(f"{BASE}/menu/new", ITEM)
    assert made.status_code == 302
    row = MenuItem.objects.get()
    assert "开福区启航职工服务中心" in client.get(made["Location"]).text
    edited = client.post(f"{BASE}/menu/{row.pk}/edit", {**ITEM, "cap": "4000", "version": "1"})
    assert edited.status_code == 302
    assert MenuItem.objects.get().cap == Decimal("4000.00")
    assert client.post(f"{BASE}/menu/{row.pk}/edit", {**ITEM, "cap": "5000", "version": "1"}).status_code == 409
    assert "4,000.00" in client.get(f"{BASE}/menu").text


def test_the_menu_is_filtered_by_what_may_be_ordered(kaifu: TradeUnion, client_of: Callable[..., Client]) -> None:
    make.item(title="心理讲座")
    make.item(title="旧的服务", is_active=False)
    client = client_of("430105", Role.UNION_STAFF)
    for asked, shown in (("", (True, True)), ("1", (True, False)), ("0", (False, True))):
        text = client.get(f"{BASE}/menu?is_active={asked}").text
        assert ("心理讲座" in text, "旧的服务" in text) == shown
    assert "未知" not in client.get(f"{BASE}/menu").text


def test_leaders_see_and_change_nothing(kaifu: TradeUnion, client_of: Callable[..., Client]) -> None:
    item = make.item()
    row = make.order(item)
    client = client_of("430105", Role.LEADER)
    assert row.number in client.get(BASE).text
    assert client.get(f"{BASE}/{row.pk}").status_code == 200
    assert client.get(f"{BASE}/menu/new").status_code == 403
    assert client.post(f"{BASE}/menu/{item.pk}/edit", {**ITEM, "version": "1"}).status_code == 403
    assert client.get(f"{BASE}/new").status_code == 403
    assert client.get(f"{BASE}/links").status_code == 403


def test_a_unit_orders_and_sees_its_own(kaifu: TradeUnion, client_of: Callable[..., Client]) -> None:
    item = make.item()
    other = make.order(item)
    client = client_of("430105", Role.UNIT_USER, Role.REVIEWER)
    made = client.post(f"{BASE}/new", {"item": str(item.pk), "quantity": "2", "wish": "周末上午"})
    assert made.status_code == 302
    row = ServiceOrder.objects.exclude(pk=other.pk).get()
    assert (row.quantity, row.state, row.unit_id) == (2, OrderState.ORDERED, client.actor.user_id)  # type: ignore[attr-defined]
    assert "周末上午" in client.get(made["Location"]).text
    listed = client.get(f"{BASE}/placed").text
    assert (row.number in listed, other.number in listed) == (True, False)
    assert client.get(f"{BASE}/{other.pk}").status_code == 404
    assert client.get(BASE).status_code == 403


def test_the_provider_sees_what_was_sent_to_it(kaifu: TradeUnion) -> None:
    item = make.item(provider_uscc=USCC)
    sent, waiting = make.order(item, OrderState.DISPATCHED), make.order(item)
    foreign = make.order(make.item("技能培训"), OrderState.DISPATCHED)
    client = provider()
    listed = client.get(f"{BASE}/served").text
    assert [row.number in listed for row in (sent, waiting, foreign)] == [True, False, False]
    shown = client.get(f"{BASE}/{sent.pk}")
    assert (shown.status_code, "李娜" in shown.text) == (200, False)
    assert client.get(f"{BASE}/{waiting.pk}").status_code == 404
    assert client.get(f"{BASE}/{foreign.pk}").status_code == 404
    assert "待服务的点单" in client.get("/u/430105/portal").text


def test_no_section_for_an_organization_without_orders(kaifu: TradeUnion) -> None:
    make.order(make.item("技能培训"), OrderState.DISPATCHED)
    assert "待服务的点单" not in provider().get("/u/430105/portal").text


def test_a_neighbours_order_is_not_there(
    kaifu: TradeUnion, country: dict[str, TradeUnion], client_of: Callable[..., Client]
) -> None:
    with door.inside(country["430111"]):
        item = make.item("邻区的服务")
        row = make.order(item)
    client = client_of("430105", Role.UNION_ADMIN)
    assert client.get(f"{BASE}/{row.pk}").status_code == 404
    assert client.get(f"{BASE}/menu/{item.pk}").status_code == 404
    assert "邻区的服务" not in client.get(BASE).text + client.get(f"{BASE}/menu").text


def test_lists_cost_the_same_however_long(
    kaifu: TradeUnion, client_of: Callable[..., Client], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_of("430105", Role.UNION_STAFF)
    for _ in range(12):
        make.order(make.item())
    for url in (BASE, f"{BASE}/menu"):
        client.get(url)
        with django_assert_max_num_queries(20):
            assert client.get(url).status_code == 200
