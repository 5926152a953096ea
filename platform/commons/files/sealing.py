"""
Bytes at rest: sealed in pieces, because uploads and exports hold telephone numbers. Source: threat model, DESIGN §3.2.
"""

from collections.abc import Iterable, Iterator

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from commons.files.errors import Damaged

PIECE_BYTES = 256 * 1024


def sealed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Each piece as a line of its own, sealed with the first of FIELD_KEYS."""
    cipher = _cipher()
    for number, piece in enumerate(pieces):
        # The piece's number is sealed with it, so that pieces cannot change places.
        yield cipher.encrypt(number.to_bytes(4, "big") + piece) + b"\n"


def opened(lines: Iterable[bytes]) -> Iterator[bytes]:
    """
    The pieces again, in order.

    Raises: Damaged when a line was altered, moved, or sealed with a key that is gone.
    """
    cipher = _cipher()
    for number, line in enumerate(lines):
        try:
            plain = cipher.decrypt(line.rstrip(b"\n"))
        except InvalidToken as broken:
            raise Damaged() from broken
        if plain[:4] != number.to_bytes(4, "big"):
            raise Damaged()
        yield plain[4:]


def _cipher() -> MultiFernet:
    return MultiFernet([Fernet(key.encode()) for key in settings.FIELD_KEYS])
