"""
That somebody has read personal data in clear. Source: 个人信息保护法 第五十一条、第五十四条; GB/T 22239-2019 安全审计.

Pages and the API call it where they hand out such data unmasked; what leaves as a sheet is told by `commons.tables.exporting`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID, uuid5

import structlog
from django.core.cache import cache
from django.db import models, transaction

from commons.access.actors import Actor
from commons.audit.models import AuditEvent
from commons.kit.clock import today

READ = "personal.read"
_SPACE = UUID("0192f3a0-6f2e-7c51-9d0b-5e6a1c8f4b27")
_DAY_S = 24 * 3600


def read_personal(actor: Actor, on: models.Model, fields: Collection[str], at: datetime) -> None:
    """
    Write down that `actor` has seen these fields of an object in clear: their names, not what they say.

    One event for an account, an object and a day, however often it is looked at and by whichever way; at most one statement.
    """
    read_personal_rows(actor, [on], fields, at)


def read_personal_rows(actor: Actor, rows: Sequence[models.Model], fields: Collection[str], at: datetime) -> None:
    """The same for all objects of one page, in one statement."""
    if actor.user is None or not rows or not fields:
        # The platform itself reads no more than it was asked for by somebody, who is told of.
        return
    day = today(at).isoformat()
    # The key of the event is made of what it tells, so that the database keeps it single, among all processes.
    keys = {_key(actor, row, day): row for row in rows}
    noted = cache.get_many([f"{READ}:{key}" for key in keys])
    fresh = {key: row for key, row in keys.items() if f"{READ}:{key}" not in noted}
    if not fresh:
        return
    where = structlog.contextvars.get_contextvars()
    AuditEvent.objects.bulk_create(
        [
            AuditEvent(
                pk=key,
                at=at,
                event=READ,
                user_id=actor.user_id,
                by_name=actor.name,
                union_id=actor.union.pk if actor.union else None,
                union_code=actor.union.code if actor.union else "",
                object_kind=row._meta.label_lower,
                object_id=str(row.pk),
                ip=where.get("ip") or None,
                request_id=str(where.get("request_id", ""))[:64],
                data={"fields": sorted(fields)},
            )
            for key, row in fresh.items()
        ],
        ignore_conflicts=True,
    )
    known = {f"{READ}:{key}": True for key in fresh}
    # Not before it is certain: what is rolled back was not written down.
    transaction.on_commit(lambda: cache.set_many(known, _DAY_S))


def _key(actor: Actor, row: models.Model, day: str) -> UUID:
    union = actor.union.pk if actor.union else 0
    return uuid5(_SPACE, f"{union} {actor.user_id} {row._meta.label_lower} {row.pk} {day}")
