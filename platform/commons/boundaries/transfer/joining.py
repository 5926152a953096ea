"""
Two entries of one organization become one, as a union has one entry per credit code.

What counted before the day stays where it counted: with the archived entry. From the day on the receiver's entry
counts alone, with what came to it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from django.db import connection, models

from commons.boundaries.transfer import hanging
from commons.boundaries.transfer.hanging import Row, Table
from commons.boundaries.transfer.journal import Journal
from commons.boundaries.transfer.models import Transfer
from commons.boundaries.transfer.subjects import Joined, Subject
from commons.kit.clock import month_of


def hold(subject: Subject, ids: Collection[str]) -> None:
    """Lock these entries of the schema at hand in the order of their ids, as an officer's bulk change does, before any of their rows."""
    list(subject.root._default_manager.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))


def join(
    transfer: Transfer,
    subject: Subject,
    tables: Sequence[Table],
    *,
    mine: str,
    theirs: Row,
    rows: Mapping[str, list[Row]],
    journal: Journal,
) -> list[str]:
    """Join one entry, which is held; the keys of the rows that went along. Stands in the receiving schema."""
    root, *others = tables
    standing = root.model._default_manager.get(pk=mine)
    told = {table.name: instances(table, rows.get(table.name, [])) for table in others}
    if subject.join is not None:
        by_label = {table.model._meta.label: told[table.name] for table in others}
        subject.join(Joined(standing, instances(root, [theirs])[0], by_label, _day(transfer), journal))
    went: set[str] = set()
    for table in others:
        up = table.way[0]
        along, changed = [], {}
        for row, instance in zip(rows.get(table.name, []), told[table.name], strict=True):
            if not table.direct(row):
                if str(row.values()[up.column]) in went:
                    along.append(row)
            elif _goes(subject, table, instance, transfer) and not _yields(subject, table, instance, mine, journal):
                along.append(row)
                changed[row.key] = {up.column: mine}
        hanging.write(table, along, changed)
        went |= {row.key for row in along if table.travels_with_key}
    return sorted(went)


def instances(table: Table, rows: Sequence[Row]) -> list[models.Model]:
    """Rows of another schema as instances; they are not stored in the one at hand."""
    if not rows:
        return []
    name = connection.ops.quote_name(table.name)
    found = table.model._default_manager.raw(
        "SELECT x.* FROM unnest(%s::text[]) WITH ORDINALITY r(body, place) "
        f"CROSS JOIN LATERAL jsonb_populate_record(NULL::{name}, r.body::jsonb) x ORDER BY r.place",
        [[row.body for row in rows]],
    )
    return list(found)


def _goes(subject: Subject, table: Table, row: models.Model, transfer: Transfer) -> bool:
    label = table.model._meta.label
    if label in subject.staying:
        return False
    return label not in subject.dated or getattr(row, subject.dated[label]) >= _day(transfer)


def _yields(subject: Subject, table: Table, row: models.Model, mine: str, journal: Journal) -> bool:
    """
    Whether a row of the receiver's entry already says what only one may say; then this one does not go along.

    Of what is in `latest` the receiver's row takes over what this one says if it was changed later.
    """
    rival = _rival(table, row, mine)
    if rival is None:
        return False
    decides = subject.latest.get(table.model._meta.label)
    if decides and getattr(row, decides) > getattr(rival, decides):
        fixed = {table.key, table.way[0].column}
        fields = [one for one in table.model._meta.concrete_fields if one.column not in fixed]
        journal.change(rival, **{one.attname: getattr(row, one.attname) for one in fields})
    return True


def _rival(table: Table, row: models.Model, mine: str) -> models.Model | None:
    up = next(one for one in table.model._meta.concrete_fields if one.column == table.way[0].column)
    values = {one.name: getattr(row, one.attname) for one in table.model._meta.concrete_fields} | {up.name: mine}
    for constraint in table.model._meta.constraints:
        if not isinstance(constraint, models.UniqueConstraint) or up.name not in constraint.fields:
            continue
        rivals = table.model._default_manager.filter(**{name: values[name] for name in constraint.fields})
        if constraint.condition is not None:
            if not constraint.condition.check({name: models.Value(value) for name, value in values.items()}):
                continue
            rivals = rivals.filter(constraint.condition)
        if (rival := rivals.first()) is not None:
            return rival
    return None


def _day(transfer: Transfer) -> date:
    """The first on which the receiver counts."""
    return date(*month_of(transfer.month), 1)
