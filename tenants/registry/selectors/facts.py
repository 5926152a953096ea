"""What is known of an organization's size."""

from collections.abc import Iterable
from datetime import date

from tenants.registry.models import OrgYearFact, SocialOrganization


def current_staff(organization: SocialOrganization, today: date) -> int | None:
    """
    The staff of this year, or of last year as long as this year's is not known; None when neither is. Source: B15 规模状况.
    """
    found = OrgYearFact.objects.filter(organization=organization, year__in=[today.year, today.year - 1])
    return found.order_by("-year").values_list("staff", flat=True).first()


def staff_of(organizations: Iterable[SocialOrganization], today: date) -> dict[object, int]:
    """The same for many; whose staff is not known is not among them."""
    facts = OrgYearFact.objects.filter(organization__in=organizations, year__in=[today.year, today.year - 1])
    return dict(facts.order_by("year").values_list("organization_id", "staff"))
