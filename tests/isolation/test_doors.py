"""Nobody, no longer, and somebody with a forged sign: who is turned away at the door. Source: V14, SM-01; ASVS 8.3.2."""

from __future__ import annotations

from collections.abc import Callable

import orjson
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from commons.access import partners
from commons.access.actors import Actor, system
from commons.accounts import actions as accounts
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now
from commons.onboarding.actions import suspend
from commons.people.enums import Role
from commons.people.models import RoleAssignment
from tests.factories import people
from tests.isolation.addresses import addresses, outside
from tests.isolation.asking import METHODS, answer, ask
from tests.isolation.rows import Rows, snapshot

ClientOf = Callable[..., Client]
Country = dict[str, TradeUnion]

# What anybody may ask for, and how it is answered to nobody.
PUBLIC = {
    "sign-in": {200},
    "sign-out": {302, 405},
    "invitation": {200, 404},
    "reset": {200, 404},
    "metrics": {200, 404, 405},
    # Links of workers without an account; one that was never handed out opens nothing.
    "worker": {404, 405},
    "worker-thanks": {200, 404, 405},
    "graphql": {401, 405, 406, 415, 400},
    "open-data-feed": {401, 405},
}
PARTS = {
    "union_code": "430105",
    "token": "x" * 43,
    "code": "430105",
    "name": "releases.jsonl",
    "handle": "00000000-0000-7000-8000-000000000000",
    "uscc": "51430000MJJ0000000",
    "pk": "00000000-0000-7000-8000-000000000000",
}
LOWER_ONLY = {"code": "430105"}
FORGED = [
    {"headers": {"X-Tenant": "430105"}},
    {"headers": {"X-Acting-Union": "430105"}},
    {"headers": {"X-Forwarded-Host": "430105.example.cn"}},
    {"headers": {"X-Original-URL": "/u/430105/organizations"}},
    {"query_params": {"tenant": "430105", "union": "430105", "union_code": "430105"}},
]


def test_nobody_is_led_to_the_sign_in_page(theirs: Rows) -> None:
    before = snapshot(theirs.union)
    nobody = Client()
    for address in addresses():
        for method in METHODS:
            response = ask(nobody, method, address.path("430105", address.of(theirs)))
            assert response.status_code == 302, address.name
            assert response.headers["Location"].startswith("/sign-in?next="), address.name
    assert snapshot(theirs.union) == before


@pytest.mark.parametrize("method", METHODS)
def test_outside_the_unions_only_the_entrances_are_public(theirs: Rows, method: str) -> None:
    nobody = Client()
    for name, _, parts in outside():
        response = ask(nobody, method, reverse(name, kwargs={part: PARTS[part] for part in parts}))
        assert theirs.canary.encode() not in response.content
        if name in PUBLIC:
            assert response.status_code in PUBLIC[name] | {200}, name
        else:
            led = response.status_code == 302 and response.headers["Location"].startswith("/sign-in")
            assert led or response.status_code in {401, 404, 405}, (name, response.status_code)


def test_no_page_is_kept_by_a_browser_or_a_proxy(theirs: Rows, country: Country) -> None:
    """ASVS 14.3.2: signed in or not, found or not."""
    client = Client()
    assert theirs.admin.user is not None
    client.force_login(theirs.admin.user, backend="django.contrib.auth.backends.ModelBackend")
    for one in (client, Client()):
        for address in addresses():
            given = address.of(theirs) | (LOWER_ONLY if "code" in address.places else {})
            response = ask(one, "GET", address.path("430105", given))
            assert "no-store" in response.headers["Cache-Control"], address.name
        for name, _, parts in outside():
            response = ask(one, "GET", reverse(name, kwargs={part: PARTS[part] for part in parts}))
            assert "no-store" in response.headers["Cache-Control"], name


@pytest.mark.parametrize("forged", FORGED)
def test_only_the_path_says_which_union(theirs: Rows, client_of: ClientOf, forged: dict[str, object]) -> None:
    """T3: no header and no parameter moves a request into another union's schema."""
    client = client_of("430111", Role.UNION_STAFF)
    for path in (
        "/u/430111/organizations",
        "/u/430111/contacts",
        "/u/430111/",
        "/",
        f"/u/430111/organizations/{theirs.keys['organization']}",
    ):
        response = client.get(path, follow=True, **forged)  # type: ignore[arg-type]
        assert theirs.canary.encode() not in response.content
    found = client.post(
        "/graphql",
        orjson.dumps({"query": "{ organizations { totalCount edges { node { name } } } }"}),
        content_type="application/json",
        **forged,  # type: ignore[arg-type]
    )
    assert theirs.canary.encode() not in found.content
    assert client.get("/u/430105/organizations", **forged).status_code == 404  # type: ignore[arg-type]


def test_a_chosen_union_in_the_session_gives_nothing(theirs: Rows, client_of: ClientOf) -> None:
    """V14: the session remembers a choice, it does not grant one."""
    client = client_of("430111", Role.UNION_ADMIN)
    session = client.session
    session["acting_union"] = "430105"
    session.save()
    found = client.post(
        "/graphql",
        orjson.dumps({"query": "{ organizations { edges { node { name } } } me { name } }"}),
        content_type="application/json",
    )
    assert theirs.canary.encode() not in found.content
    assert client.post("/acting", {"code": "430105"}).status_code == 404


def test_two_people_at_one_address_alternate(theirs: Rows, ours: Rows) -> None:
    """T4: the answer is the asker's, whoever asked before."""
    browsers = {}
    for rows in (theirs, ours):
        assert rows.admin.user is not None
        browsers[rows.union.code] = Client()
        browsers[rows.union.code].force_login(rows.admin.user, backend="django.contrib.auth.backends.ModelBackend")
    for _ in range(3):
        for rows in (theirs, ours):
            other = {"430105": ours, "430111": theirs}[rows.union.code]
            page = browsers[rows.union.code].get("/directory/differences", follow=True)
            assert other.canary.encode() not in page.content
            mine = browsers[rows.union.code].get(f"/u/{rows.union.code}/organizations")
            assert rows.canary.encode() in mine.content
            assert other.canary.encode() not in mine.content
            assert browsers[rows.union.code].get(f"/u/{other.union.code}/organizations").status_code == 404
        assert Client().get("/u/430105/organizations").status_code == 302


def test_a_suspended_union_is_closed_with_the_next_request(
    theirs: Rows, country: Country, actor_of: Callable[..., Actor], client_of: ClientOf
) -> None:
    """W1: sessions, the API and partners' tokens; the jobs are proven beside the lifecycle."""
    only_here, elsewhere_too = client_of("430105", Role.UNION_ADMIN), client_of("430105", Role.UNION_ADMIN)
    people.assign(elsewhere_too.actor.user, country["430111"], Role.UNION_STAFF)  # type: ignore[attr-defined]
    token = partners.issue(name="合作系统", root=country["430105"], by=system("测试"), at=now()).token
    partner = Client(headers={"Authorization": f"Bearer {token}"})

    def asked(who: Client, query: str = '{ union(code: "430105") { code } }') -> tuple[int, bytes]:
        response = who.post("/graphql", orjson.dumps({"query": query}), content_type="application/json")
        return response.status_code, response.content

    for who in (only_here, elsewhere_too):
        assert who.get("/u/430105/organizations").status_code == 200
        assert b"430105" in asked(who)[1]
    assert b"430105" in asked(partner)[1]
    suspend(union=country["430105"], reason="机构调整", by=actor_of("000000", Role.NATIONAL_ADMIN), at=now())
    for address in addresses():
        path = address.path("430105", address.of(theirs))
        for method in METHODS:
            assert ask(only_here, method, path).headers.get("Location", "").startswith("/sign-in"), address.name
            assert ask(elsewhere_too, method, path).status_code == 404, address.name
    assert elsewhere_too.get("/u/430111/organizations").status_code == 200
    assert asked(partner)[0] == 401
    assert asked(only_here)[0] == 401
    assert b"CANARY" not in asked(elsewhere_too, "{ organizations { edges { node { name } } } }")[1]


def test_a_role_that_ends_is_gone_with_the_next_request(theirs: Rows, country: Country, client_of: ClientOf) -> None:
    """H2: the session stays, what it opened does not."""
    client = client_of("430105", Role.UNION_STAFF)
    pages = [
        address
        for address in addresses()
        if ask(client, "GET", address.path("430105", address.of(theirs))).status_code == 200
    ]
    assert len(pages) >= 25
    assignment = RoleAssignment.objects.get(user=client.actor.user)  # type: ignore[attr-defined]
    accounts.end(assignment=assignment, by=theirs.admin, at=now())
    for address in pages:
        path = address.path("430105", address.of(theirs))
        absent = address.path("999999", address.of(theirs))
        found = answer(client, "GET", path, ["430105"])
        assert found == answer(client, "GET", absent, ["999999"]), address.name
        assert found.status == 404


def test_links_of_one_union_open_nothing_in_another(theirs: Rows, client_of: ClientOf) -> None:
    """T8: an invitation of 开福 gives a role in 开福 alone, whoever follows it."""
    client = client_of("430111", Role.UNION_STAFF)
    holder = client.actor.user  # type: ignore[attr-defined]
    client.post(f"/invitation/{theirs.token}", {"union": "430111", "role": "union_admin", "union_code": "000000"})
    held = set(RoleAssignment.objects.filter(user=holder).values_list("union__code", "role"))
    assert held <= {("430111", Role.UNION_STAFF), ("430105", Role.UNION_STAFF)}
    assert Client().get(f"/reset/{theirs.token}").status_code in {200, 404}
    assert settings.CSRF_COOKIE_HTTPONLY or settings.CSRF_USE_SESSIONS
