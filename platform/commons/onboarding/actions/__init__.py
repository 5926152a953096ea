"""The front of this room: how a union joins, stops, returns and changes."""

from commons.onboarding.actions.applications import Wish, apply, approve, confirm, onboard, reject
from commons.onboarding.actions.lifecycle import archive, propose_archive, resume, retry_provision, suspend
from commons.onboarding.actions.profile import revise
from commons.onboarding.actions.welcome import invite_administrator

__all__ = [
    "Wish",
    "apply",
    "approve",
    "archive",
    "confirm",
    "invite_administrator",
    "onboard",
    "propose_archive",
    "reject",
    "resume",
    "retry_provision",
    "revise",
    "suspend",
]
