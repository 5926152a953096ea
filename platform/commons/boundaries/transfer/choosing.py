"""Which records a split is to move, as an administrator says it: divisions, or a list of codes and numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from commons.boundaries.transfer.carrying import departing
from commons.boundaries.transfer.subjects import SUBJECTS
from commons.hierarchy.models import TradeUnion
from commons.tenancy import door

_SEPARATORS = re.compile(r"[\s,，;；、]+")


def words(text: str) -> list[str]:
    """What stands between blanks, commas and line ends, each once."""
    return list(dict.fromkeys(word for word in _SEPARATORS.split(text) if word))


def is_division(code: str) -> bool:
    return re.fullmatch(r"[0-9]{6}", code) is not None


def ids_of(source: TradeUnion, names: Sequence[str]) -> tuple[list[str], list[str]]:
    """The records of the giver with these codes or numbers, as keys of a rule; and the names that none has."""
    found: dict[str, str] = {}
    with door.inside(source):
        for subject in SUBJECTS.values():
            for key, code, number in departing(subject, {}).values_list("pk", subject.code, subject.number):
                found[subject.number_text(int(number)).upper()] = str(key)
                if code:
                    found[str(code).upper()] = str(key)
    ids = [found[name.upper()] for name in names if name.upper() in found]
    return list(dict.fromkeys(ids)), [name for name in names if name.upper() not in found]


def told(rule: Mapping[str, Any]) -> str:
    """A rule in an officer's words."""
    if rule.get("ids"):
        return f"清单所列 {len(rule['ids'])} 个组织"
    if rule.get("regions"):
        return f"行政区划 {'、'.join(rule['regions'])} 之内的组织"
    return "全部组织"
