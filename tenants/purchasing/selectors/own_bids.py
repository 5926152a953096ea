"""An organization's own bids, found by their marks while they are sealed. Source: SM-17, V14."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.directory import selectors as directory
from commons.kit.errors import NotFound
from commons.people.enums import LinkState
from commons.people.models import OrgAccountLink
from tenants.purchasing import offers
from tenants.purchasing.enums import CallState
from tenants.purchasing.models import Bid, Call
from tenants.purchasing.policies import BIDS, CALLS, SEALED_STATES


def for_steps(actor: Actor) -> QuerySet[Bid]:
    """The bids that `actor` may cause a step of: those the policy shows, and the own organization's sealed ones."""
    rows = BIDS.visible(actor)
    if not actor.organization or not may(actor, Permission.BIDS_SUBMIT):
        return rows
    return Bid.objects.filter(pk__in=rows.values("pk").union(_marked(actor).values("pk")))


def own(actor: Actor) -> QuerySet[Bid]:
    """Every bid of the actor's organization in this union, sealed or opened, the latest first; what lies sealed is not read with it."""
    if not actor.organization or not may(actor, Permission.BIDS_SUBMIT):
        return Bid.objects.none()
    # Each of the two is found by an index; one condition for both would look through every bid.
    opened = Bid.objects.filter(provider__uscc=actor.organization)
    rows = Bid.objects.filter(pk__in=opened.values("pk").union(_marked(actor).values("pk")))
    return rows.select_related("call__project").defer("sealed", "plan").order_by("-created_at", "-pk")


def one(actor: Actor, pk: UUID) -> Bid:
    """
    One's own bid.

    Raises: NotFound, alike for absent and for another's.
    """
    row = own(actor).defer(None).filter(pk=pk).first()
    if row is None:
        raise NotFound()
    return row


def of_call(actor: Actor, call: Call) -> Bid | None:
    """The own bid in a call, if there is one."""
    if not actor.organization or not call.envelope:
        return None
    mark = offers.mark_of(call, actor.organization)
    return Bid.objects.filter(call=call, owner_mark=mark).select_related("call__project").first()


def name_of(actor: Actor) -> str:
    """What the actor's organization is called: by the public directory, else as the account was verified for it."""
    listed = directory.by_codes([actor.organization]).get(actor.organization)
    if listed is not None:
        return listed.name
    link = OrgAccountLink.objects.filter(user=actor.user, uscc=actor.organization, state=LinkState.VERIFIED).first()
    return link.organization_name if link is not None else actor.organization


def _marked(actor: Actor) -> QuerySet[Bid]:
    """
    The organization's bids in the calls whose bids may be sealed still: a mark cannot be asked for, it has to be made per call.

    Calls that went beyond their opening keep sealed rows only of bids that lapsed or were withdrawn.
    """
    sealed = Bid.objects.filter(call=OuterRef("pk"), state__in=SEALED_STATES)
    calls = CALLS.visible(actor).filter(Exists(sealed)).exclude(envelope="").exclude(state=CallState.DRAFT)
    marks = {call.pk: offers.mark_of(call, actor.organization) for call in calls.only("envelope")}
    return Bid.objects.filter(call__in=marks.keys(), owner_mark__in=marks.values())
