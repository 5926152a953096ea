"""Contact with organizations: the log, its correction, who may read a confidential one, the plan. Source: DOMAIN N01, B20; V13."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction

from commons.access import actors, grants
from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.audit.recording import record, record_change
from commons.kit import clock
from commons.kit.errors import Invalid, NotFound
from commons.people.models import User
from commons.tenancy.acting import require
from tenants.registry import locks
from tenants.registry.actions import recording
from tenants.registry.enums import Classification, ContactFrequency, ContactKind
from tenants.registry.errors import ContactSealed, NotTheAuthor, OfficerRefused
from tenants.registry.models import ContactLog, ContactPlan, SocialOrganization
from tenants.registry.parsing import line
from tenants.registry.policies import CONTACT_LOGS
from tenants.registry.validation import EARLIEST

SEALED_AFTER_DAYS = 7
SEALED_AFTER = timedelta(days=SEALED_AFTER_DAYS)
_CONTENT = ("contacted_on", "kind", "participants", "topics", "demands", "follow_up", "next_on", "classification")
_LONGEST = {"participants": 200, "topics": 4000, "demands": 4000, "follow_up": 4000}


@transaction.atomic
def log(
    *,
    organization: SocialOrganization,
    contacted_on: date,
    kind: str,
    topics: str,
    by: Actor,
    at: datetime,
    participants: str = "",
    demands: str = "",
    follow_up: str = "",
    next_on: date | None = None,
    classification: str = Classification.INTERNAL,
    officers: Iterable[User] = (),
) -> ContactLog:
    """
    Record one contact; of a confidential one the author may name officers at once.

    Raises: Refused, NotFound, Invalid, OfficerRefused.
    """
    require(by, Permission.CONTACT_EDIT)
    row = SocialOrganization.objects.filter(pk=organization.pk).first()
    if row is None:
        raise NotFound()
    entry = ContactLog(
        organization=row, created_at=at, created_by_id=by.user_id, created_by_name=by.name, updated_at=at
    )
    _fill(entry, contacted_on, kind, topics, participants, demands, follow_up, next_on, classification, at)
    entry.save(force_insert=True)
    record_change("log", on=entry, by=by, at=at)
    record("registry.contact.log", by=by, at=at, on=entry)
    if named := list(officers):
        name_officers(contact_log=entry, officers=named, by=by, at=at)
    return entry


@transaction.atomic
def edit(
    *,
    contact_log: ContactLog,
    contacted_on: date,
    kind: str,
    topics: str,
    by: Actor,
    at: datetime,
    participants: str = "",
    demands: str = "",
    follow_up: str = "",
    next_on: date | None = None,
    classification: str = Classification.INTERNAL,
) -> ContactLog:
    """
    Correct a contact log: its author, within seven days of writing it; afterwards it stands.

    Raises: Refused, NotFound, NotTheAuthor, ContactSealed, Invalid.
    """
    require(by, Permission.CONTACT_EDIT)
    entry = locks.contact_log(contact_log.pk)
    if not CONTACT_LOGS.may_on(by, entry):
        raise NotFound()
    if not by.system and entry.created_by_id != by.user_id:
        raise NotTheAuthor()
    if at - entry.created_at >= SEALED_AFTER:
        raise ContactSealed(days=SEALED_AFTER_DAYS)
    before = {name: getattr(entry, name) for name in _CONTENT}
    _fill(entry, contacted_on, kind, topics, participants, demands, follow_up, next_on, classification, at)
    changes = {name: (old, getattr(entry, name)) for name, old in before.items() if old != getattr(entry, name)}
    if changes:
        entry.updated_at = at
        entry.save()
        record_change("edit", on=entry, by=by, at=at, changes=_told(entry, before, changes))
        record("registry.contact.edit", by=by, at=at, on=entry)
    return entry


@transaction.atomic
def name_officers(*, contact_log: ContactLog, officers: Iterable[User], by: Actor, at: datetime) -> ContactLog:
    """
    Make exactly these users the officers who may read a confidential log: by its author, or by who holds the right to name.

    Naming gives the one who names no sight of the record. Each named officer must hold a role that reads contact logs in this union.
    Raises: Refused, NotFound, OfficerRefused, Invalid. Source: V13.
    """
    entry = locks.contact_log(contact_log.pk)
    author = by.user is not None and entry.created_by_id == by.user_id
    require(by, Permission.CONTACT_EDIT if author else Permission.CONFIDENTIAL_NAME)
    if entry.classification != Classification.CONFIDENTIAL:
        raise Invalid({"officers": ["只有保密的联系记录才需要指定知悉人。"]})
    wanted = {user.pk: user for user in officers}
    held = {user.pk: user for user in grants.officers(entry)}
    for pk in wanted.keys() - held.keys():
        _require_reader(wanted[pk], by, at)
        grants.name_officer(wanted[pk], entry)
    for pk in held.keys() - wanted.keys():
        grants.dismiss_officer(held[pk], entry)
    if wanted.keys() != held.keys():
        names = (_names(held.values()), _names(wanted.values()))
        record_change("name_officers", on=entry, by=by, at=at, changes={"officers": names})
        record("registry.contact.name_officers", by=by, at=at, on=entry, officers=sorted(str(pk) for pk in wanted))
    return entry


@transaction.atomic
def plan(
    *,
    organization: SocialOrganization,
    officer: User,
    frequency: str,
    from_on: date,
    by: Actor,
    at: datetime,
    until_on: date | None = None,
) -> ContactPlan:
    """
    Lay down how often an officer contacts the organization; the plan in force before ends the day this one begins.

    Raises: Refused, NotFound, Invalid, OfficerRefused. Source: N01.
    """
    require(by, Permission.CONTACT_EDIT)
    row = locks.organization(organization.pk)
    if frequency not in set(ContactFrequency):
        raise Invalid({"frequency": ["请选择联系频次。"]})
    if until_on is not None and until_on <= from_on:
        raise Invalid({"until_on": ["结束日期须晚于开始日期。"]})
    _require_reader(officer, by, at)
    for older in ContactPlan.objects.select_for_update().filter(organization=row, until_on__isnull=True):
        older.until_on = max(from_on, older.from_on)
        older.save(update_fields=["until_on"])
    made = ContactPlan.objects.create(
        organization=row,
        officer_id=officer.pk,
        officer_name=officer.name,
        frequency=ContactFrequency(frequency),
        from_on=from_on,
        until_on=until_on,
    )
    changes = {"officer_name": ("", officer.name), "frequency": ("", made.frequency.label), "from_on": (None, from_on)}
    recording.note(row, "plan", by=by, at=at, from_state=row.state, changes=changes)
    return made


@transaction.atomic
def end_plan(*, plan: ContactPlan, on: date, by: Actor, at: datetime) -> ContactPlan:
    """
    End a contact plan from the day `on`.

    Raises: Refused, NotFound, Invalid.
    """
    require(by, Permission.CONTACT_EDIT)
    row = locks.organization(plan.organization_id)
    found = ContactPlan.objects.select_for_update().filter(pk=plan.pk).first()
    if found is None:
        raise NotFound()
    if on < found.from_on:
        raise Invalid({"on": ["结束日期不能早于开始日期。"]})
    changes = {"until_on": (found.until_on, on)}
    found.until_on = on
    found.save(update_fields=["until_on"])
    recording.note(row, "end_plan", by=by, at=at, from_state=row.state, changes=changes)
    return found


def _fill(
    entry: ContactLog,
    contacted_on: date,
    kind: str,
    topics: str,
    participants: str,
    demands: str,
    follow_up: str,
    next_on: date | None,
    classification: str,
    at: datetime,
) -> None:
    texts = {
        "participants": line(participants),
        "topics": topics.strip(),
        "demands": demands.strip(),
        "follow_up": follow_up.strip(),
    }
    problems: dict[str, list[str]] = {}
    for name, text in texts.items():
        if len(text) > _LONGEST[name]:
            problems[name] = [f"最多{_LONGEST[name]}个字。"]
        elif "\x00" in text:
            problems[name] = ["含有不能识别的控制字符，请重新录入。"]
    if not texts["topics"]:
        problems["topics"] = ["请填写联系内容。"]
    if contacted_on > clock.today(at):
        problems["contacted_on"] = ["联系日期不能晚于今天。"]
    elif contacted_on < EARLIEST:
        problems["contacted_on"] = ["联系日期过早，请核对年份。"]
    if next_on is not None and next_on < contacted_on:
        problems["next_on"] = ["下次联系日期不能早于联系日期。"]
    if kind not in set(ContactKind):
        problems["kind"] = ["请选择联系方式。"]
    if classification not in set(Classification):
        problems["classification"] = ["请选择密级。"]
    if problems:
        raise Invalid(problems)
    entry.contacted_on, entry.next_on = contacted_on, next_on
    entry.kind, entry.classification = ContactKind(kind), Classification(classification)
    for name, text in texts.items():
        setattr(entry, name, text)


def _told(
    entry: ContactLog, before: dict[str, object], changes: dict[str, tuple[object, object]]
) -> dict[str, tuple[object, object]]:
    """What the history keeps: of a confidential log only which fields moved."""
    if Classification.CONFIDENTIAL in {before["classification"], entry.classification}:
        return dict.fromkeys(changes, ("（保密）", "（保密）"))
    return recording.plain(changes)


def _require_reader(user: User, by: Actor, at: datetime) -> None:
    if by.union is None:
        raise OfficerRefused(name=user.name)
    reader = actors.acting(user, by.union, on=clock.today(at))
    if reader is None or not may(reader, Permission.CONTACT_VIEW):
        raise OfficerRefused(name=user.name)


def _names(users: Iterable[User]) -> str:
    return "、".join(sorted(user.name for user in users))
