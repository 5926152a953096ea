"""Everything a page tells about one entry, read in a fixed number of statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from commons.access.actors import Actor
from commons.access.decisions import Rule
from commons.directory import selectors as directory
from commons.directory.enums import RatingGrade
from tenants.registry import guards
from tenants.registry.enums import ContactFrequency, LedgerState, PersonRole, RatingState
from tenants.registry.fields import FIELDS, EntryField, Kind, Section
from tenants.registry.models import ContactPlan, LedgerSpan, OrgPerson, OrgRating, OrgYearFact, SocialOrganization
from tenants.registry.policies import CONTACT_LOGS, ORGANIZATIONS
from tenants.registry.selectors.contacts import ContactRow, contact_logs, contact_rows
from tenants.registry.selectors.history import HistoryEntry, history
from tenants.registry.selectors.organizations import organization
from tenants.registry.selectors.personal import shown_phone


@dataclass(frozen=True)
class Fact:
    """One field of the entry as text."""

    label: str
    value: str
    url: str = ""


@dataclass(frozen=True)
class FactSection:
    title: str
    facts: list[Fact]


@dataclass(frozen=True)
class PersonRow:
    id: UUID
    name: str
    role: str
    phone: str
    from_on: date | None
    until_on: date | None
    current: bool


@dataclass(frozen=True)
class RatingRow:
    """`state` is the shown one: a granted rating past its day is expired."""

    id: UUID
    grade: str
    state: RatingState
    assessor: str
    certificate_number: str
    assessed_on: date | None
    valid_until: date | None
    reason: str


@dataclass(frozen=True)
class YearRow:
    year: int
    staff: int
    members: int
    volunteers: int
    party_members: int
    income: Decimal | None
    expense: Decimal | None
    income_from_union: Decimal | None
    services_count: int | None
    persons_served: int | None


@dataclass(frozen=True)
class PlanRow:
    id: UUID
    officer_name: str
    frequency: str
    from_on: date
    until_on: date | None
    current: bool


@dataclass(frozen=True)
class SpanRow:
    from_on: date
    until_on: date | None


@dataclass(frozen=True)
class Detail:
    """One entry, its parts, and the rule by which it is seen."""

    organization: SocialOrganization
    state: LedgerState
    sections: list[FactSection]
    grade: str
    persons: list[PersonRow]
    ratings: list[RatingRow]
    years: list[YearRow]
    contacts: list[ContactRow]
    plans: list[PlanRow]
    spans: list[SpanRow]
    history: list[HistoryEntry]
    missing: list[str]
    listed: bool
    phones_hidden: bool
    rule: Rule


def detail(actor: Actor, pk: UUID | str, today: date) -> Detail:
    """
    The entry with everything that `actor` may see of it.

    Raises: NotFound.
    """
    row = organization(actor, pk)
    years = [
        YearRow(**{name: getattr(fact, name) for name in YearRow.__dataclass_fields__})
        for fact in OrgYearFact.objects.filter(organization=row).order_by("-year")
    ]
    ratings = [
        _rating(rating, today) for rating in OrgRating.objects.filter(organization=row).order_by("-assessed_on", "-id")
    ]
    staff = next((year.staff for year in years if year.year in {today.year, today.year - 1}), None)
    shown_contacts = contact_logs(actor).filter(organization=row).order_by("-contacted_on", "-id")[:10]
    plans = ContactPlan.objects.filter(organization=row).order_by("-from_on", "-id") if CONTACT_LOGS.may(actor) else []
    listed = bool(row.uscc) and bool(directory.by_codes([row.uscc]))
    return Detail(
        organization=row,
        state=row.shown_state(today),
        sections=_sections(row, actor, staff),
        grade=next((rating.grade for rating in ratings if rating.state is RatingState.GRANTED), ""),
        persons=[
            _person(person, actor, today)
            for person in OrgPerson.objects.filter(organization=row).order_by("until_on", "id")
        ],
        ratings=ratings,
        years=years,
        contacts=contact_rows(shown_contacts),
        plans=[_plan(plan, today) for plan in plans],
        spans=[
            SpanRow(span.from_on, span.until_on)
            for span in LedgerSpan.objects.filter(organization=row).order_by("-from_on", "-id")
        ],
        history=history(row.pk),
        missing=_missing(row, staff, listed),
        listed=listed,
        phones_hidden=shown_phone(actor, "13800000000") != "13800000000",
        rule=ORGANIZATIONS.may_on(actor, row).rule,
    )


def personal_seen(detail: Detail) -> frozenset[str]:
    """Which personal fields stand on the entry's page in clear; none for a viewer to whom they are masked."""
    if detail.phones_hidden:
        return frozenset()
    own = {field.name for field in FIELDS if field.personal and getattr(detail.organization, field.name)}
    return frozenset(own | {"persons.phone" for person in detail.persons if person.phone})


def _missing(row: SocialOrganization, staff: int | None, listed: bool) -> list[str]:
    """What an entry that is not on the ledger yet still needs to be verified."""
    if row.state not in {LedgerState.DRAFT, LedgerState.TO_VERIFY}:
        return []
    proof = [] if listed or not row.uscc or row.certificate_number else ["登记证书号（登记库中没有该信用代码）"]
    return [*guards.missing_facts(row, staff), *proof]


def _sections(row: SocialOrganization, actor: Actor, staff: int | None) -> list[FactSection]:
    names = directory.region_names([row.region_code])
    sections = []
    for section in Section:
        fields = [field for field in FIELDS if field.section is section]
        facts = [Fact(field.label, _text(field, row, actor, names, staff)) for field in fields]
        sections.append(FactSection(section.label, facts))
    return sections


def fact_of(field: EntryField, row: SocialOrganization, regions: dict[str, str]) -> Fact:
    """A stored field of an entry as its own organization reads it: nothing of its own is hidden from it."""
    return Fact(field.label, _shown(field, getattr(row, field.name), regions))


def _text(field: EntryField, row: SocialOrganization, actor: Actor, regions: dict[str, str], staff: int | None) -> str:
    value = staff if field.of_year else getattr(row, field.name)
    if field.personal and value:
        return shown_phone(actor, str(value))
    return _shown(field, value, regions)


def _shown(field: EntryField, value: object, regions: dict[str, str]) -> str:
    if field.kind is Kind.BOOL:
        return "是" if value else "否"
    if value is None or value == "" or value == []:
        return ""
    if field.kind is Kind.REGION:
        return f"{regions[str(value)]}（{value}）" if str(value) in regions else str(value)
    if field.choices is not None:
        codes = value if isinstance(value, list) else [value]
        return "、".join(field.choices.label_of(str(code)) for code in codes)
    return f"{value:,}" if isinstance(value, int) else str(value)


def _person(person: OrgPerson, actor: Actor, today: date) -> PersonRow:
    return PersonRow(
        id=person.pk,
        name=person.name,
        role=PersonRole.label_of(person.role),
        phone=shown_phone(actor, person.phone),
        from_on=person.from_on,
        until_on=person.until_on,
        current=person.until_on is None or person.until_on > today,
    )


def _rating(rating: OrgRating, today: date) -> RatingRow:
    ran_out = rating.state == RatingState.GRANTED and rating.valid_until is not None and rating.valid_until <= today
    return RatingRow(
        id=rating.pk,
        grade=RatingGrade.label_of(rating.grade),
        state=RatingState.EXPIRED if ran_out else RatingState(rating.state),
        assessor=rating.assessor,
        certificate_number=rating.certificate_number,
        assessed_on=rating.assessed_on,
        valid_until=rating.valid_until,
        reason=rating.reason,
    )


def _plan(plan: ContactPlan, today: date) -> PlanRow:
    return PlanRow(
        id=plan.pk,
        officer_name=plan.officer_name,
        frequency=ContactFrequency.label_of(plan.frequency),
        from_on=plan.from_on,
        until_on=plan.until_on,
        current=plan.from_on <= today and (plan.until_on is None or plan.until_on > today),
    )
