"""The life of an entry on the ledger: submit, verify, send back, confirm, close, remove, reopen. Source: SM-02."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from commons.access.actors import Actor
from commons.directory.enums import OrgType, RegistrationStatus
from commons.kit import clock
from commons.tenancy.acting import require
from tenants.registry import guards, locks
from tenants.registry.actions import publishing, recording
from tenants.registry.actions.recording import Changes
from tenants.registry.enums import LedgerState, RatingState
from tenants.registry.errors import DayRefused
from tenants.registry.models import Confirmation, LedgerSpan, OrgRating, SocialOrganization
from tenants.registry.selectors.facts import current_staff
from tenants.registry.transitions import TRANSITIONS, Event


@transaction.atomic
def submit(*, organization: SocialOrganization, by: Actor, at: datetime) -> SocialOrganization:
    """
    Hand a draft over for verification.

    Raises: Refused, NotFound, StateRefused, DomainMissing.
    """
    row = _opened(organization, Event.SUBMIT, by, at)
    guards.require_domain(row)
    return _moved(row, Event.SUBMIT, by, at)


@transaction.atomic
def verify(
    *, organization: SocialOrganization, by: Actor, at: datetime, certificate_number: str = ""
) -> SocialOrganization:
    """
    Put an entry on the ledger: it counts from this day, and its public facts enter the directory.

    Raises: Refused, NotFound, StateRefused, FactsMissing, RegistrationEnded, RegistrationNotProven.
    Source: SM-02 verify; B15; B05.
    """
    row = _opened(organization, Event.VERIFY, by, at)
    today = clock.today(at)
    changes: dict[str, tuple[object, object]] = {}
    if (number := certificate_number.strip()[:80]) and number != row.certificate_number:
        changes["certificate_number"] = (row.certificate_number, number)
        row.certificate_number = number
    guards.require_facts(row, current_staff(row, today))
    guards.require_in_force(row)
    guards.require_proof(row)
    row.first_active_on = row.first_active_on or today
    row.last_verified_on = today
    row = _moved(row, Event.VERIFY, by, at, ["first_active_on", "last_verified_on", *changes], changes=changes)
    LedgerSpan.objects.create(organization=row, from_on=today)
    _confirmed(row, by, today)
    publishing.publish([row], by=by, at=at)
    if OrgRating.objects.filter(organization=row, state=RatingState.GRANTED).exists():
        publishing.publish_rating(row, at=at)
    return row


@transaction.atomic
def send_back(*, organization: SocialOrganization, reason: str, by: Actor, at: datetime) -> SocialOrganization:
    """
    Return an entry to its author as a draft.

    Raises: Refused, NotFound, StateRefused, ReasonMissing.
    """
    row = _opened(organization, Event.SEND_BACK, by, at)
    return _moved(row, Event.SEND_BACK, by, at, reason=guards.required_reason(Event.SEND_BACK, reason))


@transaction.atomic
def confirm(*, organization: SocialOrganization, by: Actor, at: datetime) -> SocialOrganization:
    """
    Confirm that an entry still holds: fresh for twelve months from this day. Twice on one day is one confirmation.

    Raises: Refused, NotFound, StateRefused, RegistrationEnded. Source: SM-02 yearly_confirm; B16.
    """
    row = _opened(organization, Event.CONFIRM, by, at)
    guards.require_in_force(row)
    today = clock.today(at)
    changes: Changes = {"last_verified_on": (row.last_verified_on, today)}
    row.last_verified_on = today
    _confirmed(row, by, today)
    return _moved(row, Event.CONFIRM, by, at, ["last_verified_on"], changes=changes)


@transaction.atomic
def close(
    *,
    organization: SocialOrganization,
    reason: str,
    on: date,
    by: Actor,
    at: datetime,
    registration_status: str = RegistrationStatus.CANCELLED,
) -> SocialOrganization:
    """
    Take an entry off the ledger because the organization was deregistered (or revoked) `on` that day; it counts until then, exclusive.

    Raises: Refused, NotFound, StateRefused, ReasonMissing, DayRefused. Source: SM-02 deregistered.
    """
    row = _opened(organization, Event.CLOSE, by, at)
    reason = guards.required_reason(Event.CLOSE, reason)
    _end_span(row, on, clock.today(at))
    status = (
        RegistrationStatus.REVOKED
        if registration_status == RegistrationStatus.REVOKED
        else RegistrationStatus.CANCELLED
    )
    changes: dict[str, tuple[object, object]] = {}
    if row.org_type != OrgType.UNREGISTERED:
        changes["registration_status"] = (row.registration_status, status)
        row.registration_status = status
    row = _moved(row, Event.CLOSE, by, at, list(changes), reason=reason, changes=changes)
    publishing.publish([row], by=by, at=at)
    return row


@transaction.atomic
def remove(*, organization: SocialOrganization, reason: str, by: Actor, at: datetime) -> SocialOrganization:
    """
    Take an entry off the ledger by decision of the union's administrator; it counts until today, exclusive.

    Raises: Refused, NotFound, StateRefused, ReasonMissing. Source: SM-02 remove.
    """
    row = _opened(organization, Event.REMOVE, by, at)
    reason = guards.required_reason(Event.REMOVE, reason)
    today = clock.today(at)
    _end_span(row, today, today)
    return _moved(row, Event.REMOVE, by, at, reason=reason)


@transaction.atomic
def reopen(*, organization: SocialOrganization, reason: str, by: Actor, at: datetime) -> SocialOrganization:
    """
    Bring a closed or removed entry back for verification; verifying it opens a new span.

    A cancelled or revoked registration becomes registered again, to be proven at verification.
    Raises: Refused, NotFound, StateRefused, ReasonMissing. Source: SM-02 restore.
    """
    row = _opened(organization, Event.REOPEN, by, at)
    reason = guards.required_reason(Event.REOPEN, reason)
    changes: dict[str, tuple[object, object]] = {}
    if row.state == LedgerState.CLOSED and row.registration_status in {
        RegistrationStatus.CANCELLED,
        RegistrationStatus.REVOKED,
    }:
        changes["registration_status"] = (row.registration_status, RegistrationStatus.REGISTERED)
        row.registration_status = RegistrationStatus.REGISTERED
    return _moved(row, Event.REOPEN, by, at, list(changes), reason=reason, changes=changes)


def _opened(organization: SocialOrganization, event: Event, by: Actor, at: datetime) -> SocialOrganization:
    require(by, TRANSITIONS[event].permission)
    row = locks.organization(organization.pk)
    guards.require_source(row, event, at)
    return row


def _moved(
    row: SocialOrganization,
    event: Event,
    by: Actor,
    at: datetime,
    fields: list[str] | None = None,
    *,
    reason: str = "",
    changes: Changes | None = None,
) -> SocialOrganization:
    before, target = row.state, TRANSITIONS[event].target
    if target is not None:
        row.state = target
    recording.keep(
        row,
        event.value,
        by=by,
        at=at,
        fields=["state", *(fields or [])],
        from_state=before,
        reason=reason,
        changes=changes,
    )
    return row


def _confirmed(row: SocialOrganization, by: Actor, today: date) -> None:
    Confirmation.objects.get_or_create(
        organization=row, confirmed_on=today, defaults={"by_id": by.user_id, "by_name": by.name}
    )


def _end_span(row: SocialOrganization, on: date, today: date) -> None:
    span = LedgerSpan.objects.select_for_update().filter(organization=row, until_on__isnull=True).first()
    if problem := guards.day_problem(on, earliest=span.from_on if span else None, latest=today):
        raise DayRefused(path=("on",), day=on.isoformat(), problem=problem)
    if span is not None:
        span.until_on = on
        span.save(update_fields=["until_on"])
