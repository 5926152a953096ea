"""Tickets about odd figures through the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.test import Client

from api.kit.ids import to_global
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from tests.api.conftest import Bearer, ask
from tests.commons.quality.test_tickets import odd

Country = dict[str, TradeUnion]
ClientOf = Callable[..., Client]
EXPLAIN = """mutation($id: ID!, $note: String!) { explainTicket(input: {id: $id, note: $note}) {
    ticket { state note explainedByName history { event state note byName } } errors { code path }
} }"""


def test_the_own_desk(client_of: ClientOf, country: Country, at: datetime) -> None:
    ticket = odd(country, at)
    odd(country, at, code="430111")
    found = ask(
        client_of("430105", Role.LEADER),
        "{ dataQualityTickets { totalCount edges { node { id union { code } check indicator month scope state value "
        "against sentence advice note history { event state value against byName } } } } }",
    )
    assert found["data"]["dataQualityTickets"] == {
        "totalCount": 1,
        "edges": [
            {
                "node": {
                    "id": to_global("DataQualityTicket", ticket.pk),
                    "union": {"code": "430105"},
                    "check": "PARTS",
                    "indicator": "ORG-12",
                    "month": "2026-11",
                    "scope": "OWN",
                    "state": "OPEN",
                    "value": "12",
                    "against": "0",
                    "sentence": "2026年11月，本级“枢纽型社会组织数”为 12 家，多于“社会组织台账数”的 0 家。",
                    "advice": "请核对标记为枢纽型的组织是否都在册。",
                    "note": None,
                    "history": [
                        {"event": "FOUND", "state": "OPEN", "value": "12", "against": "0", "byName": "数据核对"}
                    ],
                }
            }
        ],
    }


def test_the_subtree_and_its_filters(client_of: ClientOf, country: Country, at: datetime) -> None:
    odd(country, at)
    odd(country, at, code="430111")
    odd(country, at, code="440304")
    client = client_of("430000", Role.LEADER)

    def codes(arguments: str) -> list[str]:
        query = f"{{ dataQualityTickets{arguments} {{ totalCount edges {{ node {{ union {{ code }} }} }} }} }}"
        page = ask(client, query)["data"]["dataQualityTickets"]
        found = sorted(edge["node"]["union"]["code"] for edge in page["edges"])
        assert page["totalCount"] == len(found)
        return found

    assert codes("") == []
    assert codes("(below: true)") == ["430105", "430111"]
    assert codes('(under: "430105")') == ["430105"]
    assert codes('(under: "430100", below: true, states: [OPEN], indicator: "ORG-12")') == ["430105", "430111"]
    assert codes("(below: true, states: [EXPLAINED, RESOLVED])") == []
    assert codes('(below: true, indicator: "ORG-01")') == []


def test_of_each_union_of_a_list(client_of: ClientOf, country: Country, at: datetime) -> None:
    odd(country, at)
    query = """{ unions { edges { node { code dataQualityTickets(first: 5) { totalCount pageInfo { hasNextPage }
        edges { node { indicator } } } } } } }"""
    edges = ask(client_of("430100", Role.LEADER), query)["data"]["unions"]["edges"]
    assert {edge["node"]["code"]: edge["node"]["dataQualityTickets"] for edge in edges} == {
        "430100": {"totalCount": 0, "pageInfo": {"hasNextPage": False}, "edges": []},
        "430105": {
            "totalCount": 1,
            "pageInfo": {"hasNextPage": False},
            "edges": [{"node": {"indicator": "ORG-12"}}],
        },
        "430111": {"totalCount": 0, "pageInfo": {"hasNextPage": False}, "edges": []},
    }


def test_explaining(client_of: ClientOf, country: Country, at: datetime) -> None:
    given = {"id": to_global("DataQualityTicket", odd(country, at).pk), "note": "正在核对。"}
    done = ask(client_of("430105", Role.UNION_STAFF), EXPLAIN, given)["data"]["explainTicket"]
    assert done == {
        "ticket": {
            "state": "EXPLAINED",
            "note": "正在核对。",
            "explainedByName": "张三",
            "history": [
                {"event": "EXPLAINED", "state": "EXPLAINED", "note": "正在核对。", "byName": "张三"},
                {"event": "FOUND", "state": "OPEN", "note": None, "byName": "数据核对"},
            ],
        },
        "errors": [],
    }
    for client, code, path in (
        (client_of("430105", Role.LEADER), "REFUSED", []),
        (client_of("430100", Role.UNION_ADMIN), "NOT_FOUND", []),
        (client_of("430111", Role.UNION_ADMIN), "NOT_FOUND", []),
    ):
        refused = ask(client, EXPLAIN, given)["data"]["explainTicket"]
        assert (refused["ticket"], refused["errors"]) == (None, [{"code": code, "path": path}])
    short = ask(client_of("430105", Role.UNION_STAFF), EXPLAIN, {**given, "note": " "})["data"]["explainTicket"]
    assert [error["code"] for error in short["errors"]] == ["INVALID"]


def test_those_above_by_id_and_nobody_beside(
    client_of: ClientOf, partner_of: Callable[[str], Bearer], country: Country, at: datetime
) -> None:
    """V1, V7, V10."""
    given = {"id": to_global("DataQualityTicket", odd(country, at).pk)}
    query = "query($id: ID!) { node(id: $id) { ... on DataQualityTicket { state } } }"
    assert ask(client_of("430000", Role.LEADER), query, given)["data"] == {"node": {"state": "OPEN"}}
    for other in (client_of("430111", Role.UNION_ADMIN), client_of("440000", Role.LEADER), partner_of("430105")):
        assert ask(other, query, given)["data"] == {"node": None}
    refused = ask(partner_of("430105"), '{ union(code: "430105") { dataQualityTickets { totalCount } } }')
    assert refused["data"]["union"] == {"dataQualityTickets": None}
    above = ask(client_of("430105", Role.LEADER), '{ union(code: "430100") { dataQualityTickets { totalCount } } }')
    assert above["data"]["union"] == {"dataQualityTickets": None}
