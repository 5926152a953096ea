"""
The ways in which records are written: ORM, bulk, raw SQL, COPY.

Each writer has entries of its own in every union, known by their name, so that two writers in one union do not wait for
each other's rows: every deadlock that is seen is the platform's. Their credit codes are the same in all unions, so that
organizations are shared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

from django.db import connection

from commons.directory.enums import OrgType
from commons.kit.copying import copy_models
from config.demo import invention
from tenants.registry.enums import LedgerState, OrgDomain, RatingState
from tenants.registry.models import (
    Confirmation,
    ContactLog,
    LedgerSpan,
    OrgRating,
    OrgYearFact,
    SocialOrganization,
)

_TYPES = (OrgType.SOCIAL_GROUP, OrgType.FOUNDATION, OrgType.SOCIAL_SERVICE_INSTITUTION)
_FIRST = date(2024, 1, 1)
_DAYS = 1050
_MOMENT = datetime(2026, 11, 1, tzinfo=UTC)
# A writer keeps no more in one union: the torture is of change, not of size.
_ENTRIES, _LOGS = 40, 800
_OWN = (
    "SELECT id FROM registry_socialorganization o WHERE o.name LIKE %(mine)s AND NOT EXISTS "
    "(SELECT FROM marks_tenure t WHERE t.record = o.id AND t.heir_id IS NOT NULL)"
)
_STATEMENTS = (
    f"UPDATE registry_contactlog SET contacted_on = contacted_on + 31 WHERE organization_id IN ({_OWN}) AND kind = 'visit'",
    f"DELETE FROM registry_contactlog WHERE organization_id IN ({_OWN}) AND kind = 'phone'",
    f"UPDATE registry_ledgerspan SET from_on = from_on - 40 WHERE organization_id IN ({_OWN}) AND until_on IS NULL",
    f"UPDATE registry_orgyearfact SET staff = staff + 1 WHERE organization_id IN ({_OWN})",
    f"UPDATE registry_socialorganization SET first_active_on = first_active_on + 20 WHERE id IN ({_OWN}) AND state = 'active'",
    f"""
    INSERT INTO registry_confirmation (id, organization_id, confirmed_on, by_name)
    SELECT gen_random_uuid(), id, '2026-09-09', '' FROM ({_OWN}) mine ON CONFLICT DO NOTHING
    """,
)


@dataclass(frozen=True)
class Pen:
    """One writer's dice and name; used inside a union's door and a transaction."""

    dice: Random
    number: int

    @property
    def mine(self) -> str:
        return f"检验{self.number}号·"

    def entries(self) -> list[UUID]:
        with connection.cursor() as cursor:
            cursor.execute(_OWN, {"mine": f"{self.mine}%"})
            return [pk for (pk,) in cursor.fetchall()]

    def entry(self) -> SocialOrganization | None:
        found = self.entries()
        return SocialOrganization.objects.filter(pk=self.dice.choice(found)).first() if found else None

    def day(self) -> date:
        return _FIRST + timedelta(days=self.dice.randrange(_DAYS))


def create(pen: Pen) -> None:
    """A new entry by the ORM, on the ledger and confirmed."""
    if len(pen.entries()) >= _ENTRIES:
        return remove(pen)
    org_type = pen.dice.choice([*_TYPES, OrgType.UNREGISTERED])
    number = pen.dice.randrange(30)
    code = "" if org_type is OrgType.UNREGISTERED else _code(pen, org_type, number)
    if code and SocialOrganization.objects.filter(uscc=code).exists():
        return edit(pen)
    on = pen.day()
    row = SocialOrganization.objects.create(
        serial=pen.number * 10_000_000 + pen.dice.randrange(10_000_000),
        uscc=code,
        name=f"{pen.mine}{number}",
        org_type=org_type,
        registration_status="registered" if code else "unregistered",
        region_code="430105",
        org_domains=pen.dice.sample([domain.value for domain in OrgDomain], pen.dice.randrange(3)),
        state=LedgerState.ACTIVE,
        first_active_on=on,
        last_verified_on=on,
        created_at=_MOMENT,
        updated_at=_MOMENT,
    )
    LedgerSpan.objects.create(organization=row, from_on=on)
    Confirmation.objects.create(organization=row, confirmed_on=on, by_name="李敏")
    return None


def edit(pen: Pen) -> None:
    if row := pen.entry():
        row.founding_mode = pen.dice.choice(["", "independent", "government"])
        row.is_hub = pen.dice.random() < 0.3
        row.updated_at = _MOMENT + timedelta(seconds=pen.dice.randrange(1000))
        row.save()


def close_or_reopen(pen: Pen) -> None:
    if row := pen.entry():
        last = LedgerSpan.objects.filter(organization=row).order_by("-from_on", "-pk").first()
        if last and last.until_on is None:
            last.until_on = last.from_on + timedelta(days=pen.dice.randrange(400))
            last.save()
        elif last and last.until_on:
            LedgerSpan.objects.create(organization=row, from_on=last.until_on + timedelta(days=pen.dice.randrange(90)))


def state_year(pen: Pen) -> None:
    if row := pen.entry():
        OrgYearFact.objects.update_or_create(
            organization=row,
            year=2024 + pen.dice.randrange(3),
            defaults={
                "staff": pen.dice.randrange(50),
                "income": pen.dice.choice([None, 100, 250]),
                "income_from_union": pen.dice.choice([None, 5, 70]),
                "updated_at": _MOMENT + timedelta(seconds=pen.dice.randrange(1000)),
            },
        )


def rate(pen: Pen) -> None:
    if row := pen.entry():
        OrgRating.objects.filter(organization=row, state=RatingState.GRANTED).update(state=RatingState.SUPERSEDED)
        on = pen.day()
        OrgRating.objects.create(
            organization=row,
            grade=pen.dice.choice(["A3", "A4", "A5"]),
            state=RatingState.GRANTED,
            assessor="民政局",
            assessed_on=on,
            valid_until=on + timedelta(days=pen.dice.randrange(1, 900)),
        )


def remove(pen: Pen) -> None:
    if row := pen.entry():
        row.delete()


def contacts_in_bulk(pen: Pen) -> None:
    if row := pen.entry():
        ContactLog.objects.bulk_create(_contacts(pen, row, pen.dice.randrange(1, 8)))


def entries_in_bulk(pen: Pen) -> None:
    """`bulk_update` of some entries and a queryset's `update` of others."""
    rows = list(SocialOrganization.objects.filter(pk__in=pen.entries()[:6]).order_by("pk"))
    for row in rows:
        row.is_hub = not row.is_hub
        row.updated_at = _MOMENT + timedelta(seconds=pen.dice.randrange(1000))
    SocialOrganization.objects.bulk_update(rows, ["is_hub", "updated_at"])
    ContactLog.objects.filter(organization__in=rows[:2]).update(kind=pen.dice.choice(["visit", "phone"]))


def raw(pen: Pen) -> None:
    with connection.cursor() as cursor:
        cursor.execute(pen.dice.choice(_STATEMENTS), {"mine": f"{pen.mine}%"})
        cursor.execute(
            f"SELECT count(*) FROM registry_contactlog WHERE organization_id IN ({_OWN})", {"mine": f"{pen.mine}%"}
        )
        if cursor.fetchone()[0] > _LOGS:
            cursor.execute(
                f"DELETE FROM registry_contactlog WHERE organization_id IN ({_OWN})", {"mine": f"{pen.mine}%"}
            )


def copy(pen: Pen) -> None:
    """COPY: a few rows, which are marked one by one, or more than are."""
    if row := pen.entry():
        copy_models(_contacts(pen, row, pen.dice.choice([3, 20, 260])))


KINDS: Mapping[str, tuple[Callable[[Pen], None], ...]] = {
    "ORM 写入": (create, create, create, edit, close_or_reopen, state_year, rate, remove),
    "批量写入": (contacts_in_bulk, contacts_in_bulk, entries_in_bulk),
    "原生 SQL": (raw,),
    "COPY": (copy,),
}


def _contacts(pen: Pen, row: SocialOrganization, count: int) -> list[ContactLog]:
    return [
        ContactLog(
            organization=row,
            contacted_on=pen.day(),
            kind=pen.dice.choice(["visit", "phone"]),
            topics="走访",
            created_at=_MOMENT,
            updated_at=_MOMENT,
            created_by_name="李敏",
        )
        for _ in range(count)
    ]


def _code(pen: Pen, org_type: OrgType, number: int) -> str:
    return invention.credit_code("430105", org_type, pen.number * 1000 + number)
