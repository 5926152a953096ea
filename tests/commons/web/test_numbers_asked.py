"""The address of a question: what it may say, what it means, and what is told of what it cannot mean."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from commons.rollup.enums import Boundaries, PeriodKind, Scope
from commons.rollup.spans import Span
from commons.web.numbers import asked
from commons.web.numbers.question import Question

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)


def read(text: str) -> Question:
    return Question.read(QueryDict(text), NOW)


def month(text: str) -> Span:
    return Span.parse(text)


def test_nothing_asked_is_the_running_month_of_the_subtree() -> None:
    question = read("")
    assert (question.span, question.scope, question.focus.code) == (month("2026-11"), Scope.SUBTREE, "ORG-01")
    assert (question.boundaries, question.as_of, question.sort, question.misread) == (
        Boundaries.DATED,
        None,
        "code",
        (),
    )
    assert question.query() == "?"
    assert question.link == "?period=2026-11"


@pytest.mark.parametrize(
    "text",
    [
        "period=2026-Q3",
        "period=2026-H1&scope=own",
        "period=2025&indicator=CTC-01&by=K",
        "period=2024-01..2026-06&sort=-ORG-01",
        "period=2026-10&boundaries=today&as_of=2026-11-20T09%3A30",
        "period=2026-10&as_of=2026-11-20T09%3A30%3A05.000123",
        "period=2026-10&against=2025-10&beside=430111",
        "since=2026-11-01",
        "boundaries=industrial",
    ],
)
def test_what_was_written_is_read_again(text: str) -> None:
    question = read(text)
    assert question.misread == ()
    assert read(question.query()[1:]) == question
    assert read(question.link[1:]) == question
    assert read("&".join(f"{name}={value}" for name, value in question.hidden()).replace(":", "%3A")) == question


def test_a_link_asks_the_same_next_month() -> None:
    link = read("scope=own").link
    later = Question.read(QueryDict(link[1:]), datetime(2027, 2, 1, tzinfo=UTC))
    assert (later.span, later.scope) == (month("2026-11"), Scope.OWN)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("period=abc", "看不懂统计期“abc”"),
        ("period=2026-Q5", "看不懂统计期“2026-Q5”"),
        ("period=2026-12", "没有2026年12月的数据"),
        ("period=1999", "没有1999年的数据"),
        ("period=2026-01..2026-12", "累计到2026年12月的数据还没有"),
        ("from=2026-05&to=2026-03", "起始月份不能晚于截止月份"),
        ("from=2026-05", "累计需要起、止两个月份"),
        ("as_of=gestern", "看不懂时点“gestern”"),
        ("as_of=9999-12-31", "看不懂时点"),
        ("as_of=0001-01-01", "看不懂时点"),
        ("as_of=2026-11-25", "2026-11-26 00:00 还没有到"),
        ("as_of=2026-11-25T10:01", "2026-11-25 10:01 还没有到"),
        ("since=2026-11-25", "2026年11月25日还没有结束"),
        ("since=x", "看不懂日期“x”"),
        ("scope=all", "没有“all”这个统计范围"),
        ("boundaries=x", "没有“x”这个区划口径"),
        ("indicator=X-99", "没有“X-99”这个指标"),
        ("against=2027", "没有2027年的数据"),
    ],
)
def test_what_makes_no_sense_is_told_and_the_rest_goes_on(text: str, told: str) -> None:
    question = read(text + "&sort=-code")
    [sentence] = question.misread
    assert sentence.startswith(told) or told in sentence
    assert (question.span, question.scope, question.sort) == (month("2026-11"), Scope.SUBTREE, "-code")
    assert (question.as_of, question.since, question.against) == (None, None, None)


def test_two_months_of_a_form_are_a_cumulative_period() -> None:
    question = read("from=2026-02&to=2026-05")
    assert question.span == Span(PeriodKind.CUMULATIVE, month("2026-02").first, month("2026-05").first)
    assert question.query() == "?period=2026-02..2026-05"


def test_a_day_is_known_at_its_end_in_beijing() -> None:
    assert read("as_of=2026-11-24").as_of == datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
    assert read("as_of=2026-11-24T16:00").as_of == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    assert read("as_of=2026-11-24T16:00%2B00:00").as_of == datetime(2026, 11, 24, 16, 0, tzinfo=UTC)


def test_what_was_known_then_is_of_the_month_of_then_and_says_so_in_its_address() -> None:
    question = read("as_of=2026-03-31")
    assert question.span == month("2026-04")
    assert question.query() == "?period=2026-04&as_of=2026-04-01T00%3A00"
    assert question.query(as_of="") == "?period=2026-04"
    assert not question.is_current


def test_changes_are_since_yesterday_unless_a_day_is_named() -> None:
    assert read("").changed_since == timezone.localdate() - timedelta(days=1)
    assert read("since=2026-10-31").changed_since == date(2026, 10, 31)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (PeriodKind.MONTH, "2026-11"),
        (PeriodKind.QUARTER, "2026-Q4"),
        (PeriodKind.HALF, "2026-H2"),
        (PeriodKind.YEAR, "2026"),
        (PeriodKind.CUMULATIVE, "2026-01..2026-11"),
    ],
)
def test_another_kind_of_period_ends_where_this_one_does(kind: PeriodKind, expected: str) -> None:
    assert asked.of_kind(kind, month("2026"), month("2026-11").first).text == expected
    assert asked.of_kind(kind, month("2026-11"), month("2026-11").first).text == expected


@pytest.mark.parametrize(
    ("text", "first", "last", "count"),
    [
        ("2026-11", "2025-12", "2026-11", 12),
        ("2026-Q3", "2024-Q4", "2026-Q3", 8),
        ("2026-H1", "2023-H2", "2026-H1", 6),
        ("2026", "2022", "2026", 5),
        ("2020-01..2026-06", "2024-07", "2026-06", 24),
        ("2026-05..2026-06", "2026-05", "2026-06", 2),
    ],
)
def test_the_trend_is_of_the_asked_kind(text: str, first: str, last: str, count: int) -> None:
    spans = asked.trend(month(text))
    assert (spans[0].text, spans[-1].text, len(spans)) == (first, last, count)


@pytest.mark.parametrize("text", ["beside=%00", "beside=a%27b", "beside=" + "4" * 13, "sort=%00", "by=%00"])
def test_what_no_code_looks_like_is_nobody(text: str) -> None:
    assert read(text) == read("")
