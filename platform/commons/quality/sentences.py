"""A ticket in an officer's words: what is odd with both figures, and what to look at."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from commons.kit.clock import month_of
from commons.quality import declaration
from commons.quality.declaration import Parts
from commons.quality.enums import Check
from commons.quality.models import Ticket
from commons.rollup.declaration import CATALOGUE, Indicator


def sentence(ticket: Ticket) -> str:
    """For example: 2026年11月，本级“登记社会组织数”为 12 家，多于“社会组织台账数”的 10 家。"""
    kind, scope = Check(ticket.kind), Check(ticket.kind).scope.label
    indicator = CATALOGUE.indicators.get(ticket.indicator)
    name, unit = (f"“{indicator.zh}”", indicator.unit) if indicator else (ticket.indicator, "")
    value, against = (Decimal(ticket.figures[part]) for part in ("value", "against"))
    here, there = _amount(value, unit), _amount(against, unit)
    head = f"{month(ticket.month)}，{scope}{name}"
    match kind:
        case Check.PARTS:
            return f"{month(ticket.month)}，{scope}{_parts(ticket, indicator, value, against)}"
        case Check.ITEMS:
            return f"{head}按“{_dimension(ticket, indicator)}”分组，各组之和为 {here}，多于总数 {there}。"
        case Check.BELOW if child := ticket.figures.get("child"):
            return f"{head}为 {here}，少于下级{child}的 {there}。"
        case Check.BELOW:
            return f"{head}为 {here}，少于本级的 {there}。"
        case Check.ABOVE:
            return f"{head}为 {here}，多于本级与各下级之和 {there}。"
        case Check.YEAR:
            rise = ((value - against) * 100 / against).quantize(Decimal(1), ROUND_HALF_UP)
            return f"{head}为 {here}，上年同期为 {there}，增长 {rise:,}%。"
        case Check.SIBLINGS:
            times = (value / against).quantize(Decimal(1), ROUND_HALF_UP)
            return f"{head}为 {here}，约为同级工会中位数（约 {there}）的 {times:,} 倍。"


def advice(ticket: Ticket) -> str:
    """What to look at."""
    match Check(ticket.kind):
        case Check.PARTS:
            rule = declaration.rule_of(ticket.indicator, ticket.rule)
            return rule.look_at if rule else "请核对相关记录。"
        case Check.ITEMS:
            return "同一条记录在这个分组中只能归入一项，请核对是否有记录被同时归入了几项。"
        case Check.BELOW | Check.ABOVE:
            return "汇总数与各级的数不相符，通常会在下次汇总后自行消除；隔日仍在的，请告知平台运行人员核对。"
        case Check.YEAR:
            return "请核对是否重复导入、日期填错；确属集中建账等实际增长的，请填写说明。"
        case Check.SIBLINGS:
            return "请核对是否重复导入、单位用错（如把元填成万元），或把下级的记录记到了本级；情况属实的，请填写说明。"


def month(index: int) -> str:
    year, number = month_of(index)
    return f"{year}年{number}月"


def _parts(ticket: Ticket, indicator: Indicator | None, value: Decimal, against: Decimal) -> str:
    rule = declaration.rule_of(ticket.indicator, ticket.rule)
    name = f"“{indicator.zh}”" if indicator else ticket.indicator
    if not isinstance(rule, Parts):
        return f"{name}的分子为 {_plain(value)}，多于分母 {_plain(against)}，比率超过了 100%。"
    named = "".join(f"“{CATALOGUE.indicators[code].zh}”" for code in rule.parts)
    whole = CATALOGUE.indicators[rule.whole]
    unit = indicator.unit if indicator else ""
    added = "合计" if len(rule.parts) > 1 else ""
    since = "累计" if rule.cumulative else ""
    head = f"{named}{added}{since}为 {_amount(value, unit)}"
    if value < against:
        left = _amount(against - value, whole.unit)
        return f"{head}，少于“{whole.zh}”{since}的 {_amount(against, whole.unit)}，还差 {left}。"
    return f"{head}，多于“{whole.zh}”{since}的 {_amount(against, whole.unit)}。"


def _dimension(ticket: Ticket, indicator: Indicator | None) -> str:
    measure = indicator.measure if indicator else None
    dimension = measure.dimension(ticket.rule) if measure else None
    return dimension.zh if dimension else ticket.rule


def _amount(amount: Decimal, unit: str) -> str:
    return f"{_plain(amount)} {unit}".strip()


def _plain(amount: Decimal) -> str:
    return f"{amount:,f}"
