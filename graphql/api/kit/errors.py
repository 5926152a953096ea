"""
One shape for everything that goes wrong.

A payload carries `errors { code message path params }`; the top level carries the same code, path and params in
`extensions`. Whatever nobody anticipated becomes one sentence with the request's id.
"""

from __future__ import annotations

from typing import Any

import graphene
import structlog
from graphene.utils.str_converters import to_camel_case
from graphql import GraphQLError

from api.kit.scalars import Params
from commons.kit.errors import DomainError, Invalid

_log = structlog.get_logger("api")

INTERNAL = "服务器内部错误。请稍后再试；如仍出现，请把请求编号告诉平台管理员。"

_LIMITS = {
    "DEPTH": "查询嵌套过深，最多 %(limit)s 层。",
    "TOKENS": "查询过长，最多 %(limit)s 个词法单元。",
    "FIELDS": "查询的字段过多，最多 %(limit)s 个。",
    "SAME_FIELD": "同一字段重复过多，最多 %(limit)s 次。",
    "ALIASES": "查询的别名过多，最多 %(limit)s 个。",
    "DIRECTIVES": "查询的指令过多，最多 %(limit)s 个。",
    "DEFINITIONS": "请求中的操作和片段过多，最多 %(limit)s 个。",
    "FRAGMENT_CYCLE": "查询的片段互相引用，形成循环。",
    "PAGE_SIZE": "每页条数须在 1 至 %(limit)s 之间。",
    "COST": "查询的开销过大：上限 %(limit)s，本次 %(cost)s。请减少每页条数或拆分查询。",
    "RATE": "请求过于频繁，每分钟最多 %(limit)s 次，请稍后再试。",
}


class LimitExceeded(DomainError):
    """The request asks for more than the API answers at once; `which` names the limit."""

    def __init__(self, which: str, limit: int, *, cost: int = 0) -> None:
        super().__init__(limit=limit)
        if cost:
            self.params["cost"] = cost
        self.which = which
        self.code = f"LIMIT.{which}"  # type: ignore[misc]
        self.sentence = _LIMITS[which]  # type: ignore[misc]


class NoActingUnion(DomainError):
    """The account holds roles in several unions and has not said in which it acts. Source: V14."""

    code = "API.NO_ACTING_UNION"
    sentence = "请先选择当前工会，或在请求头 X-Acting-Union 中写明工会代码。"
    status = 403


class BadCursor(DomainError):
    code = "API.BAD_CURSOR"
    sentence = "分页游标无效，请从第一页重新开始。"


class BadId(DomainError):
    code = "API.BAD_ID"
    sentence = "编号格式不正确。"


class MutationError(graphene.ObjectType):
    """提交未成功的原因。 / Why a mutation did not happen."""

    code = graphene.String(required=True, description="稳定的错误代码。 / A stable code to compare.")
    message = graphene.String(required=True, description="给人看的说明。 / A sentence for people.")
    path = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="出错的输入，由外到内。 / The input at fault, outermost first.",
    )
    params = graphene.Field(Params, required=True, description="说明中的数据。 / The data of the sentence.")


def mutation_errors(problem: DomainError) -> list[MutationError]:
    """The payload's errors: one per sentence for an invalid form, else one."""
    return [
        MutationError(code=problem.code, message=message, path=path, params=plain(problem.params))
        for message, path in _sentences(problem)
    ]


def _sentences(problem: DomainError) -> list[tuple[str, list[str]]]:
    if not isinstance(problem, Invalid):
        return [(problem.message, ["input", *_camel(problem.path)] if problem.path else [])]
    return [
        (sentence, ["input", *_camel(tuple(name.split(".")))] if name else ["input"])
        for name, sentences in problem.problems.items()
        for sentence in sentences
    ]


def _camel(path: tuple[str, ...]) -> list[str]:
    return [to_camel_case(part) for part in path]


def plain(params: dict[str, object]) -> dict[str, object]:
    """Parameters as JSON can carry them."""
    return {
        key: value if isinstance(value, str | int | float | bool | None) else str(value)
        for key, value in params.items()
    }


def formatted(error: GraphQLError, request_id: str) -> dict[str, Any]:
    """One entry of the top-level `errors`; logs what nobody anticipated and hides its details."""
    entry: dict[str, Any] = {"message": error.message}
    if error.locations:
        entry["locations"] = [location.formatted for location in error.locations]
    if error.path:
        entry["path"] = error.path
    cause = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        # Of a variable that could not be read.
        cause = cause.original_error
    if isinstance(cause, DomainError):
        entry["message"] = cause.message
        if isinstance(cause, Invalid):
            entry["message"] = "；".join(sentence for sentence, _ in _sentences(cause))
        entry["extensions"] = {"code": cause.code, "path": list(cause.path), "params": plain(cause.params)}
    elif cause is not None and not isinstance(cause, GraphQLError):
        _log.error("api_failed", path=error.path, exc_info=cause)
        entry["message"] = INTERNAL
        entry["extensions"] = {"code": "INTERNAL", "requestId": request_id}
    else:
        entry["extensions"] = {"code": "GRAPHQL", **(error.extensions or {})}
    return entry


def as_graphql(problem: DomainError) -> GraphQLError:
    """A request refused as a whole."""
    return GraphQLError(problem.message, original_error=problem)
