"""What a transfer can be refused for."""

from commons.kit.errors import DomainError


class SameUnion(DomainError):
    code = "TRANSFER.SAME_UNION"
    sentence = "记录不能划转给同一个工会，请选择另一个接收工会。"


class TooEarly(DomainError):
    """Records move on the day of the change or later, so that nothing written before it is left behind."""

    code = "TRANSFER.TOO_EARLY"
    sentence = "记录从%(month)s起归%(target)s，到那一天才能开始划转。"


class TransferRunning(DomainError):
    code = "TRANSFER.RUNNING"
    sentence = "%(union)s正在办理另一项记录划转，请等它完成后再办。"
    status = 409


class NothingToMove(DomainError):
    code = "TRANSFER.NOTHING_TO_MOVE"
    sentence = "%(union)s没有符合条件的记录可以划转，请核对选择的范围。"


class ShapesDiffer(DomainError):
    """The two schemas are of different versions of the platform."""

    code = "TRANSFER.SHAPES_DIFFER"
    sentence = "%(source)s和%(target)s的数据结构版本不一致，请先完成平台升级再划转。"


class BelongedBefore(DomainError):
    """The receiver keeps these very records in its archive: an earlier transfer is to be undone instead."""

    code = "TRANSFER.BELONGED_BEFORE"
    sentence = "其中%(count)s条记录原本就是从%(target)s划出的。请撤销原来的划转，不要再次划转。"


class NotUndoable(DomainError):
    code = "TRANSFER.NOT_UNDOABLE"
    sentence = "这项划转目前是“%(state)s”状态，不能撤销。"


class GiverEnded(DomainError):
    """The giving union of a split has been merged or closed since: nobody would keep what came back there."""

    code = "TRANSFER.GIVER_ENDED"
    sentence = "%(union)s已撤并或撤销，划出的记录不能再退回那里。如需转给承接工会，请从现在的工会办理划转。"


class CannotReturn(DomainError):
    """Some records cannot go back; nothing was changed."""

    code = "TRANSFER.CANNOT_RETURN"
    sentence = "以下记录不能退回，划转没有撤销：%(names)s。请先处理这些记录，再撤销划转。"


class Departed(DomainError):
    """The record counts in another union now, or is on its way there: here it is an archive."""

    code = "TRANSFER.DEPARTED"
    sentence = "这条记录已随工会撤并划转到%(heir)s，这里只保留存档，不能修改。请联系%(heir)s办理。"
    status = 409


class NotConserved(Exception):
    """A copy does not say what its original says: nothing is switched, and the job is parked for somebody to look at."""
