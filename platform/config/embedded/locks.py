"""
File locks that the kernel frees when their holder dies, `kill -9` included.

`flock` belongs to the open file: forked children keep it, programs started by exec do not (descriptors are
closed on exec).
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class Lock:
    """One open lock file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def shared(self) -> bool:
        """Try to hold it together with others; false when somebody holds it alone."""
        return self._try(fcntl.LOCK_SH)

    def alone(self) -> bool:
        """Try to hold it alone; false when anybody else holds it."""
        return self._try(fcntl.LOCK_EX)

    def wait_alone(self) -> None:
        """Hold it alone, however long that takes."""
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def write(self, text: str) -> None:
        """Leave a note in the lock file."""
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, text.encode(), 0)

    def release(self) -> None:
        """Let go, and keep the file open for another try."""
        fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def close(self) -> None:
        """Let go for good."""
        os.close(self._descriptor)

    def _try(self, kind: int) -> bool:
        try:
            fcntl.flock(self._descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def held(path: Path) -> bool:
    """Return whether a living process holds the lock alone."""
    lock = Lock(path)
    try:
        return not lock.shared()
    finally:
        lock.close()
