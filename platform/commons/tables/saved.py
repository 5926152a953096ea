"""The views of a list that its people have saved, and the columns they usually want."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q
from django.utils.http import urlencode

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.kit.errors import Invalid, NotFound
from commons.tables.declaration import Table
from commons.tenancy.acting import require

# Whoever arranges the union's own matters offers views to all of its people.
SHARE = Permission.UNION_PROFILE
MOST = 30
NAME_LENGTH = 20


@dataclass(frozen=True)
class View:
    """A saved view as the list offers it: to its owner, and to all when shared."""

    id: UUID
    name: str
    filters: Mapping[str, list[str]]
    sort: str
    columns: tuple[str, ...]
    is_default: bool
    shared: bool
    own: bool

    @property
    def query(self) -> str:
        """The address that shows it: everything in words, so that what is changed afterwards is seen."""
        words = {**self.filters, "sort": self.sort} if self.sort else dict(self.filters)
        return urlencode({"view": str(self.id), **words}, doseq=True)


@dataclass(frozen=True)
class Views:
    """`usual` are the user's columns without a view; empty until some were chosen."""

    usual: tuple[str, ...] = ()
    all: tuple[View, ...] = field(default=())

    def one(self, pk: str) -> View | None:
        return next((view for view in self.all if str(view.id) == pk), None)

    @property
    def default(self) -> View | None:
        return next((view for view in self.all if view.own and view.is_default), None)


def views(table: Table[Any], actor: Actor) -> Views:
    """What this user has saved for the list and what others share there: one statement."""
    if actor.user_id is None:
        return Views()
    rows = _rows().filter(Q(user_id=actor.user_id) | Q(shared=True), list_name=table.name).order_by("id")
    usual: tuple[str, ...] = ()
    found = []
    for row in rows:
        own = row.user_id == actor.user_id
        if row.name:
            found.append(
                View(row.pk, row.name, row.filters, row.sort, tuple(row.columns), row.is_default, row.shared, own)
            )
        elif own:
            usual = tuple(row.columns)
    return Views(usual, tuple(sorted(found, key=lambda view: not view.own)))


def editable(actor: Actor, view: View) -> bool:
    """One's own, and a shared one for whoever may share."""
    return view.own or (view.shared and bool(may(actor, SHARE)))


def view(table: Table[Any], actor: Actor, pk: UUID) -> View:
    """
    A view that `actor` may change.

    Raises: NotFound, alike for another's and for none.
    """
    found = views(table, actor).one(str(pk))
    if found is None or not editable(actor, found):
        raise NotFound()
    return found


@transaction.atomic
def save(
    *,
    table: Table[Any],
    name: str,
    filters: Mapping[str, list[str]],
    sort: str,
    columns: Sequence[str],
    is_default: bool = False,
    shared: bool = False,
    by: Actor,
) -> View:
    """
    Keep a view under a name; one's own of that name is replaced.

    Raises: Refused, Invalid.
    """
    user_id = _user(table, by)
    name = _name(name)
    if shared:
        require(by, SHARE)
    mine = _rows().filter(user_id=user_id, list_name=table.name)
    if not mine.filter(name=name).exists() and mine.exclude(name="").count() >= MOST:
        raise Invalid({"name": [f"每个列表最多保存{MOST}个视图，请先删除不再使用的。"]})
    if is_default:
        mine.filter(is_default=True).update(is_default=False)
    known = {one.name for one in table.columns}
    given = {
        "filters": dict(filters),
        "sort": sort,
        "columns": [one for one in columns if one in known],
        "is_default": is_default,
        "shared": shared,
    }
    row, _ = _rows().update_or_create(user_id=user_id, list_name=table.name, name=name, defaults=given)
    return View(row.pk, name, row.filters, row.sort, tuple(row.columns), is_default, shared, own=True)


@transaction.atomic
def revise(*, table: Table[Any], pk: UUID, name: str, is_default: bool, shared: bool, by: Actor) -> View:
    """
    Rename a view, make it one's first, share it or share it no more.

    Raises: Refused, Invalid, NotFound.
    """
    _user(table, by)
    found, name = view(table, by, pk), _name(name)
    if shared and not found.shared:
        require(by, SHARE)
    row = _rows().select_for_update().get(pk=pk)
    others = _rows().filter(user_id=row.user_id, list_name=table.name).exclude(pk=pk)
    if others.filter(name=name).exists():
        raise Invalid({"name": [f"已经有名为“{name}”的视图，请换一个名称。"]})
    # Which view another opens first is theirs to choose.
    row.is_default = is_default if found.own else row.is_default
    if row.is_default:
        others.filter(is_default=True).update(is_default=False)
    row.name, row.shared = name, shared
    row.save(update_fields=["name", "is_default", "shared"])
    return View(row.pk, name, row.filters, row.sort, tuple(row.columns), row.is_default, shared, found.own)


@transaction.atomic
def remove(*, table: Table[Any], pk: UUID, by: Actor) -> None:
    """
    Raises: Refused, NotFound.
    """
    _user(table, by)
    _rows().filter(pk=view(table, by, pk).id).delete()


@transaction.atomic
def keep_columns(*, table: Table[Any], columns: Iterable[str], within: str = "", by: Actor) -> None:
    """
    Keep the choice of columns, in the view `within` when that may be changed, else as the user's usual ones.

    Without any the list's own columns return. Raises: Refused, Invalid.
    """
    user_id, wanted = _user(table, by), set(columns)
    offered = {one.name for one in table.columns_for(by) if one.listed}
    if wanted - offered:
        raise Invalid({"columns": ["选择的列中有不存在的列，请重新选择。"]})
    chosen = [one.name for one in table.columns if one.name in wanted and not one.fixed]
    found = views(table, by).one(within)
    if found is not None and editable(by, found):
        _rows().filter(pk=found.id).update(columns=chosen)
    elif chosen:
        _rows().update_or_create(user_id=user_id, list_name=table.name, name="", defaults={"columns": chosen})
    else:
        _rows().filter(user_id=user_id, list_name=table.name, name="").delete()


def _user(table: Table[Any], by: Actor) -> UUID:
    require(by, table.permission)
    if by.user_id is None:
        raise Invalid({"": ["只有登录的用户可以保存视图和显示列。"]})
    return by.user_id


def _name(text: str) -> str:
    name = " ".join(text.replace("\x00", "").split())
    if not name or len(name) > NAME_LENGTH:
        raise Invalid({"name": [f"请填写视图名称，最多{NAME_LENGTH}个字。"]})
    return name


def _rows() -> models.Manager[Any]:
    """The table lies in the union's schema, above this floor."""
    return apps.get_model("views", "SavedView")._default_manager
