"""
/graphql: read the request, refuse what is too much, find out who asks, execute inside their union.

Limits come before any SQL (see middleware), identity before validation, so that nobody unknown learns the schema.
"""

from __future__ import annotations

import time
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from graphql import ExecutionResult, GraphQLError, OperationType, execute

from api.kit import audit, callers, documents
from api.kit.context import Context
from api.kit.errors import LimitExceeded, as_graphql, formatted
from api.kit.http import JSON, RESPONSE, Asked, Unreadable, answer, media_type, read
from api.kit.limits import MAX_COST
from api.kit.rates import refuse_too_frequent
from commons.kit.clock import now
from commons.tenancy import door

_log = structlog.get_logger("api")


# Sessions are checked against forgery in callers.identify; a bearer token is not sent by a browser on its own.
@csrf_exempt
def graphql(request: HttpRequest) -> HttpResponse:
    """Answer one GraphQL request."""
    if not callers.carries_credentials(request):
        return callers.UNAUTHENTICATED.answer()
    media = JSON
    try:
        media = media_type(request.headers.get("Accept", ""))
        asked = read(request)
        try:
            cost = admitted(asked)
        except (LimitExceeded, GraphQLError):
            callers.identify(request, now())
            raise
        context = callers.identify(request, now())
        refuse_too_frequent(context)
        return _executed(request, asked, context, cost, media)
    except Unreadable as refusal:
        return refusal.answer(media)
    except LimitExceeded as refusal:
        return refused(request, [as_graphql(refusal)], media)
    except GraphQLError as problem:
        return refused(request, [problem], media)


def admitted(asked: Asked) -> int:
    """
    The price of what is asked, if all limits allow it. Reads nothing from the database.

    Raises: LimitExceeded; GraphQLError when the text is not GraphQL.
    """
    document = documents.document(asked.query)
    return documents.prices().of(document, documents.operation(document, asked.operation_name), asked.variables)


def refused(request: HttpRequest, problems: list[GraphQLError], media: str) -> HttpResponse:
    """A request error: no data. 400 in the newer media type, 200 in application/json, as the protocol has it."""
    body = {"errors": [formatted(problem, _request_id()) for problem in problems]}
    _log.warning("api_refused", codes=sorted({error["extensions"]["code"] for error in body["errors"]}))
    return answer(body, status=400 if media == RESPONSE else 200, media=media)


def _executed(request: HttpRequest, asked: Asked, context: Context, cost: int, media: str) -> HttpResponse:
    if problems := documents.problems(asked.query):
        return refused(request, list(problems), media)
    document = documents.document(asked.query)
    operation = documents.operation(document, asked.operation_name)
    if request.method == "GET" and operation.operation != OperationType.QUERY:
        raise Unreadable(405, "METHOD_NOT_ALLOWED", "修改数据请使用 POST。", {"Allow": "POST"})
    began = time.perf_counter()
    actor = context.actor
    with door.inside(actor.union) if actor and actor.user and actor.union else door.outside():
        result = execute(
            documents.schema(),
            document,
            context_value=context,
            variable_values=asked.variables,
            operation_name=asked.operation_name,
        )
        assert isinstance(result, ExecutionResult)
        audit.partner_query(context, asked, cost)
    _log.info(
        "api_request",
        operation=operation.name.value if operation.name else "",
        kind=operation.operation.value,
        cost=cost,
        errors=len(result.errors or ()),
        ms=round((time.perf_counter() - began) * 1000, 1),
    )
    return _answered(result, cost, media)


def _answered(result: ExecutionResult, cost: int, media: str) -> HttpResponse:
    body: dict[str, Any] = {}
    if result.errors:
        body["errors"] = [formatted(error, _request_id()) for error in result.errors]
    # Errors without a path happened before execution (wrong variables): the protocol then wants no `data` at all.
    before_execution = result.data is None and all(not error.path for error in result.errors or ())
    if not before_execution:
        body["data"] = result.data
    body["extensions"] = {"cost": {"requested": cost, "limit": MAX_COST}}
    return answer(body, status=400 if before_execution and media == RESPONSE else 200, media=media)


def _request_id() -> str:
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))
