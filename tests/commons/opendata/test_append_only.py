"""What was published stays as it was, whatever code is reached. Source: OCDS 1.1.5, Releases; V2."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from commons.hierarchy.models import TradeUnion
from commons.opendata import feed
from commons.opendata.models import OcdsRelease
from tests.isolation import opendata_rows

Country = dict[str, TradeUnion]
TABLE = "public.opendata_ocdsrelease"


def rows() -> list[tuple[object, ...]]:
    return list(OcdsRelease.objects.order_by("id").values_list())


def refused(statement: str) -> None:
    before = rows()
    with connection.cursor() as cursor:
        # A table with checks still to come could not be emptied anyway.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert rows() == before


@pytest.mark.parametrize("numbered", [True, False])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET body = '{{}}'",
        "UPDATE {} SET body = '{{}}', position = 9",
        "UPDATE {} SET date = date + interval '1 day', position = 9",
        "UPDATE {} SET tags = '{{tender}}', position = 9",
        "UPDATE {} SET ocid = 'x', position = 9",
        "UPDATE {} SET release_id = 'x', position = 9",
        "UPDATE {} SET id = gen_random_uuid(), position = 9",
        "UPDATE {} SET union_id = (SELECT id FROM public.hierarchy_tradeunion WHERE code = '430111'), position = 9",
        "UPDATE {} SET position = NULL",
        "DELETE FROM {}",
        "TRUNCATE {}",
    ],
)
def test_a_release_stays(country: Country, at: datetime, statement: str, numbered: bool) -> None:
    opendata_rows.fill(country["430105"], at)
    if numbered:
        feed.number()
    refused(statement.format(TABLE))


def test_a_place_in_the_feed_is_given_once(country: Country, at: datetime) -> None:
    row = opendata_rows.fill(country["430105"], at)
    opendata_rows.fill(country["430111"], at)
    assert (feed.number(), feed.number()) == (2, 0)
    refused(f"UPDATE {TABLE} SET position = 7 WHERE position = 1")
    row.refresh_from_db()
    assert row.position == 1
