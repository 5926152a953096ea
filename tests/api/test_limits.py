"""What asks too much is refused before any SQL, and quickly. Source: ASVS 4.3.1."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from graphql import get_introspection_query

from commons.people.enums import Role
from tests.api.conftest import Bearer, ask, post

_CHILD = "{ parent " * 13 + "{ code }" + " }" * 13
_BOMB = " ".join(f"fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }}" for n in range(40))

TOO_MUCH: dict[str, tuple[str, dict[str, Any], str]] = {
    "depth": (f'{{ union(code: "430105") {_CHILD} }}', {}, "LIMIT.DEPTH"),
    "depth in a fragment": (
        f'{{ union(code: "430105") {{ ...f }} }} fragment f on TradeUnion {_CHILD}',
        {},
        "LIMIT.DEPTH",
    ),
    "brackets": ("{" + "a{" * 900 + "b" + "}" * 900 + "}", {}, "LIMIT.DEPTH"),
    "lists": ("{ a(b: " + "[" * 1900 + "]" * 1900 + ") }", {}, "LIMIT.DEPTH"),
    "tokens": ("{ " + "me " * 4_001 + "}", {}, "LIMIT.TOKENS"),
    "aliases": ("{ " + " ".join(f"a{n}: __typename" for n in range(31)) + " }", {}, "LIMIT.ALIASES"),
    "aliases in fragments": (
        "{ " + "...f " * 16 + "} fragment f on Query { a: __typename b: __typename }",
        {},
        "LIMIT.ALIASES",
    ),
    "directives": ("{ __typename " + "@skip(if: false) " * 31 + "}", {}, "LIMIT.DIRECTIVES"),
    "same field": ("{ " + "__typename " * 21 + "}", {}, "LIMIT.SAME_FIELD"),
    "fragment cycle": (
        "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }",
        {},
        "LIMIT.FRAGMENT_CYCLE",
    ),
    "fragment bomb": ("{ ...f0 } " + _BOMB + " fragment f40 on Query { __typename }", {}, "LIMIT.SAME_FIELD"),
    "definitions": (" ".join(f"query q{n} {{ __typename }}" for n in range(51)), {}, "LIMIT.DEFINITIONS"),
    "page": ("{ unions(first: 101) { totalCount } }", {}, "LIMIT.PAGE_SIZE"),
    "page by variable": ("query($n: Int) { unions(first: $n) { totalCount } }", {"n": 1_000_000}, "LIMIT.PAGE_SIZE"),
    "page by default": ("query($n: Int = 500) { unions(first: $n) { totalCount } }", {}, "LIMIT.PAGE_SIZE"),
    "page of nothing": ("{ unions(first: 0) { totalCount } }", {}, "LIMIT.PAGE_SIZE"),
    "page below zero": ("{ directory(first: -1) { edges { cursor } } }", {}, "LIMIT.PAGE_SIZE"),
    "nested pages": (
        "{ unions(first: 100) { edges { node { children(first: 100) { edges { node { code } } } } } } }",
        {},
        "LIMIT.COST",
    ),
    "many figures": (
        "query($i: [IndicatorCode!]!) { unions(first: 100) { edges { node { rollup(indicators: $i, groupBy: OT) { value } } } } }",
        {"i": ["ORG-01"] * 60},
        "LIMIT.COST",
    ),
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_refused_without_a_query(
    client_of: Callable[..., Client], partner_of: Callable[[str], Bearer], name: str
) -> None:
    query, variables, code = TOO_MUCH[name]
    for client in (client_of("000000", Role.LEADER), partner_of("000000")):
        with CaptureQueriesContext(connection) as sql:
            began = time.perf_counter()
            response = post(client, query, variables)
            took = time.perf_counter() - began
        assert [query["sql"] for query in sql] == []
        body = orjson.loads(response.content)
        assert "data" not in body
        assert [error["extensions"]["code"] for error in body["errors"]] == [code]
        assert took < 1


def test_under_the_limit_is_answered_with_its_price(client_of: Callable[..., Client]) -> None:
    """G7: the price is told, so that a client can plan."""
    client = client_of("000000", Role.LEADER)
    query = "{ unions(first: 100) { edges { node { code children(first: 40) { edges { node { code parent { code } } } } } } } }"
    body = orjson.loads(post(client, query).content)
    assert "errors" not in body
    # 100 unions, each 1, with 40 children, each 1, with 1 parent.
    assert body["extensions"] == {"cost": {"requested": 100 * (1 + 40 * (1 + 1)), "limit": 10_000}}


def test_introspection_for_known_callers(staff: Client, partner_of: Callable[[str], Bearer]) -> None:
    """G4: on for people and partners; the standard query passes the limits."""
    for client in (staff, partner_of("430000")):
        found = ask(client, get_introspection_query())
        assert "errors" not in found
        assert found["data"]["__schema"]["queryType"]["name"] == "Query"


def test_introspection_in_circles_is_refused(staff: Client) -> None:
    query = "{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }"
    assert "data" not in ask(staff, query)


def test_many_equal_fields_are_judged_quickly(staff: Client) -> None:
    """The check for overlapping fields is quadratic; the limits keep it small."""
    inner = "{ " + "code nameZh level kind state " * 4 + "}"
    query = "{ " + f'union(code: "430105") {inner} ' * 20 + "}"
    began = time.perf_counter()
    post(staff, query)
    assert time.perf_counter() - began < 2


def test_a_nul_reaches_no_database(staff: Client) -> None:
    for text in ('{ union(code: "\\u0000") { code } }', '{ directory(search: "a\\u{0}") { edges { cursor } } }'):
        assert "data" not in ask(staff, text)
