"""
Golden: any total, of any union and period, as it was shown at T, asked again at the end.

A script of entries, corrections, removals, moves, closings and revisions; after each step the answers are kept.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from commons.access import actors
from commons.directory.enums import OrgType
from commons.hierarchy import states
from commons.hierarchy.enums import Line
from commons.hierarchy.models import Parentage, TradeUnion
from commons.rollup import selectors
from commons.rollup.enums import Scope
from commons.rollup.fold import fold, redrawing
from commons.rollup.models import Cell, CellVersion, LineageVersion, Presence, PresenceVersion
from commons.rollup.periods import late
from commons.rollup.selectors import Lens, Quality, Span
from commons.rollup.verify import verify
from commons.tenancy.door import inside
from tenants.registry.models import ContactLog, LedgerSpan, SocialOrganization
from tests.commons.rollup.periods.asking import AT, answers, close, enter, months, move, tracks
from tests.factories import organizations as make

Country = dict[str, TradeUnion]

PERIODS = [
    *months(2025, 1, 3),
    "2025-08",
    "2025-Q1",
    "2025-H1",
    "2025",
    "2025-02..2025-08",
    "2024-11..2025-03",
    "2026",
]


def _script(country: Country) -> list[Callable[[], object]]:
    shared = make.credit_code(880_001)
    other = make.credit_code(880_002)

    def correct_a_code() -> None:
        """The same month, another organization: no monthly figure changes, but a year's may."""
        with inside(country["430105"]):
            SocialOrganization.objects.filter(uscc=other).update(uscc=shared)
        fold(country["430105"])

    def leave() -> None:
        with inside(country["430111"]):
            LedgerSpan.objects.filter(organization__uscc=shared).update(until_on=date(2025, 7, 3))
        fold(country["430111"])

    def reword() -> None:
        with inside(country["430111"]):
            SocialOrganization.objects.update(org_type=OrgType.FOUNDATION)
        fold(country["430111"])

    def forget_contacts() -> None:
        with inside(country["430105"]):
            ContactLog.objects.filter(contacted_on__lt=date(2025, 4, 1)).delete()
        fold(country["430105"])

    def join_industry() -> None:
        with redrawing():
            Parentage.objects.create(
                union=country["430105"], parent=country["310000"], line=Line.INDUSTRIAL, from_on=date(2025, 2, 1)
            )

    def take_the_move_back() -> None:
        kaifu = country["430105"]
        with redrawing():
            Parentage.objects.filter(union=kaifu, line=Line.REGIONAL, until_on=None).delete()
            Parentage.objects.filter(union=kaifu, line=Line.REGIONAL).update(until_on=None)
            city = TradeUnion.objects.get(code="430100")
            TradeUnion.objects.filter(pk=kaifu.pk).update(parent=city, path=[*city.path, kaifu.pk])

    def revise() -> None:
        late.revise_due(at=datetime.now(tz=AT.tzinfo) + timedelta(hours=1))

    return [
        lambda: enter(country["430105"], date(2025, 2, 10), uscc=other),
        lambda: enter(country["430111"], date(2025, 1, 5), uscc=shared),
        lambda: enter(country["440304"], date(2025, 3, 5), org_type=OrgType.FOUNDATION),
        join_industry,
        lambda: close(*months(2025, 1, 3), "2025-Q1"),
        correct_a_code,
        forget_contacts,
        lambda: move(country["430105"], country["440300"], date(2025, 3, 1)),
        revise,
        lambda: enter(country["430105"], date(2025, 2, 20)),
        lambda: close(*months(2025, 4, 12), "2025-Q2", "2025-Q3", "2025-Q4", "2025-H1", "2025-H2", "2025"),
        leave,
        reword,
        lambda: move(country["430100"], country["440000"], date(2026, 11, 1)),
        lambda: enter(country["430111"], date(2025, 8, 2)),
        revise,
        take_the_move_back,
        lambda: enter(country["310115"], date(2025, 8, 2), uscc=shared),
        revise,
    ]


def test_what_was_shown_at_any_moment_is_shown_again(country: Country) -> None:
    kept = []
    for step in _script(country):
        step()
        moment = selectors.known_at()
        kept.append((moment, answers(country, PERIODS), tracks(country, "2024-11", "2026-02")))
    assert all(moment is not None for moment, _, _ in kept)
    assert len({moment for moment, _, _ in kept}) == len(kept)
    changed = sum(before[1] != after[1] for before, after in pairwise(kept))
    assert changed >= 12
    for number, (moment, shown, shown_tracks) in enumerate(kept):
        lens = Lens(as_of=moment)
        assert answers(country, PERIODS, lens=lens) == shown, number
        assert tracks(country, "2024-11", "2026-02", lens=lens) == shown_tracks, number
    assert verify().differences == []
    # The script is no idle one: everything that is kept of the past was needed.
    assert all(model.objects.exists() for model in (CellVersion, PresenceVersion, LineageVersion))
    assert Presence.objects.filter(measure="org_new", known_from=None).count() == 0


def test_quality_and_what_was_missing_come_again_as_well(country: Country) -> None:
    nation = actors.system("test", country["000000"])

    def shown(as_of: datetime | None = None) -> tuple[Quality, int | None, int]:
        [value] = selectors.values(
            nation,
            unions=[country["430000"]],
            indicators=["ORG-01"],
            span=Span.parse("2025-01"),
            lens=Lens(as_of=as_of),
        )
        return value.quality, value.revision, value.missing_unions

    kept = []
    for step in (
        lambda: enter(country["430105"], date(2025, 1, 10)),
        lambda: close("2025-01"),
        lambda: enter(country["430105"], date(2025, 1, 20)),
        lambda: late.revise_due(at=datetime.now(tz=AT.tzinfo) + timedelta(hours=1)),
    ):
        step()
        kept.append((selectors.known_at(), shown()))
    assert [words for _, words in kept] == [
        (Quality.PROVISIONAL, None, 0),
        (Quality.FINAL, 0, 0),
        (Quality.FINAL, 0, 0),
        (Quality.REVISED, 1, 0),
    ]
    for moment, words in kept:
        assert shown(moment) == words


def test_a_running_period_is_told_up_to_the_month_that_was_running(country: Country) -> None:
    """What lay ahead then had not happened then, and has not in the answer as of then."""
    enter(country["430105"], date(2020, 1, 10))
    with inside(country["430105"]):
        LedgerSpan.objects.update(until_on=date(2026, 3, 1))
    fold(country["430105"])
    then = datetime(2026, 1, 15, tzinfo=AT.tzinfo)
    for model in (CellVersion, Cell):
        model.objects.update(known_from=datetime(2026, 1, 1, tzinfo=AT.tzinfo))
    found = answers(country, ["2026"], lens=Lens(as_of=then), lines=(Line.REGIONAL,), codes=["ORG-01"])
    assert found[(Line.REGIONAL, Scope.SUBTREE, "2026", "", "430105", "ORG-01", "")] == 1
    now = answers(country, ["2026"], lines=(Line.REGIONAL,), codes=["ORG-01"])
    assert now[(Line.REGIONAL, Scope.SUBTREE, "2026", "", "430105", "ORG-01", "")] == 0


def test_who_was_missing_at_a_moment_follows_from_the_history_of_states(country: Country, at: datetime) -> None:
    kaifu, nation = country["430105"], actors.system("test", country["000000"])
    states.change(union=kaifu, event="suspend", by=nation, at=at, reason="停用")

    def missing(as_of: datetime) -> int:
        [value] = selectors.values(
            nation,
            unions=[country["430000"]],
            indicators=["ORG-01"],
            span=Span.parse("2025-01"),
            lens=Lens(as_of=as_of),
        )
        assert value.quality is (Quality.PARTIAL if value.missing_unions else Quality.PROVISIONAL)
        return value.missing_unions

    assert missing(at - timedelta(seconds=1)) == 0
    assert missing(at) == 1


@pytest.mark.parametrize("scope", list(Scope))
def test_items_that_no_list_declares_are_shown_as_of_a_moment_too(country: Country, scope: Scope) -> None:
    enter(country["430105"], date(2025, 1, 10))
    with inside(country["430105"]):
        SocialOrganization.objects.update(org_domains=["abolished"])
    fold(country["430105"])
    moment = selectors.known_at()

    def shown(lens: Lens) -> list[tuple[str, object]]:
        values = selectors.values(
            actors.system("test", country["000000"]),
            unions=[country["430105"]],
            indicators=["ORG-01"],
            span=Span.parse("2025-01"),
            scope=scope,
            by="D",
            lens=lens,
        )
        return [(value.item, value.value) for value in values if value.value]

    assert shown(Lens()) == [("abolished", 1)]
    assert shown(Lens(as_of=moment)) == [("abolished", 1)]
