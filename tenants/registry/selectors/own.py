"""What an organization's account sees of its own ledger entry: never another's, never the union's opinion. Source: DOMAIN §4.2 org_user."""

from __future__ import annotations

from dataclasses import dataclass

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.kit.errors import NotFound
from commons.tenancy import door
from tenants.registry.fields import FIELDS, SELF_FIELDS, Section
from tenants.registry.models import SocialOrganization
from tenants.registry.selectors.detail import FactSection, fact_of
from tenants.registry.selectors.regions import region_names


@dataclass(frozen=True)
class OwnEntry:
    """The own entry: what the organization keeps itself, and what else it may read of it."""

    organization: SocialOrganization
    kept: FactSection
    sections: list[FactSection]


def own_organization(actor: Actor) -> SocialOrganization:
    """
    The entry of the actor's organization on the ledger of the acting union.

    Raises: NotFound, also while the entry is a draft, and when it has left the ledger.
    """
    if not actor.organization or actor.union is None or not may(actor, Permission.ORG_SELF):
        raise NotFound()
    if (union := door.current()) is None or union.pk != actor.union.pk:
        raise RuntimeError("An actor works in the schema of the acting union and in no other.")
    row = SocialOrganization.objects.on_ledger().filter(uscc=actor.organization).first()
    if row is None:
        raise NotFound()
    return row


def own_entry(actor: Actor) -> OwnEntry:
    """
    The own entry as a page tells it.

    Raises: NotFound.
    """
    row = own_organization(actor)
    names = region_names([row.region_code])
    shown = [field for field in FIELDS if field.section is not Section.OPINION and not field.of_year]
    sections = []
    for section in Section:
        told = [
            fact_of(field, row, names) for field in shown if field.section is section and field.name not in SELF_FIELDS
        ]
        if told:
            sections.append(FactSection(section.label, told))
    kept = [fact_of(field, row, names) for field in shown if field.name in SELF_FIELDS]
    return OwnEntry(row, FactSection("由本组织维护", kept), sections)
