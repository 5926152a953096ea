"""
What a document may ask at most, measured on its text and tree alone: no schema, no SQL.

The numbers are part of the API's contract. Source: ASVS 4.3.1.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
)

from api.kit.errors import LimitExceeded

MAX_BODY_BYTES = 100_000
# With files beside it: what a bid may enclose (30 MB), and a little more.
MAX_UPLOAD_BYTES = 31 * 1024 * 1024
MAX_TOKENS = 4_000
MAX_DEPTH = 12
MAX_INTROSPECTION_DEPTH = 20
MAX_ALIASES = 30
MAX_FIELDS = 1_000
MAX_SAME_FIELD = 20
MAX_DIRECTIVES = 30
MAX_DEFINITIONS = 50
MAX_PAGE = 100
DEFAULT_PAGE = 20
MAX_COST = 10_000

_INTROSPECTION = {"__schema", "__type"}
# PostgreSQL stores no NUL; written raw or as an escape it is refused here, once, for every field.
_NUL = re.compile(r"\x00|\\u0000|\\u\{0+\}")


def parsed(text: str) -> DocumentNode:
    """
    The document, within the limits of size and shape.

    Raises: LimitExceeded; GraphQLError when it is not GraphQL.
    """
    if _NUL.search(text):
        raise GraphQLError("请求中不能包含空字符。")
    try:
        document = parse(text, max_tokens=MAX_TOKENS, max_lexical_tokens=MAX_TOKENS, max_comments=MAX_TOKENS)
        measure(document)
    except RecursionError:
        raise LimitExceeded("DEPTH", MAX_DEPTH) from None
    except GraphQLError as problem:
        if "contains more than" in problem.message:
            raise LimitExceeded("TOKENS", MAX_TOKENS) from None
        if "nested too deeply" in problem.message:
            raise LimitExceeded("DEPTH", MAX_DEPTH) from None
        raise
    return document


@dataclass
class Size:
    """How large a selection set is once its fragments are spread."""

    depth: int = 0
    introspection_depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    keys: Counter[str] = field(default_factory=Counter)

    def beside(self, other: Size) -> None:
        """Add the size of a fragment spread at the same level."""
        self.depth = max(self.depth, other.depth)
        self.introspection_depth = max(self.introspection_depth, other.introspection_depth)
        self.below(other)
        self.keys.update(other.keys)

    def below(self, other: Size) -> None:
        """Add the counts of what a field selects."""
        self.fields += other.fields
        self.aliases += other.aliases
        self.directives += other.directives


def measure(document: DocumentNode) -> None:
    """
    Refuse a document that is too deep, too wide, or whose fragments turn in a circle.

    Each fragment is measured once, however often it is spread, so the measuring itself stays linear.
    """
    if len(document.definitions) > MAX_DEFINITIONS:
        raise LimitExceeded("DEFINITIONS", MAX_DEFINITIONS)
    ruler = _Ruler({node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)})
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode | FragmentDefinitionNode):
            size = ruler.selections(node.selection_set)
            size.directives += len(node.directives)
            # How deep a fragment lies is known where it is spread: under __schema more is allowed.
            if isinstance(node, OperationDefinitionNode):
                _refuse_above("DEPTH", size.depth, MAX_DEPTH)
                _refuse_above("DEPTH", size.introspection_depth, MAX_INTROSPECTION_DEPTH)
            _refuse_above("FIELDS", size.fields, MAX_FIELDS)
            _refuse_above("ALIASES", size.aliases, MAX_ALIASES)
            _refuse_above("DIRECTIVES", size.directives, MAX_DIRECTIVES)


class _Ruler:
    def __init__(self, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._measured: dict[str, Size] = {}
        self._open: set[str] = set()

    def selections(self, selection_set: SelectionSetNode | None) -> Size:
        size = Size()
        for node in selection_set.selections if selection_set else ():
            size.directives += len(node.directives)
            if isinstance(node, FieldNode):
                self._field(node, size)
            elif isinstance(node, InlineFragmentNode):
                size.beside(self.selections(node.selection_set))
            elif isinstance(node, FragmentSpreadNode):
                size.beside(self._fragment(node.name.value))
        _refuse_above("SAME_FIELD", max(size.keys.values(), default=0), MAX_SAME_FIELD)
        return size

    def _field(self, node: FieldNode, size: Size) -> None:
        inner = self.selections(node.selection_set)
        size.fields += 1
        size.aliases += node.alias is not None
        size.keys[(node.alias or node.name).value] += 1
        size.below(inner)
        if node.name.value in _INTROSPECTION:
            size.depth = max(size.depth, 1)
            size.introspection_depth = max(size.introspection_depth, inner.depth)
        else:
            size.depth = max(size.depth, 1 + inner.depth)
            size.introspection_depth = max(size.introspection_depth, inner.introspection_depth)

    def _fragment(self, name: str) -> Size:
        if name in self._open:
            raise LimitExceeded("FRAGMENT_CYCLE", 0)
        if name not in self._measured:
            definition = self._fragments.get(name)
            if definition is None:
                return Size()
            self._open.add(name)
            self._measured[name] = self.selections(definition.selection_set)
            self._open.discard(name)
        return self._measured[name]


def _refuse_above(limit: str, found: int, most: int) -> None:
    if found > most:
        raise LimitExceeded(limit, most)
