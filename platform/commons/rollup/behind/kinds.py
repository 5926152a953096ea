"""Which rows a measure has, and who may read them: told by the features that own the records. Source: V5, V13; DESIGN §3.6."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.rollup.behind.parts import Window
from commons.rollup.declaration import Measure


@dataclass(frozen=True)
class Row:
    """
    One row as its readers see it: where its page is, below `/u/<code>`, and what stands in the kind's columns.

    `it` is the record itself, where one row is one record.
    """

    label: str
    url: str = ""
    cells: tuple[str, ...] = ()
    it: object | None = None


@dataclass(frozen=True)
class Kind:
    """
    The rows of some measures, all in the schema of the acting union.

    `sql` returns (row, record, dims, from_month, until_month, amount) and adds up to the measure's own figures; without it
    the rows are the records that the measure names. `readable` keeps, of the keys of rows, those that the actor may
    read, in the order people read them, and sees to it that a row's presence tells nothing that they may not know.
    `described` is asked for one page at a time. Whoever lacks `permission` reads none; `hidden` says, as a sentence, which
    rows are closed to those who have it.
    """

    zh: str
    columns: tuple[str, ...]
    readable: Callable[[Actor, Collection[str], Window], list[str]]
    described: Callable[[Actor, Sequence[str]], Mapping[str, Row]]
    permission: Permission
    sql: str = ""
    hidden: str = ""

    def why_hidden(self, actor: Actor) -> str:
        """Why the actor does not read all rows of the own union."""
        decision = may(actor, self.permission)
        return self.hidden if decision else decision.why


_KINDS: dict[str, Kind] = {}


def register(kind: Kind, *codes: str) -> None:
    """Rows of these measures or families; a measure's own word goes before its family's. Call it from `AppConfig.ready()`."""
    for code in codes:
        _KINDS[code] = kind


def kind_of(measure: Measure) -> Kind | None:
    return _KINDS.get(measure.code) or _KINDS.get(measure.family.code)
