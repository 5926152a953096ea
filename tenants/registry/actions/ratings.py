"""The rating of an organization: the union promotes and records it, civil affairs grants it. Source: SM-03, B18."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.directory.enums import RatingGrade
from commons.kit import clock
from commons.kit.errors import Invalid
from commons.tenancy.acting import require
from tenants.registry import locks
from tenants.registry.actions import publishing, recording
from tenants.registry.enums import RatingSource, RatingState
from tenants.registry.errors import NotRegistered, RatingStepRefused, ReasonMissing
from tenants.registry.models import OrgRating, SocialOrganization
from tenants.registry.parsing import line
from tenants.registry.transitions import RATING_SOURCES, RatingEvent
from tenants.registry.validity import years_after

VALID_YEARS = 5


@transaction.atomic
def declare(*, organization: SocialOrganization, grade: str, by: Actor, at: datetime) -> OrgRating:
    """
    Record that the organization has applied to be rated.

    Raises: Refused, NotFound, NotRegistered, Invalid.
    """
    row = _rateable(organization, by)
    rating = OrgRating.objects.create(organization=row, grade=_grade(grade), state=RatingState.DECLARED)
    _note(row, RatingEvent.DECLARE, rating, by, at)
    return rating


@transaction.atomic
def recommend(*, rating: OrgRating, by: Actor, at: datetime) -> OrgRating:
    """
    Record that the union recommends the organization.

    Raises: Refused, NotFound, RatingStepRefused.
    """
    require(by, Permission.LEDGER_EDIT)
    row = locks.organization(rating.organization_id)
    rating = _at(rating, RatingEvent.RECOMMEND, at)
    rating.state = RatingState.RECOMMENDED
    rating.save(update_fields=["state"])
    _note(row, RatingEvent.RECOMMEND, rating, by, at)
    return rating


@transaction.atomic
def grant(
    *,
    organization: SocialOrganization,
    grade: str,
    assessor: str,
    certificate_number: str,
    assessed_on: date,
    by: Actor,
    at: datetime,
    valid_until: date | None = None,
    rating: OrgRating | None = None,
    source: str = RatingSource.UNION,
) -> OrgRating:
    """
    Record a rating that civil affairs has granted, new or as the outcome of `rating`; the one in force before is superseded.

    Valid five years unless `valid_until` (exclusive) says otherwise; one that has run out already is kept as expired and supersedes nothing.
    Raises: Refused, NotFound, NotRegistered, Invalid, RatingStepRefused.
    """
    row = _rateable(organization, by)
    today = clock.today(at)
    until = valid_until
    if until is None and assessed_on is not None and assessed_on <= today:
        until = years_after(assessed_on, VALID_YEARS)
    granted = _at(rating, RatingEvent.GRANT, at) if rating is not None else OrgRating(organization=row)
    if granted.organization_id != row.pk:
        raise RatingStepRefused(state="其他组织的评估", event=RatingEvent.GRANT.label)
    held = OrgRating.objects.select_for_update().filter(organization=row, state=RatingState.GRANTED).first()
    _check(assessor, certificate_number, assessed_on, until, held, today)
    granted.grade, granted.source = _grade(grade), RatingSource(source)
    granted.assessor, granted.certificate_number = line(assessor), line(certificate_number)
    granted.assessed_on, granted.valid_until = assessed_on, until
    in_force = until is not None and until > today
    granted.state = RatingState.GRANTED if in_force else RatingState.EXPIRED
    if held is not None and in_force:
        _end(held, assessed_on, today)
    granted.save()
    _note(row, RatingEvent.GRANT, granted, by, at, before=held)
    publishing.publish_rating(row, at=at)
    return granted


@transaction.atomic
def revoke(*, rating: OrgRating, reason: str, by: Actor, at: datetime) -> OrgRating:
    """
    Record that a rating was taken away; it holds until today, exclusive.

    Raises: Refused, NotFound, RatingStepRefused, ReasonMissing.
    """
    require(by, Permission.LEDGER_EDIT)
    row = locks.organization(rating.organization_id)
    rating = _at(rating, RatingEvent.REVOKE, at)
    if not (reason := line(reason)[:500]):
        raise ReasonMissing(path=("reason",), event=RatingEvent.REVOKE.label)
    rating.state, rating.reason = RatingState.REVOKED, reason
    rating.valid_until = max(clock.today(at), rating.assessed_on or clock.today(at))
    rating.save(update_fields=["state", "reason", "valid_until"])
    _note(row, RatingEvent.REVOKE, rating, by, at, reason=reason)
    publishing.publish_rating(row, at=at)
    return rating


def _rateable(organization: SocialOrganization, by: Actor) -> SocialOrganization:
    require(by, Permission.LEDGER_EDIT)
    row = locks.organization(organization.pk)
    if not row.uscc:
        raise NotRegistered(name=row.name)
    return row


def _at(rating: OrgRating, event: RatingEvent, at: datetime) -> OrgRating:
    row = locks.rating(rating.pk)
    if row.state not in RATING_SOURCES[event]:
        raise RatingStepRefused(state=RatingState.label_of(row.state), event=event.label)
    return row


def _grade(grade: str) -> RatingGrade:
    text = line(grade).upper()
    for member in RatingGrade:
        if text in {member.value, member.zh}:
            return member
    raise Invalid({"grade": ["请选择等级，可选：1A至5A。"]})


def _check(
    assessor: str,
    certificate_number: str,
    assessed_on: date | None,
    until: date | None,
    held: OrgRating | None,
    today: date,
) -> None:
    problems: dict[str, list[str]] = {}
    if not line(assessor):
        problems["assessor"] = ["请填写评定机构。"]
    elif len(line(assessor)) > 120:
        problems["assessor"] = ["最多120个字。"]
    if not line(certificate_number):
        problems["certificate_number"] = ["请填写等级证书号。"]
    elif len(line(certificate_number)) > 80:
        problems["certificate_number"] = ["最多80个字。"]
    if assessed_on is None:
        problems["assessed_on"] = ["请填写评定日期。"]
    elif assessed_on > today:
        problems["assessed_on"] = ["评定日期不能晚于今天。"]
    elif until is not None and until <= assessed_on:
        problems["valid_until"] = ["有效期须晚于评定日期。"]
    elif (
        held is not None and held.assessed_on and until is not None and until > today and assessed_on < held.assessed_on
    ):
        problems["assessed_on"] = [
            f"已有{held.assessed_on.isoformat()}评定的{RatingGrade.label_of(held.grade)}，新的评定日期不能更早。"
        ]
    if problems:
        raise Invalid(problems)


def _end(held: OrgRating, assessed_on: date, today: date) -> None:
    ran_out = held.valid_until is not None and held.valid_until <= today
    held.state = RatingState.EXPIRED if ran_out else RatingState.SUPERSEDED
    if held.valid_until is not None:
        held.valid_until = min(held.valid_until, assessed_on)
    held.save(update_fields=["state", "valid_until"])


def _note(
    row: SocialOrganization,
    event: RatingEvent,
    rating: OrgRating,
    by: Actor,
    at: datetime,
    *,
    before: OrgRating | None = None,
    reason: str = "",
) -> None:
    changes: dict[str, tuple[object, object]] = {
        "grade": (RatingGrade.label_of(before.grade) if before else "", RatingGrade.label_of(rating.grade)),
        "rating_state": ("", RatingState.label_of(rating.state)),
    }
    if event is RatingEvent.GRANT:
        changes |= {"assessor": ("", rating.assessor), "assessed_on": (None, rating.assessed_on)}
        changes |= {"valid_until": (None, rating.valid_until), "rating_certificate": ("", rating.certificate_number)}
    recording.note(row, f"rating_{event.value}", by=by, at=at, from_state=row.state, reason=reason, changes=changes)
