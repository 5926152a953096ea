"""
Notices by mail: that there are some, of which sort, and where; never what they say.

At most one mail in ten minutes for an account, from all its unions together. What a worker had sent before it died is sent again: a
second mail is better than none.
"""

from __future__ import annotations

import smtplib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from commons.access import actors
from commons.access.actors import system
from commons.hierarchy.models import TradeUnion
from commons.jobs import actions as jobs
from commons.jobs import register
from commons.jobs.context import JobContext
from commons.people.models import User
from tenants.notices.enums import NoticeKind
from tenants.notices.models import Notice
from tenants.notices.names import MAIL

log = structlog.get_logger(__name__)

BETWEEN = timedelta(minutes=10)
# So that no absence notice is sent back, and no robot answers. Source: RFC 3834 §5.
HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All", "Precedence": "bulk"}


@register.handler(MAIL, label="通知邮件", retry_s=60.0)
def mail(job: JobContext) -> dict[str, object]:
    """Send one mail about everything unread that was not mailed yet; a server that answers not now is asked again later."""
    union = job.require_union()
    asked = Notice.objects.filter(pk=UUID(job.payload["notice"]), read_at__isnull=True, mailed_at__isnull=True).first()
    user = _reader(asked, union) if asked is not None and settings.MAIL_CONFIGURED else None
    if asked is None or user is None:
        return {"mailed": 0}
    if user.notices_mailed_at is not None and job.at < user.notices_mailed_at + BETWEEN:
        _later(asked, user.notices_mailed_at, union, job.at)
        return {"mailed": 0}
    waiting = Notice.objects.filter(user_id=user.pk, read_at__isnull=True, mailed_at__isnull=True)
    # Whoever else is just sending has these, and will send them.
    notices = list(waiting.select_for_update(skip_locked=True).order_by("id"))
    if not notices:
        return {"mailed": 0}
    refused = not _sent(user, union, notices)
    Notice.objects.filter(pk__in=[one.pk for one in notices]).update(mailed_at=job.at)
    User.objects.filter(pk=user.pk).update(notices_mailed_at=job.at)
    return {"mailed": 0 if refused else len(notices), "refused": refused}


def _reader(notice: Notice, union: TradeUnion) -> User | None:
    """The account, if it still has a part in the union and wishes mail."""
    user = User.objects.filter(pk=notice.user_id, is_active=True, mails_notices=True).exclude(email="").first()
    return user if user is not None and actors.acting(user, union) is not None else None


def _later(notice: Notice, mailed_at: datetime, union: TradeUnion, at: datetime) -> None:
    """Look again when the ten minutes are over."""
    jobs.enqueue(
        kind=MAIL,
        union=union,
        payload={"notice": str(notice.pk)},
        key=f"{union.code} {notice.user_id} {mailed_at.timestamp():.0f} {notice.pk}",
        by=system("通知", union),
        at=at,
        run_after=mailed_at + BETWEEN,
    )


def _sent(user: User, union: TradeUnion, notices: Sequence[Notice]) -> bool:
    """
    Hand the mail to the server; False when it refuses this mail for good, which no later attempt would change.

    Raises: OSError, SMTPException when it may be accepted later.
    """
    counts = Counter(str(one.kind) for one in notices)
    told = {
        "name": user.name,
        "union": union.name_zh,
        "count": len(notices),
        "kinds": [(kind.label, counts[kind.value]) for kind in NoticeKind if counts[kind.value]],
        "url": f"{settings.PUBLIC_URL.rstrip('/')}/u/{union.code}/notices",
        "settings_url": f"{settings.PUBLIC_URL.rstrip('/')}/account#notices",
    }
    letter = EmailMultiAlternatives(
        subject=f"您有{len(notices)}条新通知（{union.name_zh}）",
        body=render_to_string("emails/notices.txt", told),
        to=[user.email],
        headers=HEADERS,
    )
    letter.attach_alternative(render_to_string("emails/notices.html", told), "text/html")
    try:
        letter.send()
    except smtplib.SMTPRecipientsRefused as problem:
        codes = [int(code) for code, _ in problem.recipients.values()]
        if not codes or min(codes) < 500:
            raise
    except smtplib.SMTPDataError as problem:
        if problem.smtp_code < 500:
            raise
    else:
        return True
    log.warning("notice_mail_refused", user=str(user.pk))
    return False
