"""Things that happen to notices: somebody is told, and has read it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import models, transaction

from commons.access.actors import Actor, system
from commons.jobs import actions as jobs
from commons.kit.errors import NotFound
from commons.people.models import User
from commons.tenancy import door
from commons.tenancy.acting import stands_in_own_union
from commons.web import bell
from tenants.notices.enums import NoticeKind
from tenants.notices.models import Notice
from tenants.notices.names import MAIL

TITLE_LENGTH = 200
# Several steps in a row make one mail.
SETTLED = timedelta(minutes=1)


@transaction.atomic
def give(*, kind: NoticeKind, to: Sequence[User], title: str, url: str, on: models.Model, at: datetime) -> list[Notice]:
    """
    Tell these accounts something in the union at hand, in the caller's transaction, and by mail later where they wish so.

    The caller answers for it that each of them may see `on` and that `title` has nothing sealed, personal or confidential.
    """
    union = door.current()
    if union is None:
        raise RuntimeError("A notice is given inside a union.")
    made = Notice.objects.bulk_create(
        Notice(
            user_id=user.pk,
            kind=kind,
            title=title[:TITLE_LENGTH],
            url=url,
            object_kind=on._meta.label_lower,
            object_id=on.pk,
            created_at=at,
        )
        for user in to
    )
    if settings.MAIL_CONFIGURED:
        for user, notice in zip(to, made, strict=True):
            if user.email and user.mails_notices:
                # A key of its own: with a shared one, two steps that tell the same person would wait for each other.
                jobs.enqueue(
                    kind=MAIL,
                    union=union,
                    payload={"notice": str(notice.pk)},
                    key=str(notice.pk),
                    by=system("通知", union),
                    at=at,
                    run_after=at + SETTLED,
                )
    users = [user.pk for user in to]
    transaction.on_commit(lambda: bell.forget(union, users))
    return made


@transaction.atomic
def mark_read(*, keys: Collection[UUID] | None = None, by: Actor, at: datetime) -> int:
    """
    Note that `by` has read these of their own notices, or all of them; how many were unread.

    Raises: NotFound when one of `keys` is no notice of theirs; then none is marked.
    """
    stands_in_own_union(by)
    if by.union is None or by.user is None:
        raise NotFound()
    union, user = by.union, by.user
    own = Notice.objects.filter(user_id=user.pk)
    if keys is not None:
        wanted = set(keys)
        if own.filter(pk__in=wanted).count() != len(wanted):
            raise NotFound()
        own = own.filter(pk__in=wanted)
    marked = own.filter(read_at__isnull=True).update(read_at=at)
    transaction.on_commit(lambda: bell.forget(union, [user.pk]))
    return marked
