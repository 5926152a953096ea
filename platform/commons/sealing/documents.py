"""
A sealed document: read by its owner at any time, by nobody else before its envelope opens. Source: SM-17; decision: bids are sealed by the clock.

Layout of version 1: the envelope's head · the document's key for the envelope (HPKE, RFC 9180) · the same key for the owner · a nonce · the content,
padded, under that key (AES-256-GCM), with everything before it as associated data.
"""

import hashlib
import hmac
import os
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from commons.sealing.envelopes import HEAD_BYTES, OpenedEnvelope, faced, read_head
from commons.sealing.errors import Damaged
from commons.sealing.keys import LOCKED_BYTES, NONCE_BYTES, framed, lock, unlock

# An encapsulated key, 32 bytes of secret, a tag.
_ENCLOSED_BYTES = 32 + 32 + 16
_PREFIX_BYTES = HEAD_BYTES + _ENCLOSED_BYTES + LOCKED_BYTES
_SMALLEST_BYTES = 4 * 1024
_STEP_BYTES = 1024 * 1024
MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class Document:
    """What lay in a sealed document: whose it is by its own word, and the content."""

    owner: str
    content: bytes = field(repr=False)


def seal(envelope: bytes, content: bytes, *, subject: str, owner: str) -> bytes:
    """
    Seal `content` for `owner` in the envelope of `subject`.

    Raises: Damaged when the envelope is not genuine; ValueError above 64 MiB. Whether it is too late to seal is the caller's to judge.
    """
    if len(content) > MAX_BYTES:
        raise ValueError(f"{len(content)} bytes are more than can be sealed at once")
    face = faced(envelope, subject=subject)
    key, nonce, head = os.urandom(32), os.urandom(NONCE_BYTES), face.head.written()
    enclosed = _suite().encrypt(key, face.head.public_key, info=_circumstances(subject, face.mark(owner), head))
    prefix = head + enclosed + lock(key, "own", subject, owner, head)
    return prefix + nonce + AESGCM(key).encrypt(nonce, _padded(framed(owner, content)), prefix)


def open_sealed(sealed: bytes, opened: OpenedEnvelope, *, mark: str) -> Document:
    """
    Open a document by the envelope whose moment has come; `mark` is the owner's mark of the row it lies in.

    Raises: Damaged when it was altered, lies in another's row or call, was not sealed by this platform, or was sealed for a later moment.
    """
    prefix, rest = _parts(sealed)
    head = read_head(prefix[:HEAD_BYTES])
    face = opened.face
    # Sealed after an extension, met by the envelope from before it: somebody has put the old row back.
    if head.public != face.head.public or head.opens_at > face.head.opens_at:
        raise Damaged()
    try:
        enclosed = prefix[HEAD_BYTES:-LOCKED_BYTES]
        key = _suite().decrypt(enclosed, opened.private_key, info=_circumstances(face.subject, mark, head.written()))
    except InvalidTag:
        raise Damaged() from None
    document = _read(prefix, rest, key)
    # Anybody can encrypt to a public half. Only who holds SEALING_KEYS could also lock the same key for the owner.
    if face.mark(document.owner) != mark or not hmac.compare_digest(
        _own_key(prefix, face.subject, document.owner), key
    ):
        raise Damaged()
    return document


def open_own(sealed: bytes, *, subject: str, owner: str) -> bytes:
    """
    The content, for its owner, before the moment and after it. Take `owner` from the acting account, never from a row or a request.

    Raises: Damaged when it is another owner's or another subject's, or was altered.
    """
    prefix, rest = _parts(sealed)
    document = _read(prefix, rest, _own_key(prefix, subject, owner))
    if document.owner != owner:
        raise Damaged()
    return document.content


def receipt(sealed: bytes) -> str:
    """The SHA-256 of the sealed bytes, for the owner to keep: it tells nothing, and shows later that these very bytes were opened."""
    return hashlib.sha256(sealed).hexdigest()


def _suite() -> Suite:
    return Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def _circumstances(subject: str, mark: str, head: bytes) -> bytes:
    return framed("union-platform sealed document 1", subject, mark, head)


def _own_key(prefix: bytes, subject: str, owner: str) -> bytes:
    return unlock(prefix[-LOCKED_BYTES:], "own", subject, owner, prefix[:HEAD_BYTES])


def _parts(sealed: bytes) -> tuple[bytes, bytes]:
    if len(sealed) < _PREFIX_BYTES + NONCE_BYTES + _SMALLEST_BYTES:
        raise Damaged()
    return sealed[:_PREFIX_BYTES], sealed[_PREFIX_BYTES:]


def _read(prefix: bytes, rest: bytes, key: bytes) -> Document:
    try:
        plain = AESGCM(key).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], prefix)
        owner, after = _first(plain)
        # Who chose the key themselves could lay anything in here.
        return Document(owner.decode(), _first(after)[0])
    except (InvalidTag, UnicodeDecodeError):
        raise Damaged() from None


def _first(frames: bytes) -> tuple[bytes, bytes]:
    end = 4 + int.from_bytes(frames[:4], "big")
    return frames[4:end], frames[end:]


def _padded(plain: bytes) -> bytes:
    """Filled up to 4 KiB, the next power of two, or from 1 MiB on the next MiB: the length tells little of what is offered."""
    size = _SMALLEST_BYTES
    while size < min(len(plain), _STEP_BYTES):
        size *= 2
    if len(plain) > _STEP_BYTES:
        size = -(-len(plain) // _STEP_BYTES) * _STEP_BYTES
    return plain.ljust(size, b"\0")
