"""
Questions to the market: demands, offers, matches.

The union's people see all but the contacts of a listing, which stay with its poster and who keeps it. An organization sees its own
listings and matches; of another's what it is about, and who it is with how to reach them only when both have agreed. Source: SM-15 ★.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F, Q, QuerySet

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.kit.errors import NotFound
from tenants.purchasing.enums import ListingSide, ListingState, MatchState
from tenants.purchasing.matching import ENOUGH, Fit, fit
from tenants.purchasing.models import Listing, Match
from tenants.purchasing.who import own_listing

# Both have agreed, and it did not come to nothing before that.
DISCLOSED = (MatchState.INTRODUCED, MatchState.NEGOTIATING, MatchState.CONTRACTED)
MOST_RECOMMENDED = 20
_LOOKED_AT = 500


def listings(actor: Actor) -> QuerySet[Listing]:
    """Demands and offers that `actor` may see, latest first: all for who views the market; posted ones and the own for organizations."""
    rows = Listing.objects.order_by("-created_at", "-id")
    if may(actor, Permission.MARKET_VIEW):
        return rows
    if actor.organization and may(actor, Permission.MARKET_POST):
        return rows.filter(Q(state=ListingState.POSTED) | Q(poster_uscc=actor.organization))
    return rows.none()


def own_listings(actor: Actor) -> QuerySet[Listing]:
    """What the account's organization has posted."""
    if not actor.organization or not may(actor, Permission.MARKET_POST):
        return Listing.objects.none()
    return Listing.objects.filter(poster_uscc=actor.organization).order_by("-created_at", "-id")


def listing(actor: Actor, pk: UUID | str) -> Listing:
    """
    One listing.

    Raises: NotFound, alike for absent and forbidden.
    """
    return _listing(listings(actor), pk)


def matches(actor: Actor) -> QuerySet[Match]:
    """The matches that `actor` may see: all for who views the market, an organization its own."""
    rows = Match.objects.select_related("demand", "offer", "contract").order_by("-created_at", "-id")
    if may(actor, Permission.MARKET_VIEW):
        return rows
    if actor.organization and may(actor, Permission.MARKET_POST):
        own = Q(demand__poster_uscc=actor.organization) | Q(offer__poster_uscc=actor.organization)
        return rows.filter(own)
    return rows.none()


def match(actor: Actor, pk: UUID | str) -> Match:
    """
    One match.

    Raises: NotFound.
    """
    try:
        found = matches(actor).filter(pk=pk if isinstance(pk, UUID) else UUID(str(pk))).first()
    except ValueError as wrong:
        raise NotFound() from wrong
    if found is None:
        raise NotFound()
    return found


@dataclass(frozen=True)
class Side:
    """One side of a match as this viewer may see it; empty where it is not theirs to know yet."""

    listing: Listing
    name: str
    text: str
    contact_name: str
    contact_phone: str

    @property
    def disclosed(self) -> bool:
        return bool(self.name)


def side(actor: Actor, listing: Listing, *, of: Match | None = None) -> Side:
    """
    A listing with what the viewer may know of who posted it.

    Who: the poster, and those who view the market; the counterpart once both have consented. How to reach them: the poster, staff
    that keeps the market before, the counterpart after both have consented. Source: SM-15 ★.
    """
    own = own_listing(actor, listing)
    agreed = of is not None and of.state in DISCLOSED
    knows = own or agreed or bool(may(actor, Permission.MARKET_VIEW))
    reaches = own or agreed
    return Side(
        listing=listing,
        name=listing.poster_name if knows else "",
        text=listing.text if knows else "",
        contact_name=listing.contact_name if reaches else "",
        contact_phone=listing.contact_phone if reaches else "",
    )


def recommended(of: Listing, today: date) -> list[tuple[Listing, Fit]]:
    """What fits a listing best on the other side, best first; what has been brought together already is left out."""
    other = ListingSide.OFFER if of.side == ListingSide.DEMAND else ListingSide.DEMAND
    rows = Listing.objects.filter(side=other, state=ListingState.POSTED, valid_until__gt=today)
    rows = rows.exclude(poster_uscc=of.poster_uscc) if of.poster_uscc else rows
    known = Match.objects.filter(Q(demand=of) | Q(offer=of))
    rows = rows.exclude(pk__in=known.values("demand_id")).exclude(pk__in=known.values("offer_id"))
    asks = of.side == ListingSide.DEMAND
    # Those of the same field first: without it nothing is enough.
    near = rows.filter(field=of.field).order_by(F("created_at").desc())[:_LOOKED_AT]
    found = [(one, fit(of, one) if asks else fit(one, of)) for one in near]
    worth = [pair for pair in found if pair[1].score >= ENOUGH]
    return sorted(worth, key=lambda pair: (-pair[1].score, pair[0].pk))[:MOST_RECOMMENDED]


def _listing(rows: QuerySet[Listing], pk: UUID | str) -> Listing:
    try:
        found = rows.filter(pk=pk if isinstance(pk, UUID) else UUID(str(pk))).first()
    except ValueError as wrong:
        raise NotFound() from wrong
    if found is None:
        raise NotFound()
    return found
