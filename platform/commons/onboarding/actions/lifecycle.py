"""Suspend, resume, archive: a union's logins, tokens and jobs stop and return with its state. Source: SM-01."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commons.access import actors
from commons.access.actors import Actor
from commons.accounts import sessions
from commons.audit.recording import record
from commons.hierarchy import states
from commons.hierarchy.enums import UnionState
from commons.hierarchy.errors import NotAllowedNow, SecondPersonNeeded
from commons.hierarchy.models import TradeUnion, UnionStateChange
from commons.jobs import actions as jobs
from commons.jobs.enums import JobState
from commons.jobs.models import Job
from commons.kit.clock import today
from commons.onboarding import policies
from commons.onboarding.actions.applications import PROVISION
from commons.onboarding.errors import NationStays
from commons.people.models import RoleAssignment, User
from commons.tenancy import ending

_AUDITED = {
    "suspend": "union.suspended",
    "resume": "union.resumed",
    "propose_archive": "union.archive_proposed",
    "archive": "union.archived",
}
_ENDING = frozenset({"propose_archive", "archive"})


@transaction.atomic
def suspend(*, union: TradeUnion, reason: str, by: Actor, at: datetime) -> TradeUnion:
    """
    Stop a union at once: with the next request nobody acts in it, no token is honoured, its jobs wait.

    Whoever serves no other active union is signed out. Nothing is deleted.
    Raises: Refused, NotFound, NotAllowedNow, ReasonMissing, NationStays.
    """
    suspended = _change(union, "suspend", by=by, at=at, reason=reason)
    _sign_out(suspended, at)
    return suspended


@transaction.atomic
def resume(*, union: TradeUnion, by: Actor, at: datetime, reason: str = "") -> TradeUnion:
    """
    Let a suspended union work again; its waiting jobs go on.

    Raises: Refused, NotFound, NotAllowedNow.
    """
    resumed = _change(union, "resume", by=by, at=at, reason=reason)
    transaction.on_commit(jobs.wake)
    return resumed


@transaction.atomic
def propose_archive(*, union: TradeUnion, reason: str, by: Actor, at: datetime) -> TradeUnion:
    """
    The first of the two persons that archiving needs.

    Raises: Refused, NotFound, NotAllowedNow, ReasonMissing, NationStays, Unfinished.
    """
    return _change(union, "propose_archive", by=by, at=at, reason=reason)


@transaction.atomic
def archive(*, union: TradeUnion, by: Actor, at: datetime) -> TradeUnion:
    """
    The second person: the union is closed for good; its schema and its past numbers stay.

    Raises: Refused, NotFound, NotAllowedNow, SecondPersonNeeded, Unfinished. Source: SM-01 archive, four eyes.
    """
    policies.may_suspend(by).require()
    proposal = proposed_archive(union)
    if proposal is None or (proposal.by_id is not None and proposal.by_id == by.user_id):
        raise SecondPersonNeeded()
    return _change(union, "archive", by=by, at=at, reason=proposal.reason)


def proposed_archive(union: TradeUnion) -> UnionStateChange | None:
    """The proposal to archive that stands since the union was last suspended."""
    last = UnionStateChange.objects.filter(union=union).order_by("-at", "-pk").first()
    return last if last is not None and last.event == "propose_archive" else None


@transaction.atomic
def retry_provision(*, union: TradeUnion, by: Actor, at: datetime) -> TradeUnion:
    """
    Try again to make the schema of a union whose provisioning failed.

    Raises: Refused, NotFound, NotAllowedNow.
    """
    policies.may_approve(by).require()
    policies.require_below(by, union)
    job = Job.objects.filter(kind=PROVISION, key=union.code, state=JobState.PARKED).first()
    if job is None or union.state != UnionState.PROVISION_FAILED:
        raise NotAllowedNow(union=union.name_zh, state=UnionState.label_of(union.state), verb="重新开通")
    states.change(union=union, event="retry", by=by, at=at)
    jobs.retry(job_id=job.pk, by=by, at=at)
    record("union.provision_retried", by=by, at=at, on=union, union=union)
    return union


def _sign_out(union: TradeUnion, at: datetime) -> None:
    people = User.objects.filter(role_assignments__in=RoleAssignment.objects.valid_on(today(at)).filter(union=union))
    for user in people.distinct():
        if not actors.unions_of(user, on=today(at)):
            sessions.end_all(user)


def _change(union: TradeUnion, event: str, *, by: Actor, at: datetime, reason: str = "") -> TradeUnion:
    policies.may_suspend(by).require()
    policies.require_below(by, union)
    if union.parent_id is None:
        raise NationStays()
    changed = states.change(union=union, event=event, by=by, at=at, reason=reason)
    if event in _ENDING:
        ending.require_finished(changed)
    record(_AUDITED[event], by=by, at=at, on=changed, union=changed, reason=reason[:500])
    return changed
