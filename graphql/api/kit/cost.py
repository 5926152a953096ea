"""The price of an operation, reckoned from its text and variables before anything is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    Undefined,
    get_named_type,
    is_composite_type,
    is_interface_type,
    is_object_type,
    value_from_ast_untyped,
)

from api.kit.errors import LimitExceeded
from api.kit.fields import ApiField, declared
from api.kit.limits import MAX_COST

_MUTATION = 20


class Prices:
    """The declared prices of a schema's fields, looked up by type and name."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self._fields = {
            (name, field): declaration
            for name, type_ in schema.type_map.items()
            if hasattr(type_, "graphene_type") and (is_object_type(type_) or is_interface_type(type_))
            for field, declaration in declared(type_.graphene_type).items()
        }

    def of(self, document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> int:
        """
        What `operation` costs: objects asked for, each at its field's price, times those around it.

        Raises: LimitExceeded above MAX_COST, or when one page is larger than a page may be.
        """
        root = self.schema.get_root_type(operation.operation)
        if root is None:
            return 0
        bill = _Bill(self, document, {**_defaults(operation), **variables})
        cost = bill.selections(operation.selection_set, root)
        if operation.operation == OperationType.MUTATION:
            cost += _MUTATION * len(operation.selection_set.selections)
        if cost > MAX_COST:
            raise LimitExceeded("COST", MAX_COST, cost=min(cost, 10**9))
        return cost

    def declaration(self, type_: GraphQLNamedType, field: str) -> Any:
        return self._fields.get((type_.name, field))


class _Bill:
    def __init__(self, prices: Prices, document: DocumentNode, variables: Mapping[str, Any]) -> None:
        self._prices = prices
        self._variables = dict(variables)
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }

    def selections(self, selection_set: SelectionSetNode | None, type_: GraphQLNamedType) -> int:
        total = 0
        for node in selection_set.selections if selection_set else ():
            if isinstance(node, FieldNode):
                total += self._field(node, type_)
            elif isinstance(node, InlineFragmentNode):
                name = node.type_condition.name.value if node.type_condition else type_.name
                total += self._fragment(node.selection_set, name)
            elif isinstance(node, FragmentSpreadNode) and (found := self._fragments.get(node.name.value)):
                total += self._fragment(found.selection_set, found.type_condition.name.value)
        return total

    def _fragment(self, selection_set: SelectionSetNode, name: str) -> int:
        type_ = self._prices.schema.get_type(name)
        return self.selections(selection_set, type_) if type_ else 0

    def _field(self, node: FieldNode, type_: GraphQLNamedType) -> int:
        fields = getattr(type_, "fields", {})
        if node.name.value not in fields:
            return 0
        inner_type = get_named_type(fields[node.name.value].type)
        if not is_composite_type(inner_type):
            return 0
        inner = self.selections(node.selection_set, inner_type)
        declaration = self._prices.declaration(type_, node.name.value)
        if not isinstance(declaration, ApiField):
            # `edges`, `node`, `pageInfo` and payload fields: paid for by the field around them.
            return inner
        given = {
            argument.name.value: value_from_ast_untyped(argument.value, self._variables) for argument in node.arguments
        }
        # A variable that the request leaves out is an argument left out.
        arguments = {name: value for name, value in given.items() if value is not Undefined}
        return declaration.objects(arguments) * (declaration.cost + inner)


def _defaults(operation: OperationDefinitionNode) -> dict[str, Any]:
    return {
        definition.variable.name.value: value_from_ast_untyped(definition.default_value)
        for definition in operation.variable_definitions
        if definition.default_value is not None
    }
