"""Which column of a sheet holds which field: guessed from the heading, decided by the person."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from tenants.registry.fields import BY_NAME, FIELDS

_NOTE = re.compile(r"[（(【\[].*?[）)】\]]")
_SIGNS = re.compile(r"[\s*＊:：_\-/]+")


def guessed(headers: Sequence[str]) -> dict[str, int]:
    """The column of each field whose label, alias or name a heading bears; the first such column."""
    names = _names()
    found: dict[str, int] = {}
    for index, header in enumerate(headers):
        name = names.get(_plain(header))
        if name and name not in found:
            found[name] = index
    return found


def chosen(columns: Mapping[int, str], width: int) -> tuple[dict[str, int], list[str]]:
    """The mapping that a person chose column by column, and what is wrong with it in Chinese sentences."""
    mapping: dict[str, int] = {}
    problems: list[str] = []
    for index, name in sorted(columns.items()):
        if not name:
            continue
        if name not in BY_NAME or not 0 <= index < width:
            problems.append("选择的列或项目不存在，请重新选择。")
        elif name in mapping:
            problems.append(f"“{BY_NAME[name].label}”被选择了两次，一项只能对应一列。")
        else:
            mapping[name] = index
    return mapping, problems


def missing(mapping: Mapping[str, int], *, default_region: str) -> list[str]:
    """
    What the mapping lacks for any row to be accepted; the legal form can follow from the credit code, the region from
    the union.
    """
    problems = []
    if "name" not in mapping:
        problems.append("请选择“名称”所在的列。")
    if "uscc" not in mapping and "org_type" not in mapping:
        problems.append("请选择“统一社会信用代码”或“组织类型”所在的列。")
    if "region_code" not in mapping and not default_region:
        problems.append("请选择“所在地区”所在的列。")
    return problems


def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for field in FIELDS:
        for alias in field.aliases:
            names.setdefault(_plain(alias), field.name)
    # A label or a name always beats another field's alias.
    for field in FIELDS:
        names[_plain(field.label)] = names[_plain(field.name)] = field.name
    return names


def _plain(header: str) -> str:
    folded = unicodedata.normalize("NFKC", header).lower()
    return _SIGNS.sub("", _NOTE.sub("", folded))
