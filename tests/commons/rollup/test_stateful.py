"""
A country lived through by chance: whatever is written, rolled back, folded, killed, moved, merged or joined to an industry,
the numbers obey their laws after each fold, and say of the past what they said then.

The writes and the plain readings are those of test_randomized; here hypothesis chooses what happens next, and shrinks it.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal

from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, rule, run_state_machine_as_test

from commons.access import actors
from commons.boundaries import actions as boundaries
from commons.boundaries.enums import ChangeState
from commons.boundaries.models import TreeChange
from commons.hierarchy.enums import Kind, Level, Line, UnionState
from commons.hierarchy.models import Parentage, TradeUnion
from commons.jobs import engine
from commons.jobs.models import Job
from commons.kit.clock import month_index, now
from commons.kit.errors import DomainError
from commons.rollup import marks, selectors
from commons.rollup.declaration import CATALOGUE
from commons.rollup.enums import MeasureKind
from commons.rollup.fold import fold_many
from commons.rollup.models import Watermark
from commons.rollup.selectors import Lens
from commons.rollup.verify import verify
from commons.tenancy.door import inside
from tests.commons.rollup.test_randomized import (
    STEPS,
    WRITERS,
    Country,
    _agrees_with_the_parents,
    killed_fold,
)

SEEDS = st.integers(0, 2**32)
UNIONS = st.sampled_from(WRITERS)
# The first of a month, long past or still ahead.
DAYS = st.builds(date, st.integers(2024, 2027), st.integers(1, 12), st.just(1))
DISTRICTS = ["430105", "430111", "440304", "310115"]
CITIES = ["430100", "440300", "310000"]
INDICATORS = ("ORG-01", "ORG-02", "ORG-05", "ORG-08", "ORG-14", "CTC-01")

# {union: {month: (own, subtree)}} as change points of one measure's totals.
Points = Mapping[int, Mapping[int, tuple[Decimal, Decimal]]]
Remembered = tuple[datetime, int, list[tuple[object, ...]]]


class Life(RuleBasedStateMachine):
    """One country, lived in one transaction that is rolled back."""

    moments: Bundle[Remembered] = Bundle("moments")

    @initialize()
    def begin(self) -> None:
        self.room = transaction.atomic()
        self.room.__enter__()
        self.country: Country = {union.code: union for union in TradeUnion.objects.all()}
        TradeUnion.objects.filter(code="310000").update(kind=Kind.INDUSTRIAL)
        self.by = actors.system("测试", self.country["000000"])

    def teardown(self) -> None:
        if hasattr(self, "room"):
            transaction.set_rollback(True)
            self.room.__exit__(None, None, None)

    @rule(code=UNIONS, seed=SEEDS, steps=st.lists(st.sampled_from(STEPS), min_size=1, max_size=4))
    def write(self, code: str, seed: int, steps: list[object]) -> None:
        dice = random.Random(seed)
        union = TradeUnion.objects.get(pk=self.country[code].pk)
        if union.state == UnionState.ACTIVE:
            with inside(union):
                for step in steps:
                    step(dice)  # type: ignore[operator]

    @rule(code=UNIONS, seed=SEEDS, steps=st.lists(st.sampled_from(STEPS), min_size=1, max_size=4))
    def write_and_roll_back(self, code: str, seed: int, steps: list[object]) -> None:
        with transaction.atomic():
            self.write(code=code, seed=seed, steps=steps)
            transaction.set_rollback(True)

    @rule(codes=st.sets(UNIONS, min_size=1))
    def fold_some(self, codes: set[str]) -> None:
        fold_many([self.country[code] for code in sorted(codes)])
        self.laws()

    @rule(code=UNIONS, seed=SEEDS)
    def fold_and_die(self, code: str, seed: int) -> None:
        killed_fold(self.country[code], random.Random(seed))
        self.laws()

    @rule()
    def fold_all(self) -> None:
        marked = [one.union_id for one in marks.survey().pending]
        fold_many(list(TradeUnion.objects.filter(pk__in=marked).order_by("pk")))
        self.laws()
        self.settled()

    @rule(
        code=st.sampled_from([*DISTRICTS, "430100", "440300"]),
        to=st.sampled_from([*CITIES, "430000", "440000"]),
        on=DAYS,
    )
    def move(self, code: str, to: str, on: date) -> None:
        self.change(boundaries.move, union=self.now(code), parent=self.now(to), on=on)

    @rule(code=st.sampled_from(DISTRICTS), leave=st.booleans(), on=DAYS)
    def join_industry(self, code: str, leave: bool, on: date) -> None:
        self.change(boundaries.join_industry, union=self.now(code), head=None if leave else self.now("310000"), on=on)

    @rule(pair=st.permutations(DISTRICTS), on=DAYS)
    def merge(self, pair: list[str], on: date) -> None:
        self.change(boundaries.merge, union=self.now(pair[0]), successor=self.now(pair[1]), on=on)
        while Job.objects.filter(state="queued").exists():
            Job.objects.filter(state="queued").update(run_after=now())
            engine.run_due()
        fold_many([self.now(pair[0]), self.now(pair[1])])
        self.laws()

    @rule()
    def give_up_what_is_planned(self) -> None:
        for change in TreeChange.objects.filter(state=ChangeState.PLANNED):
            boundaries.cancel(change=change, by=self.by, at=now(), reason="检验")
        self.laws()

    @rule(target=moments, month=st.integers(2024 * 12, 2027 * 12))
    def remember(self, month: int) -> Remembered:
        known_at = Watermark.objects.values_list("known_at", flat=True).first() or now()
        return known_at, month, self.answers(month, None)

    @rule(moment=consumes(moments))
    def ask_what_was_known(self, moment: Remembered) -> None:
        known_at, month, said = moment
        assert self.answers(month, known_at) == said

    def now(self, code: str) -> TradeUnion:
        return TradeUnion.objects.get(pk=self.country[code].pk)

    def change(self, action: object, **said: object) -> None:
        """What the rules refuse does not happen, and leaves nothing behind."""
        with suppress(DomainError), transaction.atomic():
            action(**said, by=self.by, at=now(), reason="检验")  # type: ignore[operator]
        self.laws()

    def answers(self, month: int, as_of: datetime | None) -> list[tuple[object, ...]]:
        found = selectors.values(
            self.by,
            unions=[self.country[code] for code in ("000000", "430000", "430100", "430105")],
            indicators=INDICATORS,
            month=month,
            lens=Lens(as_of=as_of),
        )
        return [(one.union_code, one.indicator, one.value, one.numerator, one.denominator) for one in found]

    def laws(self) -> None:
        """
        Of what is stored, folded or not: a distinct count is at most the sum of its parts and at least the greatest of
        them, a sum is their sum, and the nation's is that of everybody's own.
        """
        nation = self.country["000000"].pk
        for measure in CATALOGUE.measures.values():
            if measure.kind in {MeasureKind.TRANSFER, MeasureKind.DISTINCT_SUM}:
                continue
            points = _points(measure.code)
            for month in sorted({month for months in points.values() for month in months}):
                own = {union: _at(months, month, flow=measure.is_flow)[0] for union, months in points.items()}
                subtree = {union: _at(months, month, flow=measure.is_flow)[1] for union, months in points.items()}
                parts: dict[int, list[Decimal]] = defaultdict(list)
                for union, parent in _parents(month).items():
                    parts[parent].append(subtree.get(union, Decimal(0)))
                for union, total in subtree.items():
                    together = [own[union], *parts[union]]
                    where = (measure.code, union, month)
                    if measure.is_distinct:
                        assert max(together) <= total <= sum(together), where
                    else:
                        assert total == sum(together), where
                if not measure.is_distinct:
                    assert subtree.get(nation, 0) == sum(own.values()), (measure.code, month)

    def settled(self) -> None:
        """Every value is what counting the rows gives."""
        report = verify()
        assert (report.differences, report.unsettled) == ([], [])
        _agrees_with_the_parents(self.country)


def test_a_country_lives_by_its_laws(country: Country) -> None:
    assert {Level(country[code].level) for code in DISTRICTS} == {Level.DISTRICT}
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Life,
        settings=settings(
            max_examples=8,
            stateful_step_count=20,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def _points(code: str) -> Points:
    found: dict[int, dict[int, tuple[Decimal, Decimal]]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT union_id, month, own, subtree FROM public.rollup_cell "
            "WHERE measure = %s AND line = 'regional' AND dim = '' ORDER BY union_id, month",
            [code],
        )
        for union, month, own, subtree in cursor.fetchall():
            found[union][month] = (own, subtree)
    return found


def _at(months: Mapping[int, tuple[Decimal, Decimal]], month: int, *, flow: bool) -> tuple[Decimal, Decimal]:
    """The stored (own, subtree) of a month: of a flow what happened in it, of a stock the last change point."""
    if flow:
        return months.get(month, (Decimal(0), Decimal(0)))
    last = max((one for one in months if one <= month), default=None)
    return months[last] if last is not None else (Decimal(0), Decimal(0))


def _parents(month: int) -> dict[int, int]:
    """{union: its parent in that month}, from the dated parentages; the first counts since ever."""
    found: dict[int, int] = {}
    seen: set[int] = set()
    for row in Parentage.objects.filter(line=Line.REGIONAL).order_by("union_id", "from_on"):
        first = row.union_id not in seen
        seen.add(row.union_id)
        begun = first or month_index(row.from_on) <= month
        if row.parent_id and begun and (row.until_on is None or month < month_index(row.until_on)):
            found[row.union_id] = row.parent_id
    return found
