"""A mutation is one action of a feature: permission declared on it, one input, one payload with `errors`."""

from __future__ import annotations

from typing import Any, Self

import graphene
import structlog
from django.db import DataError, IntegrityError, transaction
from graphql import GraphQLResolveInfo

from api.kit.context import Context
from api.kit.errors import MutationError, mutation_errors
from commons.access.permissions import Permission
from commons.boundaries.transfer import guard
from commons.kit.errors import DomainError, Invalid

_log = structlog.get_logger("api")


class ActionMutation(graphene.Mutation):
    """Subclasses declare Meta.permission and Meta.input_type, and do their action in `perform`."""

    class Meta:
        abstract = True

    errors = graphene.List(
        graphene.NonNull(MutationError), required=True, description="未成功的原因；成功时为空。 / Empty on success."
    )

    _permission: Permission

    @classmethod
    def __init_subclass_with_meta__(
        cls,
        permission: Permission | None = None,
        input_type: type[graphene.InputObjectType] | None = None,
        **options: Any,
    ) -> None:
        if permission is None or input_type is None:
            raise TypeError(f"{cls.__name__} declares no permission or no input")
        cls._permission = permission
        description = (cls.__doc__ or "").strip()
        options["description"] = f"{description}\n需要权限 Permission: {permission.value}（{permission.zh}）。"
        options.setdefault("name", f"{cls.__name__}Payload")
        options["arguments"] = {"input": graphene.Argument(input_type, required=True)}
        super().__init_subclass_with_meta__(**options)

    @classmethod
    def perform(cls, context: Context, *_: Any, **data: Any) -> Self:
        """Do the action and return the payload. Raises: DomainError."""
        raise NotImplementedError

    @classmethod
    def mutate(cls, _root: None, info: GraphQLResolveInfo, *, input: dict[str, Any]) -> Self:
        context: Context = info.context
        try:
            context.require_inside(cls._permission)
            with transaction.atomic():
                done = cls.perform(context, **input)
        except DomainError as problem:
            return cls(errors=mutation_errors(problem))
        except IntegrityError as refused:
            if (departed := guard.departed(refused)) is None:
                raise
            return cls(errors=mutation_errors(departed))
        except DataError as beyond:
            # A value that fits its GraphQL type but not the column; the feature's own checks should have said so.
            _log.warning("api_value_beyond_column", mutation=cls.__name__, error=str(beyond).split("\n")[0])
            return cls(errors=mutation_errors(Invalid({"": ["填写的内容超出允许的范围，请检查后再提交。"]})))
        done.errors = []
        return done
