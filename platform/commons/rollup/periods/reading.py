"""
As known when a period is told: a closed one as of its latest revision, whatever was entered since. Source: R8, SM-25.

By today's boundaries a closed period is told as of its revision in the tree as it was redrawn last: see `late`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from commons.access.actors import Actor
from commons.hierarchy.enums import Line
from commons.kit.clock import month_index, today
from commons.rollup.enums import PeriodKind
from commons.rollup.errors import NoSuchRevision, NotClosedYet
from commons.rollup.spans import Span
from commons.rollup.values import Lens, Quality


@dataclass(frozen=True)
class Look:
    """
    `as_of` None: the present cells say it. `missing` None: to be asked for.

    What counts an event over any months is no cell, and is asked for as of `events_as_of`.
    """

    as_of: datetime | None
    events_as_of: datetime | None
    quality: Quality = Quality.PROVISIONAL
    revision: int | None = None
    missing: Mapping[int, int] | None = None


class _Closed(NamedTuple):
    """A closed period: its revision in force, the number of its latest one, and whether later changes wait."""

    first: int
    number: int
    known_at: datetime
    missing: dict[str, int]
    latest: int
    waits: bool
    redrawn_at: datetime | None


def look(actor: Actor, span: Span, lens: Lens) -> Look:
    """
    How this period is told: at most one statement, and none of a period that has not ended.

    Raises: NoSuchRevision; NotClosedYet for a partner that reads closed periods alone (V10).
    """
    plain = Look(lens.as_of, lens.as_of)
    closed: Sequence[_Closed] = ()
    if not lens.unsettled and span.last < running_month(lens):
        kind = PeriodKind.MONTH if span.kind is PeriodKind.CUMULATIVE else span.kind
        wanted = (span.last - span.first + 1) if span.kind is PeriodKind.CUMULATIVE else 1
        last = span.last if span.kind is PeriodKind.CUMULATIVE else span.first
        closed = _closed(kind, span.first, last, lens)
        closed = closed if len(closed) == wanted else ()
    if lens.revision is not None and lens.as_of is None and not lens.unsettled:
        closed = () if span.kind is PeriodKind.CUMULATIVE else closed
        if not closed:
            raise NoSuchRevision(period=span.label, number=lens.revision)
    if not closed:
        if actor.closed_only:
            raise NotClosedYet(period=span.label)
        return plain
    return _told(closed, span, lens)


def months(first: int, last: int, lens: Lens) -> dict[int, Look]:
    """How each month from `first` to `last` is told, whatever the revision asked for; those not closed are left out."""
    last = min(last, running_month(lens) - 1)
    if lens.unsettled or first > last:
        return {}
    found = _closed(PeriodKind.MONTH, first, last, Lens(lens.line, lens.as_of))
    if not found:
        return {}
    # Whatever is closed may be read as of the newest revision: so all of them are one question.
    told = _told(found, Span(PeriodKind.CUMULATIVE, first, last), lens)
    return {one.first: Look(told.as_of, told.events_as_of, _quality([one]), one.number, told.missing) for one in found}


def looks(actor: Actor, spans: Sequence[Span], lens: Lens) -> dict[Span, Look]:
    """
    How each of several periods is told, whatever the revision asked for, in their order without repetition.

    One statement for all that are the calendar's and of one kind; one for each that is cumulative.
    Raises: NotClosedYet for a partner that reads closed periods alone (V10).
    """
    latest = Lens(lens.line, lens.as_of, unsettled=lens.unsettled)
    kinds = {span.kind for span in spans} - {PeriodKind.CUMULATIVE}
    told: dict[Span, Look] = {}
    if len(kinds) == 1 and not lens.unsettled:
        [kind] = kinds
        of_kind = [span for span in spans if span.kind is kind]
        found = _closed(kind, min(of_kind).first, max(of_kind).first, latest)
        by_first = {one.first: one for one in found}
        told = {
            span: _told([by_first[span.first]], span, latest)
            for span in of_kind
            if span.first in by_first and span.last < running_month(lens)
        }
        if actor.closed_only and (open_one := next((span for span in of_kind if span not in told), None)):
            raise NotClosedYet(period=open_one.label)
        told = {span: told.get(span) or Look(lens.as_of, lens.as_of) for span in of_kind}
    return {span: told[span] if span in told else look(actor, span, latest) for span in spans}


def running_month(lens: Lens) -> int:
    """The month that was running when it was shown."""
    return month_index(min(today(lens.as_of), today()))


def _told(closed: Sequence[_Closed], span: Span, lens: Lens) -> Look:
    known_at = max(one.known_at for one in closed)
    if (
        lens.line is Line.TODAY
        and (redrawn_at := closed[0].redrawn_at)
        and all(one.number == one.latest for one in closed)
    ):
        known_at = max(known_at, redrawn_at)
    unchanged = lens.as_of is None and all(one.number == one.latest and not one.waits for one in closed)
    return Look(
        as_of=None if unchanged else known_at,
        events_as_of=known_at,
        quality=_quality(closed),
        revision=None if span.kind is PeriodKind.CUMULATIVE else closed[0].number,
        missing=_most(one.missing for one in closed),
    )


def _quality(closed: Iterable[_Closed]) -> Quality:
    return Quality.REVISED if any(one.number for one in closed) else Quality.FINAL


def _most(counts: Iterable[Mapping[str, int]]) -> dict[int, int]:
    most: dict[int, int] = {}
    for one in counts:
        for union, count in one.items():
            most[int(union)] = max(count, most.get(int(union), 0))
    return most


def _closed(kind: PeriodKind, first: int, last: int, lens: Lens) -> list[_Closed]:
    """The closed periods of a kind that begin in these months, as they stood at the moment that `lens` names."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT p.first_month, r.number, r.known_at, r.missing::text, newest.number, p.late_since IS NOT NULL,
                   (SELECT max(known_until) FROM public.rollup_lineageversion
                    WHERE known_until <= coalesce(%(as_of)s::timestamptz, 'infinity'))
            FROM public.rollup_reportingperiod p
            CROSS JOIN LATERAL (
                SELECT max(number) AS number FROM public.rollup_periodrevision
                WHERE period_id = p.id AND known_at <= coalesce(%(as_of)s::timestamptz, 'infinity')
            ) newest
            JOIN public.rollup_periodrevision r ON r.period_id = p.id AND r.number = coalesce(%(number)s, newest.number)
            WHERE p.kind = %(kind)s AND p.first_month BETWEEN %(first)s AND %(last)s ORDER BY p.first_month
            """,
            {
                "kind": kind.value,
                "first": first,
                "last": last,
                "as_of": lens.as_of,
                "number": lens.revision if lens.as_of is None else None,
            },
        )
        return [_Closed(row[0], row[1], row[2], json.loads(row[3]), *row[4:7]) for row in cursor.fetchall()]
