"""
Batching without promises: rows that were read together are asked about together.

graphene's DataLoader needs an event loop and answers nulls without one. Here every row of a list knows its peers; the first one whose
`parent` is asked reads the parents of all, and the others take theirs from that answer. So the number of queries follows the
text of the document, never the number of rows, and what is read in one batch are peers again.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, Generic, TypeVar

T = TypeVar("T")
A = TypeVar("A")


class Peers(Generic[T]):
    """Rows read together, and what has been read for all of them since."""

    __slots__ = ("_answers", "rows")

    def __init__(self, rows: list[T]) -> None:
        self.rows = rows
        self._answers: dict[Hashable, Mapping[Any, Any]] = {}

    def answers(self, question: Hashable, read: Callable[[list[T]], Mapping[Any, A]]) -> Mapping[Any, A]:
        """What `read` finds for all rows, asked once per question (a field with its arguments)."""
        if question not in self._answers:
            self._answers[question] = read(self.rows)
        return self._answers[question]


class Row(Generic[T]):
    """One row among its peers: what resolvers are given."""

    __slots__ = ("_peers", "it")

    def __init__(self, it: T, peers: Peers[T]) -> None:
        self.it = it
        self._peers = peers

    def ask(self, key: Hashable, question: Hashable, read: Callable[[list[T]], Mapping[Any, A]]) -> A | None:
        """The answer for `key` (of this row), read for all peers at once."""
        return self._peers.answers(question, read).get(key)


def rows(found: Iterable[T]) -> list[Row[T]]:
    """Rows that are peers of each other."""
    read = list(found)
    peers = Peers(read)
    return [Row(it, peers) for it in read]


def row(it: T) -> Row[T]:
    """A row without peers."""
    return Row(it, Peers([it]))


def attribute(name: str, _default: object, root: Row[Any], _info: object, **_arguments: object) -> Any:
    """Default resolver of row types: the attribute of the row itself; '' is no value."""
    value = getattr(root.it, name)
    return None if isinstance(value, str) and value == "" else value
