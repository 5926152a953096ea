"""
The second factor: an authenticator app, and recovery codes for when the phone is lost.

Source: GB/T 22239-2019 8.1.4.1 d).
"""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from commons.access.actors import Actor
from commons.accounts import authority, gates, locks, sessions
from commons.accounts.errors import CodeRefused, CodeThrottled, SecondFactorRequired
from commons.accounts.models import Authenticator, RecoveryCodes
from commons.audit.recording import record
from commons.kit.clock import today
from commons.kit.errors import NotFound
from commons.kit.ids import digest
from commons.people.models import User

_CODES = 10
# Without the letters and digits that are read as each other.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


@transaction.atomic
def prepare(*, user: User) -> Authenticator:
    """The authenticator that `user` is about to enrol: the same secret until a first code has confirmed it."""
    locks.account(user)
    device: Authenticator | None = Authenticator.objects.filter(user=user).first()
    if device is not None and device.confirmed:
        raise NotFound()
    return device or Authenticator.objects.create(user=user, name="动态验证码", confirmed=False)


def enrol(*, user: User, code: str, session: str, by: Actor, at: datetime) -> tuple[Authenticator, list[str]]:
    """
    Confirm the authenticator by its first code; the recovery codes are told once. Other sessions end.

    Raises: CodeRefused, CodeThrottled, NotFound when there is nothing to confirm.
    """
    with transaction.atomic():
        device = Authenticator.objects.select_for_update().filter(user=user, confirmed=False).first()
        if device is None:
            raise NotFound()
        wait = _wait(device)
        taken = not wait and device.verify_token(_plain(code))
        if taken:
            device.confirmed = True
            device.save(update_fields=["confirmed"])
            codes = _new_codes(user)
            sessions.end_all(user, but=session)
        record("second_factor.enrolled", by=by, at=at, on=user, result="ok" if taken else "refused")
    # Raised after the commit: a wrong code must stay counted.
    if not taken:
        raise CodeThrottled(seconds=wait) if wait else CodeRefused()
    return device, codes


def verify(*, user: User, code: str, by: Actor, at: datetime) -> Authenticator | RecoveryCodes:
    """
    Accept a code of the app, or a recovery code; each counts once. Returns what accepted it.

    Raises: CodeRefused, CodeThrottled.
    """
    plain = _plain(code)
    with transaction.atomic():
        kind = Authenticator if len(plain) == 6 and plain.isdecimal() else RecoveryCodes
        device: Authenticator | RecoveryCodes | None = (
            kind.objects.select_for_update().filter(user=user, confirmed=True).first()
        )
        wait = _wait(device) if device else 0
        taken = device is not None and not wait and device.verify_token(plain)
        way = "app" if kind is Authenticator else "recovery"
        record("second_factor.verified", by=by, at=at, on=user, result="ok" if taken else "refused", way=way)
    if device is None or not taken:
        raise CodeThrottled(seconds=wait) if wait else CodeRefused()
    return device


@transaction.atomic
def renew_codes(*, user: User, by: Actor, at: datetime) -> list[str]:
    """New recovery codes instead of the old ones, told once. Raises: NotFound without a second factor."""
    if not Authenticator.objects.filter(user=user, confirmed=True).exists():
        raise NotFound()
    codes = _new_codes(user)
    record("second_factor.codes_renewed", by=by, at=at, on=user)
    return codes


@transaction.atomic
def drop_own(*, user: User, by: Actor, at: datetime) -> None:
    """Do without a second factor from now on. Raises: SecondFactorRequired when a role demands it."""
    if gates.second_factor_required(user):
        raise SecondFactorRequired()
    _drop(user)
    record("second_factor.dropped", by=by, at=at, on=user)


@transaction.atomic
def drop(*, user: User, by: Actor, at: datetime) -> None:
    """
    Take the second factor off an account whose phone and codes are lost; it enrols anew at its next sign-in if
    a role demands it.

    Raises: NotFound, AccountElsewhere, OwnAccount.
    """
    authority.require_other_managed(by, user)
    authority.require_whole_account(by, user, on=today(at))
    _drop(user)
    ended = sessions.end_all(user)
    record("second_factor.dropped", by=by, at=at, on=user, sessions=ended)


def codes_left(user: User) -> int:
    codes = RecoveryCodes.objects.filter(user=user).first()
    return len(codes.digests) if codes else 0


def _drop(user: User) -> None:
    Authenticator.objects.filter(user=user).delete()
    RecoveryCodes.objects.filter(user=user).delete()


def _new_codes(user: User) -> list[str]:
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(12)) for _ in range(_CODES)]
    RecoveryCodes.objects.update_or_create(
        user=user, defaults={"name": "备用码", "confirmed": True, "digests": [digest(code) for code in codes]}
    )
    return [f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in codes]


def _wait(device: Authenticator | RecoveryCodes) -> int:
    """Seconds until the next code may be tried, 0 when now."""
    allowed, why = device.verify_is_allowed()  # type: ignore[no-untyped-call]
    if allowed:
        return 0
    return max(1, int((why["locked_until"] - timezone.now()).total_seconds()) + 1)


def _plain(code: str) -> str:
    return code.replace(" ", "").replace("-", "").strip().lower()
