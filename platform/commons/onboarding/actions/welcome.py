"""The first administrator of a new union comes in by a one-time link."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commons.access.actors import Actor
from commons.accounts import actions as accounts
from commons.accounts import authority
from commons.hierarchy.enums import UnionState
from commons.hierarchy.errors import NotAllowedNow
from commons.hierarchy.models import TradeUnion
from commons.onboarding import policies
from commons.onboarding.errors import AdministratorThere
from commons.people.enums import Role
from commons.people.models import Invitation


@transaction.atomic
def invite_administrator(
    *, union: TradeUnion, name: str, by: Actor, at: datetime, phone: str = "", email: str = ""
) -> tuple[Invitation, str]:
    """
    Make the link with which the first administrator comes in; earlier links stop working. The token is told once.

    Raises: Refused, NotFound, NotAllowedNow while the union is not active, AdministratorThere.
    Source: SM-01 ready; V11.
    """
    policies.may_approve(by).require()
    policies.require_below(by, union)
    if union.state != UnionState.ACTIVE:
        raise NotAllowedNow(union=union.name_zh, state=UnionState.label_of(union.state), verb="邀请管理员")
    if authority.has_administrator(union):
        raise AdministratorThere(union=union.name_zh)
    earlier = Invitation.objects.filter(
        union=union, role=Role.UNION_ADMIN, accepted_at__isnull=True, revoked_at__isnull=True
    )
    earlier.update(revoked_at=at)
    return accounts.invite(union=union, role=Role.UNION_ADMIN, name=name, phone=phone, email=email, by=by, at=at)
