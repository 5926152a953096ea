"""
What stands for a worker who orders: a digest of the telephone number that is useless without the platform's secret. Source: Q25.

Digests of one number differ between unions, so that two unions together know no more than each. The number itself is never kept.
"""

from __future__ import annotations

import hmac
import re

from django.conf import settings

from commons.kit.errors import Invalid

_MOBILE = re.compile(r"1[3-9]\d{9}")


def mark_of(phone: str, union_id: object) -> str:
    """
    The mark of a mobile number in one union, 64 characters.

    Raises: Invalid, at `phone`.
    """
    number = re.sub(r"[\s\-]", "", phone)
    number = number.removeprefix("+86")
    if not _MOBILE.fullmatch(number):
        raise Invalid({"phone": ["请填写 11 位手机号码。"]})
    told = f"needs.worker:{union_id}:{number}".encode()
    return hmac.digest(settings.DIRECTORY_HMAC_KEY.encode(), told, "sha256").hex()
