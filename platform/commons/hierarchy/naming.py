"""Codes and schema names of unions, and what a division lends to both. Source: DOMAIN S1 `schema_name`."""

import re

from commons.hierarchy.enums import Kind, Level

NATION_CODE = "000000"
NATION_SCHEMA = "acftu"
NATION_NAME = "中华全国总工会"

_SHAPES = {
    Kind.REGIONAL: re.compile(r"[0-9]{6}"),
    Kind.ZONE: re.compile(r"[0-9]{6}_[0-9]{2}"),
    Kind.INDUSTRIAL: re.compile(r"[0-9]{6}_i[0-9]{2}"),
}
_LETTERS = {Level.PROVINCE: "p", Level.CITY: "c", Level.DISTRICT: "d"}
_OTHER_LETTERS = {Kind.ZONE: "z", Kind.INDUSTRIAL: "i"}


def is_shaped(code: str, kind: Kind) -> bool:
    """Whether `code` is written as the codes of this kind are: 430105, 430100_01, 430000_i01."""
    return bool(_SHAPES[kind].fullmatch(code))


def schema_name(code: str, level: Level, kind: Kind) -> str:
    """The name of the schema, for ever: 'acftu', 'p430000', 'd430105', 'z430100_01', 'i430000_i01'."""
    if level == Level.NATIONAL:
        return NATION_SCHEMA
    return (_OTHER_LETTERS.get(kind) or _LETTERS[level]) + code


def union_name(division_name: str, level: Level, above: str = "") -> str:
    """
    What the union of a division is called unless told otherwise: 长沙市总工会, 浏阳市总工会, 长沙市开福区总工会.

    An urban district bears the name `above` it, because district names repeat (鼓楼区 exists four times).
    """
    if level == Level.NATIONAL:
        return NATION_NAME
    if level == Level.DISTRICT and division_name.endswith("区"):
        return f"{above}{division_name}总工会"
    return f"{division_name}总工会"
