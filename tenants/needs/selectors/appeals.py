"""Appeals as this viewer may know of them: their numbers, categories and days. What they say is read by `actions.appeals.read`. Source: SM-14; V6."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.kit.finding import one
from tenants.needs.enums import OVER, AppealCategory, AppealState
from tenants.needs.models import Appeal
from tenants.needs.policies import APPEALS

# What is never loaded for a list.
SEALED = ("text", "appellant", "phone", "handling_note", "reply")


@dataclass(frozen=True)
class Counts:
    """How many there are, for who may know no more."""

    total: int = 0
    open: int = 0
    overdue: int = 0
    by_state: Mapping[AppealState, int] = field(default_factory=dict)
    by_category: Mapping[AppealCategory, int] = field(default_factory=dict)


def appeals(actor: Actor) -> QuerySet[Appeal]:
    """The appeals that `actor` knows of, without what they say, latest first."""
    return APPEALS.visible(actor).defer(*SEALED).order_by("-received_on", "-id")


def appeal(actor: Actor, pk: UUID | str) -> Appeal:
    """
    One appeal, of which the actor knows.

    Raises: NotFound, alike for absent and forbidden.
    """
    return one(APPEALS.visible(actor), pk)


def counts(actor: Actor, on: date) -> Counts | None:
    """How many appeals the union has, for who may see counts; None for others. Two statements."""
    if not may(actor, Permission.APPEALS_COUNT):
        return None
    rows = Appeal.objects.order_by()
    running = ~Q(state__in=OVER)
    late = running & Q(due_on__lt=on)
    states = {
        AppealState(state): (told, overdue)
        for state, told, overdue in rows.values_list("state").annotate(n=Count("pk"), late=Count("pk", filter=late))
    }
    categories = dict(rows.values_list("category").annotate(n=Count("pk")))
    return Counts(
        total=sum(told for told, _ in states.values()),
        open=sum(told for state, (told, _) in states.items() if state not in OVER),
        overdue=sum(overdue for _, overdue in states.values()),
        by_state={state: states[state][0] for state in AppealState if state in states},
        by_category={category: categories[category] for category in AppealCategory if category in categories},
    )


def is_overdue(appeal: Appeal, on: date) -> bool:
    """Its day is past and it is neither closed nor transferred."""
    return appeal.state not in OVER and appeal.due_on < on


def by_id(pk: UUID) -> Appeal | None:
    """The appeal that a worker's code opens; the caller holds the code."""
    return Appeal.objects.filter(pk=pk).first()


def own(actor: Actor) -> QuerySet[Appeal]:
    """What the actor raised: an organization its appeals, an account what it recorded."""
    rows = appeals(actor)
    return rows.filter(by_uscc=actor.organization) if actor.organization else rows.filter(created_by_id=actor.user_id)
