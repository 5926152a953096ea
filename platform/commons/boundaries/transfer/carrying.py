"""From one schema into the other, a batch of records at a time, so that a killed worker costs one batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection, models
from django.db.models import Max

from commons.access.actors import Actor
from commons.audit.recording import Changed, record_changes
from commons.boundaries.transfer import conservation, guard, hanging, joining, tenure
from commons.boundaries.transfer.enums import RecordState, TransferState
from commons.boundaries.transfer.errors import NotConserved
from commons.boundaries.transfer.hanging import Row, Table
from commons.boundaries.transfer.journal import Journal
from commons.boundaries.transfer.models import Transfer, TransferRecord
from commons.boundaries.transfer.subjects import SUBJECTS, Subject
from commons.directory.models import Disagreement
from commons.hierarchy.models import TradeUnion
from commons.kit.copying import copy_rows
from commons.rollup.declaration import CATALOGUE
from commons.rollup.enums import Place
from commons.rollup.fold.records import whole_tables
from commons.rollup.triggers import CHANNEL
from commons.tenancy import door

BATCH = 200
DEPARTED, ARRIVED = "transfer_out", "transfer_in"


def departing(subject: Subject, rule: Mapping[str, Any]) -> models.QuerySet[models.Model]:
    """What a rule chooses in the schema at hand; what has departed already is not there to be chosen."""
    gone = list(tenure.departed())
    return subject.root._default_manager.filter(subject.chosen(rule)).exclude(pk__in=gone)


def freeze(transfer: Transfer, *, by: Actor, at: datetime) -> int:
    """Close the records to changes and put them on the list; stands in the giving schema. Returns how many."""
    highest: dict[str, int] = {}
    guard.close_all()
    for kind, subject in SUBJECTS.items():
        rows = list(departing(subject, transfer.rule).only("pk"))
        if not rows:
            continue
        highest[kind] = int(subject.root._default_manager.aggregate(last=Max(subject.number))["last"] or 0)
        copy_rows(
            TransferRecord,
            ["transfer_id", "kind", "record", "state", "joined_to"],
            ((transfer.pk, kind, row.pk, RecordState.LISTED, None) for row in rows),
        )
        tenure.hold([str(row.pk) for row in rows], heir=transfer.target_id)
        _tell(DEPARTED, rows, transfer.target, by=by, at=at)
        transfer.total += len(rows)
    transfer.report = {**transfer.report, "highest": highest}
    transfer.save(update_fields=["total", "report"])
    return transfer.total


def copy_next(transfer: Transfer, *, by: Actor, at: datetime) -> int:
    """Copy the next batch; stands in the receiving schema. Returns how many records, 0 when all are there."""
    listed = list(transfer.records.filter(state=RecordState.LISTED).order_by("kind", "record")[:BATCH])
    batch = [one for one in listed if one.kind == listed[0].kind]
    if not batch:
        return 0
    subject = SUBJECTS[batch[0].kind]
    tables = hanging.tables(subject)
    ids = [str(one.record) for one in batch]
    with door.inside(transfer.source):
        found = {table.name: hanging.read(table, ids) for table in tables}
        histories = hanging.read_history(_objects(tables, found))
    # In this order: whoever numbers an entry writes it next.
    subject.numbering()
    guard.stand(tables)
    joined = twins(subject, {row.key: str(row.values()[subject.code]) for row in found[tables[0].name]})
    with guard.carrying():
        went = _join(transfer, subject, tables, found, joined, by=by, at=at)
        carried = [one for one in ids if one not in joined]
        tenure.await_switch(carried, other=transfer.source_id)
        went |= _carry(transfer, subject, tables, found, set(carried), by=by, at=at)
        hanging.write_history([row for row in histories if row.subject in went])
    _hand_over_disagreements(subject, found[tables[0].name], transfer.source, transfer.target)
    for one in batch:
        one.state = RecordState.JOINED if str(one.record) in joined else RecordState.CARRIED
        one.joined_to = joined.get(str(one.record))
    TransferRecord.objects.bulk_update(batch, ["state", "joined_to"])
    transfer.moved += len(batch)
    transfer.save(update_fields=["moved", "report"])
    return len(batch)


def decide(transfer: Transfer) -> None:
    """
    Say that the records count under their new union, once every copy says what its original says.

    Stands in the receiving schema. Whoever folds either union next writes it into both and folds both at once.
    Raises: NotConserved.
    """
    carried = [str(one) for one in transfer.records.filter(state=RecordState.CARRIED).values_list("record", flat=True)]
    with whole_tables():
        here = conservation.said(carried)
    with door.inside(transfer.source), whole_tables():
        there = conservation.said(carried)
    if wrong := [code for code in here if here[code] != there[code]]:
        raise NotConserved(f"Copies differ in {', '.join(wrong)}.")
    transfer.state = TransferState.SWITCHING
    transfer.save(update_fields=["state"])
    announce()


def announce() -> None:
    """Have the union at hand folded soon, by marking all of it."""
    families = sorted(family.code for family in CATALOGUE.families_in(Place.TENANT))
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO marks_mark (family) SELECT unnest(%s::text[])", [families])
        cursor.execute("SELECT pg_notify(%s, current_schema())", [CHANNEL])


def twins(subject: Subject, codes: Mapping[str, str]) -> dict[str, str]:
    """{record: the entry of the schema at hand that has the same code}, of {record: code}."""
    records = {code: record for record, code in codes.items() if code}
    standing = subject.root._default_manager.filter(**{f"{subject.code}__in": list(records)})
    found = {records[code]: str(pk) for code, pk in standing.values_list(subject.code, "pk")}
    return {record: mine for record, mine in found.items() if record != mine}


def _join(
    transfer: Transfer,
    subject: Subject,
    tables: Sequence[Table],
    found: Mapping[str, list[Row]],
    joined: Mapping[str, str],
    *,
    by: Actor,
    at: datetime,
) -> set[str]:
    if not joined:
        return set()
    with door.inside(transfer.source):
        theirs = conservation.from_month(conservation.amounts(list(joined)), transfer.month)
    mine = list(joined.values())
    joining.hold(subject, mine)
    before, counted = conservation.amounts(mine), conservation.organizations(transfer.target, mine)
    journal = Journal(f"与{transfer.source.name_zh}的同一组织并为一条", by, at)
    went: set[str] = set()
    roots = {row.key: row for row in found[tables[0].name]}
    for record, one in sorted(joined.items()):
        rows = {name: [row for row in some if row.subject == record] for name, some in found.items()}
        went |= set(joining.join(transfer, subject, tables, mine=one, theirs=roots[record], rows=rows, journal=journal))
    transfer.report["journal"] = [*transfer.report.get("journal", []), *journal.lines]
    changed = conservation.added((conservation.amounts(mine), 1), (before, -1), (theirs, -1))
    _report(transfer, "changed_by_joining", changed)
    after = conservation.organizations(transfer.target, mine)
    _report(transfer, "receiver_changed_by_joining", conservation.added((after, 1), (counted, -1)))
    names = [
        {"code": roots[record].values()[subject.code], "number": _number(subject, roots[record])}
        for record in sorted(joined)
    ]
    transfer.report["joined"] = [*transfer.report.get("joined", []), *names]
    return went


def _report(transfer: Transfer, name: str, changed: conservation.Amounts) -> None:
    """Add amounts to those of earlier batches; JSON holds them as text, so that no digit is lost."""
    told = {
        code: {int(month): Decimal(one) for month, one in months.items()}
        for code, months in transfer.report.get(name, {}).items()
    }
    transfer.report[name] = {
        code: {str(month): str(one) for month, one in months.items()}
        for code, months in conservation.added((told, 1), (changed, 1)).items()
    }


def _carry(
    transfer: Transfer,
    subject: Subject,
    tables: Sequence[Table],
    found: Mapping[str, list[Row]],
    carried: set[str],
    *,
    by: Actor,
    at: datetime,
) -> set[str]:
    """Insert what is not joined; the keys of all rows that went."""
    went: set[str] = set()
    counted: dict[str, int] = transfer.report.setdefault("tables", {})
    for table in tables:
        rows = [row for row in found[table.name] if row.subject in carried]
        overrides = _renumbered(transfer, subject, rows) if table is tables[0] else {}
        counted[table.model._meta.label] = counted.get(table.model._meta.label, 0) + hanging.write(
            table, rows, overrides
        )
        if table is tables[0]:
            transfer.report["renumbered"] = transfer.report.get("renumbered", 0) + len(overrides)
            arrived = [subject.root(pk=row.key) for row in rows]
            numbers = {row.key: (row.values()[subject.number], overrides.get(row.key, {})) for row in rows}
            _tell(ARRIVED, arrived, transfer.source, by=by, at=at, numbers=numbers, field=subject.number)
        if table.travels_with_key:
            went |= {row.key for row in rows}
    return went


def _renumbered(transfer: Transfer, subject: Subject, roots: Sequence[Row]) -> dict[str, dict[str, object]]:
    """New numbers where another entry has the number already; the old one is kept in the note."""
    rows = subject.root._default_manager
    numbers = {row.key: int(row.values()[subject.number]) for row in roots}
    taken = set(rows.filter(**{f"{subject.number}__in": list(numbers.values())}).values_list(subject.number, flat=True))
    highest = int(rows.aggregate(last=Max(subject.number))["last"] or 0)
    free = max(highest, int(transfer.report.get("highest", {}).get(subject.model, 0)), *numbers.values(), 0) + 1
    changed: dict[str, dict[str, object]] = {}
    for row in roots:
        if numbers[row.key] in taken:
            note = "\n".join(part for part in (row.values()[subject.note], former(transfer, subject, row)) if part)
            changed[row.key] = {subject.number: free, subject.note: note}
            free += 1
    return changed


def former(transfer: Transfer, subject: Subject, row: Row) -> str:
    """The line that tells of an entry's number in its former union."""
    return f"原编号{_number(subject, row)}（{transfer.source.name_zh}）"


def _number(subject: Subject, row: Row) -> str:
    return subject.number_text(int(row.values()[subject.number]))


def _tell(
    event: str,
    rows: Sequence[models.Model],
    other: TradeUnion,
    *,
    by: Actor,
    at: datetime,
    numbers: Mapping[str, tuple[int, Mapping[str, object]]] | None = None,
    field: str = "",
) -> None:
    """Write into the histories where the records went, or where they came from under which number."""
    told = []
    for row in rows:
        changes: dict[str, tuple[Any, Any]] = {"union": (None, other.name_zh)}
        if numbers:
            old, override = numbers[str(row.pk)]
            if field in override:
                changes[field] = (old, override[field])
        told.append(Changed(row, changes=changes))
    record_changes(event, rows=told, by=by, at=at)


def _objects(tables: Sequence[Table], found: Mapping[str, list[Row]]) -> list[str]:
    return [row.key for table in tables if table.travels_with_key for row in found[table.name]]


def _hand_over_disagreements(subject: Subject, roots: Sequence[Row], giver: TradeUnion, taker: TradeUnion) -> None:
    """What the public register says otherwise is listed for the union that has the entry now."""
    codes = [str(row.values()[subject.code]) for row in roots]
    listed = Disagreement.objects.filter(union=giver, organization__uscc__in=[code for code in codes if code])
    known = Disagreement.objects.filter(union=taker, organization__in=listed.values("organization"))
    listed.exclude(organization__in=list(known.values_list("organization", flat=True))).update(union=taker)
