"""What people and partners read: the tree, the numbers, the directory, their own ledger."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.test import Client

from commons.access.roles import ROLES
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy import door
from tenants.attachments.models import Attachment
from tests.api.conftest import Bearer, ask, records
from tests.factories.uploads import PDF


def test_me_tells_who_acts_where(client_of: Callable[..., Client]) -> None:
    client = client_of("430100", Role.UNION_STAFF)
    me = ask(
        client, "{ me { kind name username actingUnion { code nameZh level } roles permissions unions { code } } }"
    )
    permissions = me["data"]["me"].pop("permissions")
    assert set(permissions) == {permission.name for permission in ROLES[Role.UNION_STAFF].permissions}
    assert len(permissions) == len(set(permissions))
    assert me["data"]["me"] == {
        "kind": "PERSON",
        "name": "张三",
        "username": client.actor.user.username,  # type: ignore[attr-defined]
        "actingUnion": {"code": "430100", "nameZh": "长沙市总工会", "level": "CITY"},
        "roles": ["UNION_STAFF"],
        "unions": [{"code": "430100"}],
    }


def test_the_tree_above_and_below_but_not_beside(client_of: Callable[..., Client]) -> None:
    """V1, V7: ancestors and the own subtree; of an ancestor's children only the own line."""
    client = client_of("430100", Role.LEADER)
    found = ask(
        client,
        """{ union(code: "430100") {
            parent { code children { edges { node { code } } } }
            ancestors { code }
            children(first: 1) { edges { node { code parent { code } } } pageInfo { hasNextPage endCursor } totalCount }
        } }""",
    )
    assert found == {
        "data": {
            "union": {
                "parent": {"code": "430000", "children": {"edges": [{"node": {"code": "430100"}}]}},
                "ancestors": [{"code": "000000"}, {"code": "430000"}],
                "children": {
                    "edges": [{"node": {"code": "430105", "parent": {"code": "430100"}}}],
                    "pageInfo": {
                        "hasNextPage": True,
                        "endCursor": found["data"]["union"]["children"]["pageInfo"]["endCursor"],
                    },
                    "totalCount": 2,
                },
            }
        }
    }


def test_pages_follow_each_other_without_gap_or_repeat(client_of: Callable[..., Client]) -> None:
    client = client_of("000000", Role.NATIONAL_ADMIN)
    seen: list[str] = []
    after = None
    while True:
        page = ask(
            client,
            "query($after: String) { unions(first: 3, after: $after) { totalCount edges { node { code } } "
            "pageInfo { hasNextPage hasPreviousPage endCursor } } }",
            {"after": after},
        )["data"]["unions"]
        assert page["totalCount"] == 10
        assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
        seen += [edge["node"]["code"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == [
        "000000",
        "310000",
        "310115",
        "430000",
        "430100",
        "430105",
        "430111",
        "440000",
        "440300",
        "440304",
    ]


def test_unions_are_filtered(client_of: Callable[..., Client]) -> None:
    client = client_of("000000", Role.NATIONAL_ADMIN)
    found = ask(
        client,
        '{ unions(level: DISTRICT, under: "430000", kind: REGIONAL, state: ACTIVE) { edges { node { code } } } }',
    )
    assert [edge["node"]["code"] for edge in found["data"]["unions"]["edges"]] == ["430105", "430111"]


def test_numbers_of_all_children_at_once(client_of: Callable[..., Client]) -> None:
    client = client_of("430100", Role.LEADER)
    found = ask(
        client,
        """{ union(code: "430100") { numbersAsOf children { edges { node { code
            rollup(indicators: ["ORG-01", "ORG-10"], period: "2026-11", scope: SUBTREE) {
                indicator unionCode month scope item value numerator denominator } } } } } }""",
    )
    edges = found["data"]["union"]["children"]["edges"]
    assert edges[0]["node"]["rollup"][0] == {
        "indicator": "ORG-01",
        "unionCode": "430105",
        "month": "2026-11",
        "scope": "SUBTREE",
        "item": None,
        "value": 0.0,
        "numerator": None,
        "denominator": None,
    }
    assert [len(edge["node"]["rollup"]) for edge in edges] == [2, 2]


def test_numbers_by_a_dimension(client_of: Callable[..., Client]) -> None:
    client = client_of("430105", Role.LEADER)
    found = ask(
        client,
        '{ union(code: "430105") { rollup(indicators: ["ORG-01"], scope: OWN, groupBy: OT) { item itemLabel } } }',
    )
    assert {"item": "foundation", "itemLabel": "基金会"} in found["data"]["union"]["rollup"]


def test_indicators_explain_themselves(staff: Client) -> None:
    found = ask(
        staff,
        '{ indicators(codes: ["ORG-01"]) { code nameZh unit definition dateRule whoCounts dimensions { code nameZh } } }',
    )
    [first] = found["data"]["indicators"]
    assert first["code"] == "ORG-01"
    assert all(first[name] for name in ("nameZh", "unit", "definition", "dateRule", "whoCounts", "dimensions"))


def test_the_ledger_with_all_that_belongs_to_it(staff: Client, country: dict[str, TradeUnion]) -> None:
    kept = records(country["430105"])
    found = ask(
        staff,
        """{ union(code: "430105") { organizations(first: 5, filter: {text: "文体", states: [ACTIVE, STALE], grade: A4,
                region: "430100", rightsDomain: EMPLOYMENT}) { totalCount edges { node {
            id name state version contactPhone note uscc
            persons { name phone } ratings { grade state } yearFacts { year staff }
            contactLogs { topics organization { name } } } } } } }""",
    )["data"]["union"]["organizations"]
    assert found["totalCount"] == 1
    assert found["edges"][0]["node"] == {
        "id": kept.ids["SocialOrganization"],
        "name": kept.organization.name,
        "state": "ACTIVE",
        "version": 1,
        "contactPhone": "13800001234",
        "note": "内部备注甲",
        "uscc": kept.organization.uscc,
        "persons": [{"name": "王秀英甲", "phone": "13900005678"}],
        "ratings": [{"grade": "A4", "state": "GRANTED"}],
        "yearFacts": [{"year": 2026, "staff": 12}],
        "contactLogs": [{"topics": "了解用工情况甲", "organization": {"name": kept.organization.name}}],
    }


def test_a_leader_sees_phones_masked(client_of: Callable[..., Client], country: dict[str, TradeUnion]) -> None:
    """V6."""
    kept = records(country["430105"])
    found = ask(
        client_of("430105", Role.LEADER),
        "query($id: ID!) { organization(id: $id) { contactPhone persons { phone } } }",
        {"id": kept.ids["SocialOrganization"]},
    )
    assert found["data"]["organization"] == {"contactPhone": "138****1234", "persons": [{"phone": "139****5678"}]}


def test_a_confidential_log_is_absent_from_lists_and_by_id(staff: Client, country: dict[str, TradeUnion]) -> None:
    """V13."""
    kept = records(country["430105"])
    listed = ask(staff, "{ contactLogs { totalCount edges { node { topics classification } } } }")
    assert listed["data"]["contactLogs"] == {
        "totalCount": 1,
        "edges": [{"node": {"topics": "了解用工情况甲", "classification": "INTERNAL"}}],
    }
    by_id = ask(staff, "query($id: ID!) { node(id: $id) { id } }", {"id": kept.ids["SecretLog"]})
    assert by_id["errors"][0]["extensions"]["code"] == "NOT_FOUND"


def test_attachments_are_listed_with_their_object_and_found_by_id(
    staff: Client, client_of: Callable[..., Client], country: dict[str, TradeUnion]
) -> None:
    kept = records(country["430105"])
    query = """query($id: ID!, $file: ID!) {
        organization(id: $id) { attachments { id label name contentType size classification createdByName path } }
        node(id: $file) { ... on Attachment { sha256 } } }"""
    asked = {"id": kept.ids["SocialOrganization"], "file": kept.ids["Attachment"]}

    for client in (staff, client_of("430105", Role.LEADER)):
        found = ask(client, query, asked)["data"]
        [attachment] = found["organization"]["attachments"]
        path = attachment.pop("path")
        assert attachment == {
            "id": kept.ids["Attachment"],
            "label": "登记证书甲",
            "name": "证书甲.pdf",
            "contentType": "application/pdf",
            "size": len(PDF),
            "classification": "INTERNAL",
            "createdByName": "test",
        }
        assert found["node"] == {"sha256": hashlib.sha256(PDF).hexdigest()}
        assert client.get(path).content == PDF

    with door.inside(country["430105"]):
        Attachment.objects.update(classification="confidential")
    found = ask(staff, query, asked)
    assert found["data"] == {"organization": {"attachments": []}, "node": None}
    assert [error["extensions"]["code"] for error in found["errors"]] == ["NOT_FOUND"]


def test_node_finds_each_type(staff: Client, country: dict[str, TradeUnion]) -> None:
    kept = records(country["430105"])
    found = ask(
        staff,
        """query($a: ID!, $b: ID!) {
            a: node(id: $a) { __typename id ... on SocialOrganization { name } }
            b: node(id: $b) { __typename id ... on ContactLog { topics } } }""",
        {"a": kept.ids["SocialOrganization"], "b": kept.ids["ContactLog"]},
    )["data"]
    assert found["a"]["__typename"] == "SocialOrganization"
    assert found["b"] == {"__typename": "ContactLog", "id": kept.ids["ContactLog"], "topics": "了解用工情况甲"}
    union = ask(staff, '{ union(code: "430105") { id } }')["data"]["union"]["id"]
    again = ask(staff, "query($id: ID!) { node(id: $id) { ... on TradeUnion { code } } }", {"id": union})
    assert again["data"]["node"] == {"code": "430105"}


def test_the_directory_is_open_to_every_union_and_to_partners(
    client_of: Callable[..., Client], partner_of: Callable[[str], Bearer]
) -> None:
    """V2, V10."""
    query = '{ directory(search: "职工", first: 2) { edges { node { uscc name regionName ratingGrade } } pageInfo { hasNextPage } } }'
    for client in (client_of("440304", Role.LEADER), partner_of("440304")):
        found: dict[str, Any] = ask(client, query)
        assert "errors" not in found
        assert found["data"]["directory"]["pageInfo"] == {"hasNextPage": False}
