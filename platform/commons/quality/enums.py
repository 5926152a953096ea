"""Codes of the checks and their tickets. Source: DOMAIN §5.2 “Checks to run on every run”."""

from commons.kit.labels import Code
from commons.rollup.enums import Scope


class Check(Code):
    """What was found odd."""

    PARTS = "parts", "部分与总体不符", "Parts do not fit the whole"
    ITEMS = "items", "分组之和大于总数", "Items add up to more than the total"
    BELOW = "below", "全辖小于本级或下级", "Subtree below one of its parts"
    ABOVE = "above", "全辖大于各级之和", "Subtree above the sum of its parts"
    YEAR = "year", "同比增长异常", "Year-on-year jump"
    SIBLINGS = "siblings", "远高于同级工会", "Far above the siblings"

    @property
    def scope(self) -> Scope:
        """Whose figure it speaks of; the ticket lies on the desk of the union whose figure it is."""
        return Scope.SUBTREE if self in OF_SUBTREES else Scope.OWN

    @property
    def is_exact(self) -> bool:
        """A contradiction, not an unlikely figure: there an explanation holds for the very figures it was given for."""
        return self not in {Check.YEAR, Check.SIBLINGS}


OF_SUBTREES = frozenset({Check.BELOW, Check.ABOVE})
OF_OWN = frozenset(Check) - OF_SUBTREES
# They tell of the items of a dimension, which levels above may not see for small counts (V9).
ON_THE_OWN_DESK_ONLY = frozenset({Check.ITEMS})


class TicketState(Code):
    """Where a ticket stands."""

    OPEN = "open", "待说明", "Open"
    EXPLAINED = "explained", "已说明", "Explained"
    REOPENED = "reopened", "需再次说明", "Reopened"
    RESOLVED = "resolved", "已消除", "Resolved"


WAITING = (TicketState.OPEN, TicketState.REOPENED)
UNRESOLVED = (TicketState.OPEN, TicketState.REOPENED, TicketState.EXPLAINED)


class TicketEvent(Code):
    """What happens to a ticket."""

    FOUND = "found", "发现疑点", "Found odd"
    EXPLAINED = "explained", "填写说明", "Explained"
    CHANGED = "changed", "数据又有变化", "Figures changed again"
    PASSED = "passed", "核对已通过", "Check passes"
