"""
Object-level grants: this account on this row. The only module that speaks to guardian.

Grants are direct foreign-key rows in the schema of the object's own union (never generic, never in `public`): a grant in one union opens
nothing in another, and ends with its object. Lists are answered by one subquery, so a grant costs no query per row.
Source: DESIGN §3.2; DOMAIN V13.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.models import Permission as AuthPermission
from django.db import models
from guardian.models import UserObjectPermissionBase
from guardian.shortcuts import assign_perm, get_objects_for_user, remove_perm
from guardian.utils import get_user_obj_perms_model

from commons.people.models import User


class ObjectGrant(UserObjectPermissionBase):
    """
    Base of a feature's grant table: add `content_object = ForeignKey(<model>, on_delete=CASCADE, related_name="grants")`.

    The reverse name must exist: by it the grants of a model are found; without one they would go to the generic table unseen.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_constraint=False, related_name="+")
    permission = models.ForeignKey(AuthPermission, on_delete=models.CASCADE, db_constraint=False, related_name="+")

    class Meta(UserObjectPermissionBase.Meta):
        abstract = True


def _codename(row_or_model: models.Model | type[models.Model]) -> str:
    return f"{row_or_model._meta.app_label}.view_{row_or_model._meta.model_name}"


def _grants(model: type[models.Model]) -> models.QuerySet[Any]:
    """The view grants on rows of `model`: a direct table, or this raises."""
    # guardian asks for a row and takes its class just as well.
    table = get_user_obj_perms_model(cast(models.Model, model))
    if not issubclass(table, ObjectGrant):
        raise TypeError(f"{model.__name__} has no grant table of its own.")
    return table._default_manager.filter(permission__codename=_codename(model).split(".")[1])


def name_officer(user: User, row: models.Model) -> None:
    """Let `user` see this one row."""
    _grants(type(row))
    assign_perm(_codename(row), user, row)


def dismiss_officer(user: User, row: models.Model) -> None:
    remove_perm(_codename(row), user, row)


def officers(row: models.Model) -> models.QuerySet[User]:
    """The users named on this row."""
    named = _grants(type(row)).filter(content_object=row.pk)
    return User.objects.filter(pk__in=named.values("user_id"))


def officers_of_rows(model: type[models.Model], pks: Iterable[object]) -> dict[object, list[str]]:
    """The names of the users named on each of these rows: one query."""
    rows = _grants(model).filter(content_object__in=list(pks))
    named: dict[object, list[str]] = {}
    for pk, name in rows.values_list("content_object_id", "user__name"):
        named.setdefault(pk, []).append(name)
    return named


def rows_named_to(user: User, model: type[models.Model]) -> models.QuerySet[models.Model]:
    """The rows of the current schema on which `user` is named: one query, whatever their number."""
    return get_objects_for_user(
        user, _codename(model), model, use_groups=False, accept_global_perms=False, with_superuser=False
    )
