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


class TooManySeries(DomainError):
    code = "ROLLUP.TOO_MUCH"
    sentence = "一次查询的月份太多，最多可查 %(limit)s 个月，请缩短起止时间。"


class NotOverOrganizations(DomainError):
    code = "ROLLUP.NOT_OVER_ORGANIZATIONS"
    sentence = "指标“%(indicator)s”不是按各组织的金额计算的，不能按层级分解，请选择按组织计算的指数。"
