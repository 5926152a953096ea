"""GraphQL over HTTP: media types, methods, statuses; who is let in. Source: ASVS 4.1.1, 3.5.2, 4.3.2."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.test import Client

from commons.access import partners
from commons.access.actors import system
from commons.access.models import PartnerClient
from commons.audit.models import AuditEvent
from commons.hierarchy.enums import UnionState
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now
from commons.people.enums import Role
from tests.api.conftest import Bearer, ask, post
from tests.factories import people

NEWER = "application/graphql-response+json"


def test_anonymous_gets_one_error_and_nothing_else(db: None) -> None:
    anonymous = Client()
    requests = [
        post(anonymous, "{ __schema { types { name } } }"),
        post(anonymous, "{ me { name } }"),
        post(anonymous, "nonsense {{{"),
        post(anonymous, "{ " + "a" * 10 + " }"),
        anonymous.get("/graphql", {"query": "{ __typename }"}),
        anonymous.get("/graphql"),
        anonymous.delete("/graphql"),
        anonymous.post("/graphql", b"[", content_type="text/csv"),
        post(Bearer("not-a-token"), "{ __typename }"),
        post(Client(headers={"Authorization": "Basic dXNlcjpwYXNz"}), "{ __typename }"),
        post(Client(headers={"Authorization": "Bearer "}), "{ __typename }"),
        post(Bearer("x" * 500), "{ __typename }"),
    ]
    assert {response.status_code for response in requests} == {401}
    assert len({response.content for response in requests}) == 1
    assert orjson.loads(requests[0].content) == {
        "errors": [{"message": "请先登录，或提供有效的访问令牌。", "extensions": {"code": "UNAUTHENTICATED"}}]
    }
    assert requests[0]["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("accept", "answered", "status"),
    [
        ("", "application/json; charset=utf-8", 200),
        ("*/*", "application/json; charset=utf-8", 200),
        ("application/json", "application/json; charset=utf-8", 200),
        ("text/html, application/*;q=0.2", "application/json; charset=utf-8", 200),
        (NEWER, f"{NEWER}; charset=utf-8", 200),
        (f"{NEWER}, application/json;q=0.9", f"{NEWER}; charset=utf-8", 200),
        (f"{NEWER};q=0.1, application/json", "application/json; charset=utf-8", 200),
        ("text/csv", "application/json; charset=utf-8", 406),
        ("application/json;q=0", "application/json; charset=utf-8", 406),
    ],
)
def test_the_answers_media_type_is_the_one_asked_for(staff: Client, accept: str, answered: str, status: int) -> None:
    response = post(staff, "{ __typename }", Accept=accept)
    assert (response["Content-Type"], response.status_code) == (answered, status)
    assert response["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("{ me {", {}),
        ("{ nothing }", {}),
        ("query($id: ID!) { node(id: $id) { id } }", {}),
        ("query($first: Int) { unions(first: $first) { edges { cursor } } }", {"first": "two"}),
    ],
)
def test_request_errors_are_200_in_json_and_400_in_the_newer_type(
    staff: Client, query: str, variables: dict[str, Any]
) -> None:
    older, newer = post(staff, query, variables), post(staff, query, variables, Accept=NEWER)
    assert (older.status_code, newer.status_code) == (200, 400)
    for response in (older, newer):
        body = orjson.loads(response.content)
        assert "data" not in body
        assert body["errors"][0]["message"]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b'{"query": "{ __typename }"}', "application/json; charset=UTF-8", 200),
        (
            b'{"query": "{ __typename }", "variables": null, "operationName": null, "extensions": {}}',
            "application/json",
            200,
        ),
        (b'{"query": "{ __typename }"}', "application/json; charset=gbk", 415),
        (b'{"query": "{ __typename }"}', "text/plain", 415),
        (b"query=%7B__typename%7D", "application/x-www-form-urlencoded", 415),
        (b"{ __typename }", "application/graphql", 415),
        (b'[{"query": "{ __typename }"}]', "application/json", 400),
        (b"{", "application/json", 400),
        (b'{"query": 7}', "application/json", 400),
        (b'{"query": ""}', "application/json", 400),
        (b'{"query": "{ __typename }", "variables": []}', "application/json", 400),
        (b'{"query": "{ __typename }", "extensions": "x"}', "application/json", 400),
        (b'{"query": "{ __typename }", "operationName": 1}', "application/json", 400),
        (b'{"query": "{ __typename }", "variables": {"a": "\\u0000"}}', "application/json", 400),
        (b'{"query": "{ __typename }", "x": "' + b"a" * 100_000 + b'"}', "application/json", 413),
        (b'{"query": "' + b"\xff" + b'"}', "application/json", 400),
    ],
)
def test_bodies(staff: Client, body: bytes, content_type: str, status: int) -> None:
    assert staff.post("/graphql", body, content_type=content_type).status_code == status


def test_get_reads_and_never_writes(staff: Client) -> None:
    assert staff.get("/graphql", {"query": "{ me { name } }"}).json()["data"] == {"me": {"name": "张三"}}
    with_variables = staff.get(
        "/graphql", {"query": "query($c: String!) { union(code: $c) { code } }", "variables": '{"c": "430105"}'}
    )
    assert with_variables.json()["data"] == {"union": {"code": "430105"}}
    refused = staff.get(
        "/graphql", {"query": 'mutation { submitOrganization(input: {id: "eDox"}) { errors { code } } }'}
    )
    assert (refused.status_code, refused["Allow"]) == (405, "POST")
    assert staff.put("/graphql", b"{}", content_type="application/json").status_code == 405


def test_the_address_of_a_post_is_not_read(staff: Client) -> None:
    body = orjson.dumps({"query": "{ me { name } }"})
    answer = staff.post("/graphql?query={__typename}", body, content_type="application/json").json()
    assert answer["data"] == {"me": {"name": "张三"}}


def test_a_session_needs_its_csrf_token(country: dict[str, TradeUnion]) -> None:
    browser = Client(enforce_csrf_checks=True)
    actor = people.actor("430105", Role.UNION_STAFF)
    assert actor.user is not None
    browser.force_login(actor.user, backend="django.contrib.auth.backends.ModelBackend")
    refused = post(browser, "{ __typename }")
    assert (refused.status_code, orjson.loads(refused.content)["errors"][0]["extensions"]["code"]) == (403, "CSRF")
    browser.cookies["csrf"] = "a" * 32
    assert post(browser, "{ __typename }", X_CSRFToken="b" * 32).status_code == 403
    assert post(browser, "{ __typename }", X_CSRFToken="a" * 32).status_code == 200


def test_only_the_named_operation_runs(staff: Client) -> None:
    two = "query a { me { name } } query b { __typename }"
    body = orjson.loads(
        staff.post(
            "/graphql", orjson.dumps({"query": two, "operationName": "b"}), content_type="application/json"
        ).content
    )
    assert body["data"] == {"__typename": "Query"}
    assert "多个操作" in ask(staff, two)["errors"][0]["message"]


def test_the_acting_union_is_chosen_and_never_taken(
    client_of: Callable[..., Client], country: dict[str, TradeUnion]
) -> None:
    """V14; ASVS 4.1.3."""
    client = client_of("430105", Role.UNION_STAFF)
    code = "{ me { actingUnion { code } } }"
    people.assign(client.actor.user, country["440304"], Role.LEADER)  # type: ignore[attr-defined]
    assert ask(client, code)["data"]["me"] == {"actingUnion": {"code": "430105"}}
    assert ask(client, code, X_Acting_Union="440304")["data"]["me"] == {"actingUnion": {"code": "440304"}}
    for stranger in ("430111", "000000", "999999", "' or 1=1"):
        refused = post(client, code, X_Acting_Union=stranger)
        assert refused.status_code == 403
    absent = {post(client, code, X_Acting_Union=code_).content for code_ in ("430111", "999999")}
    assert len(absent) == 1
    for header in ("X-Tenant", "X-Forwarded-Host", "X-Union", "X-Forwarded-Prefix"):
        answer = client.post(
            "/graphql?tenant=430111",
            orjson.dumps({"query": code}),
            content_type="application/json",
            headers={header: "430111"},
        )
        assert answer.json()["data"]["me"] == {"actingUnion": {"code": "430105"}}


def test_who_has_not_chosen_sees_only_themselves(country: dict[str, TradeUnion]) -> None:
    actor = people.actor("430105", Role.UNION_STAFF)
    assert actor.user is not None
    people.assign(actor.user, country["440304"], Role.LEADER)
    client = Client()
    client.force_login(actor.user, backend="django.contrib.auth.backends.ModelBackend")
    found = ask(client, '{ me { actingUnion { code } roles unions { code } } union(code: "430105") { code } }')
    assert found["data"] == {
        "me": {"actingUnion": None, "roles": [], "unions": [{"code": "430105"}, {"code": "440304"}]},
        "union": None,
    }
    assert found["errors"][0]["extensions"]["code"] == "API.NO_ACTING_UNION"


def test_a_partners_token_ends(country: dict[str, TradeUnion], partner_of: Callable[[str], Bearer]) -> None:
    """G8: revoked, expired, or its root suspended: refused with the next request."""
    at = now()
    issued = partners.issue(name="省平台", root=country["430000"], days=30, by=system("test"), at=at)
    assert issued.token not in str(PartnerClient.objects.values_list())
    assert partners.authenticate(issued.token, at=at) is not None
    assert partners.authenticate(issued.token, at=at + timedelta(days=30)) is None
    partner = Bearer(issued.token)
    assert ask(partner, "{ me { kind name username roles permissions unions { code } actingUnion { code } } }") == {
        "data": {
            "me": {
                "kind": "PARTNER",
                "name": "省平台",
                "username": None,
                "roles": [],
                "permissions": ["NUMBERS_VIEW", "DIRECTORY_VIEW", "OPEN_DATA_EXPORT"],
                "unions": [{"code": "430000"}],
                "actingUnion": {"code": "430000"},
            }
        }
    }
    assert post(partner, "{ __typename }", X_Acting_Union="440000").status_code == 403
    partners.revoke(client=issued.client, by=system("test"), at=now())
    assert post(partner, "{ __typename }").status_code == 401
    other = partner_of("430000")
    TradeUnion.objects.filter(code="430000").update(state=UnionState.SUSPENDED)
    assert post(other, "{ __typename }").status_code == 401


def test_a_token_in_the_address_counts_for_nothing(country: dict[str, TradeUnion]) -> None:
    issued = partners.issue(name="省平台", root=country["430000"], by=system("test"), at=now())
    for name in ("token", "access_token", "Authorization"):
        assert Client().get("/graphql", {"query": "{ __typename }", name: issued.token}).status_code == 401


def test_a_bad_token_is_refused_even_with_a_session(staff: Client) -> None:
    assert post(staff, "{ __typename }", Authorization="Bearer nothing").status_code == 401


def test_every_query_of_a_partner_is_on_record(partner_of: Callable[[str], Bearer]) -> None:
    """V10."""
    ask(partner_of("430100"), '{ union(code: "430105") { code } }')
    event = AuditEvent.objects.get(event="api.partner_query")
    assert (event.by_name, event.union_code, event.data["cost"]) == ("合作系统430100", "430100", 1)


def test_too_many_requests(partner_of: Callable[[str], Bearer], monkeypatch: pytest.MonkeyPatch) -> None:
    """G9: one caller's flood is refused, another goes on."""
    monkeypatch.setattr("api.kit.rates.REQUESTS_PER_MINUTE", 2)
    flooding, other = partner_of("430100"), partner_of("430000")
    statuses = [post(flooding, "{ __typename }").status_code for _ in range(3)]
    assert statuses[-1] == 429
    assert post(other, "{ __typename }").status_code == 200


def test_a_suspended_unions_people_are_out(staff: Client) -> None:
    TradeUnion.objects.filter(code="430105").update(state=UnionState.SUSPENDED)
    found = ask(staff, "{ me { actingUnion { code } unions { code } } organizations { totalCount } }")
    assert found["data"] == {"me": {"actingUnion": None, "unions": []}, "organizations": None}


def test_what_nobody_anticipated_tells_no_details(staff: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """G3; ASVS 16.5.1."""

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("commons.rollup.selectors.catalogue", broken)
    found = ask(staff, "{ indicators { code } me { name } }")
    [error] = found["errors"]
    assert error["message"].startswith("服务器内部错误")
    assert error["extensions"]["code"] == "INTERNAL"
    assert "secret" not in str(found)
