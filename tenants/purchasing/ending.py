"""What of a union's purchases must be finished before the union may end. Source: SM-01 archive, no open contracts; SM-16, SM-18."""

from __future__ import annotations

from django.db.models import Q

from commons.tenancy.ending import Left
from tenants.purchasing.enums import BuyerKind, CallState, ContractState
from tenants.purchasing.models import Call, Contract, PaymentMilestone
from tenants.purchasing.selectors.contracts import IN_FORCE, OPEN

# Nobody outside has been told of a draft yet.
_CALLS_OVER = (CallState.DRAFT, CallState.DONE, CallState.CANCELLED, CallState.FAILED)
_BEING_MADE = (ContractState.DRAFT, ContractState.LEGAL_CHECK, ContractState.TO_SIGN)
_OPEN_CONTRACTS = (ContractState.LEGAL_CHECK, ContractState.TO_SIGN, *IN_FORCE)
# What enterprises buy, the union only registers.
_OF_OTHERS = Q(buyer_kind=BuyerKind.ENTERPRISE)


def left() -> list[Left]:
    """
    Calls from their publication on, contracts from the legal check on, parts of signed contracts neither paid nor withheld.

    An amendment is a part of its contract: once signed, its terms and milestones are the contract's.
    """
    contracts = Contract.objects.filter(amends__isnull=True).exclude(_OF_OTHERS)
    milestones = PaymentMilestone.objects.filter(contract__in=contracts, state__in=OPEN)
    return [
        Left("招募公告", Call.objects.exclude(state__in=_CALLS_OVER).count(), "份"),
        Left("合同", contracts.filter(state__in=_OPEN_CONTRACTS).count(), "份"),
        Left("未付清的款项", milestones.exclude(contract__state__in=_BEING_MADE).count(), "笔"),
    ]
