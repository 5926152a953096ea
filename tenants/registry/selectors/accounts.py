"""Claims of accounts that this union may judge, and those it has judged. Source: DOMAIN §3.12."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.kit.errors import NotFound
from commons.people.enums import LinkState
from commons.people.models import OrgAccountLink
from tenants.registry.models import SocialOrganization


def waiting(actor: Actor) -> QuerySet[OrgAccountLink]:
    """Claims of organizations on this union's ledger, the oldest first."""
    return _seen(actor).filter(state=LinkState.CLAIMED).order_by("claimed_at", "id")


def decided(actor: Actor) -> QuerySet[OrgAccountLink]:
    """What this union has decided, the latest first."""
    return _seen(actor).exclude(state=LinkState.CLAIMED).order_by("-decided_at", "-id")


def claim(actor: Actor, pk: UUID) -> OrgAccountLink:
    """
    One of them.

    Raises: NotFound, alike for what is absent, not on this ledger, or not for this actor.
    """
    row = _seen(actor).filter(pk=pk).first()
    if row is None:
        raise NotFound()
    return row


def _seen(actor: Actor) -> QuerySet[OrgAccountLink]:
    rows = OrgAccountLink.objects.select_related("user")
    if actor.union is None or not may(actor, Permission.ORG_ACCOUNT_VERIFY):
        return rows.none()
    listed = SocialOrganization.objects.on_ledger().filter(uscc=OuterRef("uscc"))
    return rows.filter(Q(Exists(listed), state=LinkState.CLAIMED) | Q(decided_in_union=actor.union))
