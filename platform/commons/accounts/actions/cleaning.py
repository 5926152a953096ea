"""
What nobody needs any longer: ended sessions, old failures.

Source: GB/T 22239-2019 8.1.4.10 (residual information).
"""

from datetime import datetime, timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Q

from commons.people.models import Session


def clean(*, at: datetime) -> dict[str, int]:
    """Delete sessions over their limits and failures older than a lock; how many of each."""
    idle = at - timedelta(seconds=settings.IDLE_TIMEOUT_S)
    old = at - timedelta(seconds=settings.ABSOLUTE_TIMEOUT_S)
    gone, _ = Session.objects.filter(Q(expire_date__lte=at) | Q(seen_at__lt=idle) | Q(signed_in_at__lt=old)).delete()
    failures, _ = AccessAttempt.objects.filter(
        attempt_time__lt=at - timedelta(hours=settings.AXES_COOLOFF_TIME)
    ).delete()
    return {"sessions": gone, "attempts": failures}
