"""Unused money that comes back from a provider: a payment row of its own kind, so that what was paid net is right. Source: E44, PUR-03."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.audit.recording import record, record_change
from commons.codelists.services import FundSource
from commons.kit import clock
from commons.kit.errors import Invalid, NotFound
from commons.tenancy.acting import require
from tenants.purchasing import subsidised
from tenants.purchasing.enums import PaymentKind
from tenants.purchasing.models import Contract, Payment
from tenants.purchasing.opendata import publishing
from tenants.purchasing.selectors import contracts

_LONGEST = {"voucher_no": 60, "reason": 300}


@transaction.atomic
def refund(
    *,
    contract: Contract,
    amount: Decimal,
    returned_on: date,
    voucher_no: str,
    fund_source: str,
    reason: str,
    by: Actor,
    at: datetime,
) -> Payment:
    """
    Record unused money that the provider gave back; `amount` is positive, its row negative. Also of a contract that has ended.

    No more can come back from a source than was paid from it net. Raises: Refused, NotFound, Invalid. Source: E13, E44.
    """
    require(by, Permission.PAYMENTS_PAY)
    row = Contract.objects.select_for_update().filter(pk=contract.pk).first()
    if row is None:
        raise NotFound()
    voucher, why = voucher_no.strip(), reason.strip()
    problems: dict[str, list[str]] = {}
    if amount <= 0 or amount != amount.quantize(Decimal("0.01")):
        problems["amount"] = ["请填写退回金额，大于零，最多两位小数。"]
    if returned_on > clock.today(at) or (row.signed_on is not None and returned_on < row.signed_on):
        problems["returned_on"] = ["退回日期不能晚于今天，也不能早于合同签订日期。"]
    if fund_source not in set(FundSource):
        problems["fund_source"] = ["请选择资金来源。"]
    elif not problems and amount > (net := contracts.net_by_source(row).get(fund_source, contracts.NOTHING)):
        label = FundSource(fund_source).label
        problems["amount"] = [f"来自“{label}”的净付款为{net:,.2f}元，退回金额不能超过。"]
    for name, value, told in (("voucher_no", voucher, "凭证号"), ("reason", why, "退回原因")):
        if not value or len(value) > _LONGEST[name] or not value.isprintable():
            problems[name] = [f"请填写{told}，最多{_LONGEST[name]}个字。"]
    if voucher and row.payments.filter(voucher_no=voucher).exists():
        problems["voucher_no"] = [f"本合同已登记过凭证号“{voucher}”，请核对是否重复登记。"]
    if problems:
        raise Invalid(problems)
    made = Payment.objects.create(
        kind=PaymentKind.REFUND,
        contract=row,
        amount=-amount,
        paid_on=returned_on,
        voucher_no=voucher,
        fund_source=fund_source,
        reason=why,
        created_at=at,
        created_by_id=by.user_id,
        created_by_name=by.name[:120],
    )
    changes = {"amount": ("", f"{made.amount:.2f}"), "voucher_no": ("", voucher)}
    record_change("refund", on=made, by=by, at=at, reason=why, changes=changes)
    record("purchasing.payment.refund", by=by, at=at, on=made)
    publishing.came_back(made, at=at)
    if row.project is not None:
        subsidised.refresh(row.project, at=at)
    return made
