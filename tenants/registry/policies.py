"""Who may do what with the ledger, and who may read a contact log. Source: DOMAIN §4.2; V6, V13."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from commons.access import grants
from commons.access.actors import Actor
from commons.access.decisions import Decision, Rule, allowed, refused
from commons.access.permissions import Permission
from commons.access.policies import Policy
from tenants.registry.enums import Classification
from tenants.registry.models import ContactLog, SocialOrganization


class OrganizationPolicy(Policy[SocialOrganization]):
    """Whoever may view the ledger sees all of its entries: the union is the border."""

    model = SocialOrganization
    view = Permission.LEDGER_VIEW
    edit = Permission.LEDGER_EDIT


class ContactLogPolicy(Policy[ContactLog]):
    """
    Internal logs are read by role; a confidential one only by its author and its named officers, who must hold the role too.

    Naming the officers gives no sight of the record. Source: V13.
    """

    model = ContactLog
    view = Permission.CONTACT_VIEW
    edit = Permission.CONTACT_EDIT

    def may_on(self, actor: Actor, row: ContactLog, permission: Permission | None = None) -> Decision:
        decision = self.may(actor, permission)
        if not decision or actor.system or row.classification != Classification.CONFIDENTIAL:
            return decision
        if actor.user is None:
            return refused(Rule.V13)
        if row.created_by_id == actor.user.pk:
            return allowed(Rule.V13)
        named = grants.rows_named_to(actor.user, ContactLog).filter(pk=row.pk).exists()
        return allowed(Rule.V13) if named else refused(Rule.V13)

    def visible(self, actor: Actor) -> QuerySet[ContactLog]:
        rows = ContactLog.objects.all()
        if not self.may(actor):
            return rows.none()
        if actor.system:
            return rows
        seen = Q(classification=Classification.INTERNAL)
        if actor.user is not None:
            named = grants.rows_named_to(actor.user, ContactLog).values("pk")
            seen |= Q(created_by_id=actor.user.pk) | Q(pk__in=named)
        return rows.filter(seen)


ORGANIZATIONS = OrganizationPolicy()
CONTACT_LOGS = ContactLogPolicy()
