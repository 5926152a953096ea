"""Every component and error page renders, alone and without anything inline that the security policy would refuse."""

import re

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from commons.web.pages.gallery import gallery
from commons.web.tiles import PROVINCE_TILES, shades

REFUSED_BY_POLICY = re.compile(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\bsrc=)(?![^>]*application/json)")


def test_the_gallery_shows_every_component_without_inline_code() -> None:
    html = gallery(RequestFactory().get("/gallery")).content.decode()
    assert not REFUSED_BY_POLICY.findall(html)
    for sign in (
        "kpi-value",
        "tile-grid",
        "table-frame",
        "stepper",
        "timeline",
        "data-confirm",
        "data-copy",
        "has-errors",
    ):
        assert sign in html


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 429, 500, 503])
def test_error_pages_need_nothing_and_quote_the_request(status: int) -> None:
    alone = render_to_string(f"errors/{status}.html")
    quoting = render_to_string(f"errors/{status}.html", {"request_id": "REQ-7"})
    assert "<h1>" in alone
    assert "REQ-7" not in alone
    assert "REQ-7" in quoting
    assert not REFUSED_BY_POLICY.findall(quoting)


def test_each_province_has_its_own_cell() -> None:
    assert len(PROVINCE_TILES) == 31
    assert len({(place.row, place.col) for place in PROVINCE_TILES.values()}) == 31


def test_shades_follow_rank_and_leave_absence_pale() -> None:
    assert shades([None, 10, 20, 30, 40, 50]) == [0, 1, 2, 3, 4, 5]
    assert shades([7, 7, None]) == [1, 1, 0]
    assert shades([]) == []
