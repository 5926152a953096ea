"""The purchase catalogue of a year, and the union's means in it. Source: E05, E07, E39, PUR-04, PUR-21; A24."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.audit.recording import record, record_change
from commons.codelists.services import PurchaseCategory, ServiceField
from commons.kit.errors import Invalid
from commons.tenancy.acting import require
from commons.workflow.rows import made
from commons.workflow.transitions import edited
from tenants.purchasing import locks
from tenants.purchasing.enums import CatalogueChange, CatalogueScope
from tenants.purchasing.models import Capacity, CatalogueItem

FIRST_YEAR, LAST_YEAR = 1949, 2200


@transaction.atomic
def put(
    *,
    year: int,
    name: str,
    category: PurchaseCategory,
    field: ServiceField,
    by: Actor,
    at: datetime,
    scope: CatalogueScope = CatalogueScope.LABOUR_RELATIONS,
) -> CatalogueItem:
    """
    Put an item into the catalogue of a year; whether it is new is told from the year before.

    Raises: Refused, Invalid.
    """
    require(by, Permission.RULES_EDIT)
    title = name.strip()[:120]
    if not title:
        raise Invalid({"name": ["请填写项目名称。"]})
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid({"year": ["请填写有效的年度。"]})
    locks.numbering()
    if CatalogueItem.objects.filter(year=year, name=title).exists():
        raise Invalid({"name": [f"{year}年目录中已有“{title}”。"]})
    item = CatalogueItem.objects.create(
        year=year,
        name=title,
        category=category,
        field=field,
        scope=scope,
        change=_change(year, title),
        **made(by, at),
    )
    record_change("create", on=item, by=by, at=at)
    record("purchasing.catalogueitem.create", by=by, at=at, on=item)
    return item


@transaction.atomic
def copy_year(*, year: int, by: Actor, at: datetime) -> int:
    """
    Begin the catalogue of `year` with what stood in that of the year before and is not in it yet; how many items.

    Raises: Refused, Invalid.
    """
    require(by, Permission.RULES_EDIT)
    locks.numbering()
    before = list(CatalogueItem.objects.filter(year=year - 1).exclude(change=CatalogueChange.DROPPED).order_by("pk"))
    if not before:
        raise Invalid({"": [f"{year - 1}年没有目录，无法沿用。"]})
    there = set(CatalogueItem.objects.filter(year=year).values_list("name", flat=True))
    items = [
        CatalogueItem(
            year=year,
            name=one.name,
            category=one.category,
            field=one.field,
            scope=one.scope,
            change=CatalogueChange.KEPT,
            **made(by, at),
        )
        for one in before
        if one.name not in there
    ]
    CatalogueItem.objects.bulk_create(items)
    record("purchasing.catalogueitem.copy_year", by=by, at=at, year=year, items=len(items))
    return len(items)


@transaction.atomic
def drop(*, item: CatalogueItem, version: int, by: Actor, at: datetime) -> CatalogueItem:
    """
    Take an item out of its year; it stays as dropped, so that the year tells what is gone.

    Raises: Refused, NotFound, Conflict.
    """
    require(by, Permission.RULES_EDIT)
    row = locks.row(CatalogueItem, item.pk, version=version)
    edited(row, by=by, at=at, changes=locks.changed(row, {"change": CatalogueChange.DROPPED}))
    return row


@transaction.atomic
def take_back(*, item: CatalogueItem, version: int, by: Actor, at: datetime) -> CatalogueItem:
    """
    Put a dropped item back.

    Raises: Refused, NotFound, Conflict.
    """
    require(by, Permission.RULES_EDIT)
    row = locks.row(CatalogueItem, item.pk, version=version)
    edited(row, by=by, at=at, changes=locks.changed(row, {"change": _change(row.year, row.name)}))
    return row


def _change(year: int, name: str) -> CatalogueChange:
    before = CatalogueItem.objects.filter(year=year - 1, name=name).exclude(change=CatalogueChange.DROPPED)
    return CatalogueChange.KEPT if before.exists() else CatalogueChange.NEW


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
) -> Capacity:
    """
    Say what the union has in a year; said before, it is corrected.

    Units: yuan; persons.
    Raises: Refused, Invalid.
    """
    require(by, Permission.RULES_EDIT)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid({"year": ["请填写有效的年度。"]})
    if workers_count is not None and union_members_count is not None and union_members_count > workers_count:
        raise Invalid({"union_members_count": ["会员数不能大于职工数。"]})
    values = {
        "purchase_budget": purchase_budget,
        "staff_full": staff_full,
        "staff_part": staff_part,
        "workers_count": workers_count,
        "union_members_count": union_members_count,
    }
    locks.numbering()
    row = Capacity.objects.select_for_update().filter(year=year).first()
    if row is None:
        row = Capacity.objects.create(year=year, **values, **made(by, at))
        record_change("create", on=row, by=by, at=at)
        record("purchasing.capacity.create", by=by, at=at, on=row)
    else:
        edited(row, by=by, at=at, changes=locks.changed(row, values))
    return row
