"""
The codes of the declared indicators as a GraphQL enum: `ORG_01`, described by name in both languages.

A name in GraphQL has no hyphen; the figures themselves carry the code as people write it, "ORG-01". Where a code is asked
for, that spelling is taken too, in the text and in the variables.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import graphene
from graphene.types.definitions import GrapheneEnumType
from graphql import EnumValueNode, GraphQLError, StringValueNode, ValueNode

from commons.rollup.declaration import CATALOGUE

_NAME = "IndicatorCode"
_LONGEST = 20


def _spelt(code: str) -> str:
    return code.replace("-", "_")


def _enum() -> type[graphene.Enum]:
    declared = dict(sorted(CATALOGUE.indicators.items()))
    codes = StrEnum(_NAME, {_spelt(code): code for code in declared})  # type: ignore[misc]

    def describe(member: StrEnum | None) -> str:
        if member is None:
            return (
                "指标代码；输入时也可写作字符串“ORG-01”，定义见查询 `indicators`。 / "
                'Code of an indicator; the string "ORG-01" is accepted too. See `indicators`.'
            )
        found = declared[member.value]
        return f"{found.zh} / {found.en}"

    made: type[graphene.Enum] = graphene.Enum.from_enum(codes, name=_NAME, description=describe)
    return made


IndicatorCode = _enum()


class _EitherSpelling(GrapheneEnumType):
    """The enum, reading "ORG-01" as it reads `ORG_01`."""

    def parse_value(self, input_value: Any, hide_suggestions: bool = False) -> Any:
        return self._read(input_value, None)

    def parse_literal(
        self, value_node: ValueNode, _variables: dict[str, Any] | None = None, hide_suggestions: bool = False
    ) -> Any:
        written = value_node.value if isinstance(value_node, EnumValueNode | StringValueNode) else None
        return self._read(written, value_node)

    def _read(self, written: Any, node: ValueNode | None) -> Any:
        if not isinstance(written, str) or not 1 <= len(written) <= _LONGEST:
            raise GraphQLError("指标代码应写作 ORG_01，或字符串“ORG-01”。", node)
        known = self.values.get(_spelt(written))
        if known is None:
            unknown = CATALOGUE.unknown(written)
            raise GraphQLError(unknown.message, node, original_error=unknown)
        return known.value


def accepting_codes(schema: graphene.Schema) -> graphene.Schema:
    """The schema, taking either spelling of a code wherever one is asked for."""
    # Graphene makes the type of an enum itself and leaves no place to say which.
    schema.graphql_schema.type_map[_NAME].__class__ = _EitherSpelling
    return schema
