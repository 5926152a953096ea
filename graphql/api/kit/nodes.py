"""Objects that can be asked for by their global id, each type with its own way of finding a row for a viewer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import graphene
from django.db import models
from graphql import GraphQLResolveInfo

from api.kit.context import Context
from api.kit.ids import from_global, to_global
from api.kit.loaders import Row, row
from commons.kit.errors import NotFound, Refused

T = TypeVar("T", bound=type[graphene.ObjectType])

# (the viewer's context, the key in the id) -> the row, or NotFound / Refused.
Finder = Callable[[Context, str], models.Model]


@dataclass(frozen=True)
class _Kind:
    type_: type[graphene.ObjectType]
    model: type[models.Model]
    find: Finder


_KINDS: dict[str, _Kind] = {}
_TYPES: dict[type[models.Model], type[graphene.ObjectType]] = {}


class Node(graphene.Interface):
    """可按全局编号查询的对象。 / An object with a global id."""

    id = graphene.ID(required=True, description="全局编号。 / Global id.")

    @classmethod
    def resolve_type(cls, instance: Row[models.Model], _info: GraphQLResolveInfo) -> type[graphene.ObjectType]:
        return _TYPES[type(instance.it)]


def node(model: type[models.Model], find: Finder) -> Callable[[T], T]:
    """Class decorator: rows of `model` are of this type, and `find` looks one up by the key in its id."""

    def kept(type_: T) -> T:
        _KINDS[type_._meta.name] = _Kind(type_, model, find)
        _TYPES[model] = type_
        return type_

    return kept


def id_of(key: str = "pk") -> Callable[..., str]:
    """Resolver of `id`: the type's name and the row's `key`."""

    def resolve(root: Row[Any], info: GraphQLResolveInfo) -> str:
        return to_global(info.parent_type.name, getattr(root.it, key))

    return resolve


def by_id(context: Context, global_id: str) -> Row[models.Model]:
    """
    The object behind an id.

    Raises: BadId for what is no id; NotFound alike for no such row, no such type, another's row, a forbidden row.
    """
    type_name, key = from_global(global_id)
    kind = _KINDS.get(type_name)
    if kind is None:
        raise NotFound()
    try:
        return row(kind.find(context, key))
    except Refused:
        raise NotFound() from None


def tables() -> dict[str, type[models.Model]]:
    """The model behind each node type, by the type's name."""
    return {name: kind.model for name, kind in _KINDS.items()}


def types() -> list[type[graphene.ObjectType]]:
    """All node types, for the schema."""
    return [kind.type_ for kind in _KINDS.values()]
