"""Questions to the public directory. Everyone signed in at a union may ask them. Source: DOMAIN V2."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.directory.credit_code import normalized
from commons.directory.models import Disagreement, RegisteredOrganization, RegisteredOrganizationChange
from commons.directory.searching import Place, Query
from commons.hierarchy.models import Division
from commons.kit.clock import today
from commons.kit.errors import DomainError, NotFound

MAX_PAGE = 100
_CURSOR = re.compile(r"^(?P<id>[0-9a-f]{32})(?P<region>\d{6}|-)(?P<name>[^\x00]{0,200})$")


class CursorInvalid(DomainError):
    """The place in the list that was asked for is not one."""

    code = "DIRECTORY.CURSOR_INVALID"
    sentence = "翻页位置无效，请回到第一页重新查询。"
    status = 400


@dataclass(frozen=True)
class Found:
    """One page of a search: rows in the order of name, and the cursors of the neighbouring pages."""

    rows: list[RegisteredOrganization]
    previous: str | None
    next: str | None


@dataclass(frozen=True)
class Card:
    """The public card of an organization: registration facts and rating. Source: V2."""

    organization: RegisteredOrganization
    region_name: str
    registered_region_name: str
    rating_in_force: bool
    changes: list[RegisteredOrganizationChange]


def search(
    *,
    actor: Actor,
    text: str = "",
    region: str = "",
    org_type: str = "",
    grade: str = "",
    first: int = 20,
    after: str | None = None,
    before: str | None = None,
    on: date | None = None,
) -> Found:
    """
    Organizations whose name holds every word of `text` (or whose code begins with it), in the order of name; with a
    `region`, those there and below, in the order of region and name.

    `grade` means a rating in force `on` that day. At most 100 rows a page.
    Raises: Refused, CursorInvalid.
    """
    may(actor, Permission.DIRECTORY_VIEW).require()
    size = max(1, min(first, MAX_PAGE))
    asked = Query(
        text=text.replace("\x00", "").strip()[:100], region=region, org_type=org_type, grade=grade, on=on or today()
    )
    if before:
        ids = asked.ids(limit=size + 1, before=_place(before))
        shown = _in_order(ids[:size])[::-1]
        return Found(
            shown,
            cursor(shown[0]) if len(ids) > size else None,
            cursor(shown[-1]) if shown else None,
        )
    ids = asked.ids(limit=size + 1, after=_place(after) if after else None)
    shown = _in_order(ids[:size])
    return Found(
        shown,
        cursor(shown[0]) if after and shown else None,
        cursor(shown[-1]) if shown and len(ids) > size else None,
    )


def card(uscc: str, *, actor: Actor) -> Card:
    """
    The public card of the organization with this code.

    Raises: NotFound, Refused.
    """
    may(actor, Permission.DIRECTORY_VIEW).require()
    row = RegisteredOrganization.objects.filter(uscc=normalized(uscc)).first()
    if row is None:
        raise NotFound()
    names = region_names([row.region_code, row.uscc[2:8]])
    return Card(
        organization=row,
        region_name=names.get(row.region_code, ""),
        registered_region_name=names.get(row.uscc[2:8], ""),
        rating_in_force=rating_in_force(row, today()),
        changes=list(row.changes.order_by("-at", "-id")[:20]),
    )


def by_codes(codes: Iterable[str]) -> dict[str, RegisteredOrganization]:
    """Rows of the directory by credit code, in one query."""
    return {row.uscc: row for row in RegisteredOrganization.objects.filter(uscc__in=list(codes))}


def disagreements(actor: Actor) -> QuerySet[Disagreement]:
    """Where the acting union's entries differ from the register, newest first."""
    if actor.union is None or not may(actor, Permission.LEDGER_VIEW):
        return Disagreement.objects.none()
    return Disagreement.objects.filter(union=actor.union).select_related("organization").order_by("-at", "-id")


def rating_in_force(row: RegisteredOrganization, on: date) -> bool:
    return bool(row.rating_grade) and (row.rating_valid_until is None or row.rating_valid_until > on)


def region_names(codes: Iterable[str]) -> dict[str, str]:
    """'湖南省 长沙市 开福区' for each code that is a division, in one query."""
    asked = {code for code in codes if len(code) == 6}
    wanted = {part for code in asked for part in _ancestry(code)}
    names: Mapping[str, str] = dict(Division.objects.filter(code__in=wanted).values_list("code", "name"))
    return {code: " ".join(names[part] for part in _ancestry(code) if part in names) for code in asked if code in names}


def cursor(row: RegisteredOrganization) -> str:
    """The place of a row in the order of a search."""
    return f"{row.pk.hex}{row.region_code or '-'}{row.name}"


def _place(text: str) -> Place:
    found = _CURSOR.match(text)
    if found is None:
        raise CursorInvalid()
    return Place(region=found["region"].strip("-"), name=found["name"], pk=UUID(found["id"]))


def _in_order(ids: list[UUID]) -> list[RegisteredOrganization]:
    rows = RegisteredOrganization.objects.in_bulk(ids)
    return [rows[pk] for pk in ids if pk in rows]


def _ancestry(code: str) -> list[str]:
    return list(dict.fromkeys([code[:2] + "0000", code[:4] + "00", code]))
