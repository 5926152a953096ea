"""The columns a user has chosen for a list."""

from __future__ import annotations

from commons.access.actors import Actor
from tenants.registry.columns import COLUMNS, DEFAULT_COLUMNS
from tenants.views.models import SavedView


def saved_columns(actor: Actor, list_name: str = "organizations") -> list[str]:
    """The names of the user's columns in their order; the default ones until some were chosen."""
    if actor.user is None:
        return list(DEFAULT_COLUMNS)
    view = SavedView.objects.filter(user_id=actor.user.pk, list_name=list_name).first()
    chosen = [name for name in view.columns if name in COLUMNS] if view else []
    return chosen or list(DEFAULT_COLUMNS)
