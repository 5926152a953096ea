"""Pages by key: every row once, in either direction, whatever is without a value."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from commons.tables.paging import Page, Sort, paged
from tenants.registry.models import ContactLog, SocialOrganization
from tests.commons.tables.conftest import Inside
from tests.factories import organizations as factory

SORTS = [
    Sort("name"),
    Sort("name", True),
    Sort("last_verified_on"),
    Sort("last_verified_on", True),
    Sort("serial", True),
    Sort("updated_at"),
    Sort("id", True),
]


@pytest.fixture
def rows(inside: Inside) -> None:
    with inside():
        for number in range(53):
            row = factory.organization(name=f"社{number % 5}", active_on=date(2026, 1, 1 + number % 3))
            if number % 4 == 0:
                SocialOrganization.objects.filter(pk=row.pk).update(last_verified_on=None)


def forward(sort: Sort, **options: Any) -> list[Page[SocialOrganization]]:
    pages = [paged(SocialOrganization.objects.all(), sort, **options)]
    while (cursor := pages[-1].next) is not None:
        pages.append(paged(SocialOrganization.objects.all(), sort, after=cursor, **options))
    return pages


@pytest.mark.parametrize("sort", SORTS, ids=str)
def test_every_row_once_there_and_back(sort: Sort, rows: None, inside: Inside) -> None:
    with inside():
        pages = forward(sort)
        assert [page.shown for page in pages] == [20, 20, 13]
        there = [[row.pk for row in page.rows] for page in pages]
        assert len({pk for page in there for pk in page}) == 53
        back, cursor = [there[-1]], pages[-1].previous
        while cursor is not None:
            page = paged(SocialOrganization.objects.all(), sort, before=cursor)
            back.append([row.pk for row in page.rows])
            cursor = page.previous
        assert back[::-1] == there


def test_rows_without_a_value_stand_last_in_both_orders(rows: None, inside: Inside) -> None:
    with inside():
        for descending in (False, True):
            found = [
                row.last_verified_on for page in forward(Sort("last_verified_on", descending)) for row in page.rows
            ]
            assert found[-14:] == [None] * 14
            days = [day for day in found if day is not None]
            assert days == sorted(days, reverse=descending)


def test_a_row_added_meanwhile_moves_nothing(rows: None, inside: Inside) -> None:
    with inside():
        first = paged(SocialOrganization.objects.all(), Sort("name"))
        expected = [row.pk for row in paged(SocialOrganization.objects.all(), Sort("name"), after=first.next).rows]
        factory.organization(name="")
        assert [
            row.pk for row in paged(SocialOrganization.objects.all(), Sort("name"), after=first.next).rows
        ] == expected


@pytest.mark.parametrize("cursor", ["x", "é", "W10", ":", "WyJ4Il0:abc", "\x00", "a" * 5000])
def test_a_cursor_of_no_page_is_the_first_page(cursor: str, rows: None, inside: Inside) -> None:
    with inside():
        first = [row.pk for row in paged(SocialOrganization.objects.all(), Sort("name")).rows]
        for where in ("after", "before"):
            found = paged(SocialOrganization.objects.all(), Sort("name"), **{where: cursor})  # type: ignore[arg-type]
            assert [row.pk for row in found.rows] == first


def test_a_cursor_changed_or_of_another_list_or_order_is_none(rows: None, inside: Inside) -> None:
    with inside():
        everything = SocialOrganization.objects.all()
        cursor = paged(everything, Sort("name")).next
        assert cursor is not None
        first = [row.pk for row in paged(everything, Sort("serial")).rows]
        assert [row.pk for row in paged(everything, Sort("serial"), after=cursor).rows] == first
        assert paged(everything, Sort("name"), after=f"A{cursor[1:]}").previous is None
        assert paged(ContactLog.objects.all(), Sort("id"), after=paged(everything, Sort("id")).next).previous is None
