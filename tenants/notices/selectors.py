"""Questions about notices: one's own, how many are unread, and what of them may still be shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from commons.access.actors import Actor
from commons.kit.errors import NotFound
from commons.tenancy import objects
from commons.tenancy.acting import stands_in_own_union
from commons.workflow import machines
from tenants.notices.enums import NoticeKind
from tenants.notices.models import Notice

# In place of a title that may no longer be read.
GONE = "您已无权查看"


@dataclass(frozen=True)
class Told:
    """A notice as its reader may see it now; `visible` is false, and the title gone, when they may not see the object any more."""

    id: UUID
    kind: NoticeKind
    title: str
    url: str
    created_at: datetime
    read_at: datetime | None
    visible: bool


def mine(actor: Actor) -> QuerySet[Notice]:
    """The actor's own notices in the acting union, latest first; nobody reads another's."""
    stands_in_own_union(actor)
    rows = Notice.objects.order_by("-id")
    return rows.filter(user_id=actor.user.pk) if actor.user is not None else rows.none()


def unread(actor: Actor) -> int:
    """How many the actor has not read. One statement, over an index of unread ones."""
    return mine(actor).order_by().filter(read_at__isnull=True).count()


def told(actor: Actor, notices: Sequence[Notice]) -> list[Told]:
    """What of these notices may be shown to their reader now; a statement per kind of object. Source: V14."""
    keys: dict[str, set[UUID]] = defaultdict(set)
    for one in notices:
        keys[one.object_kind].add(one.object_id)
    seen = {kind: visible(actor, kind, some) for kind, some in keys.items()}
    colleague = objects.is_colleague(actor)
    found = []
    for one in notices:
        shown = one.object_id in seen[one.object_kind] and (one.kind != NoticeKind.MENTION or colleague)
        found.append(
            Told(
                one.pk,
                NoticeKind(one.kind),
                one.title if shown else GONE,
                one.url if shown else "",
                one.created_at,
                one.read_at,
                shown,
            )
        )
    return found


def notice(actor: Actor, pk: UUID) -> Told:
    """
    One of the actor's own notices.

    Raises: NotFound, alike for another's, another union's, and one whose object may no longer be seen.
    """
    found = mine(actor).filter(pk=pk).first()
    [shown] = told(actor, [found]) if found is not None else [None]
    if shown is None or not shown.visible:
        raise NotFound()
    return shown


def visible(actor: Actor, kind: str, keys: set[UUID]) -> set[UUID]:
    """Which objects of a kind the actor may see: as its machine says, else as the register of objects does; none of an unknown kind."""
    for machine in machines.known():
        if machine.table._meta.label_lower == kind:
            return set(machine.visible(actor).filter(pk__in=list(keys)).values_list("pk", flat=True))
    return objects.visible(actor, kind, keys) if objects.known(kind) else set()
