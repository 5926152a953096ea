"""The way back: the same records, with everything that was attached since, as if they had never been away."""

from __future__ import annotations

from collections.abc import Sequence

from commons.access.actors import Actor
from commons.boundaries.transfer import guard, hanging, joining, tenure
from commons.boundaries.transfer.carrying import BATCH, former
from commons.boundaries.transfer.enums import RecordState
from commons.boundaries.transfer.hanging import Row, Table
from commons.boundaries.transfer.journal import Journal
from commons.boundaries.transfer.models import Transfer, TransferRecord
from commons.boundaries.transfer.subjects import SUBJECTS, Subject
from commons.directory.models import Disagreement
from commons.kit.clock import now
from commons.tenancy import door


def in_the_way(transfer: Transfer) -> list[str]:
    """Records that cannot go back, by their numbers in the receiving union: gone on to a third, or their code is taken."""
    names: list[str] = []
    for kind, ids in _carried(transfer).items():
        subject = SUBJECTS[kind]
        root = hanging.tables(subject)[0]
        with door.inside(transfer.target):
            rows = {row.key: row for row in hanging.read(root, ids)}
            gone = {one for one, heir in tenure.departed().items() if one in rows and heir != transfer.source_id}
        codes = {str(row.values()[subject.code]): key for key, row in rows.items()}
        codes.pop("", None)
        with door.inside(transfer.source):
            standing = subject.root._default_manager.filter(**{f"{subject.code}__in": list(codes)})
            taken = [codes[code] for code, pk in standing.values_list(subject.code, "pk") if codes[code] != str(pk)]
        names += [subject.number_text(int(rows[key].values()[subject.number])) for key in sorted(gone.union(taken))]
    return names


def hold(transfer: Transfer) -> None:
    """Close the records to changes where they are now; stands in the receiving schema."""
    guard.close_all()
    for ids in _carried(transfer).values():
        tenure.hold(ids, heir=transfer.source_id)


def return_next(transfer: Transfer) -> int:
    """Bring the next batch back over what the archive held of it; stands in the giving schema."""
    states = [RecordState.CARRIED, RecordState.JOINED]
    listed = list(transfer.records.filter(state__in=states).order_by("kind", "record")[:BATCH])
    batch = [one for one in listed if one.kind == listed[0].kind]
    if not batch:
        return 0
    subject = SUBJECTS[batch[0].kind]
    tables = hanging.tables(subject)
    with guard.carrying():
        _bring_back(transfer, subject, tables, [str(one.record) for one in batch if one.joined_to is None])
        for one in batch:
            if one.joined_to is not None:
                _bring_back_joined(transfer, tables, str(one.record), str(one.joined_to))
    for one in batch:
        one.state = RecordState.RETURNED
    TransferRecord.objects.bulk_update(batch, ["state"])
    return len(batch)


def unjoin(transfer: Transfer, *, by: Actor) -> None:
    """Take from the receiver's entries what joining brought them; stands in the receiving schema."""
    joined = transfer.records.filter(joined_to__isnull=False)
    for kind, subject in SUBJECTS.items():
        joining.hold(subject, [str(one) for one in joined.filter(kind=kind).values_list("joined_to", flat=True)])
    journal = Journal("撤销划转，恢复原状", by, now())
    for one in joined.order_by("kind", "record"):
        tables = hanging.tables(SUBJECTS[one.kind])
        with door.inside(transfer.source):
            keys = {table.name: {row.key for row in hanging.read(table, [str(one.record)])} for table in tables}
        his = _his(tables, str(one.joined_to), keys)
        for table in reversed(tables[1:]):
            hanging.delete_rows(table, [row.key for row in his[table.name]])
    transfer.report["kept"] = sorted(set(journal.take_back(transfer.report.get("journal", []))))


def clean_next(transfer: Transfer) -> int:
    """Remove the next batch of copies; stands in the receiving schema. What the histories say of them stays."""
    listed = list(transfer.records.filter(state=RecordState.RETURNED).order_by("kind", "record")[:BATCH])
    batch = [one for one in listed if one.kind == listed[0].kind]
    if not batch:
        return 0
    ids = [str(one.record) for one in batch if one.joined_to is None]
    with guard.carrying():
        for table in reversed(hanging.tables(SUBJECTS[batch[0].kind])):
            hanging.delete(table, ids)
    tenure.forget(ids)
    for one in batch:
        one.state = RecordState.CLEANED
    TransferRecord.objects.bulk_update(batch, ["state"])
    return len(batch)


def _bring_back(transfer: Transfer, subject: Subject, tables: Sequence[Table], ids: list[str]) -> None:
    with door.inside(transfer.target):
        found = {table.name: hanging.read(table, ids) for table in tables}
        keys = [row.key for table in tables if table.travels_with_key for row in found[table.name]]
        histories = hanging.read_history(keys)
    here = {row.key: row for row in hanging.read(tables[0], ids)}
    # What was removed over there stays here as it was archived.
    back = [row.key for row in found[tables[0].name]]
    for table in reversed(tables):
        hanging.delete(table, back)
    for table in tables:
        overrides: dict[str, dict[str, object]] = {}
        if table is tables[0]:
            overrides = {row.key: _as_before(transfer, subject, row, here[row.key]) for row in found[table.name]}
        hanging.write(table, found[table.name], overrides)
    hanging.write_history(histories)
    codes = [str(row.values()[subject.code]) for row in found[tables[0].name]]
    listed = Disagreement.objects.filter(union=transfer.target, organization__uscc__in=[code for code in codes if code])
    known = Disagreement.objects.filter(union=transfer.source, organization__in=listed.values("organization"))
    listed.exclude(organization__in=list(known.values_list("organization", flat=True))).update(union=transfer.source)


def _as_before(transfer: Transfer, subject: Subject, there: Row, here: Row) -> dict[str, object]:
    """The former number again, without the line that told of it."""
    told = f"{there.values()[subject.note]}".split("\n")
    lines = [line for line in told if line != former(transfer, subject, here)]
    return {subject.number: here.values()[subject.number], subject.note: "\n".join(lines)}


def _bring_back_joined(transfer: Transfer, tables: Sequence[Table], record: str, joined_to: str) -> None:
    """Of a joined entry, the rows that had gone along, as they are now."""
    here = {table.name: hanging.read(table, [record]) for table in tables}
    with door.inside(transfer.target):
        his = _his(tables, joined_to, {name: {row.key for row in rows} for name, rows in here.items()})
        keys = [row.key for table in tables[1:] if table.travels_with_key for row in his[table.name]]
        histories = hanging.read_history(keys)
    gone = {name: {row.key for row in rows} for name, rows in his.items()}
    for table in reversed(tables[1:]):
        hanging.delete_rows(table, [row.key for row in here[table.name] if _went(table, row, gone)])
    for table in tables[1:]:
        up = table.way[0].column
        rows = his[table.name]
        hanging.write(table, rows, {row.key: {up: record} for row in rows if table.direct(row)})
    hanging.write_history(histories)


def _his(tables: Sequence[Table], joined_to: str, keys: dict[str, set[str]]) -> dict[str, list[Row]]:
    """Of what hangs on the receiver's entry, that which came from the joined one, and what was hung on that since."""
    his: dict[str, list[Row]] = {}
    for table in tables[1:]:
        came = {name: {row.key for row in rows} for name, rows in his.items()} | {table.name: keys[table.name]}
        his[table.name] = [row for row in hanging.read(table, [joined_to]) if _went(table, row, came)]
    return his


def _went(table: Table, row: Row, keys: dict[str, set[str]]) -> bool:
    """Whether a row is one of `keys`, or hangs on one that is."""
    return row.key in keys[table.name] if table.direct(row) else table.hangs_on(row, keys)


def _carried(transfer: Transfer) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    rows = transfer.records.filter(joined_to__isnull=True).exclude(state=RecordState.LISTED)
    for kind, record in rows.values_list("kind", "record").order_by("kind", "record"):
        found.setdefault(kind, []).append(str(record))
    return found
