"""SM-01 as data: which event leads a union from which state to which."""

from dataclasses import dataclass

from commons.hierarchy.enums import UnionState as S


@dataclass(frozen=True)
class Transition:
    """An event of a union's life: allowed from `before`, leading to `after`, told with `verb`."""

    event: str
    before: frozenset[S]
    after: S
    verb: str
    needs_reason: bool = False


TRANSITIONS: dict[str, Transition] = {
    step.event: step
    for step in (
        Transition("approve", frozenset(), S.PROVISIONING, "批准"),
        Transition("ready", frozenset({S.PROVISIONING, S.PROVISION_FAILED}), S.ACTIVE, "启用"),
        Transition("fail", frozenset({S.PROVISIONING}), S.PROVISION_FAILED, "标记为开通失败"),
        Transition("retry", frozenset({S.PROVISION_FAILED}), S.PROVISIONING, "重新开通"),
        Transition("suspend", frozenset({S.ACTIVE}), S.SUSPENDED, "停用", needs_reason=True),
        Transition("resume", frozenset({S.SUSPENDED}), S.ACTIVE, "恢复"),
        Transition("propose_archive", frozenset({S.SUSPENDED}), S.SUSPENDED, "申请归档", needs_reason=True),
        Transition("merge", frozenset({S.ACTIVE, S.SUSPENDED}), S.MERGED, "合并", needs_reason=True),
        Transition("archive", frozenset({S.SUSPENDED}), S.ARCHIVED, "归档"),
    )
}

EVENT_LABELS: dict[str, str] = {step.event: step.verb for step in TRANSITIONS.values()}


def possible(state: S) -> frozenset[str]:
    """The events that may happen to a union in `state`."""
    return frozenset(event for event, step in TRANSITIONS.items() if state in step.before)
