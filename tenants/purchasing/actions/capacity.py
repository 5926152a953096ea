"""The union's means of a year. Source: A24, PUR-04, FAIR-07."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.audit.recording import record, record_change
from commons.kit.errors import Conflict, Invalid
from commons.tenancy.acting import require
from commons.workflow.rows import made
from commons.workflow.transitions import edited
from tenants.purchasing import locks
from tenants.purchasing.actions.bodies import MOST_PERSONS
from tenants.purchasing.actions.catalogue import check_year
from tenants.purchasing.models import Capacity

# What the column holds.
MOST_MONEY = Decimal("99999999999999.99")


@transaction.atomic
def set_capacity(
    *,
    year: int,
    by: Actor,
    at: datetime,
    purchase_budget: Decimal | None = None,
    staff_full: int | None = None,
    staff_part: int | None = None,
    workers_count: int | None = None,
    union_members_count: int | None = None,
    version: int | None = None,
) -> Capacity:
    """
    Say what the union has in a year; said before, it is corrected. What is not given is not known.

    `version` is that of the row which was read, 0 where there was none: nobody overwrites what they have not seen.
    Units: yuan; persons.
    Raises: Refused, Conflict, Invalid.
    """
    require(by, Permission.RULES_EDIT)
    check_year(year)
    persons = {
        "staff_full": staff_full,
        "staff_part": staff_part,
        "workers_count": workers_count,
        "union_members_count": union_members_count,
    }
    wrong = {
        name: [f"请填写 0 至 {MOST_PERSONS:,} 之间的整数。"]
        for name, value in persons.items()
        if value is not None and not 0 <= value <= MOST_PERSONS
    }
    if purchase_budget is not None and not 0 <= purchase_budget <= MOST_MONEY:
        wrong["purchase_budget"] = ["预算不能为负，整数部分最多十四位。"]
    if workers_count is not None and union_members_count is not None and union_members_count > workers_count:
        wrong.setdefault("union_members_count", ["会员数不能大于职工数。"])
    if wrong:
        raise Invalid(wrong)
    locks.numbering()
    row = Capacity.objects.select_for_update().filter(year=year).first()
    if version == 0 and row is not None:
        raise Invalid({"year": [f"{year}年的数据已经填报，请在列表中打开后修改。"]})
    if version and (row is None or row.version != version):
        raise Conflict()
    values = {"purchase_budget": purchase_budget, **persons}
    if row is None:
        row = Capacity.objects.create(year=year, **values, **made(by, at))
        record_change("create", on=row, by=by, at=at)
        record("purchasing.capacity.create", by=by, at=at, on=row)
    else:
        edited(row, by=by, at=at, changes=locks.changed(row, values))
    return row
