"""An organization's years and the persons who answer for it. Source: DOMAIN OrgYearFact, OrgPerson; B15, B20, B28."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.db import transaction

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.kit import clock
from commons.kit.errors import Invalid, NotFound
from commons.tenancy.acting import require
from tenants.registry import locks
from tenants.registry.actions import recording
from tenants.registry.enums import PersonRole
from tenants.registry.fields import YEAR_FIELDS, YearField
from tenants.registry.models import OrgPerson, OrgYearFact, SocialOrganization
from tenants.registry.parsing import MOST_COUNTED, Unreadable, is_empty, line, phone

FIRST_YEAR = 1949
_MOST_MONEY = Decimal("99999999999999.99")


@transaction.atomic
def record_year(
    *, organization: SocialOrganization, year: int, fields: Mapping[str, object], by: Actor, at: datetime
) -> OrgYearFact:
    """
    Record the situation of one calendar year; a year recorded before is corrected in the given fields.

    Units:  persons and times as whole numbers, money in yuan.
    Raises: Refused, NotFound, Invalid.
    """
    require(by, Permission.LEDGER_EDIT)
    row = locks.organization(organization.pk)
    if not FIRST_YEAR <= year <= clock.today(at).year:
        raise Invalid({"year": [f"年度须在{FIRST_YEAR}至{clock.today(at).year}之间。"]})
    fact = OrgYearFact.objects.select_for_update().filter(organization=row, year=year).first()
    new = fact is None
    fact = fact or OrgYearFact(organization=row, year=year)
    values = _year_values(fields, new)
    changes = {
        name: (None if new else getattr(fact, name), value)
        for name, value in values.items()
        if new or getattr(fact, name) != value
    }
    for name, value in values.items():
        setattr(fact, name, value)
    if fact.income is not None and fact.income_from_union is not None and fact.income_from_union > fact.income:
        raise Invalid({"income_from_union": ["来自工会的收入不能大于年收入。"]})
    if changes:
        fact.updated_at = at
        fact.save()
        recording.note(row, "record_year", by=by, at=at, from_state=row.state, reason=f"{year}年度", changes=changes)
    return fact


@transaction.atomic
def add_person(
    *,
    organization: SocialOrganization,
    name: str,
    role: str,
    by: Actor,
    at: datetime,
    phone: str = "",
    from_on: date | None = None,
) -> OrgPerson:
    """
    Name somebody who answers for the organization.

    Raises: Refused, NotFound, Invalid.
    """
    require(by, Permission.LEDGER_EDIT)
    row = locks.organization(organization.pk)
    person = OrgPerson(organization=row, from_on=from_on)
    changes = _fill_person(person, name, role, phone)
    person.save(force_insert=True)
    recording.note(row, "add_person", by=by, at=at, from_state=row.state, changes=changes)
    return person


@transaction.atomic
def edit_person(
    *, person: OrgPerson, name: str, role: str, phone: str, by: Actor, at: datetime, from_on: date | None = None
) -> OrgPerson:
    """
    Correct what is recorded of a person.

    Raises: Refused, NotFound, Invalid.
    """
    require(by, Permission.LEDGER_EDIT)
    row, person = _locked(person)
    before = person.from_on
    person.from_on = from_on
    _check_term(person)
    changes = _fill_person(person, name, role, phone)
    if before != from_on:
        changes["from_on"] = (before, from_on)
    if changes:
        person.save()
        recording.note(row, "edit_person", by=by, at=at, from_state=row.state, reason=person.name, changes=changes)
    return person


@transaction.atomic
def end_person(*, person: OrgPerson, on: date, by: Actor, at: datetime) -> OrgPerson:
    """
    Record that somebody no longer answers for the organization from the day `on`.

    Raises: Refused, NotFound, Invalid.
    """
    require(by, Permission.LEDGER_EDIT)
    row, person = _locked(person)
    before, person.until_on = person.until_on, on
    _check_term(person)
    person.save(update_fields=["until_on"])
    recording.note(
        row, "end_person", by=by, at=at, from_state=row.state, reason=person.name, changes={"until_on": (before, on)}
    )
    return person


def _year_values(fields: Mapping[str, object], new: bool) -> dict[str, object]:
    declared = {field.name: field for field in YEAR_FIELDS}
    values: dict[str, object] = {}
    problems: dict[str, list[str]] = {}
    for name, raw in fields.items():
        if (field := declared.get(name)) is None:
            problems[name] = ["年度情况中没有这一项。"]
            continue
        try:
            values[name] = _figure(field, raw)
        except Unreadable as wrong:
            problems[name] = [str(wrong)]
    if new and is_empty(fields.get("staff")):
        problems["staff"] = ["请填写从业人员数。"]
    if problems:
        raise Invalid(problems)
    return values


def _figure(field: YearField, raw: object) -> object:
    if is_empty(raw):
        # The counts of persons are never unknown once a year is recorded; services and money may be.
        counted = {"staff", "members", "volunteers", "party_members"}
        return 0 if field.name in counted else None
    text = line(raw).replace(",", "")
    try:
        number = Decimal(text)
    except InvalidOperation as wrong:
        raise Unreadable("请填写数字。") from wrong
    if not number.is_finite() or number < 0:
        raise Unreadable("不能小于0。")
    if field.money:
        if number > _MOST_MONEY:
            raise Unreadable("数额过大，请核对单位（元）。")
        return number.quantize(Decimal("0.01"))
    if number != number.to_integral_value():
        raise Unreadable("请填写整数。")
    if number > MOST_COUNTED:
        raise Unreadable("数目过大，请核对单位。")
    return int(number)


def _fill_person(person: OrgPerson, name: str, role: str, number: str) -> dict[str, tuple[object, object]]:
    problems: dict[str, list[str]] = {}
    name = line(name)
    if not name:
        problems["name"] = ["请填写姓名。"]
    elif len(name) > 60:
        problems["name"] = ["最多60个字。"]
    if role not in set(PersonRole):
        problems["role"] = ["请选择职务。"]
    try:
        number = phone(number) if number.strip() else ""
    except Unreadable as wrong:
        problems["phone"] = [str(wrong)]
    if problems:
        raise Invalid(problems)
    changes: dict[str, tuple[object, object]] = {}
    if person.name != name:
        changes["person_name"] = (person.name, name)
    if person.role != role:
        changes["role"] = (PersonRole.label_of(person.role), PersonRole.label_of(role))
    if person.phone != number:
        changes["phone"] = (person.phone, number)
    person.name, person.role, person.phone = name, PersonRole(role), number
    return changes


def _check_term(person: OrgPerson) -> None:
    if person.from_on and person.until_on and person.until_on <= person.from_on:
        raise Invalid({"until_on": ["结束日期须晚于开始日期。"]})


def _locked(person: OrgPerson) -> tuple[SocialOrganization, OrgPerson]:
    row = locks.organization(person.organization_id)
    found = OrgPerson.objects.filter(pk=person.pk).first()
    if found is None:
        raise NotFound()
    return row, found
