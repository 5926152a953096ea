"""
The purchase catalogue of a year. Source: E05, E07, E39, PUR-21.

`change` is told against the year before: what stands there and is not dropped is kept; what is kept may be dropped; what is new may
be removed. Where an item changes, the item of that name in the year after is told anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.audit.recording import Changed, record, record_change, record_changes
from commons.codelists.services import PurchaseCategory, ServiceField
from commons.kit.errors import Invalid
from commons.tenancy.acting import require
from commons.workflow.rows import made
from commons.workflow.transitions import edited
from tenants.purchasing import locks
from tenants.purchasing.enums import CatalogueChange, CatalogueScope
from tenants.purchasing.models import CatalogueItem, ServiceProject

FIRST_YEAR, LAST_YEAR = 1949, 2200
FIELDS = ("name", "category", "field", "scope")


def check_year(year: int) -> None:
    """
    Raises: Invalid.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid({"year": ["请填写有效的年度。"]})


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
    check_year(year)
    locks.numbering()
    title = _free(name, year)
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
    _tell_next(year, {title}, by, at)
    return item


@transaction.atomic
def correct(*, item: CatalogueItem, fields: Mapping[str, Any], version: int, by: Actor, at: datetime) -> CatalogueItem:
    """
    Correct an item of the catalogue; its name stays once a project is under it, whose record it stands in.

    Raises: Refused, NotFound, Conflict, Invalid.
    """
    require(by, Permission.RULES_EDIT)
    locks.numbering()
    row = locks.row(CatalogueItem, item.pk, version=version)
    if row.change == CatalogueChange.DROPPED:
        raise Invalid({"": ["已取消的事项不能修改，请先恢复。"]})
    values, old = {name: fields[name] for name in FIELDS if name in fields}, row.name
    if "name" in values:
        values["name"] = _free(values["name"], row.year, row)
        if values["name"] != old and _is_used(row):
            raise Invalid({"name": ["已有服务项目列入这一事项，名称不能再改。"]})
        values["change"] = _change(row.year, values["name"])
    edited(row, by=by, at=at, changes=locks.changed(row, values))
    if row.name != old:
        _tell_next(row.year, {old, row.name}, by, at)
    return row


@transaction.atomic
def copy_year(*, year: int, by: Actor, at: datetime) -> int:
    """
    Begin the catalogue of `year` with what stood in that of the year before and is not in it yet; how many items.

    Raises: Refused, Invalid.
    """
    require(by, Permission.RULES_EDIT)
    check_year(year)
    locks.numbering()
    before = list(CatalogueItem.objects.filter(year=year - 1).exclude(change=CatalogueChange.DROPPED).order_by("pk"))
    if not before:
        raise Invalid({"year": [f"{year - 1}年没有目录，无法沿用。"]})
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
    if not items:
        raise Invalid({"year": [f"{year - 1}年目录中的事项都已在{year}年目录中。"]})
    CatalogueItem.objects.bulk_create(items)
    record_changes("create", rows=[Changed(item) for item in items], by=by, at=at)
    record("purchasing.catalogueitem.copy_year", by=by, at=at, year=year, items=len(items))
    _tell_next(year, {one.name for one in items}, by, at)
    return len(items)


@transaction.atomic
def drop(*, item: CatalogueItem, version: int, by: Actor, at: datetime) -> CatalogueItem:
    """
    Take an item of the year before out of its year; it stays as dropped, so that the year tells what is gone.

    Raises: Refused, NotFound, Conflict, Invalid for an item that is new, which was never there to be dropped.
    """
    require(by, Permission.RULES_EDIT)
    locks.numbering()
    row = locks.row(CatalogueItem, item.pk, version=version)
    if row.change == CatalogueChange.NEW:
        raise Invalid({"": [f"“{row.name}”是{row.year}年新增的事项，不需要的请删除。"]})
    edited(row, by=by, at=at, changes=locks.changed(row, {"change": CatalogueChange.DROPPED}))
    _tell_next(row.year, {row.name}, by, at)
    return row


@transaction.atomic
def take_back(*, item: CatalogueItem, version: int, by: Actor, at: datetime) -> CatalogueItem:
    """
    Put a dropped item back.

    Raises: Refused, NotFound, Conflict.
    """
    require(by, Permission.RULES_EDIT)
    locks.numbering()
    row = locks.row(CatalogueItem, item.pk, version=version)
    edited(row, by=by, at=at, changes=locks.changed(row, {"change": _change(row.year, row.name)}))
    _tell_next(row.year, {row.name}, by, at)
    return row


@transaction.atomic
def remove(*, item: CatalogueItem, version: int, by: Actor, at: datetime) -> None:
    """
    Remove an item that is new in its year and that no project is under: it was put there by mistake.

    Raises: Refused, NotFound, Conflict, Invalid.
    """
    require(by, Permission.RULES_EDIT)
    locks.numbering()
    row = locks.row(CatalogueItem, item.pk, version=version)
    if row.change != CatalogueChange.NEW:
        raise Invalid({"": [f"“{row.name}”在{row.year - 1}年目录中已有，不能删除，请列为取消。"]})
    if _is_used(row):
        raise Invalid({"": [f"已有服务项目列入“{row.name}”，不能删除。"]})
    record_change("remove", on=row, by=by, at=at)
    record("purchasing.catalogueitem.remove", by=by, at=at, on=row, year=row.year, name=row.name)
    row.delete()
    _tell_next(row.year, {row.name}, by, at)


def _free(name: str, year: int, row: CatalogueItem | None = None) -> str:
    """
    The name as it is kept, when no other item of the year bears it.

    Raises: Invalid.
    """
    title = name.strip()[:120]
    if not title:
        raise Invalid({"name": ["请填写项目名称。"]})
    twin = CatalogueItem.objects.filter(year=year, name=title).first()
    if twin is None or twin == row:
        return title
    if twin.change == CatalogueChange.DROPPED:
        raise Invalid({"name": [f"“{title}”已从{year}年目录中取消，请恢复该事项。"]})
    raise Invalid({"name": [f"{year}年目录中已有“{title}”。"]})


def _is_used(row: CatalogueItem) -> bool:
    return ServiceProject.objects.filter(catalogue_item=row).exists()


def _change(year: int, name: str) -> CatalogueChange:
    before = CatalogueItem.objects.filter(year=year - 1, name=name).exclude(change=CatalogueChange.DROPPED)
    return CatalogueChange.KEPT if before.exists() else CatalogueChange.NEW


def _tell_next(year: int, names: set[str], by: Actor, at: datetime) -> None:
    """Whether the items of the year after are new, now that those of `year` have changed."""
    after = CatalogueItem.objects.select_for_update().filter(year=year + 1, name__in=names).order_by("pk")
    for row in after.exclude(change=CatalogueChange.DROPPED):
        edited(row, by=by, at=at, changes=locks.changed(row, {"change": _change(row.year, row.name)}))
