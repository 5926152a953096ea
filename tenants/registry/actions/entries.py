"""Entering an organization into the ledger, correcting it, and giving an unregistered group its code."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.directory.credit_code import normalized
from commons.directory.enums import OrgType, RegistrationStatus
from commons.hierarchy.models import Division
from commons.kit import clock
from commons.kit.errors import Invalid
from commons.tenancy.acting import require
from tenants.registry import locks
from tenants.registry.actions import publishing, recording
from tenants.registry.enums import LedgerState
from tenants.registry.errors import AlreadyRegistered, CreditCodeFixed, DuplicateCreditCode
from tenants.registry.fields import BY_NAME, SELF_FIELDS, STORED
from tenants.registry.guards import require_proof, require_source
from tenants.registry.models import OrgYearFact, SocialOrganization
from tenants.registry.selectors.facts import current_staff
from tenants.registry.selectors.own import own_organization
from tenants.registry.transitions import Event
from tenants.registry.validation import Examined, examined


@transaction.atomic
def create(*, fields: Mapping[str, object], by: Actor, at: datetime) -> SocialOrganization:
    """
    Enter an organization as a draft.

    Shape:   `fields` by the names of `tenants.registry.fields`; codes or Chinese labels, typed or as text.
    Raises:  Refused, Invalid, DuplicateCreditCode.
    Source:  SM-02 draft; B05, B06.
    """
    require(by, Permission.LEDGER_EDIT)
    told = _examined(fields, complete=False, at=at)
    locks.numbering()
    _refuse_twin(str(told.values.get("uscc") or ""))
    row = SocialOrganization(
        serial=next_serial(),
        state=LedgerState.DRAFT,
        created_at=at,
        created_by_id=by.user_id,
        updated_at=at,
        updated_by_id=by.user_id,
        **{name: value for name, value in told.values.items() if name in STORED},
    )
    row.save(force_insert=True)
    _keep_staff(row, told.values.get("staff"), at)
    recording.note(row, Event.CREATE.value, by=by, at=at)
    return row


@transaction.atomic
def edit(
    *, organization: SocialOrganization, fields: Mapping[str, object], version: int, by: Actor, at: datetime
) -> SocialOrganization:
    """
    Correct an entry: only the fields that are given; the others stay.

    An entry on the ledger stays complete (B15) and keeps its code. Nothing is written when nothing differs.
    Raises: Refused, NotFound, Conflict, StateRefused, Invalid, CreditCodeFixed, DuplicateCreditCode.
    """
    require(by, Permission.LEDGER_EDIT)
    return _edited(organization, fields, version, Event.EDIT.value, by, at)


@transaction.atomic
def edit_own(*, fields: Mapping[str, object], version: int, by: Actor, at: datetime) -> SocialOrganization:
    """
    Let an organization's account correct what is its own to keep in its own entry: `SELF_FIELDS` and no other.

    Raises: NotFound when the acting union does not list it; Conflict, Invalid. Source: DOMAIN §4.2 org_user.
    """
    row = own_organization(by)
    if foreign := set(fields) - set(SELF_FIELDS):
        raise Invalid({name: ["这一项由工会维护，如有变化请告知工会。"] for name in sorted(foreign)})
    return _edited(row, fields, version, "edit_own", by, at, answers_for=SELF_FIELDS)


def _edited(
    organization: SocialOrganization,
    fields: Mapping[str, object],
    version: int,
    event: str,
    by: Actor,
    at: datetime,
    *,
    answers_for: Collection[str] = tuple(BY_NAME),
) -> SocialOrganization:
    """`answers_for`: the fields whose gaps are the editor's to fill; those of others do not stand in their way."""
    if "uscc" in fields and normalized(str(fields["uscc"] or "")) != organization.uscc:
        # Two entries taking one code wait for each other, so that the second is told of the first.
        locks.numbering()
    row = locks.organization(organization.pk, version=version)
    require_source(row, Event.EDIT, at)
    on_ledger = row.state == LedgerState.ACTIVE
    staff = current_staff(row, clock.today(at))
    told = _examined({**values_of(row), "staff": staff, **fields}, complete=on_ledger, at=at, answers_for=answers_for)
    changes = {
        name: (getattr(row, name), told.values[name])
        for name in STORED
        if name in answers_for and getattr(row, name) != told.values.get(name)
    }
    if "uscc" in changes:
        if on_ledger:
            raise CreditCodeFixed(path=("uscc",))
        _refuse_twin(str(told.values["uscc"]), besides=row)
    for name, (_, new) in changes.items():
        setattr(row, name, new)
    if "staff" in fields and told.values.get("staff") != staff:
        changes["staff"] = (staff, told.values.get("staff"))
        _keep_staff(row, told.values.get("staff"), at)
    if changes:
        stored = [name for name in changes if name in STORED]
        recording.keep(row, event, by=by, at=at, fields=stored, changes=changes)
        if on_ledger:
            publishing.publish([row], by=by, at=at)
    return row


@transaction.atomic
def register(
    *,
    organization: SocialOrganization,
    uscc: str,
    org_type: str,
    by: Actor,
    at: datetime,
    certificate_number: str = "",
) -> SocialOrganization:
    """
    Give an unregistered group the code it has obtained; its history goes on.

    On the ledger, the registration must be found in the directory or shown by a certificate.
    Raises: Refused, NotFound, StateRefused, AlreadyRegistered, Invalid, DuplicateCreditCode, RegistrationNotProven.
    Source: SM-02 register; B06.
    """
    require(by, Permission.LEDGER_EDIT)
    locks.numbering()
    row = locks.organization(organization.pk)
    require_source(row, Event.REGISTER, at)
    if row.uscc:
        raise AlreadyRegistered(name=row.name, uscc=row.uscc)
    given = {
        "uscc": uscc,
        "org_type": org_type,
        "registration_status": RegistrationStatus.REGISTERED,
        "certificate_number": certificate_number or row.certificate_number,
    }
    told = _examined({**values_of(row), **given}, complete=False, at=at)
    if told.values["org_type"] == OrgType.UNREGISTERED:
        raise Invalid({"org_type": ["请选择登记的组织类型。"]})
    _refuse_twin(str(told.values["uscc"]), besides=row)
    changes = {
        name: (getattr(row, name), told.values[name]) for name in given if getattr(row, name) != told.values[name]
    }
    for name, (_, new) in changes.items():
        setattr(row, name, new)
    if row.state == LedgerState.ACTIVE:
        require_proof(row)
    recording.keep(row, Event.REGISTER.value, by=by, at=at, fields=list(changes), changes=changes)
    if row.state == LedgerState.ACTIVE:
        publishing.publish([row], by=by, at=at)
    return row


def values_of(row: SocialOrganization) -> dict[str, object]:
    """The stored fields of an entry, by name."""
    return {name: getattr(row, name) for name in STORED}


def next_serial() -> int:
    """The number of the next entry; the caller holds `locks.numbering()`."""
    return int(SocialOrganization.objects.aggregate(last=Max("serial"))["last"] or 0) + 1


def _examined(
    fields: Mapping[str, object], *, complete: bool, at: datetime, answers_for: Collection[str] = tuple(BY_NAME)
) -> Examined:
    told = examined(fields, complete=complete, today=clock.today(at))
    problems = dict(told.problems)
    region = told.values.get("region_code")
    if region and "region_code" not in problems and not Division.objects.filter(code=str(region)).exists():
        problems["region_code"] = [f"行政区划代码{region}不存在，请核对。"]
    if theirs := {name: wrong for name, wrong in problems.items() if name in answers_for or name not in BY_NAME}:
        raise Invalid(theirs)
    told.values.update({name: field.empty for name, field in BY_NAME.items() if name not in told.values})
    if not told.values["scope"]:
        told.values["scope"] = SocialOrganization._meta.get_field("scope").get_default()
    return told


def _refuse_twin(uscc: str, *, besides: SocialOrganization | None = None) -> None:
    if not uscc:
        return
    twins = SocialOrganization.objects.filter(uscc=uscc)
    twin = (twins.exclude(pk=besides.pk) if besides is not None else twins).first()
    if twin is not None:
        raise DuplicateCreditCode(
            path=("uscc",), uscc=uscc, number=twin.number, name=twin.name, state=LedgerState(twin.state).label
        )


def _keep_staff(row: SocialOrganization, staff: object, at: datetime) -> None:
    if isinstance(staff, int):
        year = clock.today(at).year
        OrgYearFact.objects.update_or_create(
            organization=row,
            year=year,
            defaults={"staff": staff, "updated_at": at},
            create_defaults={"staff": staff, "updated_at": at},
        )
