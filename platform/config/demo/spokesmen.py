"""
The demonstration's accounts of organizations: each speaks for one on its own union's ledger.

The one of 开福 speaks for an organization that stands on 雨花's ledger too, so that somebody can be seen acting in two unions.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commons.hierarchy.models import TradeUnion
from commons.people import organizations
from commons.people.enums import LinkState
from commons.people.models import OrgAccountLink, User
from commons.tenancy import door
from tenants.registry.models import SocialOrganization

_IN_TWO = ("430105", "430111")


def link(holders: dict[str, User], unions: dict[str, TradeUnion], *, at: datetime) -> int:
    """
    Verify each of `holders` {code of the union: account} that speaks for nobody yet; how many were.

    A union without a suitable entry leaves its account unverified.
    """
    done = 0
    kept = OrgAccountLink.objects.filter(user__in=holders.values(), state=LinkState.VERIFIED)
    taken, speaking = set(kept.values_list("uscc", flat=True)), set(kept.values_list("user_id", flat=True))
    waiting = {code: user for code, user in holders.items() if user.pk not in speaking}
    if not waiting:
        return 0
    listed = {code: _listed(union) for code, union in unions.items()}
    for code, user in waiting.items():
        both = listed.get(_IN_TWO[1], {}) if code == _IN_TWO[0] else listed[code]
        # Their own first: what is on two ledgers is left to the account that is shown in both.
        free = [uscc for uscc in listed[code] if uscc in both and uscc not in taken]
        alone = [uscc for uscc in free if sum(uscc in ledger for ledger in listed.values()) == 1]
        chosen = free if code == _IN_TWO[0] else alone
        if not chosen:
            continue
        taken.add(chosen[0])
        _verify(user, chosen[0], listed, unions, code, at)
        done += 1
    return done


def _listed(union: TradeUnion) -> dict[str, str]:
    """{credit code: name} of the entries on a ledger, in the order of their numbers."""
    with door.inside(union):
        rows = SocialOrganization.objects.on_ledger().exclude(uscc="").order_by("serial")
        return dict(rows.values_list("uscc", "name"))


@transaction.atomic
def _verify(
    user: User,
    uscc: str,
    listed: dict[str, dict[str, str]],
    unions: dict[str, TradeUnion],
    code: str,
    at: datetime,
) -> None:
    OrgAccountLink.objects.create(
        user=user,
        uscc=uscc,
        organization_name=listed[code][uscc][:120],
        state=LinkState.VERIFIED,
        claimed_at=at,
        decided_by_name="演示数据",
        decided_at=at,
        decided_in_union=unions[code],
    )
    for other, ledger in listed.items():
        if uscc in ledger:
            organizations.present(uscc, unions[other], at)
