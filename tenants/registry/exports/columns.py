"""The columns of an exported sheet, and the text of a cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from commons.access.actors import Actor
from commons.directory.enums import RatingGrade
from commons.kit import clock
from tenants.registry.columns import COLUMNS, Column
from tenants.registry.fields import BY_NAME, FIELDS, Kind
from tenants.registry.models import SocialOrganization
from tenants.registry.selectors.personal import shown_phone

_ALWAYS = (Column("number", "编号"), Column("name", "名称"))
# Every field of the declaration, then what is derived: an exported sheet can be imported again.
EVERY: tuple[str, ...] = (
    *(field.name for field in FIELDS if field.name != "name"),
    *(name for name in COLUMNS if name not in BY_NAME),
)


@dataclass(frozen=True)
class Around:
    """What a batch of rows needs besides the rows: read once for all of them."""

    actor: Actor
    today: date
    staff: Mapping[object, int]


def chosen(names: Iterable[str]) -> list[Column]:
    """Number and name, then the columns of these names, each once; names that are none are left out."""
    found = list(dict.fromkeys(name for name in names if name in BY_NAME or name in COLUMNS))
    return [*_ALWAYS, *(_column(name) for name in found if name != "name")]


def value_of(row: SocialOrganization, name: str, around: Around) -> str | int | date | None:
    """What stands in this column of this row, as this actor may see it."""
    if name == "state":
        return row.shown_state(around.today).label
    if name == "grade":
        return RatingGrade.label_of(getattr(row, "grade", None))
    if name == "staff":
        return around.staff.get(row.pk)
    value = getattr(row, name)
    if isinstance(value, datetime):
        return clock.today(value)
    field = BY_NAME.get(name)
    if field is None:
        return value  # type: ignore[no-any-return]
    if field.personal:
        return shown_phone(around.actor, value)
    if field.kind is Kind.BOOL:
        return "是" if value else "否"
    if field.choices is not None:
        return "、".join(field.choices.label_of(code) for code in (value if isinstance(value, list) else [value]))
    return value  # type: ignore[no-any-return]


def _column(name: str) -> Column:
    return COLUMNS.get(name) or Column(name, BY_NAME[name].label)
