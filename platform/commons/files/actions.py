"""Things that happen to files."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import BinaryIO
from uuid import UUID

import structlog
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from commons.access.actors import Actor
from commons.audit import recording as audit
from commons.files import purposes, sealing
from commons.files.errors import Empty, TooLarge
from commons.files.models import StoredFile
from commons.hierarchy.models import TradeUnion

Content = bytes | BinaryIO | Iterable[bytes]
log = structlog.get_logger(__name__)


@transaction.atomic
def store(
    *, union: TradeUnion, purpose: str, name: str, content_type: str, content: Content, by: Actor, at: datetime
) -> StoredFile:
    """
    Keep `content` for `union`, sealed, under the limits and for the time of its purpose.

    Should the transaction fail, bytes may be left behind that no row names; `clean` removes them.
    Raises: TooLarge, Empty.
    """
    rules = purposes.purpose(purpose)
    file = StoredFile(
        union=union,
        purpose=purpose,
        name=_safe(name),
        content_type=content_type,
        created_by_id=by.user_id,
        created_at=at,
        expires_at=at + rules.kept_for if rules.kept_for is not None else None,
    )
    counted = _Counted(_pieces(content), rules.max_bytes or settings.UPLOAD_MAX_BYTES)
    default_storage.save(file.path, ContentFile(b"".join(sealing.sealed(counted))))
    if not counted.size:
        default_storage.delete(file.path)
        raise Empty()
    file.size, file.sha256 = counted.size, counted.sha256
    file.save(force_insert=True)
    audit.record("file.stored", by=by, at=at, on=file, union=union, purpose=purpose, size=file.size)
    return file


@transaction.atomic
def delete(*, file: StoredFile) -> None:
    """Remove a file: the row at once, its bytes when that is certain."""
    path = file.path
    file.delete()
    transaction.on_commit(lambda: default_storage.delete(path))


def clean(*, at: datetime) -> int:
    """Remove what has expired, and bytes older than a day that no row names; return how many."""
    removed = 0
    for file in StoredFile.objects.filter(expires_at__lte=at).select_related("union")[:1000]:
        delete(file=file)
        removed += 1
    for path in _paths():
        # A file being written has no row yet, so only old bytes are judged.
        if default_storage.get_modified_time(path) < at - timedelta(days=1) and not _named(path):
            default_storage.delete(path)
            removed += 1
    if removed:
        log.info("files_cleaned", removed=removed)
    return removed


class _Counted:
    """Passes pieces on, counting and hashing them, and stops what grows beyond the limit."""

    def __init__(self, pieces: Iterable[bytes], limit: int) -> None:
        self._pieces, self._limit, self._hash, self.size = pieces, limit, hashlib.sha256(), 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self.size += len(piece)
            if self.size > self._limit:
                raise TooLarge(limit_mb=self._limit // (1024 * 1024))
            self._hash.update(piece)
            yield piece

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


def _pieces(content: Content) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield from (
            content[start : start + sealing.PIECE_BYTES] for start in range(0, len(content), sealing.PIECE_BYTES)
        )
    elif hasattr(content, "read"):
        while piece := content.read(sealing.PIECE_BYTES):
            yield piece
    else:
        yield from content


def _safe(name: str) -> str:
    """The last part of a name, without characters that end a header or a path; kept to 160 with its ending."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean_name = "".join(char for char in last if char.isprintable() and char not in '"<>:|?*').strip(". ") or "文件"
    stem, dot, ending = clean_name.rpartition(".")
    return clean_name if len(clean_name) <= 160 else f"{stem[:150]}{dot}{ending[:9]}"


def _paths() -> Iterator[str]:
    if not default_storage.exists(""):
        return
    for folder in default_storage.listdir("")[0]:
        for name in default_storage.listdir(folder)[1]:
            yield f"{folder}/{name}"


def _named(path: str) -> bool:
    try:
        return StoredFile.objects.filter(pk=UUID(path.rsplit("/", 1)[-1])).exists()
    except ValueError:
        return False
