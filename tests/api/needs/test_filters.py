"""Lists of needs are narrowed as on their pages, and read page by page."""

from __future__ import annotations

import pytest
from django.test import Client

from api.kit.ids import to_global
from commons.hierarchy.models import TradeUnion
from tenants.needs.enums import AppealState, NeedState, OrderState, SurveyState
from tests.api.conftest import ask
from tests.api.needs.conftest import codes
from tests.factories.needs import appeal as appeals
from tests.factories.needs import need as needs
from tests.factories.needs import order as orders
from tests.factories.needs import survey as surveys


@pytest.fixture
def ids(kaifu: TradeUnion) -> dict[str, str]:
    """Two of each kind, unlike in everything that is filtered by."""
    cluster = needs.cluster()
    needs.published(field="legal_aid", year=2025)
    needs.need(state=NeedState.CLUSTERED, cluster=cluster, groups=["women"])
    needs.need(field="legal_aid", source="appeal", year=2025, groups=["outdoor"])
    surveys.survey(SurveyState.OPEN)
    surveys.survey(SurveyState.CLOSED, method="paper", year=2025)
    item = orders.item()
    orders.order(item)
    orders.order(orders.item("法律咨询", field="legal_aid", is_active=False), OrderState.DISPATCHED)
    appeals.appeal()
    appeals.appeal(AppealState.CLOSED, category="wage", channel="phone")
    return {"cluster": to_global("NeedCluster", cluster.pk), "item": to_global("MenuItem", item.pk)}


@pytest.mark.parametrize(
    ("field", "arguments", "found"),
    [
        ("needs", "", 2),
        ("needs", "filter: {state: CLUSTERED}", 1),
        ("needs", "filter: {field: LEGAL_AID}", 1),
        ("needs", "filter: {source: APPEAL, year: 2025}", 1),
        ("needs", "filter: {source: APPEAL, year: 2026}", 0),
        ("needs", "filter: {group: WOMEN}", 1),
        ("needs", 'filter: {cluster: "%(cluster)s"}', 1),
        ("needs", 'filter: {cluster: "%(cluster)s", group: OUTDOOR}', 0),
        ("needClusters", "", 2),
        ("needClusters", "state: PUBLISHED", 1),
        ("needClusters", "field: LEGAL_AID, year: 2026", 0),
        ("needSurveys", "", 2),
        ("needSurveys", "state: OPEN, method: ONLINE", 1),
        ("needSurveys", "method: PAPER, year: 2025", 1),
        ("menuItems", "", 2),
        ("menuItems", "isActive: true", 1),
        ("menuItems", "isActive: true, field: LEGAL_AID", 0),
        ("serviceOrders", "", 2),
        ("serviceOrders", "state: DISPATCHED", 1),
        ("serviceOrders", 'item: "%(item)s"', 1),
        ("appeals", "", 2),
        ("appeals", "state: CLOSED, category: WAGE, channel: PHONE", 1),
        ("appeals", "category: SAFETY, channel: PHONE", 0),
    ],
)
def test_a_list_is_narrowed(ids: dict[str, str], staff: Client, field: str, arguments: str, found: int) -> None:
    given = f"({arguments % ids})" if arguments else ""
    told = ask(staff, f"{{ {field}{given} {{ totalCount edges {{ node {{ id }} }} }} }}")["data"][field]
    assert (told["totalCount"], len(told["edges"])) == (found, found)


@pytest.mark.parametrize("field", ["needs", "needClusters", "needSurveys", "menuItems", "serviceOrders", "appeals"])
def test_page_by_page_each_row_once(ids: dict[str, str], staff: Client, field: str) -> None:
    query = f"""query($after: String) {{ {field}(first: 1, after: $after) {{ edges {{ node {{ id }} }}
        pageInfo {{ hasNextPage endCursor }} }} }}"""
    first = ask(staff, query)["data"][field]
    second = ask(staff, query, {"after": first["pageInfo"]["endCursor"]})["data"][field]
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)
    assert len({edge["node"]["id"] for page in (first, second) for edge in page["edges"]}) == 2
    assert codes(ask(staff, f"{{ {field}(first: 101) {{ totalCount }} }}")) == ["LIMIT.PAGE_SIZE"]
