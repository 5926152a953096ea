"""
A whole country of believable records for load tests: written by COPY, union by union, in bounded memory.

Each union is filled in one transaction or not at all, so that a run that was cut off is continued. The n-th organization of a
union is the same in every run; a city has some of its districts' organizations on its own ledger, so that distinct
counts have something to tell apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import as_completed
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction

from commons.directory import grams
from commons.directory.enums import OrgType, RatingGrade, Source
from commons.directory.models import RegisteredOrganization
from commons.hierarchy.enums import Kind, Level
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import today
from commons.kit.ids import uuid7
from commons.kit.processes import pool
from commons.tenancy import door
from config.demo import invention
from config.demo.scale.copying import Pattern
from tenants.registry.enums import ContactKind, FoundingMode, LedgerState, OrgDomain, RatingSource, RatingState
from tenants.registry.models import Confirmation, ContactLog, LedgerSpan, OrgRating, OrgYearFact, SocialOrganization

_PORTION = 8
# Of a union's entries, how many a level above takes onto its own ledger as well.
_SHARED = {Level.NATIONAL: 2000, Level.PROVINCE: 1000, Level.CITY: 300}
_TYPES = [OrgType.SOCIAL_SERVICE_INSTITUTION] * 5 + [OrgType.SOCIAL_GROUP] * 4 + [OrgType.FOUNDATION]
_DOMAINS = list(OrgDomain)
_MODES = ["", FoundingMode.UNION_FOUNDED, FoundingMode.INDEPENDENT, FoundingMode.GOVERNMENT]
_GRADES = [RatingGrade.A1, RatingGrade.A2, RatingGrade.A3, RatingGrade.A3, RatingGrade.A4, RatingGrade.A5]
_KINDS = [ContactKind.VISIT, ContactKind.PHONE, ContactKind.MEETING, ContactKind.HEADS_MEETING, ContactKind.EVENT]
_DAYS = 1000


@dataclass(frozen=True)
class Size:
    """How many rows the whole country is to have, about."""

    organizations: int = 900_000
    entries: int = 1_200_000
    contacts: int = 2_000_000


class Invented(NamedTuple):
    """One registered organization of one union's region, or an unregistered group (no `uscc`)."""

    region: str
    number: int
    name: str
    uscc: str
    org_type: OrgType
    domain: OrgDomain


class Filled(NamedTuple):
    """How many rows a union was given."""

    organizations: int
    entries: int
    contacts: int


def build(size: Size, *, at: datetime, processes: int, on_progress: Callable[[int, int], None]) -> Filled:
    """Fill every union that has no entry yet; what was added, all together."""
    codes = list(TradeUnion.objects.active().order_by("code").values_list("code", flat=True))
    plan = _Plan.of(size)
    done, total = 0, Filled(0, 0, 0)
    portions = [codes[start : start + _PORTION] for start in range(0, len(codes), _PORTION)]
    with pool(processes) as workers:
        for answer in as_completed([workers.submit(fill_portion, portion, plan, at) for portion in portions]):
            filled = answer.result()
            total = Filled(*(one + more for one, more in zip(total, filled[1], strict=True)))
            done += filled[0]
            on_progress(done, len(codes))
    return total


@dataclass(frozen=True)
class _Plan:
    """How many each union gets: its own registered organizations, unregistered groups, contacts per thousand entries."""

    registered: int
    unregistered: int
    contacts_per_mille: int

    @classmethod
    def of(cls, size: Size) -> _Plan:
        levels = dict.fromkeys(Level, 0)
        for level in TradeUnion.objects.active().filter(kind=Kind.REGIONAL).values_list("level", flat=True):
            levels[Level(level)] += 1
        lowest = max(levels[Level.DISTRICT], 1)
        registered = max(size.organizations // lowest, 1)
        shared = sum(_SHARED[level] * levels[level] for level in _SHARED)
        unregistered = max((size.entries - registered * lowest - shared) // lowest, 0)
        return cls(registered, unregistered, size.contacts * 1000 // max(size.entries, 1))


def fill_portion(codes: list[str], plan: _Plan, at: datetime) -> tuple[int, Filled]:
    """Fill these unions in this process."""
    total = Filled(0, 0, 0)
    for union in TradeUnion.objects.filter(code__in=codes).order_by("code"):
        filled = fill(union, plan, at=at)
        total = Filled(*(one + more for one, more in zip(total, filled, strict=True)))
    return len(codes), total


def fill(union: TradeUnion, plan: _Plan, *, at: datetime) -> Filled:
    """One union's directory rows, entries and contacts, in one transaction; nothing for a union that has entries."""
    with door.inside(union), transaction.atomic():
        if SocialOrganization.objects.exists():
            return Filled(0, 0, 0)
        own = list(_own(union, plan)) if union.level == Level.DISTRICT else []
        entries = own + list(_shared(union, plan))
        registered = _register([one for one in own if one.uscc], at)
        _Ledger(union, at).write(entries, plan.contacts_per_mille)
    return Filled(registered, len(entries), _contacts(len(entries), plan.contacts_per_mille))


def _own(union: TradeUnion, plan: _Plan) -> Iterator[Invented]:
    # Between half and one and a half times the average, the same in every run.
    weight = Random(f"size {union.code}").uniform(0.5, 1.5)
    for number in range(int(plan.registered * weight)):
        yield invented(union.code, union.short_name_zh, number)
    for number in range(int(plan.unregistered * weight)):
        yield invented(union.code, union.short_name_zh, number, registered=False)


def _shared(union: TradeUnion, plan: _Plan) -> Iterator[Invented]:
    """Organizations of the districts below that this union keeps an eye on too."""
    if union.level not in _SHARED:
        return
    below = list(
        TradeUnion.objects.under(union)
        .filter(level=Level.DISTRICT)
        .order_by("code")
        .values_list("code", "short_name_zh")
    )
    # Half the average is what even the smallest district has.
    wanted = min(_SHARED[Level(union.level)], len(below) * (plan.registered // 2))
    for number in range(wanted):
        code, name = below[number % len(below)]
        yield invented(code, name, number // len(below))


def invented(region: str, place: str, number: int, *, registered: bool = True) -> Invented:
    chance = Random(f"{region} {number} {registered}")
    domain = chance.choice(_DOMAINS)
    org_type = chance.choice(_TYPES) if registered else OrgType.UNREGISTERED
    name = invention.organization_name(place, org_type, domain, chance)
    uscc = invention.credit_code(region[:6], org_type, 10_000 + number) if registered else ""
    return Invented(region, number, name, uscc, org_type, domain)


def _register(organizations: list[Invented], at: datetime) -> int:
    pattern = Pattern(
        RegisteredOrganization(
            uscc="",
            name="",
            org_type=OrgType.SOCIAL_GROUP,
            source_on=today(at),
            updated_at=at,
            source=Source.IMPORT,
            registration_level=Level.DISTRICT,
        ),
        ("id", "uscc", "name", "org_type", "region_code", "grams", "registered_on"),
    )
    first = date(2005, 1, 1)
    return pattern.copy(
        (
            uuid7(),
            one.uscc,
            one.name,
            one.org_type.value,
            one.region[:6],
            grams.grams(one.name) + grams.marks(org_type=one.org_type, region=one.region[:6]),
            first + timedelta(days=one.number * 37 % 6000),
        )
        for one in organizations
    )


class _Ledger:
    """The rows of one union's ledger."""

    def __init__(self, union: TradeUnion, at: datetime) -> None:
        self.at, self.day = at, today(at)
        self.chance = Random(f"ledger {union.code}")
        self.officer = invention.person(self.chance)
        self.region = union.code[:6]

    def write(self, entries: list[Invented], contacts_per_mille: int) -> None:
        ids = [uuid7() for _ in entries]
        starts = [self.day - timedelta(days=self.chance.randrange(30, _DAYS)) for _ in entries]
        gone = [self.chance.random() < 0.04 for _ in entries]
        self._entries(entries, ids, starts, gone)
        ends = [start + (self.day - start) / 2 if left else None for start, left in zip(starts, gone, strict=True)]
        Pattern(LedgerSpan(), ("id", "organization_id", "from_on", "until_on")).copy(
            (uuid7(), *row) for row in zip(ids, starts, ends, strict=True)
        )
        Pattern(Confirmation(by_name=self.officer), ("id", "organization_id", "confirmed_on")).copy(
            (uuid7(), pk, max(start, self.day - timedelta(days=self.chance.choice([20, 90, 200, 300, 420]))))
            for pk, start in zip(ids, starts, strict=True)
        )
        self._facts(ids, entries)
        self._ratings([pk for pk, one in zip(ids, entries, strict=True) if one.uscc])
        self._contacts(ids, contacts_per_mille)

    def _entries(self, entries: list[Invented], ids: list[UUID], starts: list[date], gone: list[bool]) -> None:
        usual = SocialOrganization(
            state=LedgerState.ACTIVE,
            created_at=self.at,
            updated_at=self.at,
            address="",
            industry=invention.INDUSTRIES[0],
            working_mode=invention.WORKING_MODES[0],
            funding_sources=invention.FUNDING[0],
            org_type=OrgType.SOCIAL_GROUP,
        )
        varying = (
            "id",
            "serial",
            "uscc",
            "name",
            "org_type",
            "registration_status",
            "founding_mode",
            "org_domains",
            "activity_content",
            "region_code",
            "is_hub",
            "state",
            "first_active_on",
            "last_verified_on",
        )
        Pattern(usual, varying).copy(
            (
                pk,
                serial,
                one.uscc,
                one.name,
                one.org_type.value,
                "registered" if one.uscc else "unregistered",
                str(_MODES[one.number % len(_MODES)]),
                [one.domain.value],
                invention.ACTIVITIES[one.domain],
                one.region[:6],
                one.number % 25 == 0,
                (LedgerState.CLOSED if left else LedgerState.ACTIVE).value,
                start,
                start,
            )
            for serial, (pk, one, start, left) in enumerate(zip(ids, entries, starts, gone, strict=True), start=1)
        )

    def _facts(self, ids: list[UUID], entries: list[Invented]) -> None:
        year = self.day.year - 1
        Pattern(
            OrgYearFact(updated_at=self.at), ("id", "organization_id", "year", "staff", "income", "income_from_union")
        ).copy(
            (uuid7(), pk, year, 3 + one.number * 7 % 60, 20_000 + one.number % 97 * 1000, one.number % 13 * 1000)
            for pk, one in zip(ids, entries, strict=True)
            if one.number % 5 < 3
        )

    def _ratings(self, ids: list[UUID]) -> None:
        usual = OrgRating(state=RatingState.GRANTED, assessor="社会组织评估委员会", source=RatingSource.UNION)
        varying = ("id", "organization_id", "grade", "assessed_on", "valid_until", "certificate_number")
        rated = ids[::7]
        Pattern(usual, varying).copy(
            (
                uuid7(),
                pk,
                self.chance.choice(_GRADES).value,
                self.day - timedelta(days=days),
                self.day - timedelta(days=days) + timedelta(days=1826),
                f"{self.region}-{number:05d}",
            )
            for number, pk in enumerate(rated)
            for days in [self.chance.randrange(1, 900)]
        )

    def _contacts(self, ids: list[UUID], per_mille: int) -> None:
        usual = ContactLog(created_at=self.at, updated_at=self.at, created_by_name=self.officer)
        Pattern(usual, ("id", "organization_id", "contacted_on", "kind", "topics", "demands", "follow_up")).copy(
            (
                uuid7(),
                ids[number % len(ids)],
                self.day - timedelta(days=self.chance.randrange(1095)),
                self.chance.choice(_KINDS).value,
                self.chance.choice(invention.TOPICS),
                self.chance.choice(invention.DEMANDS),
                self.chance.choice(invention.FOLLOW_UPS),
            )
            for number in range(_contacts(len(ids), per_mille))
        )


def _contacts(entries: int, per_mille: int) -> int:
    return entries * per_mille // 1000


def analyze() -> None:
    """Fresh statistics of what was filled: without them the first readers would plan as for empty tables."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
