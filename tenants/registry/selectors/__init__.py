"""Questions to the ledger: the single front of this split room."""

from tenants.registry.selectors.contacts import (
    ContactRow,
    OfficerChoice,
    SealedLog,
    contact_log,
    contact_logs,
    contact_rows,
    officers_of,
    possible_officers,
    sealed_logs,
)
from tenants.registry.selectors.detail import Detail, detail, personal_seen
from tenants.registry.selectors.duplicates import Duplicate, duplicates
from tenants.registry.selectors.facts import current_staff, staff_of
from tenants.registry.selectors.history import HistoryEntry, history
from tenants.registry.selectors.organizations import organization, organizations, state_counts
from tenants.registry.selectors.parts import contact_plan, person, rating
from tenants.registry.selectors.personal import shown_phone
from tenants.registry.selectors.regions import region_choices, region_names, regions_by_name

__all__ = [
    "ContactRow",
    "Detail",
    "Duplicate",
    "HistoryEntry",
    "OfficerChoice",
    "SealedLog",
    "contact_log",
    "contact_logs",
    "contact_plan",
    "contact_rows",
    "current_staff",
    "detail",
    "duplicates",
    "history",
    "officers_of",
    "organization",
    "organizations",
    "person",
    "personal_seen",
    "possible_officers",
    "rating",
    "region_choices",
    "region_names",
    "regions_by_name",
    "sealed_logs",
    "shown_phone",
    "staff_of",
    "state_counts",
]
