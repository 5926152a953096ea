"""Accounts of organizations on this union's ledger: recognized, turned down, taken back. Source: DOMAIN §3.12."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.people.models import OrgAccountLink
from commons.portal import claims
from commons.tenancy.acting import require
from tenants.registry.selectors import accounts


@transaction.atomic
def verify(*, link_id: UUID, by: Actor, at: datetime) -> OrgAccountLink:
    """
    Recognize an account as the organization's, in the whole country.

    Raises: Refused; NotFound when the organization is not on this union's ledger; ClaimDecided, AlreadySpeaks, NotForStaff.
    """
    require(by, Permission.ORG_ACCOUNT_VERIFY)
    return claims.verify(link_id=accounts.claim(by, link_id).pk, by=by, at=at)


@transaction.atomic
def refuse(*, link_id: UUID, reason: str, by: Actor, at: datetime) -> OrgAccountLink:
    """
    Turn a claim down.

    Raises: as `verify`; ReasonMissing.
    """
    require(by, Permission.ORG_ACCOUNT_VERIFY)
    return claims.refuse(link_id=accounts.claim(by, link_id).pk, reason=reason, by=by, at=at)


@transaction.atomic
def revoke(*, link_id: UUID, reason: str, by: Actor, at: datetime) -> OrgAccountLink:
    """
    Take back what this union verified, whether or not the organization is still on its ledger.

    Raises: Refused, NotFound, ClaimDecided, ReasonMissing.
    """
    require(by, Permission.ORG_ACCOUNT_REVOKE)
    return claims.revoke(link_id=accounts.claim(by, link_id).pk, reason=reason, by=by, at=at)
