"""/u/<code>/red-flags: signs in the union's own purchases that deserve a look. Source: OCP red flags; FAIR."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commons.access.actors import Actor
from tenants.purchasing.opendata import flags
from tenants.purchasing.opendata.flags import Flag


@dataclass(frozen=True)
class Line:
    name: str
    subject: str
    value: str


@dataclass(frozen=True)
class Group:
    code: str
    title: str
    about: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class FlagsPage:
    groups: tuple[Group, ...]


@require_safe
def red_flags(request: HttpRequest, union_code: str) -> HttpResponse:
    """Each flag with what raised it; those that nothing raised too."""
    found = flags.of_union(cast(Actor, request.actor))  # type: ignore[attr-defined]
    groups = tuple(
        Group(code, title, about, tuple(_line(flag) for flag in found if flag.code == code))
        for code, (title, about) in flags.LABELS.items()
    )
    return render(request, "purchasing/red_flags.html", {"page": FlagsPage(groups)})


def _line(flag: Flag) -> Line:
    if flag.code == "R036":
        return Line(flag.name, flag.subject, "—")
    if flag.code == "R035":
        return Line(flag.name, flag.subject, f"{flag.value} 家不合格")
    return Line(flag.name, flag.subject, f"{float(flag.value):.1%}")
