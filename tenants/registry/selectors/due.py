"""Which organizations are due to be contacted by the plan in force. Source: N01."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Max, Q

from commons.access.actors import Actor
from tenants.registry.enums import ContactFrequency
from tenants.registry.models import ContactPlan
from tenants.registry.policies import CONTACT_LOGS
from tenants.registry.validity import months_after


@dataclass(frozen=True)
class Due:
    """An organization whose time has come: by when, by whom, how many days ago."""

    organization_id: UUID
    organization_name: str
    officer_name: str
    frequency: str
    due_on: date
    days_late: int


def due_contacts(actor: Actor, today: date) -> list[Due]:
    """
    Plans in force whose next contact is due by today, the longest overdue first; one statement.

    Due so many months after the last contact, or after the plan began. Every contact counts, a confidential one too, and none is shown.
    """
    if not CONTACT_LOGS.may(actor):
        return []
    plans = (
        ContactPlan.objects.filter(from_on__lte=today)
        .filter(Q(until_on__isnull=True) | Q(until_on__gt=today))
        .annotate(last_on=Max("organization__contact_logs__contacted_on"))
        .select_related("organization")
    )
    due = [_due(plan, max(plan.from_on, plan.last_on or plan.from_on), today) for plan in plans]
    return sorted((one for one in due if one.days_late >= 0), key=lambda one: (one.due_on, one.organization_name))


def _due(plan: ContactPlan, since: date, today: date) -> Due:
    frequency = ContactFrequency(plan.frequency)
    due_on = months_after(since, frequency.months)
    return Due(
        organization_id=plan.organization_id,
        organization_name=plan.organization.name,
        officer_name=plan.officer_name,
        frequency=frequency.label,
        due_on=due_on,
        days_late=(today - due_on).days,
    )
