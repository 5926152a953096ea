"""Who acts in the demonstration of a union: its own accounts, so that histories and rights are those of every day."""

from __future__ import annotations

from dataclasses import dataclass

from commons.access.actors import Actor, acting
from commons.hierarchy.models import TradeUnion
from commons.people.models import User

_PLACES = {"430000": "hunan", "430100": "changsha", "430105": "kaifu", "430111": "yuhua"}
# The unions in which needs are collected and services bought.
BUYING = tuple(_PLACES)


@dataclass(frozen=True)
class Cast:
    """The accounts of a union; `organizations` are all that speak for one, acting here."""

    union: TradeUnion
    # Its short name in Chinese.
    place: str
    # What its accounts are called by: "kaifu".
    prefix: str
    admin: Actor
    staff: Actor
    finance: Actor
    secretariat: Actor
    reviewer: Actor
    supervisor: Actor
    organizations: tuple[Actor, ...]


def of(union: TradeUnion) -> Cast | None:
    """Who acts in `union`, or None where the accounts have not been made."""
    place = _PLACES[union.code]
    wanted = ("admin", "staff", "finance", "secretariat", "reviewer", "supervisor")
    names = {f"{place}.{name}" for name in wanted}
    users = {user.username: user for user in User.objects.filter(username__in=names)}
    found = {name.rpartition(".")[2]: acting(user, union) for name, user in users.items()}
    there = {name: actor for name, actor in found.items() if actor is not None}
    if len(there) < len(names):
        return None
    speaking = list(User.objects.filter(username__endswith=".organization").order_by("username"))
    # The union's own organization first.
    speaking.sort(key=lambda user: user.username != f"{place}.organization")
    actors = (acting(user, union) for user in speaking)
    bidders = tuple(one for one in actors if one is not None and one.organization)
    if not bidders:
        return None
    return Cast(union, union.short_name_zh, place, organizations=bidders, **there)
