"""Whether an account is sent notices by mail."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commons.access.actors import Actor
from commons.audit.recording import record
from commons.people.models import User


@transaction.atomic
def choose(*, user: User, wanted: bool, by: Actor, at: datetime) -> User:
    """Send notices by mail from now on, or no longer; nothing when it was so before."""
    changed = User.objects.filter(pk=user.pk).exclude(mails_notices=wanted).update(mails_notices=wanted)
    if changed:
        user.mails_notices = wanted
        record("account.notices_mailed" if wanted else "account.notices_not_mailed", by=by, at=at, on=user)
    return user
