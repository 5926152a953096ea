"""
The three questions, answered by one object so that they cannot disagree.

May they at all (`may`), may they on this one (`may_on`), on which ones (`visible`). Features subclass `Policy`
for their own objects; numbers, directory and administration are decided here.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Generic, TypeVar

from django.db import models

from commons.access.actors import Actor
from commons.access.decisions import Decision, Rule, allowed, refused
from commons.access.permissions import Permission
from commons.hierarchy.models import TradeUnion, TradeUnionQuerySet
from commons.people.enums import Role

M = TypeVar("M", bound=models.Model)


def may(actor: Actor, permission: Permission) -> Decision:
    """May they at all, in the union they act for. Source: DOMAIN §4.2; V10, V11."""
    if actor.system:
        return allowed(Rule.ROLE)
    if actor.partner:
        return (
            allowed(Rule.V10)
            if permission in {Permission.NUMBERS_VIEW, Permission.DIRECTORY_VIEW, Permission.OPEN_DATA_EXPORT}
            else refused(Rule.V10)
        )
    if permission in actor.permissions:
        return allowed(Rule.ROLE)
    if actor.roles and actor.roles <= {Role.NATIONAL_ADMIN}:
        return refused(Rule.V11)
    return refused()


def may_see_numbers(actor: Actor, union: TradeUnion) -> Decision:
    """Numbers of the own union and of every descendant, without request; of nobody else. Source: V1, V7, V10."""
    if not (decision := may(actor, Permission.NUMBERS_VIEW)):
        return decision
    if actor.union is None:
        return allowed(Rule.ROLE) if actor.system else refused(Rule.V14)
    if union.pk == actor.union.pk:
        return decision
    if union.is_under(actor.union):
        return allowed(Rule.V10 if actor.partner else Rule.V1)
    return refused(Rule.V10 if actor.partner else Rule.V7)


# V9 and `suppression_k` of DOMAIN S1: counts of one to four are small.
SMALL_CELLS_BELOW = 5


def may_see_small_cells(actor: Actor, union: TradeUnion) -> Decision:
    """
    Small counts of protected indicators, split by a dimension: of the own union and its children; not for partners.

    Source: V9.
    """
    if actor.system:
        return allowed(Rule.ROLE)
    if actor.partner or actor.union is None:
        return refused(Rule.V9)
    if actor.union.pk in union.path[-2:]:
        return allowed(Rule.V1)
    return refused(Rule.V9)


def may_see_parent_average(actor: Actor) -> Decision:
    """The average over the parent's children, of whoever sees the own numbers; not for partners. Source: V8."""
    if not (decision := may(actor, Permission.NUMBERS_VIEW)):
        return decision
    if actor.partner or actor.union is None or actor.union.parent_id is None:
        return refused(Rule.V8)
    return allowed(Rule.V8)


def unions_with_visible_numbers(actor: Actor) -> TradeUnionQuerySet:
    """Which unions' numbers: the subtree of the acting union. The same rule as `may_see_numbers`."""
    if actor.union is None or not may(actor, Permission.NUMBERS_VIEW):
        return TradeUnion.objects.none()
    return TradeUnion.objects.under(actor.union)


class Policy(Generic[M]):
    """
    Who may do what with the rows of one model, inside the acting union's schema.

    Rows of another union never reach a policy: they are in another schema. So `visible` narrows within the union,
    and fails closed.
    """

    model: type[M]
    view: Permission
    edit: Permission

    def may(self, actor: Actor, permission: Permission | None = None) -> Decision:
        return may(actor, permission or self.view)

    def may_on(self, actor: Actor, row: M, permission: Permission | None = None) -> Decision:
        return self.may(actor, permission)

    def seen(self, actor: Actor, rows: Collection[M]) -> set[Any]:
        """The keys of those among `rows` that the actor may view; override it where `may_on` asks the database for each."""
        return {row.pk for row in rows if self.may_on(actor, row)}

    def visible(self, actor: Actor) -> models.QuerySet[M]:
        manager = self.model._default_manager
        return manager.all() if self.may(actor) else manager.none()
