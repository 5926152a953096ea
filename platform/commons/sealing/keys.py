"""Locks under SEALING_KEYS: what is locked opens only where exactly the same circumstances are named again."""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from commons.sealing.errors import Damaged

NONCE_BYTES = 12
# A nonce, 32 bytes of secret, a tag.
LOCKED_BYTES = NONCE_BYTES + 32 + 16


def framed(*parts: str | bytes) -> bytes:
    """The parts as one text that no other parts give: each with its length before it."""
    each = [part.encode() if isinstance(part, str) else part for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in each)


def lock(secret: bytes, *circumstances: str | bytes) -> bytes:
    """`secret`, 32 bytes, under a key derived from the first of SEALING_KEYS and the circumstances."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(_derived(settings.SEALING_KEYS[0], circumstances)).encrypt(nonce, secret, None)


def unlock(locked: bytes, *circumstances: str | bytes) -> bytes:
    """
    The secret again, by whichever of SEALING_KEYS locked it.

    Raises: Damaged when it was altered, or locked in other circumstances, or with a key that is gone.
    """
    for key in settings.SEALING_KEYS:
        try:
            return AESGCM(_derived(key, circumstances)).decrypt(locked[:NONCE_BYTES], locked[NONCE_BYTES:], None)
        except InvalidTag:
            continue
    raise Damaged()


def _derived(key: str, circumstances: tuple[str | bytes, ...]) -> bytes:
    whole = framed("union-platform sealing 1", *circumstances)
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=whole).derive(base64.urlsafe_b64decode(key))
