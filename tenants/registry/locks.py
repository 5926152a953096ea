"""What is locked, in this order: numbering, then the entry, then its sub-rows."""

from uuid import UUID

from django.db import connection

from commons.kit.errors import Conflict, NotFound
from tenants.registry.models import ContactLog, OrgRating, SocialOrganization

_NUMBERING = 0x5265_6701


def numbering() -> None:
    """Hold the union's numbering of entries until the transaction ends, so that serial numbers and credit codes have no twin."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(current_schema()))", [_NUMBERING])


def organization(pk: UUID, *, version: int | None = None) -> SocialOrganization:
    """
    The entry, locked until the transaction ends.

    Raises: NotFound; Conflict when it is no longer the `version` that was read.
    """
    row = SocialOrganization.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise NotFound()
    if version is not None and row.version != version:
        raise Conflict()
    return row


def rating(pk: UUID) -> OrgRating:
    """
    The rating, locked.

    Raises: NotFound.
    """
    row = OrgRating.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise NotFound()
    return row


def contact_log(pk: UUID) -> ContactLog:
    """
    The contact log, locked.

    Raises: NotFound.
    """
    row = ContactLog.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise NotFound()
    return row
