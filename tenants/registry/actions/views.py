"""A user's own way of looking at a list."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.kit.errors import Invalid
from commons.tenancy.acting import require
from tenants.registry.columns import COLUMNS
from tenants.views.models import SavedView


@transaction.atomic
def save_columns(*, columns: Sequence[str], by: Actor, list_name: str = "organizations") -> SavedView | None:
    """
    Keep the user's choice of columns; an empty choice returns to the default ones.

    Raises: Refused, Invalid.
    """
    require(by, Permission.LEDGER_VIEW)
    if by.user is None:
        raise Invalid({"columns": ["只有登录的用户可以保存显示列。"]})
    if any(name not in COLUMNS for name in columns):
        raise Invalid({"columns": ["选择的列中有不存在的列，请重新选择。"]})
    if not columns:
        SavedView.objects.filter(user_id=by.user.pk, list_name=list_name).delete()
        return None
    chosen = [name for name in COLUMNS if name in set(columns)]
    view, _ = SavedView.objects.update_or_create(user_id=by.user.pk, list_name=list_name, defaults={"columns": chosen})
    return view
