"""/u/<code>/open-data: what is published of purchases in the union's subtree, to take away. Source: OCDS 1.1.5."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now
from commons.kit.errors import NotFound
from commons.opendata import feed, serving, writing


@dataclass(frozen=True)
class File:
    label: str
    url: str


@dataclass(frozen=True)
class ExportPage:
    union: TradeUnion
    releases: int
    processes: int
    files: tuple[File, ...]
    feed: str
    prefix: str


@require_safe
def page(request: HttpRequest, union_code: str) -> HttpResponse:
    """How much there is, and the files."""
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    if actor.union is None:
        raise NotFound()
    rows = feed.releases(actor, actor.union)
    told = ExportPage(
        union=actor.union,
        releases=rows.count(),
        processes=rows.values("ocid").distinct().count(),
        files=tuple(
            File(kind.label, reverse("open-data-file", args=[union_code, name])) for name, kind in serving.FILES.items()
        ),
        feed=f"/open-data/{union_code}/releases.jsonl?since=0",
        prefix=writing.prefix(),
    )
    return render(request, "opendata/export.html", {"page": told})


@require_safe
def file(request: HttpRequest, union_code: str, name: str) -> HttpResponse:
    """One file."""
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    if actor.union is None:
        raise NotFound()
    uri = request.build_absolute_uri(request.path)
    return serving.answer(name, actor.union, by=actor, at=now(), uri=uri, asked=request.GET)
