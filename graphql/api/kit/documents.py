"""Documents are read once: parsing and validation are kept by text, the price is reckoned with each request's variables."""

from __future__ import annotations

from functools import lru_cache

from django.utils.module_loading import import_string
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    MaxIntrospectionDepthRule,
    OperationDefinitionNode,
    specified_rules,
    validate,
)

from api.kit import limits
from api.kit.cost import Prices

# A tree takes some hundred times its text: together they keep this cache below 100 MB, whoever fills it.
_KEPT = 128
_KEPT_TEXT = 4_000
_RULES = (*specified_rules, *(rule for rule in (MaxIntrospectionDepthRule,) if rule not in specified_rules))


@lru_cache(maxsize=1)
def schema() -> GraphQLSchema:
    """The executable schema, built when first asked for: by then every feature has declared its indicators."""
    built: GraphQLSchema = import_string("api.schema.schema").graphql_schema
    return built


@lru_cache(maxsize=1)
def prices() -> Prices:
    return Prices(schema())


def document(text: str) -> DocumentNode:
    """
    The parsed document, within the limits that its text alone decides.

    Raises: LimitExceeded; GraphQLError.
    """
    return _kept_document(text) if len(text) <= _KEPT_TEXT else limits.parsed(text)


def problems(text: str) -> tuple[GraphQLError, ...]:
    """What the schema says against the document."""
    return _kept_problems(text) if len(text) <= _KEPT_TEXT else _validated(text)


def operation(parsed: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """
    The operation to execute.

    Raises: GraphQLError when it is not named, not there, or not the only one.
    """
    found = [
        node
        for node in parsed.definitions
        if isinstance(node, OperationDefinitionNode) and (name is None or (node.name and node.name.value == name))
    ]
    if not found:
        raise GraphQLError(f"请求中没有名为“{name}”的操作。" if name else "请求中没有可执行的操作。")
    if len(found) > 1:
        raise GraphQLError("请求中有多个操作，请用 operationName 指明要执行哪一个。")
    return found[0]


def _validated(text: str) -> tuple[GraphQLError, ...]:
    return tuple(validate(schema(), document(text), _RULES, max_errors=20))


@lru_cache(maxsize=_KEPT)
def _kept_document(text: str) -> DocumentNode:
    return limits.parsed(text)


@lru_cache(maxsize=_KEPT)
def _kept_problems(text: str) -> tuple[GraphQLError, ...]:
    return _validated(text)
