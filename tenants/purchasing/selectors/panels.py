"""Who may sit on the panel of a call, and who sits there. Source: SM-16, SM-17, A20."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from commons.access.actors import Actor
from commons.directory.grams import folded
from commons.people.enums import LinkState
from commons.people.models import OrgAccountLink
from tenants.purchasing.enums import BidState, MemberState
from tenants.purchasing.models import Bid, Call, Expert, PanelMember

SITTING = (MemberState.DRAWN, MemberState.CONFIRMED)


@dataclass(frozen=True)
class Excluded:
    """An expert whom the draw leaves out, and why, as it is published."""

    code: str
    why: str


@dataclass(frozen=True)
class Pool:
    """Who can be drawn, by number; and who cannot because of a bidder."""

    eligible: list[Expert]
    excluded: list[Excluded]


def bidders(call: Call) -> list[Bid]:
    """The opened bids of a call with their providers."""
    rows = Bid.objects.filter(call=call, provider__isnull=False).exclude(state=BidState.LAPSED)
    return list(rows.select_related("provider").order_by("submitted_at", "pk"))


def pool(call: Call) -> Pool:
    """
    The experts of the project's fields who can sign in, apart from those linked with a bidder. Three statements.

    Linked is who names the bidder among their conflicts, speaks for it with their account, works there, or holds a post there. Names
    are compared whatever their width, case and spaces; of two names that differ otherwise nobody decides here that they are one.
    """
    bids = bidders(call)
    codes = {bid.provider.uscc for bid in bids if bid.provider and bid.provider.uscc}
    names = {name for bid in bids if bid.provider and (name := _as_meant(bid.provider.name))}
    fields = [str(one) for one in call.project.fields]
    experts = list(
        Expert.objects.filter(is_active=True, user_id__isnull=False)
        .filter(Q(fields__overlap=fields) | Q(fields=[]))
        .order_by("number")
    )
    speaking = _speaking_for(experts, codes)
    eligible, excluded = [], []
    for expert in experts:
        why = _why_not(expert, codes, names, speaking)
        if why:
            excluded.append(Excluded(expert.code, why))
        else:
            eligible.append(expert)
    return Pool(eligible, excluded)


def _why_not(expert: Expert, codes: set[str], names: set[str], speaking: set[UUID | None]) -> str:
    if codes & set(expert.conflicts):
        return "与申报单位有利害关系"
    if expert.user_id in speaking:
        return "为申报单位的账号使用人"
    if _as_meant(expert.unit) in names:
        return "在申报单位工作"
    posts = _as_meant(expert.posts)
    if any(name in posts for name in names):
        return "在申报单位任职"
    return ""


def _as_meant(name: str) -> str:
    """Half width, brackets too, lower case, without spaces: “长沙（ＡＢ） 公司” is “长沙(ab)公司”."""
    return "".join(folded(name).split())


def _speaking_for(experts: Sequence[Expert], codes: set[str]) -> set[UUID | None]:
    links = OrgAccountLink.objects.filter(
        user_id__in=[expert.user_id for expert in experts], uscc__in=codes, state=LinkState.VERIFIED
    )
    return set(links.values_list("user_id", flat=True))


def sitting(call: Call) -> list[PanelMember]:
    """The members who are not excluded, in the order of the draw."""
    rows = PanelMember.objects.filter(call=call, state__in=SITTING)
    return list(rows.select_related("expert").order_by("position"))


def mine(actor: Actor) -> QuerySet[PanelMember]:
    """The panels on which the actor sits or sat."""
    if actor.user is None:
        return PanelMember.objects.none()
    rows = PanelMember.objects.filter(expert__user_id=actor.user.pk)
    return rows.select_related("call__project", "expert").order_by("-created_at", "-pk")
