"""
The account of an organization: its own matters in every union, and nothing else anywhere. Source: DOMAIN §4.1, §4.2, V14.
"""

from __future__ import annotations

import pytest
from django.test import Client

from commons.hierarchy.models import TradeUnion
from commons.people.enums import LinkState, Role
from commons.people.models import OrgAccountLink
from commons.tenancy import door
from tenants.registry.models import SocialOrganization
from tests.factories import people
from tests.isolation.addresses import addresses
from tests.isolation.asking import METHODS, ask, content
from tests.isolation.rows import Rows, snapshot
from tests.isolation.test_addresses import OF_ORGANIZATIONS

OUTSIDER = "51430100MJ0000001X"
# What is published to everybody who is signed in; the desk leads to the portal.
PUBLIC = {
    "desk",
    "calls",
    "call",
    "directory",
    "directory-card",
    "published-clusters",
    "own-appeals",
    "appeal-new",
    "served-orders",
    "purchase-call",
    "notices",
    "notices-read",
    "market-new",
    "market-listing",
    "purchase-call-ask",
    "purchase-call-object",
    "bid-edit",
    "own-bids",
}


def of_organization(uscc: str) -> Client:
    client = Client()
    holder = people.organization("430100", uscc).user
    assert holder is not None
    client.force_login(holder, backend="django.contrib.auth.backends.ModelBackend")
    return client


def listed(rows: Rows) -> str:
    with door.inside(rows.union):
        return SocialOrganization.objects.get(pk=rows.keys["organization"]).uscc


@pytest.mark.parametrize("where", ["430105", "430100", "440304"])
def test_an_organization_reads_no_page_of_a_union(theirs: Rows, country: dict[str, TradeUnion], where: str) -> None:
    """With the keys of 开福, in 开福 and elsewhere: refused or absent, and nothing is written."""
    client, before = of_organization(OUTSIDER), snapshot(theirs.union)
    asked = 0
    for address in addresses():
        if address.name in PUBLIC | {"union-portal", "todo"}:
            continue
        for method in METHODS:
            response = ask(client, method, address.path(where, address.of(theirs)))
            assert response.status_code in {403, 404, 405}, f"{method} {address.name}: {response.status_code}"
            assert theirs.canary.encode() not in content(response), address.name
            asked += 1
    assert asked >= 120
    assert snapshot(theirs.union) == before


def test_a_union_that_does_not_list_it_shows_an_empty_portal(theirs: Rows) -> None:
    page = of_organization(OUTSIDER).get("/u/430105/portal")
    assert page.status_code == 200
    assert theirs.canary not in page.content.decode()
    assert "这家工会目前没有与贵组织有关的事项" in page.content.decode()


def test_its_own_matters_are_answered_where_it_is_listed(theirs: Rows, ours: Rows) -> None:
    client = of_organization(listed(theirs))
    paths = [address.path("430105", {}) for address in addresses() if address.name in OF_ORGANIZATIONS]
    assert {client.get(path).status_code for path in paths} == {200}
    # The union's opinion, its contacts and its people stay with the union, and the neighbour's entry with the neighbour.
    body = client.get("/u/430105/portal/entry").content.decode()
    assert "内部备注" not in body
    assert client.get("/u/430111/portal/entry").status_code == 404
    assert ours.canary not in body


def test_a_revoked_account_is_outside_with_the_next_request(theirs: Rows) -> None:
    client = of_organization(listed(theirs))
    assert client.get("/u/430105/portal/entry").status_code == 200
    OrgAccountLink.objects.filter(state=LinkState.VERIFIED).update(state=LinkState.REVOKED)
    assert client.get("/u/430105/portal/entry").status_code == 404
    assert client.get("/u/430105/portal").status_code == 404
    assert client.get("/portal").status_code == 200


@pytest.mark.parametrize("role", [Role.UNION_ADMIN, Role.UNION_STAFF, Role.ORG_USER, Role.REVIEWER])
def test_nobody_else_enters_an_organizations_pages(theirs: Rows, role: Role) -> None:
    client = Client()
    holder = people.actor("430105", role).user
    assert holder is not None
    client.force_login(holder, backend="django.contrib.auth.backends.ModelBackend")
    for address in addresses():
        if address.name in OF_ORGANIZATIONS:
            assert {ask(client, method, address.path("430105", {})).status_code for method in METHODS} <= {404, 405}
