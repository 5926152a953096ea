"""The union's ledger of social organizations: the single front of this split room."""

from tenants.registry.models.contact import ContactLog, ContactLogGrant, ContactPlan
from tenants.registry.models.facts import OrgPerson, OrgRating, OrgYearFact
from tenants.registry.models.organization import Confirmation, LedgerSpan, SocialOrganization
from tenants.registry.models.work import ImportBatch

__all__ = [
    "Confirmation",
    "ContactLog",
    "ContactLogGrant",
    "ContactPlan",
    "ImportBatch",
    "LedgerSpan",
    "OrgPerson",
    "OrgRating",
    "OrgYearFact",
    "SocialOrganization",
]
