"""A contract in force is changed by an amendment, never edited. Source: SM-18."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.kit import clock
from commons.kit.errors import Invalid
from commons.tenancy.acting import require
from commons.workflow.rows import made
from commons.workflow.transitions import begun
from tenants.purchasing import locks
from tenants.purchasing.actions.contract_drafts import locked
from tenants.purchasing.enums import ContractState, MilestoneState
from tenants.purchasing.machines.contract import CONTRACT
from tenants.purchasing.models import Contract, PaymentMilestone
from tenants.purchasing.selectors import contract_values, contracts

_COPIED = (
    *("kind", "project", "bid", "provider", "template", "title", "amount", "own_share", "buyer_kind", "buyer_unit"),
    *("buyer_name", "buyer_uscc", "starts_on", "ends_on", "posts_count", "deviations"),
)


@transaction.atomic
def amend(*, contract: Contract, by: Actor, at: datetime) -> Contract:
    """
    Draft an amendment of a contract in force: a new version with the same terms and milestones, to be changed and signed.

    Raises: Refused, NotFound, Invalid. Source: SM-18 amendment = new version.
    """
    require(by, Permission.CONTRACTS_EDIT)
    original = locked(contract.pk, by)
    if original.amends_id is not None:
        raise Invalid({"": ["请在原合同上签订补充协议，不能变更补充协议。"]})
    if original.state not in contracts.IN_FORCE:
        raise Invalid({"": ["只有已签署或履行中的合同才能签订补充协议。"]})
    done = (ContractState.SIGNED, ContractState.TERMINATED, ContractState.EXPIRED)
    if original.amendments.exclude(state__in=done).exists():
        raise Invalid({"": ["已有一份未签署的补充协议，请先办结或在其上修改。"]})
    year = clock.today(at).year
    row = Contract(
        year=year,
        serial=locks.next_contract(year),
        amends=original,
        amount_before=original.amount,
        **{name: getattr(original, name) for name in _COPIED},
        **made(by, at),
    )
    row.save(force_insert=True)
    parts = PaymentMilestone.objects.bulk_create(
        PaymentMilestone(
            contract=row,
            no=one.no,
            condition=one.condition,
            share=one.share,
            amount=one.amount,
            planned_on=one.planned_on,
            **made(by, at),
        )
        for one in original.milestones.exclude(state=MilestoneState.WITHHELD).order_by("no")
    )
    row.values = contract_values.of(row, parts, buyer=by.union.name_zh if by.union else "")
    row.save(update_fields=["values"])
    begun(CONTRACT, row, by=by, at=at)
    return row
