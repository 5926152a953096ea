"""/u/<code>/attachments/<id>: an attachment, to whoever may read it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from commons.access.actors import Actor
from commons.files import responses
from commons.kit.clock import now
from tenants.attachments import actions, selectors


@require_GET
def attachment(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """
    Download an attachment; an absent one, another union's, a removed one and one not for this actor look alike.

    The bytes are checked before the first one leaves, so a damaged file is never half a download.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = selectors.attachment(actor, pk)
    content = selectors.content(found)
    actions.read(attachment=found, by=actor, at=now())
    return responses.attachment(content, name=found.name, content_type=found.content_type, size=found.size)
