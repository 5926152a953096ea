"""The columns that the list and the export can show, besides number and name which are always there."""

from __future__ import annotations

from dataclasses import dataclass

from tenants.registry.fields import FIELDS


@dataclass(frozen=True)
class Column:
    """One column: a field of the entry, or something derived from it."""

    name: str
    label: str
    numeric: bool = False


_DERIVED = (
    Column("state", "状态"),
    Column("grade", "等级"),
    Column("first_active_on", "首次在册日期"),
    Column("last_verified_on", "最近确认日期"),
    Column("updated_at", "更新时间"),
)
# What stands in a list cell is short: long texts, personal and yearly values are on the entry's own page.
_TOO_LONG = frozenset({"name", "activity_content", "working_mode", "note", "contact_phone", "contact_email", "staff"})

COLUMNS: dict[str, Column] = {
    column.name: column
    for column in (
        *(Column(field.name, field.label, field.kind == "int") for field in FIELDS if field.name not in _TOO_LONG),
        *_DERIVED,
    )
}
DEFAULT_COLUMNS = ("uscc", "org_type", "org_domains", "region_code", "grade", "state", "last_verified_on")
