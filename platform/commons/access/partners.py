"""
Partner systems: a token is made once, shown once, kept as a digest, and opens numbers, public cards and open data under one union.

Source: DOMAIN S3, SM-27, V10.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from commons.access.actors import Actor
from commons.access.models import PartnerClient
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.hierarchy.enums import UnionState
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import DomainError, Invalid
from commons.kit.ids import digest, one_time_token

LONGEST_DAYS = 730
PERMISSIONS = frozenset({Permission.NUMBERS_VIEW, Permission.DIRECTORY_VIEW, Permission.OPEN_DATA_EXPORT})


class RootNotActive(DomainError):
    code = "PARTNERS.ROOT_NOT_ACTIVE"
    sentence = "“%(union)s”尚未启用，不能作为合作系统的授权范围。"


@dataclass(frozen=True)
class Issued:
    """A new client and its secret, which exists nowhere else."""

    client: PartnerClient
    token: str


@transaction.atomic
def issue(
    *, name: str, root: TradeUnion, days: int = 365, reads_provisional: bool = True, by: Actor, at: datetime
) -> Issued:
    """
    Make a client that reads numbers and public cards in the subtree of `root`.

    Unless it `reads_provisional`, numbers of closed periods alone.
    Raises: Refused, Invalid, RootNotActive.
    """
    may(by, Permission.PARTNER_MANAGE).require()
    if not name.strip() or len(name) > 120:
        raise Invalid({"name": ["请填写合作系统名称，最多 120 个字。"]})
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid({"days": [f"有效期须在 1 至 {LONGEST_DAYS} 天之间。"]})
    if root.state != UnionState.ACTIVE:
        raise RootNotActive(union=root.name_zh)
    token = one_time_token()
    client = PartnerClient.objects.create(
        name=name.strip(),
        root=root,
        reads_provisional=reads_provisional,
        token_digest=digest(token),
        issued_by_name=by.name,
        issued_at=at,
        expires_at=at + timedelta(days=days),
    )
    return Issued(client, token)


@transaction.atomic
def revoke(*, client: PartnerClient, by: Actor, at: datetime) -> PartnerClient:
    """
    End a client's access with its next request; doing so again changes nothing.

    Raises: Refused.
    """
    may(by, Permission.PARTNER_MANAGE).require()
    PartnerClient.objects.filter(pk=client.pk, revoked_at__isnull=True).update(revoked_at=at)
    client.refresh_from_db(fields=["revoked_at"])
    return client


def authenticate(token: str, *, at: datetime) -> Actor | None:
    """
    The partner whose token this is, acting at its root; None when unknown, expired, revoked, or the root is not active.

    Read anew for each request, so a revoked token is refused with the next one.
    """
    if not token or len(token) > 200 or not token.isascii():
        return None
    client = (
        PartnerClient.objects.select_related("root")
        .filter(token_digest=digest(token), revoked_at__isnull=True, expires_at__gt=at, root__state=UnionState.ACTIVE)
        .first()
    )
    if client is None:
        return None
    _note_use(client, at)
    return Actor(
        union=client.root,
        partner=client.name,
        permissions=PERMISSIONS,
        closed_only=not client.reads_provisional,
    )


def _note_use(client: PartnerClient, at: datetime) -> None:
    """At most one write a minute, so that reading does not become writing."""
    if client.last_used_at is None or at - client.last_used_at > timedelta(minutes=1):
        stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=at)
        PartnerClient.objects.filter(stale, pk=client.pk).update(last_used_at=at)
