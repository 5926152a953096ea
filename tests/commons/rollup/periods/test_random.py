"""Whatever is entered late, moved or joined: a closed figure never changes but by a numbered revision, and each stays."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commons.hierarchy.enums import Line
from commons.hierarchy.models import TradeUnion
from commons.rollup import selectors
from commons.rollup.fold import fold
from commons.rollup.models import PeriodRevision
from commons.rollup.periods import late
from commons.rollup.selectors import Lens
from commons.rollup.verify import verify
from commons.tenancy.door import inside
from tests.commons.rollup.periods.asking import Answers, answers, close, months
from tests.commons.rollup.test_randomized import CHANGES_OF_THE_TREE, STEPS, WRITERS

Country = dict[str, TradeUnion]

CLOSED = [*months(2025, 1, 3), "2025-Q1"]
ASKED = ["2025-02", "2025-Q1", "2025-01..2025-03"]
REVISE = len(STEPS) + len(CHANGES_OF_THE_TREE)
# By today's boundaries a closed period also follows the tree: see test_closing.
LINES = (Line.REGIONAL, Line.INDUSTRIAL)


def _shown(country: Country, revision: int | None = None, as_of: datetime | None = None) -> Answers:
    asked = ASKED[:-1] if revision is not None else ASKED
    return answers(country, asked, lens=Lens(revision=revision, as_of=as_of), lines=LINES)


def _step(country: Country, dice: random.Random, number: int) -> None:
    if number < len(STEPS):
        union = country[dice.choice(WRITERS)]
        with inside(union):
            STEPS[number](dice)
        fold(union)
    elif number < REVISE:
        CHANGES_OF_THE_TREE[number - len(STEPS)](country, dice)
    else:
        late.revise_due(at=datetime.now(tz=UTC) + timedelta(hours=1))


@given(seed=st.integers(0, 2**32), steps=st.lists(st.sampled_from(range(REVISE + 3)), min_size=5, max_size=20))
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), database=None)
def test_a_closed_figure_changes_by_numbered_revisions_alone(country: Country, seed: int, steps: list[int]) -> None:
    dice = random.Random(seed)
    with transaction.atomic():
        for number in dice.choices(range(len(STEPS)), k=6):
            _step(country, dice, number)
        close(*CLOSED)
        versions: list[tuple[int, datetime | None, Answers]] = []

        def look() -> None:
            found = list(PeriodRevision.objects.order_by("pk").values_list("pk", flat=True))
            shown = _shown(country)
            if versions and versions[-1][0] == len(found):
                assert shown == versions[-1][2]
            else:
                versions.append((len(found), selectors.known_at(), shown))

        look()
        for number in steps:
            _step(country, dice, number)
            look()
        for _, known_at, shown in versions:
            assert _shown(country, as_of=known_at) == shown
        _each_revision_is_still_what_it_was(country, versions)
        late.revise_due(at=datetime.now(tz=UTC) + timedelta(hours=1))
        assert _shown(country) == answers(country, ASKED, lens=Lens(unsettled=True), lines=LINES)
        assert verify().differences == []
        transaction.set_rollback(True)


def _each_revision_is_still_what_it_was(country: Country, versions: list[tuple[int, datetime | None, Answers]]) -> None:
    """By its number, the quarter's figures as they were shown while it was the latest."""
    for revision in PeriodRevision.objects.filter(period__kind="quarter").order_by("number"):
        newer = PeriodRevision.objects.filter(period=revision.period, number=revision.number + 1).first()
        told = answers(country, ["2025-Q1"], lens=Lens(revision=revision.number), lines=LINES)
        for _, known_at, shown in versions:
            if known_at and revision.known_at <= known_at and (newer is None or known_at < newer.known_at):
                assert told == {place: value for place, value in shown.items() if place[2] == "2025-Q1"}
