"""The columns of the ledger's list and sheet: every field of the declaration, then what is derived."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse

from commons.access.actors import Actor
from commons.kit import clock
from commons.tables.declaration import Around, Column
from tenants.registry import selectors
from tenants.registry.fields import FIELDS, EntryField, Kind
from tenants.registry.models import SocialOrganization
from tenants.registry.selectors.organizations import grade_label

# What stands in a list cell is short: long texts, personal and yearly values are on the entry's own page and on sheets.
_TOO_LONG = frozenset({"activity_content", "working_mode", "note", "contact_phone", "contact_email", "staff"})
_SHOWN = frozenset({"uscc", "org_type", "org_domains", "region_code"})


@dataclass(frozen=True)
class Extras:
    """What belongs to the rows of a page besides the rows."""

    regions: Mapping[str, str]
    staff: Mapping[object, int]


def extras(rows: list[SocialOrganization], actor: Actor, columns: frozenset[str]) -> Extras:
    """A statement for each column that needs one, however many rows."""
    return Extras(
        selectors.region_names(row.region_code for row in rows) if "region_code" in columns else {},
        selectors.staff_of(rows, clock.today()) if "staff" in columns else {},
    )


def _value(field: EntryField, row: SocialOrganization, around: Around) -> object:
    if field.of_year:
        return around.extras.staff.get(row.pk)
    value = getattr(row, field.name)
    if field.personal:
        return selectors.shown_phone(around.actor, value)
    if field.kind is Kind.REGION:
        return around.extras.regions.get(value, value)
    if field.choices is not None:
        return "、".join(field.choices.label_of(code) for code in (value if isinstance(value, list) else [value]))
    return value


def _column(field: EntryField) -> Column:
    return Column(
        field.name,
        field.label,
        value=lambda row, around: _value(field, row, around),
        # A sheet can be imported again, so a place keeps its code.
        sheet=(lambda row, around: getattr(row, field.name)) if field.kind is Kind.REGION else None,
        kind="number" if field.kind is Kind.INT else "day" if field.kind is Kind.DATE else "text",
        shown=field.name in _SHOWN,
        listed=field.name not in _TOO_LONG,
    )


def _url(row: SocialOrganization, around: Around) -> str:
    return reverse("organization", args=[around.code, row.pk])


COLUMNS: tuple[Column, ...] = (
    Column("name", "名称", link=_url, sort=True, fixed=True),
    Column("number", "编号", sort="serial", fixed=True),
    *(_column(field) for field in FIELDS if field.name != "name"),
    Column("state", "状态", value=lambda row, around: row.shown_state(around.today), kind="badge"),
    Column("grade", "等级", value=lambda row, around: grade_label(row)),
    Column("first_active_on", "首次在册日期", kind="day", sort=True, shown=False),
    Column("last_verified_on", "最近确认日期", kind="day", sort=True),
    Column(
        "updated_at",
        "更新时间",
        kind="moment",
        sheet=lambda row, around: clock.today(row.updated_at),
        sort=True,
        shown=False,
    ),
)
