"""Which files there are of the open data, and one of them as an answer that is written while it is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpResponse

from commons.access.actors import Actor
from commons.audit.recording import record
from commons.files.responses import attachment
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import Invalid, NotFound
from commons.opendata import feed, writing
from commons.opendata.models import OcdsRelease
from commons.tenancy import door

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LINES = "application/x-ndjson; charset=utf-8"


@dataclass(frozen=True)
class Kind:
    """A file: its label for people, its type, and how it is written from releases."""

    label: str
    content_type: str


FILES: Mapping[str, Kind] = {
    "releases.json": Kind("全部发布（JSON）", "application/json; charset=utf-8"),
    "records.json": Kind("各项目的完整记录（JSON）", "application/json; charset=utf-8"),
    "releases.jsonl": Kind("全部发布（JSON Lines，每行一条）", LINES),
    "records.jsonl": Kind("各项目的完整记录（JSON Lines）", LINES),
    "processes.xlsx": Kind("各项目一览（Excel）", XLSX),
}


def answer(
    name: str, union: TradeUnion, *, by: Actor, at: datetime, uri: str, asked: Mapping[str, str]
) -> HttpResponse:
    """
    The file `name` of the subtree of `union`; `since` and `limit` in `asked` cut `releases.jsonl` into steps of the feed.

    Raises: Refused; NotFound; Invalid for a `since` or `limit` that is no number.
    """
    if name not in FILES:
        raise NotFound()
    rows = feed.releases(by, union)
    feed.number()
    record("opendata.export", by=by, at=at, file=name, of=union.code)
    if name == "releases.jsonl" and ("since" in asked or "limit" in asked):
        return _step(rows, asked, uri)
    write: Callable[[], writing.Parts]
    kind = name.split(".")[0]
    if name.endswith(".jsonl"):
        write = lambda: (line + b"\n" for line in writing.lines(kind, rows))  # noqa: E731
    elif name.endswith(".json"):
        head = writing.head(union, rows, uri, at)
        write = lambda: writing.package(kind, head, rows)  # noqa: E731
    else:
        write = lambda: writing.workbook(rows)  # noqa: E731
    # Produced after the request's door has closed; only shared rows are read.
    parts = door.streaming(by.union, write()) if by.union is not None else write()
    return attachment(parts, name=f"open-data-{union.code}-{name}", content_type=FILES[name].content_type)


def _step(rows: QuerySet[OcdsRelease], asked: Mapping[str, str], uri: str) -> HttpResponse:
    """One step of the feed, with the way to the next; the last one leads to itself, where what comes later will be."""
    cursor, limit = _number(asked, "since", 0), _number(asked, "limit", feed.PAGE)
    if not 1 <= limit <= feed.PAGE:
        raise Invalid({"limit": [f"每次最多 {feed.PAGE} 条。"]})
    found = list(feed.since(rows, cursor, limit=limit))
    after = found[-1].position if found else cursor
    made = HttpResponse(b"".join(one.body.encode() + b"\n" for one in found), content_type=LINES)
    made["Link"] = f'<{uri}?since={after}&limit={limit}>; rel="next"'
    made["X-Next-Since"] = str(after)
    made["Cache-Control"] = "private, no-store"
    return made


def _number(asked: Mapping[str, str], name: str, default: int) -> int:
    text = asked.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Invalid({name: ["请填写不小于零的整数。"]})
    return int(text)
