"""Fields that declare on themselves what they ask of the viewer and what they cost; their description says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import graphene
from graphene.types.objecttype import ObjectType
from graphql import GraphQLResolveInfo

from api.kit.errors import LimitExceeded
from api.kit.limits import DEFAULT_PAGE, MAX_PAGE
from commons.access.permissions import Permission

Arguments = Mapping[str, Any]


class ApiField(graphene.Field):
    """
    A field with a price and, where needed, a permission.

    `cost` is charged per object; `size` says how many objects the arguments ask for, at most.
    `private` fields live in the acting union's schema: partners are refused before anything is read.
    """

    def __init__(
        self,
        type_: Any,
        *args: Any,
        permission: Permission | None = None,
        private: bool = False,
        cost: int = 1,
        size: Callable[[Arguments], int] | int = 1,
        paged: bool = False,
        description: str = "",
        **options: Any,
    ) -> None:
        self.permission = permission
        self.private = private
        self.cost = cost
        self.size = size
        self.paged = paged
        super().__init__(type_, *args, description=_with_terms(description, permission, cost, paged), **options)

    def wrap_resolve(self, parent_resolver: Callable[..., Any]) -> Callable[..., Any]:
        resolve: Callable[..., Any] = super().wrap_resolve(parent_resolver)
        if self.permission is None:
            return resolve
        permission, private = self.permission, self.private

        def guarded(root: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
            (info.context.require_inside if private else info.context.require)(permission)
            return resolve(root, info, **arguments)

        return guarded

    def objects(self, arguments: Arguments) -> int:
        """How many objects these arguments ask for."""
        if self.paged:
            return page_size(arguments.get("first"))
        return self.size(arguments) if callable(self.size) else self.size


def page_size(first: object) -> int:
    """
    The number of rows of a page; the default when none is named.

    Raises: LimitExceeded when it is more than a page may hold; it is never cut silently.
    """
    if first is None:
        return DEFAULT_PAGE
    if isinstance(first, bool) or not isinstance(first, int) or not 1 <= first <= MAX_PAGE:
        raise LimitExceeded("PAGE_SIZE", MAX_PAGE)
    return first


def _with_terms(description: str, permission: Permission | None, cost: int, paged: bool) -> str:
    terms = []
    if permission is not None:
        terms.append(f"需要权限 Permission: {permission.value}（{permission.zh}）。")
    if paged:
        terms.append(f"每页最多 Page at most: {MAX_PAGE}。")
    if cost != 1 or paged:
        terms.append(f"开销 Cost: {cost}{' × first' if paged else ''}。")
    return "\n".join([description, *terms]).strip()


def declared(type_: type[ObjectType]) -> dict[str, graphene.Field]:
    """The fields of a type by their GraphQL names."""
    from graphene.utils.str_converters import to_camel_case

    return {field.name or to_camel_case(name): field for name, field in type_._meta.fields.items()}
