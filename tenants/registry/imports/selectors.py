"""Questions about imports."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.hierarchy.enums import Kind
from commons.kit.errors import NotFound
from commons.tenancy.acting import require
from tenants.registry.models import ImportBatch


def batches(actor: Actor) -> QuerySet[ImportBatch]:
    """The union's imports, newest first, without their sealed contents. None for whoever may not import."""
    if not may(actor, Permission.LEDGER_IMPORT):
        return ImportBatch.objects.none()
    return ImportBatch.objects.defer("sheet", "sample", "problems").order_by("-created_at", "-id")


def batch(actor: Actor, pk: UUID | str) -> ImportBatch:
    """
    One import of the acting union.

    Raises: Refused, NotFound.
    """
    require(actor, Permission.LEDGER_IMPORT)
    found = ImportBatch.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


def default_region(actor: Actor) -> str:
    """
    The division that rows without a region column belong to: that of the acting union, when it is a regional one
    below the nation.
    """
    union = actor.union
    if union is None or union.kind != Kind.REGIONAL or not union.division_id or union.division_id == "000000":
        return ""
    return str(union.division_id)
