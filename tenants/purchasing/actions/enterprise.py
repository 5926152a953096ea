"""What enterprises buy of organizations, with the union as the middleman. Source: E36, SM-15."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.directory import credit_code
from commons.kit import clock
from commons.kit.errors import Invalid
from commons.people import organizations
from commons.tenancy.acting import require
from commons.workflow.rows import made
from commons.workflow.transitions import begun
from tenants.purchasing import locks
from tenants.purchasing.actions.contract_drafts import check, provider_of
from tenants.purchasing.enums import BuyerKind, ContractKind, ContractState
from tenants.purchasing.machines.contract import CONTRACT
from tenants.purchasing.models import Contract, Provider


@transaction.atomic
def register_enterprise(
    *,
    provider: Provider,
    buyer_name: str,
    buyer_uscc: str,
    title: str,
    amount: Decimal,
    signed_on: date,
    by: Actor,
    at: datetime,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Contract:
    """
    Register what an enterprise bought from an organization: the union was the middleman, and neither drafts nor pays.

    Raises: Refused, NotFound, Invalid. Source: E36, SM-15 ★; ENT-01, ENT-02.
    """
    require(by, Permission.MARKET_EDIT)
    side = provider_of(provider.pk)
    problems: dict[str, list[str]] = {}
    if not buyer_name.strip():
        problems["buyer_name"] = ["请填写购买企业的名称。"]
    try:
        code = credit_code.validated(buyer_uscc)
    except credit_code.CreditCodeInvalid as wrong:
        code, problems["buyer_uscc"] = "", [wrong.message]
    if not title.strip():
        problems["title"] = ["请填写合同名称。"]
    if signed_on > clock.today(at):
        problems["signed_on"] = ["签订日期不能晚于今天。"]
    if amount <= 0:
        problems["amount"] = ["请填写合同金额。"]
    if problems:
        raise Invalid(problems)
    year = clock.today(at).year
    row = Contract(
        year=year,
        serial=locks.next_contract(year),
        kind=ContractKind.PROJECT,
        provider=side,
        title=title.strip(),
        amount=amount,
        # Counted whole by the union that registers it (ENT-02, ENT-06).
        own_share=Decimal(100),
        buyer_kind=BuyerKind.ENTERPRISE,
        buyer_name=buyer_name.strip(),
        buyer_uscc=code,
        starts_on=starts_on,
        ends_on=ends_on,
        signed_on=signed_on,
        state=ContractState.SIGNED,
        **made(by, at),
    )
    check(row)
    row.save(force_insert=True)
    begun(CONTRACT, row, by=by, at=at, event="register")
    if by.union is not None and side.uscc:
        organizations.present(side.uscc, by.union, at)
    return row
