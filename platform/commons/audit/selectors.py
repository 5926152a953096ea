"""Questions about the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.audit import events
from commons.audit.models import AuditEvent
from commons.kit.clock import BEIJING

PAGE = 50


@dataclass(frozen=True)
class Found:
    """A page of the log, newest first, with the cursors of the pages beside it."""

    rows: tuple[AuditEvent, ...]
    previous: str | None
    next: str | None


def log(
    actor: Actor,
    *,
    event: str = "",
    person: str = "",
    first_day: date | None = None,
    last_day: date | None = None,
    after: str = "",
    before: str = "",
    size: int = PAGE,
) -> Found:
    """
    The log of the acting union and of no other; `event` is a code or a group of codes, days are those of Beijing, both included.

    `after` and `before` are cursors of an earlier answer; one that cannot be read means the first page.
    Raises: Refused.
    """
    may(actor, Permission.AUDIT_VIEW).require()
    rows = AuditEvent.objects.filter(union_id=actor.union.pk) if actor.union else AuditEvent.objects.none()
    if event:
        rows = rows.filter(event__in=events.asked(event))
    if person.strip("\x00 "):
        rows = rows.filter(by_name__icontains=person.strip("\x00 "))
    if first_day:
        rows = rows.filter(at__gte=_midnight(first_day))
    if last_day:
        rows = rows.filter(at__lt=_midnight(last_day + timedelta(days=1)))
    return _page(rows, after=_read(after), before=_read(before), size=size)


def _page(
    rows: QuerySet[AuditEvent],
    *,
    after: tuple[datetime, UUID] | None,
    before: tuple[datetime, UUID] | None,
    size: int,
) -> Found:
    if before:
        moment, pk = before
        newer = rows.filter(Q(at__gt=moment) | Q(at=moment, pk__gt=pk)).order_by("at", "pk")
        some = list(newer[: size + 1])
        shown = tuple(reversed(some[:size]))
        return Found(shown, _cursor(shown[0]) if len(some) > size else None, _cursor(shown[-1]) if shown else None)
    if after:
        moment, pk = after
        rows = rows.filter(Q(at__lt=moment) | Q(at=moment, pk__lt=pk))
    some = list(rows.order_by("-at", "-pk")[: size + 1])
    shown = tuple(some[:size])
    previous = _cursor(shown[0]) if after and shown else None
    return Found(shown, previous, _cursor(shown[-1]) if len(some) > size else None)


def _cursor(row: AuditEvent) -> str:
    return f"{row.at.timestamp():.6f}~{row.pk.hex}"


def _read(cursor: str) -> tuple[datetime, UUID] | None:
    moment, _, pk = cursor.partition("~")
    try:
        return datetime.fromtimestamp(float(moment), BEIJING), UUID(hex=pk)
    except (ValueError, OverflowError, OSError):
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), BEIJING)
