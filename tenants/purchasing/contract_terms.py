"""How a contract's amount is parted into milestones, to the cent. Source: E44; SM-18."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from tenants.purchasing.enums import MilestoneCondition

WHOLE = Decimal(100)
CENT = Decimal("0.01")
MOST_MILESTONES = 20


@dataclass(frozen=True)
class Part:
    """One milestone as it is agreed. Units: share in per cent; amount in yuan, None: by its share."""

    condition: MilestoneCondition
    share: Decimal
    planned_on: date
    amount: Decimal | None = None


def parted(amount: Decimal, shares: Sequence[Decimal]) -> list[Decimal]:
    """
    The amount by shares in per cent, in cents; the last part takes what rounding left, so that together they are the amount.

    With shares that are not 100 together, each is taken by itself.
    """
    parts = [(amount * share / WHOLE).quantize(CENT, ROUND_HALF_UP) for share in shares]
    if parts and sum(shares) == WHOLE:
        parts[-1] = amount - sum(parts[:-1], Decimal(0))
    return parts


def amounts(amount: Decimal, parts: Sequence[Part]) -> list[Decimal]:
    """What each milestone is worth: as agreed where that is said, else by its share."""
    by_share = parted(amount, [part.share for part in parts])
    return [by_share[place] if part.amount is None else part.amount.quantize(CENT) for place, part in enumerate(parts)]


def capital(amount: Decimal) -> str:
    """The amount in capital numerals, as contracts write it: 123400.50 → 壹拾贰万叁仟肆佰元伍角整. Source: 支付结算办法 附一."""
    digits, units, groups = "零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟"), ("", "万", "亿", "万亿")
    yuan, cents = divmod(int((amount / CENT).to_integral_value(ROUND_HALF_UP)), 100)
    said, gap = "", False
    for place in range(len(groups) - 1, -1, -1):
        part = yuan // 10000**place % 10000
        if not part:
            gap = bool(said)
            continue
        if said and (gap or part < 1000):
            said += digits[0]
        said += _four(part, digits, units) + groups[place]
        gap = False
    said = f"{said}元" if said else ("" if cents else "零元")
    jiao, fen = divmod(cents, 10)
    if not cents:
        return f"{said}整"
    if jiao:
        said += f"{digits[jiao]}角"
    elif said:
        said += digits[0]
    return f"{said}{digits[fen]}分" if fen else f"{said}整"


def _four(part: int, digits: str, units: tuple[str, ...]) -> str:
    said, gap = "", False
    for place in range(3, -1, -1):
        digit = part // 10**place % 10
        if not digit:
            gap = bool(said)
            continue
        said += (digits[0] if gap else "") + digits[digit] + units[place]
        gap = False
    return said
