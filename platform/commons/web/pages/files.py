"""A stored file, to whoever may have it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from commons.access.actors import Actor
from commons.audit import recording as audit
from commons.files import selectors
from commons.files.responses import attachment
from commons.kit.clock import now


@require_GET
def file(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """
    Download a file of the acting union; another union's, an expired and a missing one look alike.

    The bytes are checked before the first one leaves, so a damaged file is never half a download.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at = now()
    found = selectors.file(actor, pk, at=at)
    content = selectors.content(found)
    audit.record("file.fetched", by=actor, at=at, on=found, purpose=found.purpose)
    return attachment(content, name=found.name, content_type=found.content_type, size=found.size)
