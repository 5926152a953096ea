"""
Which needs might be one: the rule by which the platform proposes what to gather.

Within one year and field, two needs belong together when their titles share at least half of the shorter one's pairs of neighbouring
characters, or when they name the same group and share at least one pair. Chains count: what is like one of a proposal joins it.
Nothing is gathered by the platform itself. Source: F01.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from commons.codelists.services import ServiceField, TargetGroup
from tenants.needs.models import Need

# Words that every second title holds and that say nothing about what is needed.
_IDLE = re.compile(r"(希望|需要|需求|开展|提供|组织|职工|工会|服务|活动|的|和|与|及|等)")
_NOT_TEXT = re.compile(r"[^\w]+")


@dataclass(frozen=True)
class Proposal:
    """Needs that might be gathered under `title`, and why."""

    field: ServiceField
    year: int
    title: str
    needs: tuple[Need, ...]
    why: str

    @property
    def persons(self) -> int:
        return sum(need.persons_estimate for need in self.needs)


def pairs(title: str) -> frozenset[str]:
    """Neighbouring characters of a title without its idle words."""
    told = _NOT_TEXT.sub("", _IDLE.sub("", title))
    return frozenset(told[at : at + 2] for at in range(len(told) - 1))


def alike(one: Need, other: Need) -> bool:
    """Whether two needs of one field and year belong together."""
    mine, theirs = pairs(one.title), pairs(other.title)
    shared = mine & theirs
    if not shared:
        return False
    if 2 * len(shared) >= min(len(mine), len(theirs)):
        return True
    return bool((set(one.groups) & set(other.groups)) - {TargetGroup.ALL_WORKERS})


def proposals(needs: Sequence[Need]) -> list[Proposal]:
    """Proposals of at least two needs, those that concern most persons first."""
    found: list[list[Need]] = []
    for need in sorted(needs, key=lambda one: one.serial):
        near = [
            group
            for group in found
            if group[0].field == need.field
            and group[0].year == need.year
            and any(alike(need, member) for member in group)
        ]
        merged = [member for group in near for member in group] + [need]
        found = [group for group in found if group not in near] + [merged]
    told = [_told(group) for group in found if len(group) > 1]
    return sorted(told, key=lambda one: (-one.persons, one.year, one.title))


def _told(group: list[Need]) -> Proposal:
    field = ServiceField(group[0].field)
    most = max(group, key=lambda need: (need.persons_estimate, -need.serial))
    common = frozenset.intersection(*(pairs(need.title) for need in group))
    why = f"同为{group[0].year}年“{field.label}”领域，名称相近"
    if common:
        why += f"（都提到“{'”“'.join(sorted(common)[:3])}”）"
    groups = set.intersection(*(set(need.groups) for need in group)) - {TargetGroup.ALL_WORKERS}
    if groups:
        why += f"，都面向{'、'.join(one.label for one in TargetGroup if one in groups)}"
    return Proposal(field, group[0].year, most.title, tuple(group), f"{why}。")
