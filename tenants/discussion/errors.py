"""What can be told to a person who comments."""

from commons.kit.errors import DomainError


class TooLate(DomainError):
    """A comment is edited by its author, while nobody relies on it yet."""

    code = "DISCUSSION.TOO_LATE"
    sentence = "留言发出%(minutes)s分钟后不能再修改。请另写一条说明，或移除这条。"
    status = 409


class AlreadyRemoved(DomainError):
    """Somebody has removed the comment before."""

    code = "DISCUSSION.ALREADY_REMOVED"
    sentence = "这条留言已由%(by)s移除，请刷新页面。"
    status = 409


class CannotSee(DomainError):
    """Nobody is called to an object that they may not see."""

    code = "DISCUSSION.CANNOT_SEE"
    sentence = "%(names)s无权查看这里，不能提醒。请改选其他人。"
