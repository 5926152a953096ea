"""What can be wrong with something sealed until a moment."""

from commons.kit.errors import DomainError


class SealedStill(DomainError):
    """The moment has not come, by the caller's `at` or by this machine's clock."""

    code = "SEALING.SEALED_STILL"
    sentence = "还没有到开启时间（%(opens_at)s）。在此之前，任何人都不能打开密封的内容。"
    status = 409


class AlreadyDue(DomainError):
    """What may have been opened is not closed again by moving its moment."""

    code = "SEALING.ALREADY_DUE"
    sentence = "截止时间（%(opens_at)s）已到，不能再推迟。如需重新征集，请另发公告。"
    status = 409


class NotLater(DomainError):
    code = "SEALING.NOT_LATER"
    sentence = "截止时间只能推迟，不能提前。请选择 %(opens_at)s 之后的时间。"


class Damaged(DomainError):
    """
    Altered, put in another's place, given a moment that is not its own, asked for by another owner, or sealed with a key that is gone.

    Which of them is not told: whoever tries should not learn it.
    """

    code = "SEALING.DAMAGED"
    sentence = "密封的内容无法打开：它或它的截止时间可能被改动过，也可能不属于您。请联系平台管理员核查。"
