"""What can be wrong with a question about numbers."""

from collections.abc import Sequence

from commons.kit.errors import DomainError


class UnknownIndicator(DomainError):
    """`near` are the codes that look like the one asked for."""

    code = "ROLLUP.UNKNOWN_INDICATOR"
    sentence = "没有编号为“%(indicator)s”的指标，请从指标目录中选择。"
    status = 404

    def __init__(self, *, indicator: str, near: Sequence[str] = ()) -> None:
        super().__init__(indicator=indicator)
        if near:
            self.params["near"] = "、".join(near)
            self.sentence = "没有编号为“%(indicator)s”的指标，相近的有 %(near)s；请从指标目录中选择。"  # type: ignore[misc]


class UnknownDimension(DomainError):
    code = "ROLLUP.UNKNOWN_DIMENSION"
    sentence = "指标“%(indicator)s”不能按“%(dimension)s”分组，请换一种分组方式。"


class NoSuchRevision(DomainError):
    """Source: R8."""

    code = "PERIODS.NO_SUCH_REVISION"
    sentence = "%(period)s没有第 %(number)s 次修订，请到“统计期”页面查看已有的修订。"
    status = 404


class NotClosedYet(DomainError):
    """For partner systems that read closed periods alone. Source: V10."""

    code = "PERIODS.NOT_CLOSED"
    sentence = "%(period)s尚未关账，该合作系统只能读取已关账的统计期。"


class NotClosable(DomainError):
    code = "PERIODS.NOT_CLOSABLE"
    sentence = "%(period)s不是统计期，只有月、季度、半年和年可以确认和关账。"


class PeriodNotEnded(DomainError):
    """Source: SM-25."""

    code = "PERIODS.NOT_ENDED"
    sentence = "%(period)s还没有结束，请在结束后再办理。"


class MonthsNotClosed(DomainError):
    """Source: SM-25."""

    code = "PERIODS.MONTHS_NOT_CLOSED"
    sentence = "请先为%(months)s关账，再为%(period)s关账。"


class AlreadyClosed(DomainError):
    """Source: SM-25: a closed period is never overwritten."""

    code = "PERIODS.ALREADY_CLOSED"
    sentence = "%(period)s已经关账。之后的变更由有编号的修订体现。"


class NothingToRevise(DomainError):
    """Source: R8."""

    code = "PERIODS.NOTHING_TO_REVISE"
    sentence = "关账以来%(period)s没有新的变更，不需要修订。"


class TooManySeries(DomainError):
    code = "ROLLUP.TOO_MUCH"
    sentence = "一次查询的月份太多，最多可查 %(limit)s 个月，请缩短起止时间。"


class NotOverOrganizations(DomainError):
    code = "ROLLUP.NOT_OVER_ORGANIZATIONS"
    sentence = "指标“%(indicator)s”不是按各组织的金额计算的，不能按层级分解，请选择按组织计算的指数。"
