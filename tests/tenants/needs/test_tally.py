"""No count below five is read or worked out from what a survey shows. Source: SM-11; V6, V9."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenants.needs.questions import build, read
from tenants.needs.tally import Result, hide, hide_table, result
from tenants.needs.tally import read as read_result

ASKED = read([one.stored for one in build([
    {"text": "服务", "kind": "single", "choices": ["甲", "乙", "丙"]},
    {"text": "活动", "kind": "multiple", "choices": ["球赛", "读书"]},
    {"text": "满意", "kind": "scale"},
    {"text": "小时", "kind": "number"},
    {"text": "建议", "kind": "text"},
])])  # fmt: skip


def of(answers: list[tuple[str, dict[str, object]]]) -> Result:
    return result(ASKED, answers)


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ([10, 20, 30], []),
        ([10, 0, 30], []),
        ([10, 3, 30], [0, 1]),
        ([3, 3, 30], [0, 1]),
        ([1, 2, 30, 9], [0, 1, 3]),
        ([98, 2], [0, 1]),
        ([4, 0, 30], [0, 2]),
        ([5, 0, 0], []),
    ],
)
def test_one_question(counts: list[int], hidden: list[int]) -> None:
    assert [at for at, gone in enumerate(hide(counts)) if gone] == hidden


def test_below_five_answers_there_is_no_result() -> None:
    assert of([("", {"q1": "c1"})] * 4) == Result(None, [])
    assert of([]) == Result(0, [])


def test_counts_shares_and_means() -> None:
    told = of(
        [("", {"q1": "c1", "q2": ["c1"], "q3": 4, "q4": 10, "q5": "多办活动"})] * 6
        + [("", {"q1": "c2", "q2": ["c1", "c2"], "q3": 4, "q4": 20})] * 6
    )
    single, several, mark, number, text = told.questions
    assert told.valid == 12
    assert [(cell.label, cell.count, cell.share) for cell in single.cells] == [
        ("甲", 6, "50.0%"), ("乙", 6, "50.0%"), ("丙", 0, "0.0%"),
    ]  # fmt: skip
    assert [cell.count for cell in several.cells] == [12, 6]
    assert ([cell.count for cell in mark.cells], mark.mean) == ([0, 0, 0, 12, 0], "4.0")
    assert (number.mean, number.median, number.cells) == ("15.0", "15.0", [])
    assert (text.answered, text.cells) == (6, [])


def test_of_several_answers_the_few_who_did_not_choose_are_hidden_too() -> None:
    told = of([("", {"q2": ["c1"]})] * 18 + [("", {"q2": ["c2"]})] * 2)
    assert [cell.count for cell in told.questions[1].cells] == [None, None]


def test_no_mean_where_a_mark_is_hidden() -> None:
    told = of([("", {"q3": 5})] * 20 + [("", {"q3": 1})] * 2)
    assert ([cell.count for cell in told.questions[2].cells], told.questions[2].mean) == ([None, 0, 0, 0, None], "")


def test_groups_of_few_stand_together() -> None:
    told = of(
        [("women", {"q1": "c1"})] * 30 + [("women", {"q1": "c2"})] * 20 + [("outdoor", {"q1": "c1"})] * 12
        + [("disabled", {"q1": "c2"})] * 3 + [("", {"q1": "c2"})] * 6
    )  # fmt: skip
    groups = told.questions[0].groups
    assert groups is not None
    assert [(row.label, row.answered, row.counts) for row in groups] == [
        ("女职工", 50, [30, 20, 0]), ("户外劳动者", 12, [12, 0, 0]), ("其他或未填", 9, [0, 9, 0]),
    ]  # fmt: skip


def test_few_of_no_group_take_the_smallest_with_them() -> None:
    told = of([("women", {"q1": "c1"})] * 30 + [("outdoor", {"q1": "c1"})] * 12 + [("disabled", {"q1": "c1"})] * 2)
    groups = told.questions[0].groups
    assert groups is not None
    assert [(row.label, row.answered) for row in groups] == [("女职工", 30), ("其他或未填", 14)]


def test_is_kept_and_read_again() -> None:
    told = of([("women", {"q1": "c1", "q3": 5})] * 30 + [("outdoor", {"q1": "c2"})] * 12)
    assert read_result(told.stored) == told
    assert read_result({}) is None


def fillings(row: list[int], hidden: list[bool], total: int) -> list[list[int]]:
    """Every way in which the hidden cells of a row may be filled so that it adds up."""
    places = [at for at, gone in enumerate(hidden) if gone]
    if not places:
        return [list(row)]
    left = total - sum(count for count, gone in zip(row, hidden, strict=True) if not gone)
    found = []
    for values in product(range(left + 1), repeat=len(places) - 1):
        last = left - sum(values)
        if last >= 0:
            filled = list(row)
            for at, value in zip(places, (*values, last), strict=True):
                filled[at] = value
            found.append(filled)
    return found


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.sampled_from([0, 0, 1, 2, 5, 6]), min_size=3, max_size=3), min_size=2, max_size=3))
def test_no_small_count_of_a_table_can_be_worked_out(rows: list[list[int]]) -> None:
    """Whoever fills the hidden cells in every way that adds up finds more than one value for each small count."""
    rows = [row for row in rows if sum(row) >= 5]
    if len(rows) < 2:
        return
    columns = [sum(column) for column in zip(*rows, strict=True)]
    total = hide(columns)
    hidden = hide_table(rows, total)
    if hidden is None:
        return
    ways = []
    for filled in product(*(fillings(row, gone, sum(row)) for row, gone in zip(rows, hidden, strict=True))):
        sums = [sum(column) for column in zip(*filled, strict=True)]
        if all(away or told == real for told, real, away in zip(sums, columns, total, strict=True)):
            ways.append(filled)
    assert rows in [list(way) for way in ways]
    for at, row in enumerate(rows):
        for column, count in enumerate(row):
            if 0 < count < 5:
                assert len({way[at][column] for way in ways}) > 1
