"""Who sees which subsidies: the two parties, and nobody beside them. Source: DOMAIN §4.2; V3, V4, V7."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from commons.access.actors import Actor
from commons.access.permissions import Permission as P
from commons.access.policies import may
from commons.subsidies.enums import GRANTED_STATES, OWN_STATES, RoundState
from commons.subsidies.models import SubsidisedProject, Subsidy, SubsidyRound
from commons.workflow.declaration import Who


def rounds(actor: Actor) -> QuerySet[SubsidyRound]:
    """The own union's rounds, and those that a union above has opened."""
    if actor.union is None or not may(actor, P.SUBSIDY_VIEW):
        return SubsidyRound.objects.none()
    above = [pk for pk in actor.union.path if pk != actor.union.pk]
    opened = Q(from_union__in=above) & ~Q(state=RoundState.DRAFT)
    return SubsidyRound.objects.filter(Q(from_union=actor.union) | opened)


def subsidies(actor: Actor) -> QuerySet[Subsidy]:
    """What the own union applied for, and what was applied for to it: not before it is applied for."""
    if actor.union is None or not may(actor, P.SUBSIDY_VIEW):
        return Subsidy.objects.none()
    given = Q(from_union=actor.union) & ~Q(state__in=OWN_STATES)
    return Subsidy.objects.filter(Q(to_union=actor.union) | given)


def copies(actor: Actor) -> QuerySet[SubsidisedProject]:
    """The projects that a subsidy pays for, from the grant on. Source: V4."""
    return SubsidisedProject.objects.filter(subsidy__in=subsidies(actor).filter(state__in=GRANTED_STATES).values("pk"))


def is_funder(actor: Actor, row: Any) -> bool:
    """The actor stands on the giving side: of a round the only one."""
    return actor.union is not None and row.from_union_id == actor.union.pk


def is_receiver(actor: Actor, row: Any) -> bool:
    """The actor stands on the receiving side."""
    return actor.union is not None and row.to_union_id == actor.union.pk


LOWER_STAFF = Who(P.SUBSIDY_APPLY, "下级工会工作人员", is_receiver)
LOWER_ADMIN = Who(P.SUBSIDY_SIGN, "下级工会管理员", is_receiver)
UPPER_STAFF = Who(P.SUBSIDY_REVIEW, "上级工会工作人员", is_funder)
UPPER_ADMIN = Who(P.SUBSIDY_GRANT, "上级工会管理员", is_funder)
UPPER_FINANCE = Who(P.SUBSIDY_PAY, "上级工会财务", is_funder)
