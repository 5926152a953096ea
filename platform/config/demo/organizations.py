"""Believable ledger entries of one union, with everything that hangs on them, in a fixed number of statements."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from django.db import transaction

from commons.access.actors import Actor
from commons.audit.recording import Changed, record_changes
from commons.directory.enums import OrgType, RatingGrade, RegistrationStatus
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import today
from commons.tenancy import door
from config.demo import invention
from tenants.registry.actions import publishing
from tenants.registry.enums import (
    ContactFrequency,
    ContactKind,
    FoundingMode,
    GuidanceClass,
    LedgerState,
    OrgDomain,
    PersonRole,
    RatingSource,
    RatingState,
    RightsDomain,
    Scope,
)
from tenants.registry.models import (
    Confirmation,
    ContactLog,
    ContactPlan,
    LedgerSpan,
    OrgPerson,
    OrgRating,
    OrgYearFact,
    SocialOrganization,
)

_TYPES = (
    [OrgType.SOCIAL_GROUP] * 4 + [OrgType.SOCIAL_SERVICE_INSTITUTION] * 5 + [OrgType.FOUNDATION, OrgType.UNREGISTERED]
)
_STATES = [LedgerState.ACTIVE] * 16 + [
    LedgerState.TO_VERIFY,
    LedgerState.DRAFT,
    LedgerState.CLOSED,
    LedgerState.REMOVED,
]
_GRADES = [RatingGrade.A1, RatingGrade.A2, RatingGrade.A3, RatingGrade.A3, RatingGrade.A4, RatingGrade.A5]
_DAYS = 700


@dataclass
class Batch:
    """Rows on their way into one schema."""

    organizations: list[SocialOrganization] = field(default_factory=list)
    spans: list[LedgerSpan] = field(default_factory=list)
    confirmations: list[Confirmation] = field(default_factory=list)
    facts: list[OrgYearFact] = field(default_factory=list)
    persons: list[OrgPerson] = field(default_factory=list)
    ratings: list[OrgRating] = field(default_factory=list)
    plans: list[ContactPlan] = field(default_factory=list)
    logs: list[ContactLog] = field(default_factory=list)

    def write(self) -> None:
        for rows in (
            self.organizations,
            self.spans,
            self.confirmations,
            self.facts,
            self.persons,
            self.ratings,
            self.plans,
            self.logs,
        ):
            if rows:
                type(rows[0])._default_manager.bulk_create(rows, batch_size=2000)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Shared:
    """An organization that stands on several unions' ledgers."""

    name: str
    uscc: str
    org_type: OrgType
    domain: OrgDomain
    region: str


def shared_by(city: TradeUnion) -> list[Shared]:
    """The organizations that a city and all its districts have on their ledgers."""
    chance = Random(f"shared {city.code}")
    found = []
    for number in range(3):
        domain = chance.choice(list(OrgDomain))
        name = invention.organization_name(city.short_name_zh, OrgType.SOCIAL_SERVICE_INSTITUTION, domain, chance)
        code = invention.credit_code(city.code, OrgType.SOCIAL_SERVICE_INSTITUTION, 900_000 + number)
        found.append(Shared(name, code, OrgType.SOCIAL_SERVICE_INSTITUTION, domain, city.code))
    return found


@transaction.atomic
def fill(
    union: TradeUnion, *, count: int, shared: list[Shared], by: Actor, at: datetime, contacts: int = 3, place: str = ""
) -> int:
    """
    Add `count` invented organizations (and `shared`) to the ledger of `union`; the number added.

    The n-th entry of a union is the same in every run, so a union that has n gets only those after it.
    """
    with door.inside(union):
        start = SocialOrganization.objects.order_by("-serial").values_list("serial", flat=True).first() or 0
        chance = Random(f"organizations {union.code} {start}")
        officer = (UUID(int=chance.getrandbits(128)), invention.person(chance))
        batch = Batch()
        place = place or union.short_name_zh
        for number in range(start + 1, start + count + 1):
            org_type = chance.choice(_TYPES)
            domain = chance.choice(list(OrgDomain))
            _add(
                batch,
                _entry(
                    union,
                    number,
                    chance,
                    at,
                    state=chance.choice(_STATES),
                    org_type=org_type,
                    domain=domain,
                    name=invention.organization_name(place, org_type, domain, chance),
                    uscc=""
                    if org_type == OrgType.UNREGISTERED
                    else invention.credit_code(union.code, org_type, number),
                ),
                chance,
                at,
                officer,
                contacts,
            )
        present = set(
            SocialOrganization.objects.filter(uscc__in=[one.uscc for one in shared]).values_list("uscc", flat=True)
        )
        for number, one in enumerate((one for one in shared if one.uscc not in present), start=start + count + 1):
            row = _entry(
                union,
                number,
                chance,
                at,
                state=LedgerState.ACTIVE,
                org_type=one.org_type,
                domain=one.domain,
                name=one.name,
                uscc=one.uscc,
            )
            _add(batch, row, chance, at, officer, contacts)
        batch.write()
        record_changes(
            "create",
            rows=[Changed(row, "", str(row.state), {"name": ("", row.name)}) for row in batch.organizations],
            by=by,
            at=at,
        )
        active = [row for row in batch.organizations if row.state == LedgerState.ACTIVE]
        publishing.publish(active, by=by, at=at)
        for rating in batch.ratings:
            publishing.publish_rating(rating.organization, at=at)
    return len(batch.organizations)


def _entry(
    union: TradeUnion,
    number: int,
    chance: Random,
    at: datetime,
    *,
    state: LedgerState,
    org_type: OrgType,
    domain: OrgDomain,
    name: str,
    uscc: str,
) -> SocialOrganization:
    day = today(at)
    active_on = day - timedelta(days=chance.randrange(1, _DAYS))
    ended = state in {LedgerState.CLOSED, LedgerState.REMOVED}
    was_active = state == LedgerState.ACTIVE or ended
    confirmed = max(active_on, day - timedelta(days=chance.choice([20, 60, 120, 200, 300, 420])))
    return SocialOrganization(
        serial=number,
        uscc=uscc,
        name=name,
        org_type=org_type,
        state=state,
        registration_status=RegistrationStatus.REGISTERED if uscc else RegistrationStatus.UNREGISTERED,
        certificate_number=f"{union.code}-{number:05d}" if uscc else "",
        registered_on=active_on - timedelta(days=chance.randrange(200, 3000)) if uscc else None,
        registration_authority=f"{union.short_name_zh}民政部门" if uscc else "",
        founding_mode=chance.choice(list(FoundingMode)),
        scope=Scope.LABOUR_RELATIONS,
        rights_domains=sorted({chance.choice(list(RightsDomain)) for _ in range(2)}),
        org_domains=sorted({domain, chance.choice(list(OrgDomain))}),
        activity_content=invention.ACTIVITIES[domain],
        working_mode=chance.choice(invention.WORKING_MODES),
        funding_sources=chance.choice(invention.FUNDING),
        region_code=union.code,
        address=f"{union.short_name_zh}解放路{chance.randrange(1, 400)}号",
        industry=chance.choice(invention.INDUSTRIES),
        workers_reached=chance.randrange(50, 20_000),
        is_hub=chance.random() < 0.05,
        is_worker_service=chance.random() < 0.6,
        guidance_class=chance.choice(list(GuidanceClass)),
        contact_name=invention.person(chance),
        contact_phone=invention.phone(chance),
        first_active_on=active_on if was_active else None,
        last_verified_on=confirmed if was_active else None,
        created_at=at,
        updated_at=at,
    )


def _add(
    batch: Batch, row: SocialOrganization, chance: Random, at: datetime, officer: tuple[UUID, str], contacts: int
) -> None:
    day = today(at)
    batch.organizations.append(row)
    batch.persons.append(
        OrgPerson(
            organization=row,
            name=row.contact_name,
            role=PersonRole.HEAD,
            phone=row.contact_phone,
            from_on=row.registered_on,
        )
    )
    staff = chance.choice([3, 5, 8, 12, 20, 35, 60, 120])
    for year in (day.year - 1, day.year):
        income = chance.randrange(5, 800) * 10_000
        batch.facts.append(
            OrgYearFact(
                organization=row,
                year=year,
                staff=staff + chance.randrange(4),
                members=chance.randrange(10, 600),
                volunteers=chance.randrange(200),
                party_members=chance.randrange(15),
                income=income,
                expense=income * 9 // 10,
                income_from_union=income // 10,
                services_count=chance.randrange(2, 60),
                persons_served=chance.randrange(50, 9000),
                updated_at=at,
            )
        )
    if row.first_active_on is None or row.last_verified_on is None:
        return
    ended = row.state != LedgerState.ACTIVE
    until = row.first_active_on + (day - row.first_active_on) // 2 if ended else None
    batch.spans.append(LedgerSpan(organization=row, from_on=row.first_active_on, until_on=until))
    for confirmed_on in sorted({row.first_active_on, row.last_verified_on}):
        batch.confirmations.append(Confirmation(organization=row, confirmed_on=confirmed_on, by_name=officer[1]))
    if row.uscc and chance.random() < 0.45:
        _rate(batch, row, chance, day)
    frequency = chance.choice(list(ContactFrequency))
    batch.plans.append(
        ContactPlan(
            organization=row,
            officer_id=officer[0],
            officer_name=officer[1],
            frequency=frequency,
            from_on=row.first_active_on,
        )
    )
    for _ in range(chance.randrange(contacts + 1)):
        batch.logs.append(_contact(row, chance, at, officer))


def _rate(batch: Batch, row: SocialOrganization, chance: Random, day: date) -> None:
    assessed_on = day - timedelta(days=chance.randrange(30, 1500))
    batch.ratings.append(
        OrgRating(
            organization=row,
            grade=chance.choice(_GRADES),
            state=RatingState.GRANTED,
            assessor=row.registration_authority,
            certificate_number=f"PG{assessed_on.year}{row.serial:05d}",
            assessed_on=assessed_on,
            valid_until=assessed_on + timedelta(days=5 * 365),
            source=RatingSource.UNION,
        )
    )


def _contact(row: SocialOrganization, chance: Random, at: datetime, officer: tuple[UUID, str]) -> ContactLog:
    contacted_on = today(at) - timedelta(days=chance.randrange(_DAYS))
    return ContactLog(
        organization=row,
        contacted_on=contacted_on,
        kind=chance.choice(list(ContactKind)),
        participants=f"{officer[1]}、{row.contact_name}",
        topics=chance.choice(invention.TOPICS),
        demands=chance.choice(invention.DEMANDS),
        follow_up=chance.choice(invention.FOLLOW_UPS),
        next_on=contacted_on + timedelta(days=90),
        created_at=at,
        created_by_name=officer[1],
        updated_at=at,
    )
