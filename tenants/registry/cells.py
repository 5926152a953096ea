"""An entry as cells of a list or a sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from commons.kit import clock
from tenants.registry.fields import BY_NAME, Kind
from tenants.registry.models import SocialOrganization
from tenants.registry.selectors.organizations import grade_label


def texts(row: SocialOrganization, columns: Iterable[str], *, regions: Mapping[str, str], today: date) -> list[str]:
    """The columns of an entry as text, in order. The row carries its grade (`with_grade`); personal columns are not among them."""
    return [_text(row, name, regions, today) for name in columns]


def _text(row: SocialOrganization, name: str, regions: Mapping[str, str], today: date) -> str:
    if name == "grade":
        return grade_label(row)
    if name == "state":
        return row.shown_state(today).label
    value, field = getattr(row, name), BY_NAME.get(name)
    if isinstance(value, datetime):
        return value.astimezone(clock.BEIJING).strftime("%Y-%m-%d %H:%M")
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if field is not None and field.kind is Kind.REGION:
        return regions.get(str(value), str(value))
    if field is not None and field.choices is not None:
        codes = value if isinstance(value, list) else [value]
        return "、".join(field.choices.label_of(str(code)) for code in codes)
    return str(value)
