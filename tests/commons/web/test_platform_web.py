"""How numbers, money, days and addresses are written on every page."""

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory

from commons.web.templatetags import platform_web as tags

AT = dt.datetime(2026, 11, 21, 18, 5, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("value", "written"),
    [(None, "—"), ("", "—"), (0, "0"), (1234567, "1,234,567"), (Decimal("1234.50"), "1,234.5"), (1000, "1,000")],
)
def test_numbers_are_grouped_and_absence_is_a_dash(value: object, written: str) -> None:
    assert tags.intcomma_zh(value) == written


@pytest.mark.parametrize(
    ("yuan", "written"), [(None, "—"), (0, "0.00"), (365000, "36.50"), (Decimal("12345650"), "1,234.57")]
)
def test_money_is_written_in_ten_thousands(yuan: object, written: str) -> None:
    assert tags.wan(yuan) == written


def test_a_ratio_without_denominator_is_a_dash() -> None:
    assert (tags.percent(None), tags.percent(Decimal("61.84"))) == ("—", "61.8%")


@pytest.mark.parametrize(
    ("value", "seen"), [(3, "▲</span> +3"), (-2, "▼</span> −2"), (0, "持平"), (None, "—"), (Decimal("-0.50"), "−0.5")]
)
def test_a_change_is_told_by_sign_and_shape(value: object, seen: str) -> None:
    assert seen in tags.change(value)


def test_days_and_moments_are_in_beijing_time() -> None:
    assert tags.date_zh(AT) == "2026年11月22日"
    assert tags.date_zh(dt.date(2026, 3, 5)) == "2026年3月5日"
    assert tags.when_zh(AT) == "2026-11-22 02:05"
    assert tags.when_zh(None) == "—"


@pytest.mark.parametrize(
    ("number", "masked"),
    [("13812345678", "138****5678"), ("0731-88881234", "073******1234"), ("110", "**10"), ("", "—"), (None, "—")],
)
def test_telephone_numbers_are_masked(number: str | None, masked: str) -> None:
    assert tags.mask_phone(number) == masked


def test_the_query_string_keeps_what_is_not_replaced() -> None:
    context = Context({"request": RequestFactory().get("/", {"q": "星火", "before": "b3Jn"})})
    written = Template("{% load platform_web %}{% qs after='x' before=None %}").render(context)
    assert written == "?q=%E6%98%9F%E7%81%AB&amp;after=x"


def test_a_sparkline_skips_gaps_and_needs_two_points() -> None:
    assert tags.sparkline([1, None]) == ""
    assert tags.sparkline([1, None, 3]).count(",") == 2
    assert "style" not in tags.sparkline([5, 5])


def test_what_is_kept_is_escaped_once() -> None:
    template = Template("{% load platform_web %}{% keep as heading %} {{ name }} {% endkeep %}[{{ heading }}]")
    assert template.render(Context({"name": "甲<乙"})) == "[甲&lt;乙]"


@dataclass(frozen=True)
class Line:
    """A cell, or a column, that is an object."""

    text: str = "开福区"
    note: str = ""
    label: str = "工会"
    numeric: bool = True


def test_a_table_is_told_the_same_of_texts_mappings_and_objects() -> None:
    columns = [{"label": "公告", "numeric": False}, {"label": "名次"}, Line()]
    told = tags.told_beside(columns, [{"text": "第一次", "badge": "draft"}, 0, Line(note="已加入")])
    assert told == [
        {"text": "第一次", "url": "", "badge": "draft", "note": "", "label": "公告", "numeric": False},
        {"text": 0, "url": "", "badge": "", "note": "", "label": "名次", "numeric": ""},
        {"text": "开福区", "url": "", "badge": "", "note": "已加入", "label": "工会", "numeric": True},
    ]
    rows = [{"cells": [{"text": "<b>", "url": "/u"}, 0, {"text": "", "note": "—"}]}, {"cells": ["", None, "x"]}]
    page = render_to_string("components/table/table.html", {"caption": "表", "columns": columns, "rows": rows})
    cells = [line.strip() for line in re.findall(r"<td[^>]*>(.*?)</td>", page)]
    assert cells == ['<a href="/u">&lt;b&gt;</a>', "0", '<span class="cell-note">—</span>', "", "None", "x"]
