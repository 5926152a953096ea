"""The menu of services that workers order from. Source: F03."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.audit.recording import record, record_change
from commons.directory import credit_code
from commons.kit.errors import DomainError, Invalid
from commons.tenancy.acting import require
from commons.workflow.locks import changed
from commons.workflow.rows import made
from commons.workflow.transitions import edited
from tenants.needs import locks
from tenants.needs.machines.order import bound
from tenants.needs.models import MenuItem

FIELDS = (
    "title", "text", "field", "provider_name", "provider_uscc", "price", "unit_label", "cap", "repeat_limit", "from_on",
    "until_on", "is_active",
)  # fmt: skip
_TEXTS = ("title", "text", "provider_name", "provider_uscc", "unit_label")


@transaction.atomic
def create(*, by: Actor, at: datetime, **given: Any) -> MenuItem:
    """
    Put a service on the menu.

    Raises: Refused, Invalid.
    """
    require(by, Permission.ORDERS_EDIT)
    row = MenuItem(**{name: given[name] for name in FIELDS if name in given}, **made(by, at))
    for name in _TEXTS:
        setattr(row, name, str(getattr(row, name)).strip())
    _check(row)
    row.save(force_insert=True)
    record_change("create", on=row, by=by, at=at)
    record("needs.menuitem.create", by=by, at=at, on=row)
    return row


@transaction.atomic
def edit(*, item: MenuItem, version: int, by: Actor, at: datetime, **given: Any) -> MenuItem:
    """
    Change a service on the menu; what was approved already keeps its amount, and the cap never falls below it.

    Raises: Refused, NotFound, Conflict, Invalid.
    """
    require(by, Permission.ORDERS_EDIT)
    row = locks.row(MenuItem, item.pk, version=version)
    wanted = {name: str(given[name]).strip() if name in _TEXTS else given[name] for name in FIELDS if name in given}
    changes = changed(row, wanted)
    _check(row)
    if "cap" in changes and row.cap < (spent := bound(row, at.year)):
        raise Invalid({"cap": [f"本年已核定 {spent} 元，预算不能低于这个数。"]})
    if (
        "provider_uscc" in changes
        and row.orders.exclude(state__in=["ordered", "refused", "cancelled", "settled"]).exists()
    ):
        raise Invalid({"provider_uscc": ["还有办理中的点单，服务单位暂不能更换；可停用这一项，另建新的一项。"]})
    edited(row, by=by, at=at, changes=changes)
    return row


def _check(row: MenuItem) -> None:
    problems: dict[str, list[str]] = {}
    if not row.title:
        problems["title"] = ["请填写服务名称。"]
    if not row.provider_name:
        problems["provider_name"] = ["请填写服务单位名称。"]
    try:
        row.provider_uscc = credit_code.validated(row.provider_uscc)
    except DomainError as wrong:
        problems["provider_uscc"] = [wrong.message]
    if row.price < 0:
        problems["price"] = ["单价不能为负。"]
    if row.cap < 0:
        problems["cap"] = ["年度预算不能为负。"]
    if row.repeat_limit < 1:
        problems["repeat_limit"] = ["每名职工每年至少可点 1 次。"]
    if row.until_on is not None and row.until_on <= row.from_on:
        problems["until_on"] = ["结束日期须晚于开始日期。"]
    if problems:
        raise Invalid(problems)
