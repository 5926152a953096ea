"""
Who sees which rows of needs. Source: DOMAIN §4.2; V6.

Members of the union see needs, surveys and orders by permission; an organization what was published for it and the orders it
serves; of an appeal its list line is one question and its text another.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from commons.access import grants
from commons.access.actors import Actor
from commons.access.decisions import Decision, Rule, allowed, refused
from commons.access.permissions import Permission
from commons.access.policies import Policy, may
from tenants.needs.enums import ClusterState, OrderState
from tenants.needs.models import Appeal, MenuItem, Need, NeedCluster, NeedSurvey, ServiceOrder

# What the provider of a service sees of its orders: from the dispatch on.
_SERVED = (OrderState.DISPATCHED, OrderState.DELIVERED, OrderState.RATED, OrderState.SETTLED)
# What finance sees: what was served and is or will be paid.
_PAYABLE = (OrderState.DELIVERED, OrderState.RATED, OrderState.SETTLED)


class NeedPolicy(Policy[Need]):
    model = Need
    view, edit = Permission.NEEDS_VIEW, Permission.NEEDS_EDIT


class ClusterPolicy(Policy[NeedCluster]):
    """The union's people see all of them, organizations those published. Source: F04."""

    model = NeedCluster
    view, edit = Permission.NEEDS_VIEW, Permission.NEEDS_EDIT

    def may_on(self, actor: Actor, row: NeedCluster, permission: Permission | None = None) -> Decision:
        if permission is None and row.state == ClusterState.PUBLISHED:
            return self.may(actor) or may(actor, Permission.CLUSTERS_VIEW)
        return self.may(actor, permission)

    def visible(self, actor: Actor) -> QuerySet[NeedCluster]:
        rows = NeedCluster.objects.all()
        if self.may(actor):
            return rows
        return rows.filter(state=ClusterState.PUBLISHED) if may(actor, Permission.CLUSTERS_VIEW) else rows.none()


class SurveyPolicy(Policy[NeedSurvey]):
    model = NeedSurvey
    view, edit = Permission.NEEDS_VIEW, Permission.NEEDS_EDIT


class MenuPolicy(Policy[MenuItem]):
    """Who works with orders sees the whole menu, who orders what is on it, an organization its own lines."""

    model = MenuItem
    view, edit = Permission.ORDERS_VIEW, Permission.ORDERS_EDIT

    def visible(self, actor: Actor) -> QuerySet[MenuItem]:
        rows = MenuItem.objects.all()
        if self.may(actor):
            return rows
        seen = Q(pk__in=[])
        if may(actor, Permission.ORDERS_PLACE):
            seen |= Q(is_active=True)
        if actor.organization and may(actor, Permission.ORDERS_DELIVER):
            seen |= Q(provider_uscc=actor.organization)
        return rows.filter(seen)


class OrderPolicy(Policy[ServiceOrder]):
    """All of them by permission; a unit its own, a provider those sent to it, finance those to be paid."""

    model = ServiceOrder
    view, edit = Permission.ORDERS_VIEW, Permission.ORDERS_EDIT

    def may_on(self, actor: Actor, row: ServiceOrder, permission: Permission | None = None) -> Decision:
        if permission is not None or self.may(actor):
            return self.may(actor, permission)
        return allowed(Rule.ROLE) if self.visible(actor).filter(pk=row.pk).exists() else refused()

    def visible(self, actor: Actor) -> QuerySet[ServiceOrder]:
        rows = ServiceOrder.objects.all()
        if self.may(actor):
            return rows
        seen = Q(pk__in=[])
        if may(actor, Permission.ORDERS_PLACE) and actor.user_id is not None:
            seen |= Q(unit_id=actor.user_id)
        if actor.organization and may(actor, Permission.ORDERS_DELIVER):
            seen |= Q(item__provider_uscc=actor.organization, state__in=_SERVED)
        if may(actor, Permission.PAYMENTS_PAY):
            seen |= Q(state__in=_PAYABLE)
        return rows.filter(seen)


class AppealPolicy(Policy[Appeal]):
    """
    Which appeals an actor knows of, as numbers, categories and days.

    Staff list all; who raised one sees their own: an organization its appeals, an account what it recorded. Leaders see counts alone.
    """

    model = Appeal
    view, edit = Permission.APPEALS_LIST, Permission.APPEALS_ASSIGN

    def may_on(self, actor: Actor, row: Appeal, permission: Permission | None = None) -> Decision:
        if permission is not None or self.may(actor):
            return self.may(actor, permission)
        return allowed(Rule.ROLE) if self.visible(actor).filter(pk=row.pk).exists() else refused()

    def visible(self, actor: Actor) -> QuerySet[Appeal]:
        rows = Appeal.objects.all()
        if self.may(actor):
            return rows
        if not may(actor, Permission.APPEALS_RAISE) or actor.user_id is None:
            return rows.none()
        if actor.organization:
            return rows.filter(by_uscc=actor.organization)
        return rows.filter(created_by_id=actor.user_id)

    def may_read(self, actor: Actor, row: Appeal) -> Decision:
        """Whether the text is theirs to read: named officers, the administrator, the organization that raised it. Source: SM-14; V6."""
        if actor.system or may(actor, Permission.APPEALS_READ_ALL):
            return may(actor, Permission.APPEALS_READ_ALL)
        if actor.organization and row.by_uscc == actor.organization and may(actor, Permission.APPEALS_RAISE):
            return allowed(Rule.ROLE)
        if self.is_named(actor, row):
            return allowed(Rule.V13)
        return refused(Rule.V13)

    def is_named(self, actor: Actor, row: Appeal) -> bool:
        """The account is an officer of this appeal, and still holds the right to handle."""
        if actor.user is None or not may(actor, Permission.APPEALS_HANDLE):
            return False
        return grants.rows_named_to(actor.user, Appeal).filter(pk=row.pk).exists()


NEEDS = NeedPolicy()
CLUSTERS = ClusterPolicy()
SURVEYS = SurveyPolicy()
MENU = MenuPolicy()
ORDERS = OrderPolicy()
APPEALS = AppealPolicy()
