"""
Rules between indicators, declared as data beside the feature that owns them, in its `AppConfig.ready()`.

What follows from an indicator's kind alone needs no declaration. Source: DOMAIN §5.2 “Checks to run on every run”.
"""

from __future__ import annotations

from dataclasses import dataclass

from commons.access.permissions import Permission


@dataclass(frozen=True)
class Parts:
    """
    The figures of `parts` together never exceed that of `whole`, in each month; `cumulative`: of all months until then.

    `exhaustive`: there are no other parts, so what is left over is odd as well (DOMAIN: 1,942 + 1,510 + 585 of 4,324).
    `look_at` tells an officer in Chinese where the mistake is usually found.
    """

    whole: str
    parts: tuple[str, ...]
    look_at: str
    cumulative: bool = False
    exhaustive: bool = False

    @property
    def indicator(self) -> str:
        """Under which indicator its tickets stand: what is too large."""
        return self.parts[0]

    @property
    def rule(self) -> str:
        return f"{'+'.join(self.parts)}<={self.whole}"

    @property
    def indicators(self) -> tuple[str, ...]:
        return (*self.parts, self.whole)


@dataclass(frozen=True)
class Share:
    """The numerator of a ratio is part of its denominator, so the ratio never exceeds 100 %."""

    indicator: str
    look_at: str

    @property
    def rule(self) -> str:
        return "share"

    @property
    def indicators(self) -> tuple[str, ...]:
        return (self.indicator,)


@dataclass(frozen=True)
class Records:
    """Where a union's own people find the records of these families: a path below /u/<code>, for whoever may."""

    families: frozenset[str]
    label: str
    path: str
    permission: Permission


Rule = Parts | Share

_rules: dict[tuple[str, str], Rule] = {}
_records: dict[str, Records] = {}


def register(*declared: Rule | Records) -> None:
    """Make these known; registering the same again changes nothing."""
    for one in declared:
        if isinstance(one, Records):
            _records.update(dict.fromkeys(one.families, one))
        elif _rules.setdefault((one.indicator, one.rule), one) != one:
            raise ValueError(f"{one.rule} of {one.indicator} is declared twice, differently")


def rules() -> list[Rule]:
    return list(_rules.values())


def rule_of(indicator: str, rule: str) -> Rule | None:
    return _rules.get((indicator, rule))


def records_of(family: str) -> Records | None:
    return _records.get(family)
