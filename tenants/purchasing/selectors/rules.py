"""Rules of purchase, the catalogue and the union's means, as a viewer may see them. Source: E03-E15, A24."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from commons.access.actors import Actor
from commons.kit.finding import one
from tenants.purchasing.enums import RuleKind, RuleState
from tenants.purchasing.models import PurchaseRule
from tenants.purchasing.policies import RULES


def rules(actor: Actor) -> QuerySet[PurchaseRule]:
    """Every edition that `actor` may see, by kind, the latest first."""
    return RULES.visible(actor).order_by("kind", "-edition")


def rule(actor: Actor, pk: UUID | str) -> PurchaseRule:
    """
    One edition.

    Raises: NotFound, alike for absent and forbidden.
    """
    found: PurchaseRule = one(RULES.visible(actor), pk)
    return found


def current(actor: Actor) -> dict[RuleKind, PurchaseRule]:
    """What is in force, by kind; one statement."""
    return {row.kind: row for row in RULES.visible(actor).filter(state=RuleState.IN_FORCE).order_by("edition")}
