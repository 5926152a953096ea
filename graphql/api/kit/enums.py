"""Code enumerations as GraphQL enums whose descriptions are in both languages."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import graphene

from commons.kit.labels import Code

_named: dict[str, type[Code]] = {}


@cache
def code_enum(codes: type[Code], name: str = "") -> type[graphene.Enum]:
    """
    One GraphQL enum per `Code` class; `name` where two features use the same word.

    Raises: ValueError when another class has the name already, which graphene would take for the same.
    """
    if _named.setdefault(name or codes.__name__, codes) is not codes:
        raise ValueError(f"{codes.__module__}.{codes.__name__} needs a name of its own in the API")
    title = (codes.__doc__ or "").strip().split("\n")[0]
    if codes.__doc__ == Code.__doc__:
        title = ""
    described = _describe(title or codes.__name__)
    made: type[graphene.Enum] = graphene.Enum.from_enum(codes, name=name or codes.__name__, description=described)
    return made


def _describe(title: str) -> Callable[[Code | None], str]:
    def description(member: Code | None) -> str:
        return f"{member.zh} / {member.en}" if member is not None else title

    return description
