"""What the variables of a contract's text stand for. Source: E15, Appendix C3."""

from __future__ import annotations

from collections.abc import Sequence

from tenants.purchasing import contract_text
from tenants.purchasing.enums import ContractKind, ContractState
from tenants.purchasing.models import Contract, PaymentMilestone
from tenants.purchasing.selectors import contracts


def now(row: Contract) -> dict[str, str]:
    """Of a draft what its project, provider and milestones say today; from its submission on what was submitted."""
    if row.state != ContractState.DRAFT:
        told: dict[str, str] = row.values
        return told
    return of(row, list(row.milestones.order_by("no")), buyer=row.values.get("buyer", ""))


def of(row: Contract, parts: Sequence[PaymentMilestone], *, buyer: str) -> dict[str, str]:
    """The value of each variable; empty where nothing is known."""
    supervised = ""
    if row.kind == ContractKind.SUPERVISION and row.project is not None:
        main = contracts.live_contracts(row.project, ContractKind.PROJECT).select_related("provider").first()
        bid = contracts.won_bid(row.project) if main is None else None
        provider = main.provider if main else bid.provider if bid else None
        supervised = provider.name if provider else ""
    return contract_text.values(row, parts, buyer=buyer, supervised=supervised)
