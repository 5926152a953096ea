"""A file as an answer: always a download, never shown or guessed at by the browser."""

from collections.abc import Iterator
from urllib.parse import quote

from django.http import HttpResponse, StreamingHttpResponse


def attachment(
    content: bytes | Iterator[bytes], *, name: str, content_type: str, size: int | None = None
) -> HttpResponse:
    """`content` to be saved as `name`, in any language (RFC 6266)."""
    answer: HttpResponse | StreamingHttpResponse
    answer = HttpResponse(content) if isinstance(content, bytes) else StreamingHttpResponse(content)
    ending = name.rsplit(".", 1)[-1] if "." in name else "bin"
    plain = name if name.isascii() and name.isprintable() and '"' not in name else f"download.{ending}"
    answer["Content-Type"] = content_type
    answer["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    if size is not None:
        answer["Content-Length"] = str(size)
    return answer  # type: ignore[return-value]
