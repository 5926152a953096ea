"""Questions about files: which one, for whom, and what is in it."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.core.files.storage import default_storage
from django.db.models import Q

from commons.access.actors import Actor
from commons.access.policies import may
from commons.files import purposes, sealing
from commons.files.errors import Damaged
from commons.files.models import StoredFile
from commons.kit.errors import NotFound


def file(actor: Actor, pk: UUID | str, *, at: datetime) -> StoredFile:
    """
    The file, if it is the acting union's, not expired, and its purpose lets this actor have it.

    Raises: NotFound in every other case: another union's file looks as absent as one that never was.
    """
    if actor.union is None:
        raise NotFound()
    found = (
        StoredFile.objects.filter(pk=pk, union=actor.union)
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at))
        .select_related("union")
        .first()
    )
    rules = purposes.known(found.purpose) if found else None
    if found is None or rules is None or rules.permission is None or not may(actor, rules.permission):
        raise NotFound()
    if rules.own_only and not actor.system and found.created_by_id != actor.user_id:
        raise NotFound()
    return found


def content(found: StoredFile) -> bytes:
    """
    All of a file's bytes, checked against the digest it was stored with.

    Raises: Damaged.
    """
    whole = b"".join(pieces(found))
    if len(whole) != found.size or hashlib.sha256(whole).hexdigest() != found.sha256:
        raise Damaged()
    return whole


def pieces(found: StoredFile) -> Iterator[bytes]:
    """
    A file's bytes, piece by piece.

    Raises: Damaged when the bytes are gone or altered.
    """
    try:
        stored = default_storage.open(found.path)
    except FileNotFoundError as gone:
        raise Damaged() from gone
    with stored:
        yield from sealing.opened(stored)
