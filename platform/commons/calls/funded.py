"""
What unions pay for, told to the unions above and below them, so that no service is paid for twice unnoticed. Source: DOMAIN R6.

Two projects of one year may be the same service when one union stands under the other, they share a field and no place rules it out, and
they stand for the same item of the catalogue, have the same title or the same provider.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from commons.calls.models import FundedService
from commons.hierarchy.models import TradeUnion
from commons.kit import keys


@dataclass(frozen=True)
class Service:
    """What is compared. `providers` are credit codes."""

    project_id: UUID
    year: int
    title: str
    item_name: str
    fields: Sequence[str]
    region_code: str
    providers: Sequence[str]


def tell(*, union: TradeUnion, service: Service, signed_on: date) -> FundedService:
    """Write that `union` pays for a service; the same project again as it now is."""
    told = {
        "year": service.year,
        "title": service.title,
        "item_name": service.item_name,
        "fields": list(service.fields),
        "region_code": service.region_code,
        "provider_keys": [keys.key(code) for code in service.providers if code],
        "signed_on": signed_on,
    }
    row, _ = FundedService.objects.update_or_create(union=union, project_id=service.project_id, defaults=told)
    return row


def forget(*, union: TradeUnion, project_id: UUID) -> None:
    """A project that was stopped is paid for no more."""
    FundedService.objects.filter(union=union, project_id=project_id).delete()


def overlapping(*, union: TradeUnion, service: Service) -> list[FundedService]:
    """Services of unions above and below that may be the same; one statement, with their unions."""
    line = Q(union__in=[pk for pk in union.path if pk != union.pk]) | Q(union__path__contains=[union.pk])
    alike = Q(title=service.title)
    if service.item_name:
        alike |= Q(item_name=service.item_name)
    if service.providers:
        alike |= Q(provider_keys__overlap=[keys.key(code) for code in service.providers if code])
    rows = FundedService.objects.filter(line, alike, year=service.year, fields__overlap=list(service.fields))
    found = rows.exclude(union=union).select_related("union").order_by("union__code", "title")
    return [row for row in found if _may_meet(row.region_code, service.region_code)]


def _may_meet(one: str, other: str) -> bool:
    """Whether two places are one, or one lies in the other; a place not told may be anywhere."""
    first, second = _stem(one), _stem(other)
    return first.startswith(second) or second.startswith(first)


def _stem(code: str) -> str:
    """430100 → 4301."""
    while code.endswith("00"):
        code = code[:-2]
    return code
