"""A change as somebody wishes it, whichever way they came: page, API or file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from commons.access.actors import Actor
from commons.boundaries import actions
from commons.boundaries.enums import ChangeKind, ChangeState
from commons.boundaries.errors import BothChosen, DivisionMisshapen, NotOnTheLedger, OtherMissing
from commons.boundaries.models import TreeChange
from commons.boundaries.transfer import choosing
from commons.hierarchy.enums import Level
from commons.hierarchy.models import TradeUnion


@dataclass(frozen=True)
class Plan:
    """`other`: new parent, successor, receiver or industrial head; `rule` as in `Transfer.rule`."""

    kind: ChangeKind
    union: TradeUnion
    on: date
    reason: str
    document: str = ""
    other: TradeUnion | None = None
    code: str = ""
    level: Level | None = None
    name_zh: str = ""
    short_name_zh: str = ""
    rule: Mapping[str, Any] = field(default_factory=dict)

    def make(self, *, by: Actor, at: datetime) -> TreeChange:
        """
        Plan it; if its day has come it is in force at once.

        Raises: what the action of its kind raises; OtherMissing where another union is needed and none is named.
        """
        said: dict[str, Any] = {"union": self.union, "on": self.on, "by": by, "at": at, "reason": self.reason}
        said["document"] = self.document.strip()[:120]
        if self.kind is ChangeKind.REDEFINE:
            said |= {"name_zh": self.name_zh, "short_name_zh": self.short_name_zh}
            return actions.redefine(**said, code=self.code.strip(), level=self.level)
        if self.kind is ChangeKind.CLOSE:
            return actions.close(**said)
        if self.kind is ChangeKind.INDUSTRIAL:
            return actions.join_industry(**said, head=self.other)
        if self.other is None:
            raise OtherMissing(path=("other",))
        if self.kind is ChangeKind.MOVE:
            return actions.move(**said, parent=self.other)
        if self.kind is ChangeKind.MERGE:
            return actions.merge(**said, successor=self.other)
        return actions.split(**said, receiver=self.other, rule=self.rule)

    def standing(self) -> TreeChange | None:
        """The same change, if it has been planned or made already: then there is nothing to do."""
        rows = TreeChange.objects.filter(kind=self.kind, union=self.union, effective_on=self.on, other=self.other)
        rows = rows.exclude(state=ChangeState.CANCELLED)
        said = {"code": self.code, "level": self.level or "", "name_zh": self.name_zh, "rule": dict(self.rule)}
        return rows.filter(**said).order_by("at").first()


def rule_of(source: TradeUnion, *, regions: str, names: str) -> dict[str, list[str]]:
    """
    The rule of a split from what was written into two boxes; {} for nothing.

    Raises: BothChosen, DivisionMisshapen, NotOnTheLedger, OtherMissing naming the first ten.
    """
    codes, listed = choosing.words(regions), choosing.words(names)
    if codes and listed:
        raise BothChosen(path=("names",))
    for code in codes:
        if not choosing.is_division(code):
            raise DivisionMisshapen(path=("regions",), code=code[:20])
    if codes:
        return {"regions": codes}
    if not listed:
        return {}
    ids, unknown = choosing.ids_of(source, listed)
    if unknown:
        more = "等" if len(unknown) > 10 else ""
        raise NotOnTheLedger(
            path=("names",), union=source.name_zh, names="、".join(one[:20] for one in unknown[:10]) + more
        )
    return {"ids": ids}
