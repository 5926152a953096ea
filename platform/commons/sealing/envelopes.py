"""
An envelope: one for all that is sealed for the same subject until the same moment. Source: SM-16, SM-17; decision: bids are sealed by the clock.

It is 161 bytes to be stored beside the moment it names. Its public half seals, its private half opens; that half is locked under
SEALING_KEYS together with the subject and the moment, so that moving the moment in a row opens nothing.
"""

import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from os import urandom

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from commons.kit.clock import BEIJING, now
from commons.sealing.errors import AlreadyDue, Damaged, NotLater, SealedStill
from commons.sealing.keys import LOCKED_BYTES, lock, unlock

VERSION = b"\x01"
HEAD_BYTES = 1 + 8 + 32
ENVELOPE_BYTES = HEAD_BYTES + 2 * LOCKED_BYTES
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Head:
    """The part of an envelope that every document sealed in it carries as well."""

    opens_at: datetime
    public: bytes

    def written(self) -> bytes:
        micros = (self.opens_at - _EPOCH) // timedelta(microseconds=1)
        return VERSION + micros.to_bytes(8, "big", signed=True) + self.public

    @property
    def public_key(self) -> X25519PublicKey:
        return X25519PublicKey.from_public_bytes(self.public)


@dataclass(frozen=True)
class Face:
    """An envelope that has been found genuine, as far as it may be read by everybody who serves it."""

    subject: str
    head: Head
    mark_key: bytes = field(repr=False)

    def mark(self, owner: str) -> str:
        return hmac.digest(self.mark_key, owner.encode(), "sha256").hex()


@dataclass(frozen=True)
class OpenedEnvelope:
    """An envelope whose moment has come; holds its private half, so keep it for the length of one call."""

    face: Face
    private_key: X25519PrivateKey = field(repr=False)


def new_envelope(*, subject: str, opens_at: datetime) -> bytes:
    """Make an envelope for `subject` (a call's id, say) that opens at `opens_at`. A moment that has passed is a caller's affair."""
    private = X25519PrivateKey.generate()
    head = Head(opens_at, private.public_key().public_bytes_raw())
    return _closed(subject, head, mark_key=urandom(32), private=private.private_bytes_raw())


def open_envelope(envelope: bytes, *, subject: str, opens_at: datetime, at: datetime) -> OpenedEnvelope:
    """
    Open an envelope whose moment has come.

    `opens_at` is the moment that the caller's row names. The earlier of `at` and this machine's clock counts: a caller may
    look back, but not ahead.
    Raises: Damaged when the envelope is not this subject's, or opens at another moment; SealedStill before it.
    """
    face = faced(envelope, subject=subject, opens_at=opens_at)
    if min(at, now()) < face.head.opens_at:
        raise SealedStill(opens_at=_said(opens_at))
    return OpenedEnvelope(face, X25519PrivateKey.from_private_bytes(_private(envelope, face)))


def extended(envelope: bytes, *, subject: str, opens_at: datetime, later: datetime, at: datetime) -> bytes:
    """
    The envelope that opens at `later` instead; what was sealed in the old one is opened by the new one too. Store it in the old one's place.

    The caller's `at` alone decides whether it is too late: a false one makes nothing readable, and the private half stays in here.
    Raises: Damaged as on opening; AlreadyDue when the moment has come; NotLater when `later` is not.
    """
    face = faced(envelope, subject=subject, opens_at=opens_at)
    if at >= opens_at:
        raise AlreadyDue(opens_at=_said(opens_at))
    if later <= opens_at:
        raise NotLater(opens_at=_said(opens_at))
    head = Head(later, face.head.public)
    return _closed(subject, head, mark_key=face.mark_key, private=_private(envelope, face))


def owner_mark(envelope: bytes, *, subject: str, owner: str) -> str:
    """
    64 hexadecimal digits that stand for `owner` in this envelope, and tell whoever reads them neither who it is nor where else they bid.

    The same after an extension and after a change of SEALING_KEYS, so a unique index on it means one document per owner.
    """
    return faced(envelope, subject=subject).mark(owner)


def faced(envelope: bytes, *, subject: str, opens_at: datetime | None = None) -> Face:
    """
    The readable part of a genuine envelope.

    Raises: Damaged when it was altered, belongs to another subject, or opens at another moment than `opens_at`.
    """
    if len(envelope) != ENVELOPE_BYTES:
        raise Damaged()
    head = read_head(envelope[:HEAD_BYTES])
    if opens_at is not None and opens_at != head.opens_at:
        raise Damaged()
    # Opening this lock is what proves the public half and the moment: whoever writes rows cannot lay a half of their own into it.
    mark_key = unlock(envelope[HEAD_BYTES : HEAD_BYTES + LOCKED_BYTES], "mark", subject, head.written())
    return Face(subject, head, mark_key)


def read_head(written: bytes) -> Head:
    """
    The head as it was written; proves nothing yet.

    Raises: Damaged when it is of no known version.
    """
    if len(written) != HEAD_BYTES or written[:1] != VERSION:
        raise Damaged()
    try:
        opens_at = _EPOCH + timedelta(microseconds=int.from_bytes(written[1:9], "big", signed=True))
    except OverflowError:
        raise Damaged() from None
    return Head(opens_at, written[9:])


def _closed(subject: str, head: Head, *, mark_key: bytes, private: bytes) -> bytes:
    written = head.written()
    return written + lock(mark_key, "mark", subject, written) + lock(private, "private", subject, written)


def _private(envelope: bytes, face: Face) -> bytes:
    return unlock(envelope[HEAD_BYTES + LOCKED_BYTES :], "private", face.subject, face.head.written())


def _said(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"
