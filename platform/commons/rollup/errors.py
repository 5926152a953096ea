"""What can be wrong with a question about numbers."""

from commons.kit.errors import DomainError


class UnknownIndicator(DomainError):
    code = "ROLLUP.UNKNOWN_INDICATOR"
    sentence = "没有编号为“%(indicator)s”的指标，请从指标目录中选择。"
    status = 404


class UnknownDimension(DomainError):
    code = "ROLLUP.UNKNOWN_DIMENSION"
    sentence = "指标“%(indicator)s”不能按“%(dimension)s”分组，请换一种分组方式。"


class TooManySeries(DomainError):
    code = "ROLLUP.TOO_MUCH"
    sentence = "一次查询的月份太多，最多可查 %(limit)s 个月，请缩短起止时间。"
