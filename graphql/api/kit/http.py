"""
GraphQL over HTTP: media types, parameters, answers. JSON, or the multipart form of the GraphQL multipart request specification
when files go with it; no other forms, no batches.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.message import Message
from typing import Any

import orjson
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError

from api.kit.limits import MAX_BODY_BYTES, MAX_UPLOAD_BYTES

JSON = "application/json"
FORM = "multipart/form-data"
RESPONSE = "application/graphql-response+json"


@dataclass(frozen=True)
class Asked:
    """The parameters of one request."""

    query: str
    operation_name: str | None
    variables: dict[str, Any]


class Unreadable(Exception):
    """The request is refused before it is GraphQL at all."""

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}

    def answer(self, media: str = JSON) -> HttpResponse:
        body = {"errors": [{"message": self.message, "extensions": {"code": self.code}}]}
        return answer(body, status=self.status, media=media, headers=self.headers)


def answer(
    body: dict[str, Any], *, status: int = 200, media: str = JSON, headers: dict[str, str] | None = None
) -> HttpResponse:
    """A JSON answer that no cache keeps."""
    response = HttpResponse(orjson.dumps(body), status=status, content_type=f"{media}; charset=utf-8")
    response["Cache-Control"] = "no-store, private"
    response["Vary"] = "Accept, Authorization, Cookie, X-Acting-Union"
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def media_type(accept: str) -> str:
    """
    What to answer with: application/json unless the newer type is preferred.

    Raises: Unreadable 406 when neither is acceptable.
    """
    if not accept.strip():
        return JSON
    best, best_quality = "", 0.0
    for part in accept.split(","):
        name, quality = _quality(part)
        media = {RESPONSE: RESPONSE, JSON: JSON, "*/*": JSON, "application/*": JSON}.get(name, "")
        if media and quality > best_quality:
            best, best_quality = media, quality
    if not best:
        raise Unreadable(406, "NOT_ACCEPTABLE", f"本接口只返回 {RESPONSE} 或 {JSON}。")
    return best


def _quality(part: str) -> tuple[str, float]:
    message = Message()
    message["Content-Type"] = part.strip()
    charset = message.get_param("charset")
    if isinstance(charset, str) and charset.lower() not in {"utf-8", "utf8"}:
        return "", 0.0
    raw = message.get_param("q", "1")
    try:
        quality = float(raw) if isinstance(raw, str) else 0.0
    except ValueError:
        quality = 0.0
    return part.split(";")[0].strip().lower(), quality


def read(request: HttpRequest) -> Asked:
    """
    The parameters, from the body of a POST or the address of a GET.

    Raises: Unreadable.
    """
    if request.method == "GET":
        return _checked(_from_address(request))
    if request.method == "POST":
        return _checked(_from_body(request))
    raise Unreadable(405, "METHOD_NOT_ALLOWED", "请使用 POST（或对查询使用 GET）。", {"Allow": "GET, POST"})


def _from_address(request: HttpRequest) -> dict[str, Any]:
    found: dict[str, Any] = {name: request.GET.get(name) for name in ("query", "operationName") if name in request.GET}
    for name in ("variables", "extensions"):
        if raw := request.GET.get(name):
            found[name] = _json(raw.encode("utf-8", "replace"), name)
    return found


def _from_body(request: HttpRequest) -> dict[str, Any]:
    message = Message()
    message["Content-Type"] = request.headers.get("Content-Type", "")
    if message.get_content_type() not in (JSON, FORM) or not request.headers.get("Content-Type"):
        raise Unreadable(415, "UNSUPPORTED_MEDIA_TYPE", f"请求的 Content-Type 须为 {JSON}；附带文件的为 {FORM}。")
    if str(message.get_param("charset", "utf-8")).lower() not in {"utf-8", "utf8"}:
        raise Unreadable(415, "UNSUPPORTED_MEDIA_TYPE", "请求的字符编码须为 UTF-8。")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Unreadable(415, "UNSUPPORTED_MEDIA_TYPE", "请求内容不能压缩。")
    try:
        length = int(request.headers.get("Content-Length") or 0)
    except ValueError:
        length = 0
    if message.get_content_type() == FORM:
        return _from_form(request, length)
    if length > MAX_BODY_BYTES or len(request.body) > MAX_BODY_BYTES:
        raise Unreadable(413, "BODY_TOO_LARGE", f"请求内容过大，最多 {MAX_BODY_BYTES} 字节。")
    return _object(request.body)


def _object(raw: bytes) -> dict[str, Any]:
    found = _json(raw, "")
    if not isinstance(found, dict):
        raise Unreadable(400, "BAD_REQUEST", "请求内容须为一个 JSON 对象；不支持批量请求。")
    return found


def _from_form(request: HttpRequest, length: int) -> dict[str, Any]:
    """Fields `operations` (the JSON of the request) and `map` ({part: [paths of variables]}), then one part for each file."""
    if length > MAX_UPLOAD_BYTES:
        raise Unreadable(413, "BODY_TOO_LARGE", f"请求内容过大，连同文件最多 {MAX_UPLOAD_BYTES} 字节。")
    try:
        told, where, files = request.POST.get("operations", ""), request.POST.get("map", "{}"), request.FILES
    except (MultiPartParserError, SuspiciousOperation):
        raise Unreadable(400, "BAD_REQUEST", "请求内容不是有效的 multipart 表单。") from None
    if len(told.encode("utf-8", "surrogatepass")) > MAX_BODY_BYTES:
        raise Unreadable(413, "BODY_TOO_LARGE", f"operations 过大，最多 {MAX_BODY_BYTES} 字节。")
    found, places = _object(told.encode("utf-8", "surrogatepass")), _json(where.encode("utf-8", "surrogatepass"), "map")
    if not isinstance(places, dict) or set(places) != set(files):
        raise Unreadable(400, "BAD_REQUEST", "map 须写明每个文件放在哪个变量。")
    for part, paths in places.items():
        for path in paths if isinstance(paths, list) and paths else [None]:
            _put(found, path, files[part])
    return found


def _put(found: dict[str, Any], path: object, file: object) -> None:
    """Put a file in place of the null at a path such as `variables.input.files.0.file`."""
    refusal = Unreadable(
        400, "BAD_REQUEST", "map 中的路径须指向一个值为 null 的变量，例如 variables.input.files.0.file。"
    )
    steps = path.split(".") if isinstance(path, str) else []
    if len(steps) < 2 or steps[0] != "variables":
        raise refusal
    place: Any = found
    try:
        for step in steps[:-1]:
            place = place[int(step)] if isinstance(place, list) else place[step]
        last: Any = int(steps[-1]) if isinstance(place, list) else steps[-1]
        taken = place[last]
    except (KeyError, IndexError, ValueError, TypeError):
        raise refusal from None
    if taken is not None:
        raise refusal
    place[last] = file


def _json(raw: bytes, name: str) -> Any:
    try:
        return orjson.loads(raw)
    except ValueError:
        raise Unreadable(400, "BAD_REQUEST", f"{name or '请求内容'} 不是有效的 JSON。") from None


def _checked(found: dict[str, Any]) -> Asked:
    query, name, variables = found.get("query"), found.get("operationName"), found.get("variables")
    if not isinstance(query, str) or not query.strip():
        raise Unreadable(400, "BAD_REQUEST", "缺少字符串参数 query。")
    if len(query.encode("utf-8", "surrogatepass")) > MAX_BODY_BYTES:
        raise Unreadable(413, "BODY_TOO_LARGE", f"查询过大，最多 {MAX_BODY_BYTES} 字节。")
    if name is not None and not isinstance(name, str):
        raise Unreadable(400, "BAD_REQUEST", "参数 operationName 须为字符串。")
    if variables is not None and not isinstance(variables, dict):
        raise Unreadable(400, "BAD_REQUEST", "参数 variables 须为 JSON 对象。")
    if found.get("extensions") is not None and not isinstance(found["extensions"], dict):
        raise Unreadable(400, "BAD_REQUEST", "参数 extensions 须为 JSON 对象。")
    if _has_nul(variables):
        raise Unreadable(400, "BAD_REQUEST", "请求中不能包含空字符。")
    return Asked(query, name or None, variables or {})


def _has_nul(value: object) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any(_has_nul(key) or _has_nul(item) for key, item in value.items())
    return isinstance(value, list) and any(_has_nul(item) for item in value)
