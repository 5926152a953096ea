"""
Addresses for workers without an account. Source: DOMAIN §4.1, Q25.

A token is told once, to whoever issues it; the table keeps its digest. Using a link up leaves no trace of what it was used for.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.audit.recording import record
from commons.kit.errors import Invalid
from commons.kit.ids import digest
from commons.tenancy.acting import require
from tenants.needs.enums import LinkPurpose
from tenants.needs.models import WorkerLink

MOST_LINKS = 500
MOST_USES = 5000
# Whoever may issue a link for a purpose; links for rating and for following come from the order and the appeal.
ISSUED_BY = {
    LinkPurpose.SURVEY: Permission.NEEDS_EDIT,
    LinkPurpose.ORDER: Permission.ORDERS_EDIT,
    LinkPurpose.APPEAL: Permission.APPEALS_ASSIGN,
}


def new_token() -> str:
    """128 random bits: enough against guessing, short enough for a small QR code."""
    return secrets.token_urlsafe(16)


@transaction.atomic
def issue(
    *, purpose: LinkPurpose, count: int, uses: int, days: int, by: Actor, at: datetime, subject_id: UUID | None = None
) -> list[str]:
    """
    Make `count` links of `uses` uses each, good for `days` days; their tokens, which are told nowhere else.

    Raises: Refused, Invalid.
    """
    if purpose not in ISSUED_BY:
        raise Invalid({"purpose": ["评价链接随点单给出，不能另外生成。"]})
    require(by, ISSUED_BY[purpose])
    problems: dict[str, list[str]] = {}
    if (purpose == LinkPurpose.SURVEY) != (subject_id is not None):
        problems["survey"] = ["问卷链接须指明是哪一份问卷，其他链接不指明。"]
    if not 1 <= count <= MOST_LINKS:
        problems["count"] = [f"一次最多生成 {MOST_LINKS} 个链接。"]
    if not 1 <= uses <= MOST_USES:
        problems["uses"] = [f"每个链接可用 1 到 {MOST_USES} 次。"]
    if not 1 <= days <= 366:
        problems["days"] = ["有效期为 1 到 366 天。"]
    if problems:
        raise Invalid(problems)
    tokens = [new_token() for _ in range(count)]
    WorkerLink.objects.bulk_create(
        [_link(purpose, token, subject_id, uses, at + timedelta(days=days), by, at) for token in tokens]
    )
    record("needs.links.issue", by=by, at=at, purpose=str(purpose), count=count, uses=uses)
    return tokens


def hand_out(*, purpose: LinkPurpose, subject_id: UUID, uses: int, until: datetime, by: Actor, at: datetime) -> str:
    """One link that another action hands to the worker whose order or appeal it recorded; its token."""
    token = new_token()
    _link(purpose, token, subject_id, uses, until, by, at).save(force_insert=True)
    return token


def use_up(*, token: str, purpose: LinkPurpose, at: datetime) -> bool:
    """Take one use of a link; False when it has none left, has expired, or is none. Two at once take two uses."""
    held = WorkerLink.objects.filter(token_digest=digest(token), purpose=purpose, expires_at__gt=at, uses_left__gt=0)
    return held.update(uses_left=F("uses_left") - 1) == 1


def _link(
    purpose: LinkPurpose, token: str, subject_id: UUID | None, uses: int, until: datetime, by: Actor, at: datetime
) -> WorkerLink:
    return WorkerLink(
        purpose=purpose,
        subject_id=subject_id,
        token_digest=digest(token),
        uses_left=uses,
        expires_at=until,
        created_at=at,
        created_by_id=by.user_id,
        created_by_name=by.name[:120],
    )
