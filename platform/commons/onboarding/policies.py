"""
Who may do what with applications and unions. Source: SM-01; DOMAIN §4.2 “下级入驻”; V7, V14.

An acting union reaches its own subtree and nothing else: what lies outside looks absent.
"""

from __future__ import annotations

from django.db.models import QuerySet

from commons.access.actors import Actor
from commons.access.decisions import Decision, Rule, refused
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.hierarchy.models import TradeUnion, TradeUnionQuerySet
from commons.kit.errors import NotFound
from commons.onboarding.models import OnboardingApplication


def may_apply(actor: Actor) -> Decision:
    """For a lower union."""
    return may(actor, Permission.UNION_APPLY)


def may_approve(actor: Actor) -> Decision:
    """Approve, reject, provision: the nation's administrators, acting in the nation's union."""
    return _nation(actor, Permission.UNION_ONBOARD)


def may_suspend(actor: Actor) -> Decision:
    """Suspend, resume, archive."""
    return _nation(actor, Permission.UNION_SUSPEND)


def _nation(actor: Actor, permission: Permission) -> Decision:
    decision = may(actor, permission)
    if decision and not actor.system and (actor.union is None or actor.union.parent_id is not None):
        return refused(Rule.V14)
    return decision


def may_confirm(actor: Actor, application: OnboardingApplication) -> Decision:
    """The administrator of the very parent; an administrator further up does not speak for it."""
    decision = may(actor, Permission.UNION_APPLY)
    if decision and not actor.system and (actor.union is None or application.parent_id != actor.union.pk):
        return refused(Rule.V14)
    return decision


def visible(actor: Actor) -> QuerySet[OnboardingApplication]:
    """The applications for unions below the acting one."""
    rows = OnboardingApplication.objects.select_related("parent", "union")
    if not may_apply(actor):
        return rows.none()
    if actor.union is None:
        return rows.all() if actor.system else rows.none()
    return rows.filter(parent__path__contains=[actor.union.pk])


def unions_below(actor: Actor) -> TradeUnionQuerySet:
    """The unions of the acting union's subtree, itself included."""
    if actor.union is None:
        return TradeUnion.objects.all() if actor.system else TradeUnion.objects.none()
    return TradeUnion.objects.under(actor.union)


def require_below(actor: Actor, union: TradeUnion) -> TradeUnion:
    """
    `union`, if it is the acting union or below it.

    Raises: NotFound.
    """
    if actor.system and actor.union is None:
        return union
    if actor.union is None or not union.is_under(actor.union):
        raise NotFound()
    return union
