"""What is known of an organization that wants to provide. Source: SM-17 ★ admission, B07."""

from __future__ import annotations

from datetime import date
from typing import Any

from commons.access import actors
from commons.directory import selectors as directory
from commons.directory.enums import RegistrationStatus
from commons.hierarchy.models import TradeUnion
from tenants.purchasing.admission import Facts
from tenants.purchasing.enums import ProviderKind, VettingResult
from tenants.purchasing.models import Provider
from tenants.registry.selectors.organizations import organizations, with_grade

# By the registering department of the credit code. Source: DOMAIN Appendix D.
_KINDS = {
    "51": ProviderKind.SOCIAL_ORG,
    "52": ProviderKind.SOCIAL_ORG,
    "53": ProviderKind.SOCIAL_ORG,
    "31": ProviderKind.LAW_FIRM,
    "12": ProviderKind.PUBLIC_INSTITUTION,
}
_VALID = (RegistrationStatus.REGISTERED, RegistrationStatus.FILED)


def kind_of(uscc: str) -> ProviderKind:
    return _KINDS.get(uscc[:2], ProviderKind.ENTERPRISE)


def entry_of(uscc: str, union: TradeUnion | None, on: date) -> Any:
    """The organization's entry on the ledger of `union`, with `grade`; None where it has none."""
    # Asked by the platform for its own check: the bidder may not see the ledger, and learns one sentence of it.
    looking = actors.system("核对申报条件", union)
    rows = organizations(looking).on_ledger().filter(uscc=uscc)
    return with_grade(rows, on).first()


def facts_of(uscc: str, union: TradeUnion | None, on: date) -> Facts:
    """What the union's own records say of the organization, else the public directory; three statements."""
    entry = entry_of(uscc, union, on)
    listed = directory.by_codes([uscc]).get(uscc)
    provider = Provider.objects.filter(uscc=uscc).first()
    source = entry or listed
    rated = listed.rating_grade if listed is not None and directory.rating_in_force(listed, on) else ""
    status = source.registration_status if source is not None else ""
    founding = (entry.founding_mode if entry is not None else "") or (provider.founding_mode if provider else "")
    return Facts(
        name=source.name if source is not None else (provider.name if provider else ""),
        kind=provider.kind if provider else kind_of(uscc),
        org_type=str(source.org_type) if source is not None else str(provider.org_type if provider else ""),
        registration_valid=status in _VALID,
        registered_on=(source.registered_on if source is not None else None)
        or (provider.registered_on if provider else None),
        rating=str((entry.grade if entry is not None else None) or rated or ""),
        has_union=provider.has_union if provider else False,
        founding_mode=founding,
        vetting=provider.vetting_result if provider else VettingResult.UNKNOWN,
        vetting_until=provider.vetting_until if provider else None,
        penalty_until=provider.penalty_until if provider else None,
        blocked_until=provider.blocked_until if provider else None,
    )
