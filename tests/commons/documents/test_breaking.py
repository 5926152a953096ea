"""Where a line of Chinese text may end."""

import pytest

from commons.documents.breaking import lines


def width_of(char: str) -> float:
    """A Chinese character is two wide, a Latin one a single."""
    return 1 if char.isascii() else 2


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("甲乙丙丁", 8, ["甲乙丙丁"]),
        ("甲乙丙丁戊", 8, ["甲乙丙丁", "戊"]),
        ("甲乙丙丁，戊", 8, ["甲乙丙", "丁，戊"]),
        ("甲乙丙）。丁", 8, ["甲乙", "丙）。丁"]),
        ("甲乙丙《丁戊》", 8, ["甲乙丙", "《丁戊》"]),
        ("甲乙丙20%，丁", 8, ["甲乙丙", "20%，丁"]),
        ("甲乙￥365.00元", 8, ["甲乙", "￥365.00", "元"]),
        ("甲乙 word 丙", 7, ["甲乙", "word 丙"]),
        ("ABCDEFGHIJ", 4, ["ABCD", "EFGH", "IJ"]),
        ("，，，，，，", 4, ["，，", "，，", "，，"]),
        ("甲", 1, ["甲"]),
        ("", 8, []),
    ],
)
def test_a_line_ends_where_it_may(text: str, width: float, expected: list[str]) -> None:
    assert [line for _, line in lines(text, [width], width_of)] == expected


def test_the_first_line_may_be_shorter_and_what_is_left_is_told() -> None:
    assert lines("甲乙丙丁戊己", [4, 6], width_of) == [(0, "甲乙"), (0, "丙丁戊"), (4, "己")]
