"""Many entries at once, in a fixed number of statements: the import of a sheet and the seeds. Source: B14, B17."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.audit.recording import Changed, record, record_changes
from commons.kit import clock
from commons.kit.copying import copy_models, copy_rows
from commons.kit.errors import Conflict
from commons.kit.ids import uuid7
from commons.tenancy.acting import require
from tenants.registry import locks
from tenants.registry.actions import publishing
from tenants.registry.actions.entries import next_serial
from tenants.registry.actions.recording import plain
from tenants.registry.enums import LedgerState
from tenants.registry.errors import RowsInvalid
from tenants.registry.fields import STORED
from tenants.registry.intake import Outcome, Planned, plan
from tenants.registry.models import Confirmation, LedgerSpan, OrgYearFact, SocialOrganization
from tenants.registry.transitions import Event

_BATCH = 1000


@dataclass(frozen=True)
class Taken:
    """What became of one row."""

    index: int
    outcome: Outcome
    organization_id: UUID


@transaction.atomic
def bulk_intake(
    *, entries: Sequence[Mapping[str, object]], by: Actor, at: datetime, verified: bool = False
) -> list[Taken]:
    """
    Enter or update the organizations of `entries`, all of them or none; the same rows again change nothing.

    Matched by credit code, unregistered groups by name and region. `verified` puts complete rows on the ledger at once; the others wait
    for verification. Raises: Refused; RowsInvalid, naming each bad row.
    """
    require(by, Permission.LEDGER_IMPORT)
    today = clock.today(at)
    locks.numbering()
    planned = plan(entries, verified=verified, today=today)
    if bad := {one.index: one.problems for one in planned if one.problems}:
        raise RowsInvalid(bad)
    _lock([one for one in planned if one.outcome is Outcome.CHANGED])
    written = [one for one in planned if one.outcome is not Outcome.SAME]
    before = {one.index: one.row.state if one.row is not None else "" for one in written}
    activated = [one for one in written if one.activates]
    _write(written, by, at, today)
    _open_spans(activated, by, today)
    _write_staff(written, at, today)
    _write_history(written, before, by, at)
    active = [one.row for one in written if one.row is not None and one.row.state == LedgerState.ACTIVE]
    publishing.publish(active, by=by, at=at)
    told = Counter(one.outcome for one in planned)
    new, changed, same = told[Outcome.NEW], told[Outcome.CHANGED], told[Outcome.SAME]
    record("registry.intake", by=by, at=at, new=new, changed=changed, same=same)
    return [Taken(one.index, one.outcome, one.organization_id) for one in planned if one.organization_id is not None]


def _lock(changed: list[Planned]) -> None:
    """
    Take the rows in one order.

    Raises: Conflict when one was edited since the plan read it.
    """
    ids = [one.organization_id for one in changed if one.organization_id is not None]
    fresh = {row.pk: row for row in SocialOrganization.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
    for one in changed:
        if one.row is not None:
            found = fresh.get(one.row.pk)
            if found is None or found.version != one.row.version:
                raise Conflict()


def _write(written: list[Planned], by: Actor, at: datetime, today: date) -> None:
    serial = next_serial()
    made: list[SocialOrganization] = []
    edited: list[SocialOrganization] = []
    for one in written:
        new = one.row is None
        row = (
            one.row
            if one.row is not None
            else SocialOrganization(
                serial=serial, state=LedgerState.DRAFT, version=0, created_at=at, created_by_id=by.user_id
            )
        )
        serial += new
        for name in STORED:
            value = one.values.get(name)
            if name in one.values and value not in (None, "", []):
                setattr(row, name, value)
        if one.activates:
            row.first_active_on = row.first_active_on or today
            row.last_verified_on = today
        row.state = one.target
        row.version, row.updated_at, row.updated_by_id = row.version + 1, at, by.user_id
        one.row, one.organization_id = row, row.pk
        (made if new else edited).append(row)
    copy_models(made)
    if edited:
        fields = [*STORED, "state", "first_active_on", "last_verified_on", "version", "updated_at", "updated_by_id"]
        # One upsert by primary key: an UPDATE with a CASE per field and row is ten times slower.
        SocialOrganization.objects.bulk_create(
            edited, update_conflicts=True, unique_fields=["id"], update_fields=fields, batch_size=_BATCH
        )


def _open_spans(activated: list[Planned], by: Actor, today: date) -> None:
    rows = [one.row for one in activated if one.row is not None]
    copy_rows(
        LedgerSpan, ["id", "organization_id", "from_on", "until_on"], [(uuid7(), row.pk, today, None) for row in rows]
    )
    # Only an entry that stood there before can have been confirmed today already.
    older = [one.row for one in activated if one.outcome is Outcome.CHANGED]
    confirmed = set(
        Confirmation.objects.filter(confirmed_on=today, organization__in=older).values_list(
            "organization_id", flat=True
        )
    )
    copy_rows(
        Confirmation,
        ["id", "organization_id", "confirmed_on", "by_id", "by_name"],
        [(uuid7(), row.pk, today, by.user_id, by.name) for row in rows if row.pk not in confirmed],
    )


def _write_staff(written: list[Planned], at: datetime, today: date) -> None:
    blank = OrgYearFact(year=today.year, staff=0, updated_at=at)
    columns = [field.attname for field in OrgYearFact._meta.concrete_fields]
    usual = {name: getattr(blank, name) for name in columns}
    new: list[list[object]] = []
    old: list[OrgYearFact] = []
    for one in written:
        staff = one.values.get("staff")
        if not isinstance(staff, int) or one.row is None:
            continue
        if one.outcome is Outcome.NEW:
            new.append(list({**usual, "id": uuid7(), "organization_id": one.row.pk, "staff": staff}.values()))
        else:
            old.append(OrgYearFact(organization=one.row, year=today.year, staff=staff, updated_at=at))
    copy_rows(OrgYearFact, columns, new)
    OrgYearFact.objects.bulk_create(
        old,
        update_conflicts=True,
        unique_fields=["organization", "year"],
        update_fields=["staff", "updated_at"],
        batch_size=_BATCH,
    )


def _write_history(written: list[Planned], before: Mapping[int, str], by: Actor, at: datetime) -> None:
    for outcome, event in ((Outcome.NEW, Event.CREATE), (Outcome.CHANGED, Event.EDIT)):
        record_changes(
            f"import_{event.value}",
            rows=[
                Changed(one.row, str(before[one.index]), str(one.row.state), plain(one.changes))
                for one in written
                if one.outcome is outcome and one.row is not None
            ],
            by=by,
            at=at,
        )
