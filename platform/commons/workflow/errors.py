"""Why a step of a workflow was not taken."""

from __future__ import annotations

from commons.kit.errors import DomainError


class StateRefused(DomainError):
    """No line of the machine leads from this state by this event."""

    code = "WORKFLOW.STATE"
    sentence = "当前状态为“%(state)s”，不能“%(event)s”。请刷新页面查看最新状态。"
    status = 409


class ReasonMissing(DomainError):
    code = "WORKFLOW.REASON_MISSING"
    sentence = "“%(event)s”须说明理由，请填写后再提交。"


class UnknownEvent(DomainError):
    code = "WORKFLOW.UNKNOWN_EVENT"
    sentence = "“%(event)s”不是%(machine)s可以办理的事项。"


class GuardRefused(DomainError):
    """A guard of the machine does not hold; `code` is the guard's own and `params` its facts."""

    def __init__(self, code: str, sentence: str, **params: object) -> None:
        super().__init__()
        self.params = dict(params)
        self.code = code  # type: ignore[misc]
        self.sentence = sentence  # type: ignore[misc]
