"""Identifiers that are unique in the country."""

import hashlib
import secrets
import uuid

import uuid_utils.compat


def uuid7() -> uuid.UUID:
    """A UUIDv7 (RFC 9562): unique across unions, ordered by time, so it survives merges and moves."""
    return uuid_utils.compat.uuid7()


def one_time_token() -> str:
    """A secret of 256 bits for a link or a client; only its digest is stored."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """The SHA-256 of a token: enough for 256 random bits, useless to whoever reads the table."""
    return hashlib.sha256(token.encode()).hexdigest()
