"""How a contract comes to be: drafted from its template, edited, parted into milestones. Source: SM-18; E15, E44."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.audit.recording import record, record_change
from commons.kit import clock
from commons.kit.errors import Invalid, NotFound, Refused
from commons.people import organizations
from commons.tenancy.acting import require
from commons.workflow.rows import made
from commons.workflow.transitions import begun, edited
from tenants.purchasing import locks
from tenants.purchasing.actions.contract_drafts import (
    TITLE_LENGTH,
    check,
    own_draft,
    provider_of,
)
from tenants.purchasing.contract_terms import MOST_MILESTONES, Part, amounts
from tenants.purchasing.enums import BuyerKind, ContractKind, MilestoneCondition, RuleState
from tenants.purchasing.machines.contract import CONTRACT
from tenants.purchasing.machines.contract_guards import TEMPLATES
from tenants.purchasing.models import Contract, PaymentMilestone, Provider, PurchaseRule, ServiceProject
from tenants.purchasing.selectors import contract_values, contracts
from tenants.purchasing.who import in_department

_TERMS = ("title", "amount", "own_share", "starts_on", "ends_on", "posts_count")
_WITHOUT_PROJECT = (ContractKind.COOPERATION, ContractKind.POST, ContractKind.LAW_FIRM)


@transaction.atomic
def draft(
    *,
    kind: str,
    by: Actor,
    at: datetime,
    project: ServiceProject | None = None,
    provider: Provider | None = None,
    title: str = "",
    amount: Decimal | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    own_share: Decimal | None = None,
    posts_count: int = 0,
) -> Contract:
    """
    Draft a contract from the template in force, whose edition is frozen by it; of a project contract the rest comes from the award.

    `provider` need not be told where a bid has won; a supervision contract names its own.
    Raises: Refused, NotFound, Invalid. Source: SM-18; E15, E20.
    """
    require(by, Permission.CONTRACTS_EDIT)
    if kind not in set(ContractKind):
        raise Invalid({"kind": ["请选择合同类型。"]})
    chosen = ContractKind(kind)
    row = _project(project, chosen, by)
    bid = contracts.won_bid(row) if row is not None and chosen is ContractKind.PROJECT else None
    side = provider or (bid.provider if bid is not None else None)
    if side is None:
        raise Invalid({"provider": ["请选择承接单位。"]})
    side = provider_of(side.pk)
    award = contracts.awarded(row, bid) if row is not None and chosen is ContractKind.PROJECT else None
    year = clock.today(at).year
    contract = Contract(
        year=year,
        serial=locks.next_contract(year),
        kind=chosen,
        project=row,
        bid=bid,
        provider=side,
        template=_template(chosen, at),
        title=title.strip() or _title(chosen, row),
        amount=amount if amount is not None else (award or Decimal(0)),
        own_share=own_share if own_share is not None else (row.own_share if row else Decimal(100)),
        buyer_kind=row.buyer_kind if row else BuyerKind.UNION,
        buyer_unit=row.buyer_unit if row else None,
        buyer_name=row.buyer_name if row else "",
        buyer_uscc=row.buyer_uscc if row else "",
        starts_on=starts_on or (row.starts_on if row else None),
        ends_on=ends_on or (row.ends_on if row else None),
        posts_count=posts_count,
        **made(by, at),
    )
    check(contract)
    contract.values = contract_values.of(contract, [], buyer=by.union.name_zh if by.union else "")
    contract.save(force_insert=True)
    begun(CONTRACT, contract, by=by, at=at)
    if by.union is not None and side.uscc:
        organizations.present(side.uscc, by.union, at)
    return contract


@transaction.atomic
def edit(*, contract: Contract, version: int, by: Actor, at: datetime, **terms: Any) -> Contract:
    """
    Change the terms of a draft: title, amount, own_share, starts_on, ends_on, posts_count. Milestones keep their own amounts.

    Raises: Refused, NotFound, Conflict, Invalid.
    """
    row = own_draft(contract.pk, version, by)
    changes: dict[str, tuple[object, object]] = {}
    for name in _TERMS:
        if name in terms and terms[name] != (old := getattr(row, name)):
            changes[name] = (old, terms[name])
            setattr(row, name, terms[name])
    check(row)
    edited(row, by=by, at=at, changes=changes)
    return row


@transaction.atomic
def set_milestones(
    *, contract: Contract, parts: Sequence[Part], version: int, by: Actor, at: datetime
) -> list[PaymentMilestone]:
    """
    Part a draft's amount into exactly these milestones; by their shares, or by the amounts that they name.

    That they are the whole is asked when the draft is submitted. Raises: Refused, NotFound, Conflict, Invalid. Source: E44.
    """
    row = own_draft(contract.pk, version, by)
    if len(parts) > MOST_MILESTONES:
        raise Invalid({"parts": [f"付款节点最多{MOST_MILESTONES}期。"]})
    worth = amounts(row.amount, parts)
    for no, (part, amount) in enumerate(zip(parts, worth, strict=True), 1):
        if not 0 < part.share <= 100:
            raise Invalid({"parts": [f"第{no}期的比例须大于0、不超过100。"]})
        if amount <= 0:
            raise Invalid({"parts": [f"第{no}期的金额须大于零，请减少期数。"]})
    before = _told(list(row.milestones.order_by("no")))
    row.milestones.all().delete()
    new = PaymentMilestone.objects.bulk_create(
        PaymentMilestone(
            contract=row,
            no=no,
            condition=part.condition,
            share=part.share,
            amount=amount,
            planned_on=part.planned_on,
            **made(by, at),
        )
        for no, (part, amount) in enumerate(zip(parts, worth, strict=True), 1)
    )
    row.version += 1
    row.updated_at = at
    row.save(update_fields=["version", "updated_at"])
    record_change("set_milestones", on=row, by=by, at=at, changes={"milestones": (before, _told(new))})
    record("purchasing.contract.set_milestones", by=by, at=at, on=row)
    return new


def _project(project: ServiceProject | None, kind: ContractKind, by: Actor) -> ServiceProject | None:
    if project is None:
        if kind not in _WITHOUT_PROJECT:
            raise Invalid({"project": ["请选择合同所属的项目。"]})
        return None
    row = ServiceProject.objects.select_for_update().filter(pk=project.pk).first()
    if row is None:
        raise NotFound()
    if not in_department(by, row):
        raise Refused(why="您只能办理本部门的项目。")
    return row


def _template(kind: ContractKind, at: datetime) -> PurchaseRule | None:
    """The template in force, frozen from now on. Source: §2.0 versions; E15."""
    wanted = TEMPLATES.get(kind)
    if wanted is None:
        return None
    rows = PurchaseRule.objects.select_for_update().filter(kind=wanted, state=RuleState.IN_FORCE)
    rule = rows.order_by("-edition").first()
    if rule is None:
        raise Invalid({"kind": [f"还没有现行的{wanted.label}，请先由管理员发布。"]})
    if rule.used_at is None:
        rule.used_at = at
        rule.save(update_fields=["used_at"])
    return rule


def _title(kind: ContractKind, project: ServiceProject | None) -> str:
    return f"{project.title if project else ''}{kind.label}"[:TITLE_LENGTH]


def _told(parts: Sequence[PaymentMilestone]) -> str:
    return "；".join(
        f"{one.no}：{MilestoneCondition(one.condition).label} {one.share:f}% {one.amount:,.2f} 元" for one in parts
    )
