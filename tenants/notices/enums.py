"""Codes of notices."""

from commons.kit.labels import Code


class NoticeKind(Code):
    """Why somebody is told of something."""

    WAITING = "waiting", "等您办理", "Waits for you"
    PROGRESS = "progress", "办理进展", "Progress"
    MENTION = "mention", "提到您", "Mentions you"
