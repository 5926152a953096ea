"""Ask the platform as somebody, and compare answers."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpResponse
from django.test import Client

METHODS = ("GET", "POST")
_TOKENS = [
    re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"'),
    re.compile(rb'&quot;X-CSRFToken&quot;: &quot;[^&]+&quot;|"X-CSRFToken": "[^"]+"'),
    # The request's own number.
    re.compile(rb"<code>[0-9a-f-]{32,36}</code>"),
]


@dataclass(frozen=True)
class Answer:
    """What somebody who asks can tell apart."""

    status: int
    location: str
    kind: str
    body: bytes

    def __str__(self) -> str:
        return f"{self.status} {self.location} {self.kind} {self.body[:400].decode('utf-8', 'replace')}"


def ask(client: Client, method: str, path: str, data: dict[str, str] | None = None, **options: object) -> HttpResponse:
    send = client.get if method == "GET" else client.post
    return send(path, data or {}, **options)  # type: ignore[arg-type, return-value]


def content(response: HttpResponse) -> bytes:
    """The whole body; a workbook's as the text within it."""
    body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    if not body.startswith(b"PK"):
        return body
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        return b"\n".join(packed.read(name) for name in packed.namelist())


def answer(client: Client, method: str, path: str, asked_for: Iterable[str], **options: object) -> Answer:
    """The answer, without what was asked for and without what differs from request to request."""
    response = ask(client, method, path, **options)  # type: ignore[arg-type]
    body, location = content(response), response.headers.get("Location", "")
    for token in _TOKENS:
        body = token.sub(b"*", body)
    for word in asked_for:
        body, location = body.replace(word.encode(), b"*"), location.replace(word, "*")
    return Answer(response.status_code, location, response.headers.get("Content-Type", ""), body)
