"""The state machines as data: from which states an event leads where, who may do it, what it asks for. Source: SM-02, SM-03."""

from __future__ import annotations

from dataclasses import dataclass

from commons.access.permissions import Permission
from commons.kit.labels import Code
from tenants.registry.enums import LedgerState as S
from tenants.registry.enums import RatingState as R


class Event(Code):
    """What happens to an entry of the ledger."""

    CREATE = "create", "登记", "Create"
    EDIT = "edit", "修改", "Edit"
    REGISTER = "register", "办理登记", "Register"
    SUBMIT = "submit", "提交核实", "Submit"
    VERIFY = "verify", "核实列为在册", "Verify"
    SEND_BACK = "send_back", "退回", "Send back"
    CONFIRM = "confirm", "年度确认", "Confirm"
    CLOSE = "close", "注销", "Close"
    REMOVE = "remove", "移出台账", "Remove"
    REOPEN = "reopen", "恢复", "Reopen"


@dataclass(frozen=True)
class Transition:
    """One line of SM-02. A stale entry is an active one."""

    event: Event
    sources: frozenset[S]
    target: S | None
    permission: Permission
    needs_reason: bool = False


TRANSITIONS: dict[Event, Transition] = {
    line.event: line
    for line in (
        Transition(Event.EDIT, frozenset({S.DRAFT, S.TO_VERIFY, S.ACTIVE}), None, Permission.LEDGER_EDIT),
        Transition(Event.REGISTER, frozenset({S.DRAFT, S.TO_VERIFY, S.ACTIVE}), None, Permission.LEDGER_EDIT),
        Transition(Event.SUBMIT, frozenset({S.DRAFT}), S.TO_VERIFY, Permission.LEDGER_EDIT),
        Transition(Event.VERIFY, frozenset({S.TO_VERIFY}), S.ACTIVE, Permission.LEDGER_EDIT),
        Transition(Event.SEND_BACK, frozenset({S.TO_VERIFY}), S.DRAFT, Permission.LEDGER_EDIT, needs_reason=True),
        Transition(Event.CONFIRM, frozenset({S.ACTIVE}), S.ACTIVE, Permission.LEDGER_EDIT),
        Transition(Event.CLOSE, frozenset({S.ACTIVE}), S.CLOSED, Permission.LEDGER_EDIT, needs_reason=True),
        Transition(Event.REMOVE, frozenset({S.ACTIVE}), S.REMOVED, Permission.LEDGER_APPROVE, needs_reason=True),
        Transition(
            Event.REOPEN, frozenset({S.CLOSED, S.REMOVED}), S.TO_VERIFY, Permission.LEDGER_APPROVE, needs_reason=True
        ),
    )
}


class RatingEvent(Code):
    """What happens to a rating."""

    DECLARE = "declare", "申报等级评估", "Declare"
    RECOMMEND = "recommend", "推荐参评", "Recommend"
    GRANT = "grant", "登记评定结果", "Grant"
    REVOKE = "revoke", "取消等级", "Revoke"
    SUPERSEDE = "supersede", "由新等级替代", "Supersede"
    EXPIRE = "expire", "等级到期", "Expire"


RATING_SOURCES: dict[RatingEvent, frozenset[R]] = {
    RatingEvent.RECOMMEND: frozenset({R.DECLARED}),
    RatingEvent.GRANT: frozenset({R.DECLARED, R.RECOMMENDED}),
    RatingEvent.REVOKE: frozenset({R.GRANTED}),
    RatingEvent.EXPIRE: frozenset({R.GRANTED}),
}
