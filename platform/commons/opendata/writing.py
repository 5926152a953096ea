"""Releases and records as packages, as lines, as sheets: written part by part, however many there are."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import orjson
from django.conf import settings
from django.db.models import Max, QuerySet
from openpyxl import Workbook

from commons.hierarchy.models import TradeUnion
from commons.kit.clock import BEIJING
from commons.opendata import feed, merging
from commons.opendata.models import OcdsRelease

# Addresses by which the standard names its extensions; data, fetched by nobody here. Source: OCDS 1.1.5, Extensions.
_PLACE = "https://raw.githubusercontent.com/open-contracting-extensions"
EXTENSIONS = (
    f"{_PLACE}/ocds_bid_extension/v1.1.5/extension.json",
    f"{_PLACE}/ocds_lots_extension/v1.1.5/extension.json",
    f"{_PLACE}/ocds_budget_breakdown_extension/master/extension.json",
)
COLUMNS = (
    *(
        "ocid",
        "id",
        "date",
        "tag",
        "buyer/id",
        "buyer/name",
        "tender/title",
        "tender/status",
        "tender/procurementMethod",
    ),
    *(
        "planning/budget/amount/amount",
        "tender/value/amount",
        "bids",
        "suppliers",
        "award/value",
        "contract/value",
        "paid",
    ),
)
Parts = Iterator[bytes]


def head(union: TradeUnion, rows: QuerySet[OcdsRelease], uri: str, at: datetime) -> dict[str, Any]:
    """What stands at the head of a package; the date is that of the last change in it."""
    last = rows.aggregate(last=Max("date"))["last"] or at
    return {
        "uri": uri,
        "version": "1.1",
        "publishedDate": moment(last),
        "publisher": {"name": union.name_zh, "scheme": "CN-UNION", "uid": union.code},
        "extensions": list(EXTENSIONS),
    }


def moment(at: datetime) -> str:
    """'2026-11-20T10:00:00.000+08:00': of one length, so that text sorts like time."""
    return at.astimezone(BEIJING).isoformat(timespec="milliseconds")


def package(kind: str, told: Mapping[str, Any], rows: QuerySet[OcdsRelease]) -> Parts:
    """A release package or a record package."""
    yield orjson.dumps(told)[:-1] + b',"' + kind.encode() + b'":['
    for position, line in enumerate(lines(kind, rows, history=False)):
        yield (b"," if position else b"") + line
    yield b"]}\n"


def lines(kind: str, rows: QuerySet[OcdsRelease], *, history: bool = True) -> Parts:
    """Each release in the order of the feed, or each record, with `history` of its values, as JSON."""
    if kind == "releases":
        for row in feed.since(rows):
            yield row.body.encode()
    else:
        for _, told in feed.processes(rows):
            yield orjson.dumps(merging.record([orjson.loads(one.body) for one in told], history=history))


def workbook(rows: QuerySet[OcdsRelease]) -> Parts:
    """One line for each process as it stands, with the standard's paths as headings."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("processes")
    sheet.append(COLUMNS)
    for _, told in feed.processes(rows):
        sheet.append(_flat(merging.compiled([orjson.loads(one.body) for one in told])))
    with tempfile.TemporaryFile() as kept:
        book.save(kept)
        kept.seek(0)
        while part := kept.read(65536):
            yield part


def _flat(one: Mapping[str, Any]) -> list[Any]:
    tender, awards, contracts = one.get("tender", {}), one.get("awards", []), one.get("contracts", [])
    paid = [
        part["value"]["amount"] for made in contracts for part in made.get("implementation", {}).get("transactions", [])
    ]
    suppliers = "、".join(who["name"] for award in awards for who in award.get("suppliers", []))
    cells: list[Any] = [one["ocid"], one["id"], one["date"], "compiled", one["buyer"]["id"], one["buyer"]["name"]]
    cells += [tender.get("title", ""), tender.get("status", ""), tender.get("procurementMethod", "")]
    cells += [_amount(one.get("planning", {}).get("budget", {}).get("amount")), _amount(tender.get("value"))]
    cells += [
        len(one.get("bids", {}).get("details", [])),
        suppliers,
        _total(awards),
        _total(contracts),
        round(sum(paid), 2),
    ]
    return [f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@" and cell else cell for cell in cells]


def _amount(value: Mapping[str, Any] | None) -> Any:
    return value["amount"] if value else None


def _total(rows: Iterable[Mapping[str, Any]]) -> float:
    return float(round(sum(row["value"]["amount"] for row in rows if "value" in row), 2))


def prefix() -> str:
    """What begins each ocid; the example's until one has been registered."""
    return str(settings.OCDS_PREFIX)
