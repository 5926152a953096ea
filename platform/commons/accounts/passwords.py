"""
What a password must be, besides Django's own rules. Named by AUTH_PASSWORD_VALIDATORS.

Source: GB/T 22239-2019 8.1.4.1 a).
"""

import re

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError

from commons.accounts.models import PreviousPassword
from commons.people.models import User

_KINDS = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]")


class SeveralKinds:
    """Three of: lower case, capitals, digits, other signs."""

    def validate(self, password: str, user: User | None = None) -> None:
        if sum(bool(re.search(kind, password)) for kind in _KINDS) < 3:
            raise ValidationError(self.get_help_text(), code="password_too_plain")

    def get_help_text(self) -> str:
        return "密码须包含大写字母、小写字母、数字、其他符号中的至少三种。"


class NotUsedBefore:
    """Neither the present password nor one of the last PASSWORDS_REMEMBERED."""

    def validate(self, password: str, user: User | None = None) -> None:
        if user is None or user._state.adding:
            return
        earlier = PreviousPassword.objects.filter(user=user).order_by("-replaced_at")
        hashes = [user.password, *earlier.values_list("password", flat=True)[: settings.PASSWORDS_REMEMBERED]]
        if any(check_password(password, known) for known in hashes):
            raise ValidationError(self.get_help_text(), code="password_used_before")

    def get_help_text(self) -> str:
        return f"不能使用现在的密码和最近 {settings.PASSWORDS_REMEMBERED} 次用过的密码。"


class NotTooLong:
    """Longer ones only cost time to hash."""

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) > 128:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        return "密码不超过 128 个字符。"
