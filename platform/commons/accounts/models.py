"""The second factor, and the passwords somebody has had."""

from __future__ import annotations

import time
from base64 import b32encode
from binascii import unhexlify
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django_otp.models import Device, ThrottlingMixin
from django_otp.oath import TOTP
from django_otp.util import random_hex

from commons.kit.fields import EncryptedTextField
from commons.kit.ids import digest
from commons.people.models import User

STEP_S, DIGITS = 30, 6


def _new_secret() -> str:
    return str(random_hex(20))


class Authenticator(ThrottlingMixin, Device):
    """
    An authenticator app on a phone (TOTP, RFC 6238). Its secret is sealed in the database, unlike django-otp's
    own model.

    A code counts once: `last_step` is the time step of the last one taken, and only later steps are accepted.
    The step before and after the present one are accepted too, for clocks that differ.
    """

    secret = EncryptedTextField(default=_new_secret)
    last_step = models.BigIntegerField(default=-1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user"], name="accounts_authenticator_user")]

    def verify_token(self, token: str) -> bool:
        allowed, _ = self.verify_is_allowed()  # type: ignore[no-untyped-call]
        if not allowed:
            return False
        totp = TOTP(unhexlify(self.secret), STEP_S, 0, DIGITS, 0)
        totp.time = time.time()
        if not (token.isdecimal() and totp.verify(int(token), 1, self.last_step + 1)):
            self.throttle_increment(commit=True)  # type: ignore[no-untyped-call]
            return False
        self.last_step = totp.t()
        self.throttle_reset(commit=False)  # type: ignore[no-untyped-call]
        self.save()
        return True

    def get_throttle_factor(self) -> int:
        return 1

    @property
    def secret_text(self) -> str:
        """The secret as an app expects it to be typed: base 32, in groups of four."""
        text = b32encode(unhexlify(self.secret)).decode().rstrip("=")
        return " ".join(text[start : start + 4] for start in range(0, len(text), 4))

    @property
    def enrolment_address(self) -> str:
        """The otpauth:// address that the QR picture carries."""
        # The issuer stands only once: a Chinese character costs nine in the address, and a dense picture scans badly.
        query = {"secret": self.secret_text.replace(" ", ""), "issuer": settings.OTP_TOTP_ISSUER, "digits": DIGITS}
        return f"otpauth://totp/{quote(self.user.username)}?{urlencode(query, quote_via=quote)}"


class RecoveryCodes(ThrottlingMixin, Device):
    """What is left of somebody's recovery codes, as digests; each works once."""

    digests = ArrayField(models.CharField(max_length=64), default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user"], name="accounts_recovery_user")]

    def verify_token(self, token: str) -> bool:
        allowed, _ = self.verify_is_allowed()  # type: ignore[no-untyped-call]
        if not allowed:
            return False
        found = digest(token.replace("-", "").replace(" ", "").lower())
        if found not in self.digests:
            self.throttle_increment(commit=True)  # type: ignore[no-untyped-call]
            return False
        self.digests = [kept for kept in self.digests if kept != found]
        self.throttle_reset(commit=False)  # type: ignore[no-untyped-call]
        self.save()
        return True

    def get_throttle_factor(self) -> int:
        return 1


class PreviousPassword(models.Model):
    """A password somebody had, as its hash: it is not accepted again. Source: GB/T 22239-2019 8.1.4.1 a)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    password = models.CharField(max_length=128)
    replaced_at = models.DateTimeField()

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        indexes = [models.Index(fields=["user", "-replaced_at"], name="accounts_previous_user")]

    def __str__(self) -> str:
        return f"password of {self.user_id} until {self.replaced_at:%Y-%m-%d}"
