"""Somebody ends sessions of their own account."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commons.access.actors import Actor
from commons.accounts import sessions
from commons.audit.recording import record
from commons.kit.errors import NotFound
from commons.people.models import Session, User


@transaction.atomic
def end(*, user: User, handle: UUID, by: Actor, at: datetime) -> None:
    """End one session of `user`. Raises: NotFound, also for somebody else's."""
    ended, _ = Session.objects.filter(user=user, handle=handle).delete()
    if not ended:
        raise NotFound()
    record("account.session_ended", by=by, at=at, on=user)


@transaction.atomic
def end_others(*, user: User, session: str, by: Actor, at: datetime) -> int:
    """End all sessions of `user` but the one with handle `session`; how many there were."""
    ended = sessions.end_all(user, but=session)
    record("account.sessions_ended", by=by, at=at, on=user, sessions=ended)
    return ended
