"""Who confirms, who closes. Source: SM-25: lower unions confirm, the nation's administrators close."""

from __future__ import annotations

from commons.access.actors import Actor
from commons.access.decisions import Decision, Rule, refused
from commons.access.permissions import Permission
from commons.access.policies import may


def may_view(actor: Actor) -> Decision:
    """The list of periods, for whoever may see numbers."""
    return may(actor, Permission.NUMBERS_VIEW)


def may_close(actor: Actor) -> Decision:
    """Close and revise: acting in the nation's union."""
    decision = may(actor, Permission.PERIOD_CLOSE)
    if decision and not actor.system and (actor.union is None or actor.union.parent_id is not None):
        return refused(Rule.V14)
    return decision


def may_confirm(actor: Actor) -> Decision:
    """For the union one acts for, and for no other."""
    decision = may(actor, Permission.PERIOD_CONFIRM)
    if decision and actor.union is None:
        return refused(Rule.V14)
    return decision
