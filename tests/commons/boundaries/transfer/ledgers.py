"""Two ledgers to move records between, and the machinery run by hand: jobs until none is due, then the fold."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from commons.access import actors
from commons.boundaries.transfer.models import Transfer
from commons.hierarchy.models import TradeUnion
from commons.jobs import engine
from commons.jobs.enums import JobState
from commons.jobs.models import Job
from commons.kit.clock import now, parse_month
from commons.rollup import selectors
from commons.rollup.enums import Scope
from commons.rollup.fold import fold_many
from commons.tenancy.door import inside
from tenants.registry.models import ContactLog, ContactPlan, OrgPerson, OrgRating, OrgYearFact, SocialOrganization
from tests.factories import organizations as make

NOVEMBER = parse_month("2026-11")
AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
SUMS = ("ORG-01", "ORG-02", "ORG-03", "ORG-05", "ORG-08", "ORG-10", "ORG-14", "CTC-01")
MONTHS = ("2026-02", "2026-04", "2026-09", "2026-10", "2026-11", "2026-12", "2027-02")
Figures = dict[tuple[str, str, str], tuple[Any, ...]]


def full(name: str, *, staff: int = 12, **fields: Any) -> SocialOrganization:
    """An entry with something in every table that hangs on it."""
    row = make.organization(name=name, **fields)
    OrgYearFact.objects.create(
        organization=row, year=2026, staff=staff, income=Decimal("12345678901.23"), updated_at=AT
    )
    OrgPerson.objects.create(organization=row, name="王芳", role="head", phone="13800001111")
    OrgRating.objects.create(
        organization=row,
        grade="A3",
        state="granted",
        assessor="长沙市民政局",
        assessed_on=date(2026, 5, 6),
        valid_until=date(2031, 5, 6),
    )
    ContactPlan.objects.create(
        organization=row, officer_id=row.pk, officer_name="李敏", frequency="quarterly", from_on=date(2026, 4, 1)
    )
    for day in (date(2026, 4, 7), date(2026, 9, 8), date(2026, 11, 3)):
        contact(row, day)
    return row


def contact(row: SocialOrganization, day: date) -> ContactLog:
    return ContactLog.objects.create(
        organization=row,
        contacted_on=day,
        kind="visit",
        topics="走访职工服务项目",
        created_at=AT,
        created_by_name="李敏",
        updated_at=AT,
    )


def settle(*codes: str) -> None:
    """Do all jobs that are due, fold, and again, until nothing more is asked for."""
    for _ in range(10):
        # On a busy machine a lock may not be had in time; the job comes again, here at once.
        Job.objects.filter(state=JobState.QUEUED, error__contains="lock timeout").update(run_after=now())
        attempted = engine.run_due()
        fold_many(list(TradeUnion.objects.filter(code__in=codes or ("430105", "430111")).order_by("code")))
        if not attempted:
            return


def run(transfer: Transfer) -> Transfer:
    settle(transfer.source.code, transfer.target.code)
    return Transfer.objects.select_related("source", "target").get(pk=transfer.pk)


def figures(*codes: str, own: bool = False) -> Figures:
    """{(union, indicator, month): (value, numerator, denominator)}."""
    unions = list(TradeUnion.objects.filter(code__in=codes).order_by("code"))
    told: Figures = {}
    for month in MONTHS:
        for value in selectors.values(
            actors.system("测试", TradeUnion.objects.get(code="000000")),
            unions=unions,
            indicators=list(SUMS),
            month=parse_month(month),
            scope=Scope.OWN if own else Scope.SUBTREE,
        ):
            told[(value.union_code, value.indicator, month)] = (value.value, value.numerator, value.denominator)
    return told


def schema_text(union: TradeUnion) -> str:
    """All rows of a union's schema but the roll-up's marks, as text: equal text, nothing touched."""
    parts = []
    with inside(union), connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace "
            "AND c.relname NOT IN ('marks_mark', 'django_migrations') ORDER BY 1"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '') FROM \"{table}\" t")
            parts.append(f"{table}\n{cursor.fetchone()[0]}")
    return "\n".join(parts)
