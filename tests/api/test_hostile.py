"""
Hostile values in every argument of every field: an answer or an error for people, never a failure of ours. Source: ASVS 2.2.1, 16.5.1.

Seeded, so that a failure comes back.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from django.test import Client
from graphql import GraphQLInputType, get_named_type, is_enum_type, is_input_object_type, is_list_type, is_non_null_type

from api.kit.documents import schema
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from tests.api.conftest import post, records
from tests.api.probing import selection

ROUNDS = 5
TEXTS = [
    "",
    " ",
    "甲",
    "'",
    '"',
    "\\",
    "%",
    "_",
    "--",
    "' OR 1=1 --",
    "';DROP TABLE registry_socialorganization;--",
    "\n\r\t",
    "\u202e",
    "\ufeff",
    "😀",
    "é",
    "%s",
    "%(name)s",
    "{0}",
    "{{7*7}}",
    "<script>",
    "=1+1",
    "../../etc/passwd",
    "null",
    "true",
    "-1",
    "0",
    "1e999",
    "NaN",
    "9" * 40,
    "甲" * 3000,
    "a" * 5000,
    "430105",
    "000000",
    "２０２６",
    "\x7f",
    "\x01",
]
INTS = [0, 1, -1, 100, 101, 1949, 2026, 9999, 2**31 - 1, -(2**31), 2**31, 10**15, 1.5, "1", True]
DATES = ["2026-10-01", "0001-01-01", "9999-12-31", "2026-02-30", "2026-1-1", "", "x", 0, "2026-10-01T00:00:00"]
MOMENTS = [
    "2026-10-01T00:00:00+08:00",
    "2026-10-01T00:00:00",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59-12:00",
    "x",
    1,
]
PERIODS = ["2026-10", "2025-Q3", "2020-01..2024-12", "2026-13", "2025-Q5", "2024-12..2020-01", "9999", "..", 2026]
MONTHS = ["2026-10", "0001-01", "9999-12", "2026-13", "", "２０２６-１０", 202610, "2026-10-01"]
MONEYS = ["0", "1.00", "-1", "1e30", "NaN", "Infinity", "1.001", "x", 12.5, 10**17, True]


def _hostile(type_: GraphQLInputType, dice: random.Random, ids: list[str]) -> Any:
    if is_non_null_type(type_):
        return _hostile(type_.of_type, dice, ids) if dice.random() > 0.01 else None  # type: ignore[union-attr]
    if dice.random() < 0.08:
        return None
    if is_list_type(type_):
        return [_hostile(type_.of_type, dice, ids) for _ in range(dice.choice([0, 1, 2, 5]))]  # type: ignore[union-attr]
    if is_enum_type(type_):
        # A code that is none refuses the whole request, and then nothing of ours is tried.
        if get_named_type(type_).name == "IndicatorCode" and dice.random() < 0.15:
            return dice.choice(["ORG-01", "GOV-01", "ORG-99", 1, *TEXTS])
        return dice.choice([*type_.values, "NOTHING"]) if dice.random() < 0.05 else dice.choice([*type_.values])  # type: ignore[union-attr]
    if is_input_object_type(type_):
        return {
            name: _hostile(field.type, dice, ids)
            for name, field in type_.fields.items()  # type: ignore[union-attr]
            if is_non_null_type(field.type) or dice.random() < 0.5
        }
    if dice.random() < 0.8:
        typed: dict[str, list[Any]] = {
            "Int": INTS[:10],
            "Date": DATES[:3],
            "DateTime": MOMENTS[:1],
            "Month": MONTHS[:1],
            "Period": PERIODS[:3],
            "Money": MONEYS[:2],
            "Boolean": [True, False],
            "ID": ids,
        }
        if (known := typed.get(get_named_type(type_).name)) is not None:
            return dice.choice(known)
    kinds: dict[str, list[Any]] = {
        "Int": INTS,
        "Date": DATES,
        "DateTime": MOMENTS,
        "Month": MONTHS,
        "Period": PERIODS,
        "Money": MONEYS,
        "Boolean": [True, False, "x"],
        "ID": [*ids, *ids, *TEXTS],
    }
    return dice.choice(kinds.get(get_named_type(type_).name, TEXTS))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nothing_fails(client_of: Callable[..., Client], country: dict[str, TradeUnion], seed: int) -> None:
    dice = random.Random(seed)
    client = client_of("430105", Role.UNION_ADMIN)
    held = records(country["430105"])
    ids = [*held.ids.values()]
    declared = schema()
    tried = executed = 0
    for keyword, root in (("query", declared.query_type), ("mutation", declared.mutation_type)):
        assert root is not None
        for name, field in root.fields.items():
            if not field.args:
                continue
            arguments = ", ".join(f"${key}: {argument.type}" for key, argument in field.args.items())
            given = ", ".join(f"{key}: ${key}" for key in field.args)
            query = f"{keyword}({arguments}) {{ {name}({given}) {selection(field.type)} }}"
            for _ in range(ROUNDS):
                variables = {key: _hostile(argument.type, dice, ids) for key, argument in field.args.items()}
                executed += _check(client, query, variables)
                tried += 1
    for _ in range(ROUNDS * 8):
        _check(client, _UNION, {key: _hostile(type_, dice, ids) for key, type_ in _union_arguments().items()})
        tried += 1
    assert tried >= 180
    # Most must get past the types, or nothing of ours was tried.
    assert executed > tried / 2


_UNION = """query($p: Period, $b: Dimension, $i: [IndicatorCode!]!, $n: Int, $a: String, $f: OrganizationFilter) {
    union(code: "430105") { rollup(indicators: $i, period: $p, groupBy: $b) { item value } children(first: $n, after: $a) { edges { cursor } }
    organizations(first: $n, after: $a, filter: $f) { totalCount edges { node { name } } } } }"""


def _union_arguments() -> dict[str, GraphQLInputType]:
    fields = schema().type_map["TradeUnion"].fields  # type: ignore[attr-defined]
    return {
        "p": fields["rollup"].args["period"].type,
        "b": fields["rollup"].args["groupBy"].type,
        "i": fields["rollup"].args["indicators"].type,
        "n": fields["children"].args["first"].type,
        "a": fields["children"].args["after"].type,
        "f": fields["organizations"].args["filter"].type,
    }


def _check(client: Client, query: str, variables: dict[str, Any]) -> bool:
    """Whether it came to execution."""
    try:
        orjson.dumps(variables)
    except TypeError:
        variables = {key: None if isinstance(value, int) else value for key, value in variables.items()}
    response = post(client, query, variables)
    where = f"{query[:120]} {variables}"
    assert response.status_code in {200, 400}, where
    body = orjson.loads(response.content)
    assert "Traceback" not in str(body), where
    for error in body.get("errors", []):
        assert error.get("extensions", {}).get("code") != "INTERNAL", where
    return "data" in body
