"""
What files are for, and who in the owning union may fetch them: a register that features fill in `AppConfig.ready()`.
"""

from dataclasses import dataclass
from datetime import timedelta

from commons.access.permissions import Permission


@dataclass(frozen=True)
class Purpose:
    """
    Files of one purpose: fetched by holders of `permission`, of their maker only when `own_only`, until `kept_for`
    has passed.

    An export is its maker's own: what it shows was decided by the maker's rights, not by the reader's. Without a
    permission a file is fetched by nobody as such, only through what it hangs on; without an end it is kept for good.
    """

    code: str
    label: str
    permission: Permission | None
    own_only: bool
    kept_for: timedelta | None
    max_bytes: int | None = None


_purposes: dict[str, Purpose] = {}


def register(*purposes: Purpose) -> None:
    _purposes.update({purpose.code: purpose for purpose in purposes})


def purpose(code: str) -> Purpose:
    """The declared purpose. Raises: KeyError, a mistake in the code."""
    return _purposes[code]


def known(code: str) -> Purpose | None:
    return _purposes.get(code)
