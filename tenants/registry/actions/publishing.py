"""What of an entry is public: its registration facts go to the directory, nothing else does. Source: DESIGN §3.9, V2."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from commons.access.actors import Actor
from commons.directory import actions as directory
from commons.directory.enums import OrgType, RatingGrade, RegistrationStatus, Source
from commons.directory.facts import Facts
from commons.people import organizations
from commons.tenancy import door
from tenants.registry.enums import LedgerState, RatingState
from tenants.registry.models import OrgRating, SocialOrganization


def facts_of(row: SocialOrganization) -> Facts:
    """The public facts of a registered entry."""
    return Facts(
        uscc=row.uscc,
        name=row.name,
        org_type=OrgType(row.org_type),
        registration_status=RegistrationStatus(row.registration_status),
        registration_authority=row.registration_authority,
        registered_on=row.registered_on,
        region_code=row.region_code,
        business_supervisor_name=row.business_supervisor_name,
        address=row.address,
    )


def publish_rating(row: SocialOrganization, *, at: datetime) -> None:
    """Show the granted rating of an entry on the public card, or that there is none."""
    if row.uscc and row.state == LedgerState.ACTIVE:
        granted = OrgRating.objects.filter(organization=row, state=RatingState.GRANTED).first()
        directory.set_rating(
            uscc=row.uscc,
            grade=RatingGrade(granted.grade) if granted else "",
            valid_until=granted.valid_until if granted else None,
            at=at,
        )


def publish(rows: Iterable[SocialOrganization], *, by: Actor, at: datetime, source: Source = Source.UNION) -> None:
    """Tell the directory about the registered ones among `rows`, in few statements; and their accounts, where they are dealt with."""
    facts = [facts_of(row) for row in rows if row.uscc]
    if facts:
        if (union := door.current()) is not None:
            organizations.all_present([one.uscc for one in facts], union, at)
        directory.upsert_many(facts=facts, source=source, by=by, at=at)
