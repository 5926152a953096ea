"""What is locked, in this order: numbering, then the entry, then its sub-rows."""

from uuid import UUID

from commons.workflow import locks
from tenants.registry.models import ContactLog, OrgRating, SocialOrganization

_NUMBERING = 0x5265_6701


def numbering() -> None:
    """Hold the union's numbering of entries until the transaction ends, so that serial numbers and credit codes have no twin."""
    locks.numbering(_NUMBERING)


def organization(pk: UUID, *, version: int | None = None) -> SocialOrganization:
    """
    The entry, locked until the transaction ends.

    Raises: NotFound; Conflict when it is no longer the `version` that was read.
    """
    return locks.row(SocialOrganization, pk, version=version)


def rating(pk: UUID) -> OrgRating:
    """
    The rating, locked.

    Raises: NotFound.
    """
    return locks.row(OrgRating, pk)


def contact_log(pk: UUID) -> ContactLog:
    """
    The contact log, locked.

    Raises: NotFound.
    """
    return locks.row(ContactLog, pk)
