"""Which organization a row of purchasing concerns, so that its accounts are told of the steps that they may see. Source: DOMAIN §3.6."""

from __future__ import annotations

from typing import Any

from tenants.notices import telling
from tenants.purchasing.who import provider_of


def register() -> None:
    telling.organizations("purchasing", organization_of)


def organization_of(row: Any) -> str:
    """Its credit code; nothing of a bid, whose bidder is no provider before the opening, nor of what concerns nobody yet."""
    provider = provider_of(row)
    return provider.uscc if provider is not None else ""
