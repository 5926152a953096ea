"""Things that happen to the public directory."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from commons.access.actors import Actor
from commons.directory import grams
from commons.directory.enums import RatingGrade, Source
from commons.directory.facts import Facts
from commons.directory.models import Disagreement, RegisteredOrganization, RegisteredOrganizationChange
from commons.kit.clock import today
from commons.kit.copying import insert_missing
from commons.kit.errors import NotFound


@transaction.atomic
def upsert(*, facts: Facts, source: Source, by: Actor, at: datetime) -> RegisteredOrganization:
    """
    Enter what is known about one organization.

    The row is returned as it stands afterwards; see `upsert_many` for what wins.
    """
    return upsert_many(facts=[facts], source=source, by=by, at=at)[facts.uscc]


@transaction.atomic
def upsert_many(
    *, facts: Iterable[Facts], source: Source, by: Actor, at: datetime
) -> dict[str, RegisteredOrganization]:
    """
    Enter what is known about many organizations, in few statements; rows are returned by credit code.

    A civil-affairs import wins over what unions entered, and a later import over an earlier one. A union or an
    organization fills what the register left empty; where it differs from the register nothing is written over: the
    union finds it among its disagreements. Among unions the latest verification wins. Earlier values are kept.
    Source: DOMAIN S4; B17, Q29.
    """
    told = {one.uscc: one for one in facts}
    made = {one.uscc: _row(one, source, at) for one in _missing(told)}
    inserted = insert_missing(list(made.values()), key="uscc")
    # Locked in one order, whoever comes: two unions verifying the same organizations wait for each other instead of
    # failing.
    known = [uscc for uscc in told if uscc not in inserted]
    rows = {
        row.uscc: row
        for row in RegisteredOrganization.objects.select_for_update().filter(uscc__in=known).order_by("uscc")
    }
    merged = [_merge(rows[uscc], told[uscc], source, at) for uscc in known]
    rows |= {uscc: made[uscc] for uscc in inserted}
    _keep(merged, source, by, at)
    return rows


@transaction.atomic
def set_rating(
    *, uscc: str, grade: RatingGrade | str, valid_until: date | None, at: datetime
) -> RegisteredOrganization:
    """
    Show this rating on the public card; an empty grade takes it off.

    Raises: NotFound when the directory has no such code.
    """
    row = RegisteredOrganization.objects.select_for_update().filter(uscc=uscc).first()
    if row is None:
        raise NotFound()
    until = valid_until if grade else None
    if (row.rating_grade, row.rating_valid_until) == (grade, until):
        return row
    changes = {
        "rating_grade": [row.rating_grade, str(grade)],
        "rating_valid_until": [_plain(row.rating_valid_until), _plain(until)],
    }
    RegisteredOrganizationChange.objects.create(organization=row, at=at, source=Source.UNION, changes=changes)
    row.rating_grade, row.rating_valid_until, row.updated_at = RatingGrade(grade) if grade else "", until, at
    row.grams = _findable(row)
    row.save(update_fields=["rating_grade", "rating_valid_until", "grams", "updated_at"])
    return row


@dataclass
class _Merged:
    """A row after what was told: which facts moved, and on which it was contradicted."""

    row: RegisteredOrganization
    changes: dict[str, list[object]] = field(default_factory=dict)
    contradicted: dict[str, list[object]] = field(default_factory=dict)
    touched: bool = False


def _missing(told: dict[str, Facts]) -> list[Facts]:
    known = set(RegisteredOrganization.objects.filter(uscc__in=list(told)).values_list("uscc", flat=True))
    return [told[uscc] for uscc in sorted(told) if uscc not in known]


def _row(one: Facts, source: Source, at: datetime) -> RegisteredOrganization:
    row = RegisteredOrganization(
        uscc=one.uscc, **one.said(), source=source, source_on=today(at), verified_at=at, updated_at=at
    )
    row.grams = _findable(row)
    return row


def _findable(row: RegisteredOrganization) -> list[str]:
    return grams.grams(row.name) + grams.marks(org_type=row.org_type, region=row.region_code, grade=row.rating_grade)


def _merge(row: RegisteredOrganization, one: Facts, source: Source, at: datetime) -> _Merged:
    merged = _Merged(row)
    from_register = row.source == Source.IMPORT and source != Source.IMPORT
    for name, value in one.said().items():
        held = getattr(row, name)
        if held == value:
            continue
        if from_register and held not in ("", None):
            merged.contradicted[name] = [_plain(held), _plain(value)]
            continue
        merged.changes[name] = [_plain(held), _plain(value)]
        setattr(row, name, value)
    new_source = source if not from_register else Source(row.source)
    merged.touched = bool(merged.changes) or row.source != new_source
    if merged.touched:
        row.grams, row.source, row.updated_at = _findable(row), new_source, at
        if not from_register:
            row.source_on, row.verified_at = today(at), at
    return merged


def _keep(merged: list[_Merged], source: Source, by: Actor, at: datetime) -> None:
    moved = [one for one in merged if one.touched]
    if moved:
        names = {name for one in moved for name in one.changes}
        RegisteredOrganization.objects.bulk_update(
            [one.row for one in moved],
            sorted(names | {"grams", "source", "source_on", "verified_at", "updated_at"}),
            batch_size=500,
        )
    RegisteredOrganizationChange.objects.bulk_create(
        [
            RegisteredOrganizationChange(organization=one.row, at=at, source=source, changes=one.changes)
            for one in moved
            if one.changes
        ],
        batch_size=1000,
    )
    if source == Source.IMPORT:
        _settle(moved, at)
    if by.union is None or source == Source.IMPORT:
        return
    agreed = [one.row.pk for one in merged if not one.contradicted]
    Disagreement.objects.filter(union=by.union, organization__in=agreed).delete()
    Disagreement.objects.bulk_create(
        [
            Disagreement(organization=one.row, union=by.union, facts=one.contradicted, at=at)
            for one in merged
            if one.contradicted
        ],
        update_conflicts=True,
        unique_fields=["union", "organization"],
        update_fields=["facts", "at"],
        batch_size=1000,
    )


def _settle(moved: list[_Merged], at: datetime) -> None:
    """Compare what unions said with what the register says now: some differences are gone, the others show it as it is."""
    rows = {one.row.pk: one.row for one in moved}
    for told in Disagreement.objects.select_for_update().filter(organization__in=list(rows)).order_by("pk"):
        register = rows[told.organization_id]
        now = {name: [_plain(getattr(register, name)), said] for name, (_, said) in told.facts.items()}
        told.facts = {name: pair for name, pair in now.items() if pair[0] != pair[1]}
        if told.facts:
            told.at = at
            told.save(update_fields=["facts", "at"])
        else:
            told.delete()


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else (str(value) if value is not None else None)
