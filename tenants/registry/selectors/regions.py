"""Divisions as the ledger names them."""

from __future__ import annotations

from collections.abc import Iterable

from commons.directory import selectors as directory
from commons.hierarchy.enums import Level
from commons.hierarchy.models import Division, TradeUnion


def region_names(codes: Iterable[str]) -> dict[str, str]:
    """'湖南省 长沙市 开福区' by code, in one query."""
    return directory.region_names(codes)


def region_choices(union: TradeUnion) -> list[tuple[str, str]]:
    """
    The divisions in which the union's organizations are likely to be: its own and those below, by code.

    Of the nation only provinces and cities; any other code may still be typed.
    """
    rows = Division.objects.all()
    code = union.division_id or union.code
    stem = str(code)
    while stem.endswith("00"):
        stem = stem[:-2]
    rows = rows.filter(code__startswith=stem) if stem else rows.exclude(level=Level.DISTRICT)
    return list(rows.order_by("code").values_list("code", "name"))


def regions_by_name(names: Iterable[str], union: TradeUnion) -> dict[str, str]:
    """
    The code of each name that means exactly one division of the union's own area: 开福区, 长沙市开福区 or 湖南省长沙市开福区.

    Names that repeat there (鼓楼区) are left out: the person has to give the code.
    """
    asked = {"".join(name.split()): name for name in names}
    choices = region_choices(union)
    full = {code: text.replace(" ", "") for code, text in directory.region_names(code for code, _ in choices).items()}
    found: dict[str, set[str]] = {}
    for code, _ in choices:
        for compact, name in asked.items():
            if compact and full.get(code, "").endswith(compact):
                found.setdefault(name, set()).add(code)
    return {name: codes.pop() for name, codes in found.items() if len(codes) == 1}
