"""Units below the union, providers and experts. Source: DOMAIN T2, T3; A04-A09, A20; B07, Q18."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.audit.recording import record, record_change
from commons.directory.credit_code import validated
from commons.kit.errors import Conflict, DomainError, Invalid
from commons.people.enums import Role
from commons.tenancy.acting import require
from commons.workflow.rows import made
from commons.workflow.transitions import edited
from tenants.purchasing import locks
from tenants.purchasing.actions.course import possible
from tenants.purchasing.enums import ProviderKind
from tenants.purchasing.models import Expert, Provider, UnionUnit
from tenants.registry import selectors as registry

# What the column holds.
MOST_PERSONS = 2_147_483_647
UNIT_FIELDS = ("kind", "name", "parent", "region_code", "leader", "members_count", "uscc", "is_active")
PROVIDER_FIELDS = (
    "name", "registered_on", "has_union", "vetting_result", "vetting_until", "penalty_until", "penalty_note",
    "blocked_until", "blocked_reason", "contact_name", "contact_phone", "bank_account", "bank_name",
)  # fmt: skip
EXPERT_FIELDS = ("name", "kind", "unit", "fields", "phone", "email", "user_id", "conflicts", "posts", "is_active")


def code(text: str, column: str = "uscc") -> str:
    """
    A credit code in its plain spelling, with its check character right; '' stays ''.

    Raises: Invalid beside `column`.
    """
    if not text.strip():
        return ""
    try:
        return validated(text)
    except DomainError as refused:
        raise Invalid({column: [refused.message]}) from refused


def _create(model: Any, by: Actor, at: datetime, **values: Any) -> Any:
    row = model.objects.create(**values, **made(by, at))
    record_change("create", on=row, by=by, at=at)
    record(f"{row._meta.label_lower}.create", by=by, at=at, on=row)
    return row


@transaction.atomic
def save_unit(
    *, fields: Mapping[str, Any], by: Actor, at: datetime, unit: UnionUnit | None = None, version: int | None = None
) -> UnionUnit:
    """
    Record a unit, or correct one.

    Raises: Refused, NotFound, Conflict, Invalid.
    """
    require(by, Permission.RULES_EDIT)
    values = {name: fields[name] for name in UNIT_FIELDS if name in fields}
    if "uscc" in values:
        values["uscc"] = code(values["uscc"])
    if "name" in values:
        values["name"] = str(values["name"]).strip()[:120]
    if (region := values.get("region_code")) and not (region.isdigit() and len(region) in {6, 9}):
        raise Invalid({"region_code": ["请填写六位行政区划代码，乡镇（街道）为九位。"]})
    if not 0 <= (values.get("members_count") or 0) <= MOST_PERSONS:
        raise Invalid({"members_count": [f"请填写 0 至 {MOST_PERSONS:,} 之间的整数。"]})
    locks.numbering()
    row = locks.row(UnionUnit, unit.pk, version=version) if unit else None
    name = values.get("name", row.name if row else "")
    if not name:
        raise Invalid({"name": ["请填写名称。"]})
    twin = UnionUnit.objects.filter(name=name, kind=values.get("kind", row.kind if row else "")).first()
    if twin is not None and twin != row:
        raise Invalid({"name": ["同类单位中已有这个名称。"]})
    if row is None:
        made_: UnionUnit = _create(UnionUnit, by, at, **values)
        return made_
    before, parent = row.parent, values.get("parent")
    above = parent
    while above is not None:
        if above.pk == row.pk:
            raise Invalid({"parent": ["上级单位不能是本单位或者其下属单位。"]})
        above = above.parent
    # A key says nothing to whoever reads the history.
    moved = "parent" in values and before != parent
    said = {"above": (before.name if before else "", parent.name if parent else "")} if moved else None
    edited(row, by=by, at=at, changes=locks.changed(row, values), said=said)
    return row


@transaction.atomic
def add_provider(
    *,
    kind: ProviderKind,
    by: Actor,
    at: datetime,
    name: str = "",
    uscc: str = "",
    organization_id: UUID | None = None,
    fields: Mapping[str, Any] | None = None,
) -> Provider:
    """
    Record a provider: a social organization from the ledger, or anybody else by name and credit code.

    A code that is a provider already is answered with that provider's own row, unchanged.
    Raises: Refused, NotFound, Invalid.
    """
    require(by, Permission.PROVIDERS_EDIT)
    values = {one: value for one, value in (fields or {}).items() if one in PROVIDER_FIELDS}
    values.update(name=name.strip()[:200], uscc=code(uscc))
    if organization_id is not None:
        entry = registry.organization(by, organization_id)
        if kind is not ProviderKind.SOCIAL_ORG:
            raise Invalid({"organization_id": ["台账中的组织，类别须为社会组织。"]})
        if not entry.uscc:
            raise Invalid({"organization_id": ["该组织没有统一社会信用代码，未登记的组织不能承接项目。"]})
        values.update(
            organization_id=entry.pk,
            name=entry.name,
            uscc=entry.uscc,
            org_type=entry.org_type,
            founding_mode=entry.founding_mode,
            registered_on=entry.registered_on,
        )
    if not values["name"]:
        raise Invalid({"name": ["请填写名称。"]})
    if not values["uscc"] and kind is not ProviderKind.INDIVIDUAL_EXPERT:
        raise Invalid({"uscc": ["请填写统一社会信用代码。"]})
    locks.numbering()
    if values["uscc"] and (known := Provider.objects.filter(uscc=values["uscc"]).first()) is not None:
        return known
    row: Provider = _create(Provider, by, at, kind=kind, **values)
    return row


@transaction.atomic
def edit_provider(*, provider: Provider, fields: Mapping[str, Any], version: int, by: Actor, at: datetime) -> Provider:
    """
    Correct what is known of a provider: vetting, penalty, block, contact, account. Kind and code stay.

    Raises: Refused, NotFound, Conflict, Invalid.
    """
    require(by, Permission.PROVIDERS_EDIT)
    row = locks.row(Provider, provider.pk, version=version)
    values = {name: fields[name] for name in PROVIDER_FIELDS if name in fields}
    if not str(values.get("name", "x")).strip():
        raise Invalid({"name": ["请填写名称。"]})
    for day, why, what in (("penalty_until", "penalty_note", "处罚"), ("blocked_until", "blocked_reason", "停止承接")):
        if values.get(day, getattr(row, day)) and not values.get(why, getattr(row, why)):
            raise Invalid({why: [f"请写明{what}的事由。"]})
    edited(row, by=by, at=at, changes=locks.changed(row, values))
    return row


@transaction.atomic
def read_account(*, provider: Provider, by: Actor, at: datetime) -> str:
    """
    The provider's bank account in full; that it was read is written down.

    Raises: Refused.
    """
    require(by, Permission.PROVIDERS_EDIT)
    record("purchasing.provider.read_account", by=by, at=at, on=provider)
    return str(provider.bank_account)


@transaction.atomic
def save_expert(
    *, fields: Mapping[str, Any], by: Actor, at: datetime, expert: Expert | None = None, version: int | None = None
) -> Expert:
    """
    Add an expert to the pool, or correct one. An account reviews as one expert only.

    Raises: Refused, NotFound, Conflict, Invalid.
    """
    require(by, Permission.PROVIDERS_EDIT)
    values = {name: fields[name] for name in EXPERT_FIELDS if name in fields}
    if not str(values.get("name", "x")).strip():
        raise Invalid({"name": ["请填写姓名。"]})
    if "conflicts" in values:
        values["conflicts"] = sorted({code(one, "conflicts") for one in values["conflicts"] if one.strip()})
    number = locks.next_number(Expert, "number")
    account = values.get("user_id")
    before = expert.user_id if expert else None
    if account and account != before and account not in {one.pk for one in possible(Role.REVIEWER, at)}:
        raise Invalid({"user_id": ["只能选择在本会担任评审专家的账号。"]})
    twins = Expert.objects.filter(user_id=account)
    if account and (twins.exclude(pk=expert.pk) if expert else twins).exists():
        raise Invalid({"user_id": ["这个账号已经对应另一位专家。"]})
    if expert is None:
        made_: Expert = _create(Expert, by, at, number=number, **values)
        return made_
    row = locks.row(Expert, expert.pk)
    if version is not None and row.version != version:
        raise Conflict()
    edited(row, by=by, at=at, changes=locks.changed(row, values))
    return row
