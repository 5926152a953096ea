"""Secrets that are made once and then stay: a new one would end every session or lock up encrypted fields."""

from __future__ import annotations

import base64
import contextlib
import os
import secrets as randomness
from pathlib import Path

from config.embedded.paths import REPOSITORY, State

NAMES = frozenset({"secret-key", "field-key", "sealing-key", "directory-hmac-key"})


def secret(name: str, root: Path = REPOSITORY) -> str:
    """
    Return the installation's own secret of that name: 32 random bytes as URL-safe base64 (also a Fernet key).

    Two processes that ask at once receive the same one.
    """
    if name not in NAMES:
        raise ValueError(f"unknown secret {name!r}; known: {', '.join(sorted(NAMES))}")
    return make_once(State.of(root).secrets / name)


def make_once(path: Path) -> str:
    """Return the secret in the file; make it, readable by its owner only, when there is none."""
    with contextlib.suppress(FileNotFoundError):
        return path.read_text(encoding="ascii").strip()
    text = base64.urlsafe_b64encode(randomness.token_bytes(32)).decode("ascii")
    beside = path.with_name(f".{path.name}.{os.getpid()}.{randomness.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    # A link fails when the name exists: whoever came first decides, and a half-written file is never seen.
    with contextlib.suppress(FileExistsError):
        os.link(beside, path)
    beside.unlink()
    return path.read_text(encoding="ascii").strip()
