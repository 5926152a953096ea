"""Which organization an account speaks for, and which unions deal with it. Source: DOMAIN S3, Q12."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from commons.hierarchy.models import TradeUnion, TradeUnionQuerySet
from commons.kit.keys import key
from commons.people.enums import AccountKind, LinkState
from commons.people.models import OrgAccountLink, OrgPresence, User


def spoken_for(user: User) -> str:
    """
    The credit code of the organization that `user` was verified for, or nothing.

    Whoever claims becomes an account of the kind SOCIAL_ORG first, so no other account costs a question.
    """
    if user.kind != AccountKind.SOCIAL_ORG:
        return ""
    link = OrgAccountLink.objects.filter(user=user, state=LinkState.VERIFIED)
    return link.values_list("uscc", flat=True).first() or ""


def name_of(user: User) -> str:
    """The name of the organization that `user` was verified for, as it was claimed, or nothing."""
    link = OrgAccountLink.objects.filter(user=user, state=LinkState.VERIFIED)
    return link.values_list("organization_name", flat=True).first() or ""


def speakers(uscc: str) -> list[UUID]:
    """The accounts that speak for an organization and can sign in."""
    links = OrgAccountLink.objects.filter(uscc=uscc, state=LinkState.VERIFIED, user__is_active=True)
    return list(links.order_by("user_id").values_list("user_id", flat=True))


def present(uscc: str, union: TradeUnion, at: datetime) -> None:
    """
    Note, in the caller's transaction, that `union` deals with an organization from now on.

    Whoever records such a dealing calls it each time; only the first call writes.
    """
    all_present([uscc], union, at)


def all_present(usccs: Iterable[str], union: TradeUnion, at: datetime) -> None:
    """The same for many organizations at once, such as an import; rows without a credit code are passed over."""
    keys = sorted({key(uscc) for uscc in usccs if uscc})
    # One order for everybody: two imports of the same organizations do not wait for each other in a circle.
    rows = [OrgPresence(member_key=member, union=union, since_at=at) for member in keys]
    OrgPresence.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)


def unions_dealing_with(uscc: str) -> TradeUnionQuerySet:
    """The active unions in which the organization is present, from the nation down."""
    where = OrgPresence.objects.filter(member_key=key(uscc))
    return TradeUnion.objects.active().filter(pk__in=where.values("union_id")).order_by("path")
