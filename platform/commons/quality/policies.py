"""
Who sees a ticket and who explains it.

A ticket carries figures that ancestors see anyway (V1), so they see those of their subtree, except what tells of items (V9);
a union beside or above stays absent (V7, V8). Explaining is for the union on whose desk it lies (V14).
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from commons.access.actors import Actor
from commons.access.decisions import Decision, Rule, refused
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.quality.enums import ON_THE_OWN_DESK_ONLY
from commons.quality.models import Ticket


def may_view(actor: Actor) -> Decision:
    return may(actor, Permission.QUALITY_VIEW)


def may_explain(actor: Actor, ticket: Ticket) -> Decision:
    decision = may(actor, Permission.QUALITY_EXPLAIN)
    if decision and (actor.union is None or ticket.union_id != actor.union.pk):
        return refused(Rule.V14)
    return decision


def visible(actor: Actor) -> QuerySet[Ticket]:
    """The tickets of the acting union, and of those below it."""
    rows = Ticket.objects.select_related("union")
    if actor.union is None or not may_view(actor):
        return rows.none()
    below = Q(union__path__contains=[actor.union.pk]) & ~Q(kind__in=ON_THE_OWN_DESK_ONLY)
    return rows.filter(Q(union=actor.union) | below)
