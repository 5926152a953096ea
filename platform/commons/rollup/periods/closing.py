"""
Confirming, closing and revising a reporting period. Source: SM-25, R8.

A period is closed once. What is entered afterwards waits (see `late`) until a numbered revision, and no earlier version
is ever changed. Whoever closes or revises holds the moment (commons.rollup.moments), so no batch is half inside.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from commons.access.actors import Actor
from commons.audit.recording import record
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import month_index, today
from commons.kit.errors import Invalid
from commons.rollup import missing
from commons.rollup.enums import CLOSABLE, PeriodKind
from commons.rollup.errors import (
    AlreadyClosed,
    MonthsNotClosed,
    NotClosable,
    NothingToRevise,
    PeriodNotEnded,
)
from commons.rollup.models import PeriodConfirmation, PeriodRevision, ReportingPeriod
from commons.rollup.moments import next_moment
from commons.rollup.periods import late, policies
from commons.rollup.spans import Span

REASON_LENGTH = 500


@transaction.atomic
def confirm(*, span: Span, by: Actor, at: datetime) -> PeriodConfirmation:
    """
    Say for the acting union that its own numbers of a period are right; saying so again changes nothing.

    Raises: Refused, NotClosable, PeriodNotEnded, AlreadyClosed.
    """
    policies.may_confirm(by).require()
    _ended(span, at)
    if by.union is not None:
        _hold(by.union)
    period = _row(span)
    if period.closed_at is not None:
        raise AlreadyClosed(period=span.label)
    row, made = PeriodConfirmation.objects.get_or_create(
        period=period, union=by.union, defaults={"at": at, "by_id": by.user_id, "by_name": by.name}
    )
    if made:
        record("period.confirmed", by=by, at=at, on=period, period=span.text)
    return row


@transaction.atomic
def close(*, span: Span, by: Actor, at: datetime) -> PeriodRevision:
    """
    Close a period that has ended: its revision 0, the figures as they are folded at this moment.

    Late entries that wait in other closed periods become their revisions with it.
    Raises: Refused, NotClosable, PeriodNotEnded, AlreadyClosed, MonthsNotClosed.
    """
    policies.may_close(by).require()
    _ended(span, at)
    moment = next_moment()
    period = _row(span)
    if period.closed_at is not None:
        raise AlreadyClosed(period=span.label)
    if span.kind is not PeriodKind.MONTH:
        _months_closed(span)
    late.settle(moment, reason=f"{span.label}关账，并入迟报变更", by=by, at=at)
    closing = PeriodRevision.objects.create(
        period=period,
        number=0,
        known_at=moment.known_at,
        missing=missing.now(),
        at=at,
        by_id=by.user_id,
        by_name=by.name,
    )
    period.closed_at = at
    period.save(update_fields=["closed_at"])
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE public.rollup_watermark SET closed_until = greatest(closed_until, %s)", [period.last_month]
        )
    record("period.closed", by=by, at=at, on=period, period=span.text)
    return closing


@transaction.atomic
def revise(*, span: Span, reason: str, by: Actor, at: datetime) -> PeriodRevision:
    """
    Take what was entered since into a closed period at once: its next revision, and that of all others that wait.

    Raises: Refused, Invalid without a reason, NothingToRevise (also of a period that is not closed).
    """
    policies.may_close(by).require()
    told = reason.strip()
    if not told or len(told) > REASON_LENGTH:
        raise Invalid({"reason": [f"请填写修订原因，最多 {REASON_LENGTH} 个字。"]})
    moment = next_moment()
    if not ReportingPeriod.objects.filter(
        kind=span.kind, first_month=span.first, last_month=span.last, late_since__isnull=False
    ).exists():
        raise NothingToRevise(period=span.label)
    made = late.settle(moment, reason=told, by=by, at=at)
    return next(one for one in made if one.period.span == span)


def _ended(span: Span, at: datetime) -> None:
    if span.kind not in CLOSABLE:
        raise NotClosable(period=span.label)
    if span.last >= month_index(today(at)):
        raise PeriodNotEnded(period=span.label)


def _hold(union: TradeUnion) -> None:
    """Refer to the union before the period is locked: whoever redraws the tree holds unions first, periods later."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM public.hierarchy_tradeunion WHERE id = %s FOR KEY SHARE", [union.pk])


def _row(span: Span) -> ReportingPeriod:
    """The period's row, made when it is first spoken of, locked."""
    ReportingPeriod.objects.bulk_create(
        [ReportingPeriod(kind=span.kind, first_month=span.first, last_month=span.last)], ignore_conflicts=True
    )
    return ReportingPeriod.objects.select_for_update().get(kind=span.kind, first_month=span.first)


def _months_closed(span: Span) -> None:
    closed = set(
        ReportingPeriod.objects.filter(
            kind=PeriodKind.MONTH, first_month__range=(span.first, span.last), closed_at__isnull=False
        ).values_list("first_month", flat=True)
    )
    if left := [month for month in range(span.first, span.last + 1) if month not in closed]:
        raise MonthsNotClosed(months="、".join(Span.month(month).label for month in left), period=span.label)
