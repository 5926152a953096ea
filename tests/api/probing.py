"""Operations made from the schema alone: each with everything it answers, and one place for an id or a code of somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import orjson
from graphql import (
    GraphQLArgument,
    GraphQLInputField,
    GraphQLInputType,
    GraphQLObjectType,
    get_named_type,
    is_enum_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
    is_required_input_field,
)

from api.kit.documents import schema

# Arguments that carry the code of a union.
CODES = {"code", "under", "parentCode", "unionCode", "successorCode", "receiverCode", "headCode", "otherCode"}


@dataclass(frozen=True)
class Probe:
    """One operation with one place for an id or a code of somebody else."""

    name: str
    query: str
    variables: dict[str, Any]
    place: tuple[str, ...]
    takes_code: bool

    def with_value(self, value: str) -> dict[str, Any]:
        filled: dict[str, Any] = orjson.loads(orjson.dumps(self.variables))
        at: Any = filled
        for step in self.place[:-1]:
            at = at[step]
        at[self.place[-1]] = value
        return filled


def example(type_: GraphQLInputType) -> Any:
    """A value of the type, for what is required."""
    if is_non_null_type(type_):
        return example(type_.of_type)  # type: ignore[union-attr]
    if is_list_type(type_):
        return [example(type_.of_type)]  # type: ignore[union-attr]
    if is_enum_type(type_):
        return next(iter(type_.values))  # type: ignore[union-attr]
    if is_input_object_type(type_):
        return _filled(type_.fields)  # type: ignore[union-attr]
    examples = {
        "Int": 1,
        "Boolean": True,
        "Date": "2026-10-01",
        "Month": "2026-10",
        "Decimal": "1",
        "Money": "1",
        "DateTime": "2026-12-01T09:00:00+08:00",
        "Data": {},
        "UUID": str(uuid4()),
    }
    return examples.get(get_named_type(type_).name, "甲")


def _filled(fields: dict[str, GraphQLInputField]) -> dict[str, Any]:
    return {name: example(field.type) for name, field in fields.items() if is_required_input_field(field)}


def selection(type_: Any, depth: int = 2) -> str:
    named = get_named_type(type_)
    if not hasattr(named, "fields"):
        return ""
    inner = []
    for name, field in named.fields.items():
        if any(is_required_argument(argument) for argument in field.args.values()):
            continue
        below = get_named_type(field.type)
        if not hasattr(below, "fields"):
            inner.append(name)
        elif depth:
            inner.append(f"{name} {selection(field.type, depth - 1)}")
    return "{ __typename " + " ".join(inner) + " }"


def _places(arguments: dict[str, GraphQLArgument]) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Where an id or a union's code goes: in an argument, or in a field of an input."""
    for name, argument in arguments.items():
        named = get_named_type(argument.type)
        if is_input_object_type(named):
            for inner, field in named.fields.items():
                if get_named_type(field.type).name == "ID" or inner in CODES:
                    yield (name, inner), inner in CODES
        elif named.name == "ID" or name in CODES:
            yield (name,), name in CODES


def _probes(root: GraphQLObjectType, keyword: str) -> Iterator[Probe]:
    for name, field in root.fields.items():
        for place, takes_code in _places(field.args):
            needed = {place[0]} | {key for key, argument in field.args.items() if is_required_argument(argument)}
            variables = {key: example(field.args[key].type) for key in needed}
            declared = ", ".join(f"${key}: {field.args[key].type}" for key in needed)
            given = ", ".join(f"{key}: ${key}" for key in needed)
            query = f"{keyword}({declared}) {{ {name}({given}) {selection(field.type)} }}"
            yield Probe(f"{name}.{'.'.join(place)}", query, variables, place, takes_code)


def probes() -> list[Probe]:
    declared = schema()
    assert declared.query_type is not None
    assert declared.mutation_type is not None
    return [*_probes(declared.query_type, "query"), *_probes(declared.mutation_type, "mutation")]
