"""Codes of the numbers. Source: DOMAIN §5.1."""

from enum import StrEnum

from commons.hierarchy.enums import Line
from commons.kit.labels import Code


class Scope(Code):
    """R1: rows of the union itself, or of it and everyone below it."""

    OWN = "own", "本级", "Own"
    SUBTREE = "subtree", "全辖", "Subtree"


class Boundaries(Code):
    """Under which unions past months are told when the tree has changed since."""

    DATED = "dated", "当时区划", "As the tree stood in each month"
    TODAY = "today", "现行区划", "By today's tree, in all months"
    INDUSTRIAL = "industrial", "产业工会系统", "Along the industrial unions' own line"

    @property
    def line(self) -> Line:
        return {Boundaries.DATED: Line.REGIONAL, Boundaries.TODAY: Line.TODAY}.get(self, Line.INDUSTRIAL)


class Aggregation(Code):
    """R2: how a figure is made from lower figures, as it is told to readers."""

    SUM = "sum", "当期发生数，逐级相加", "Flow: added over unions and over time"
    STOCK = "stock", "期末存量，逐级相加", "Stock at period end: added over unions"
    DISTINCT = "distinct", "去重计数，同一组织在上级只计一次", "Distinct: an organization counts once"
    DISTINCT_SUM = "distinct_sum", "去重后求和，同一组织取最新数", "Summed once per distinct organization, latest value"
    RATIO = "ratio", "比率，分子分母分别汇总后相除", "Ratio of rolled-up numerator and denominator"
    AVG = "avg", "平均数，合计与个数分别汇总后相除", "Mean of rolled-up sum and count"
    INDEX = "index", "综合指数，由共享的汇总数据在各级分别计算", "Index computed at each level from shared facts"
    FLAG = "flag", "达到条件的工会数", "Number of unions that meet the condition"


class PeriodKind(Code):
    """R7: the kinds of periods that a figure is asked for."""

    MONTH = "month", "月", "Month"
    QUARTER = "quarter", "季度", "Quarter"
    HALF = "half", "半年", "Half-year"
    YEAR = "year", "年", "Year"
    CUMULATIVE = "cumulative", "累计", "Cumulative"


class PeriodState(Code):
    """SM-25: how far a reporting period is. The first two follow from the calendar, the others from its closing."""

    OPEN = "open", "进行中", "Running"
    PROVISIONAL = "provisional", "待关账", "Ended, not closed"
    CLOSED = "closed", "已关账", "Closed"
    REVISED = "revised", "关账后已修订", "Revised after closing"


# The kinds of periods that are closed; any other months are closed when each of them is.
CLOSABLE = (PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.HALF, PeriodKind.YEAR)

# How many months the kinds of periods above a month have that begin and end with the calendar's.
PERIOD_MONTHS = (3, 6, 12)


class MeasureKind(StrEnum):
    """
    How the engine rolls a measure up. A flag is a STOCK of one per union; a ratio or a mean is two measures.

    A TRANSFER is money that one union gives to another: it is a SUM that vanishes where both stand in the subtree (R6).
    A KEYED_SUM keeps what each organization has: its amounts add up over records, unions and months.
    """

    SUM = "sum"
    TRANSFER = "transfer"
    STOCK = "stock"
    DISTINCT = "distinct"
    DISTINCT_SUM = "distinct_sum"
    KEYED_SUM = "keyed_sum"


class Place(StrEnum):
    """Where the counted tables stand."""

    TENANT = "tenant"
    PUBLIC = "public"
