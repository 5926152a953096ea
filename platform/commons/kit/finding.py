"""One row among those an actor may see."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from commons.kit.errors import NotFound

R = TypeVar("R", bound=Model)


def one(rows: QuerySet[R], pk: UUID | str) -> R:
    """
    The row with this key.

    Raises: NotFound, alike for absent, forbidden and misshapen.
    """
    try:
        found = rows.filter(pk=UUID(str(pk))).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound()
    return found
