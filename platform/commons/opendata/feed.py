"""
Publishing releases and reading them in one order without gaps.

A release is written in the transaction of the step that it tells of. Its place in the feed is given after the commit, by one hand at a
time: whoever has read up to a position has missed nothing, however long another transaction stays open. A sequence would not do: a
number taken early and committed late would be passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import orjson
from django.db import connection, transaction
from django.db.models import Max, QuerySet

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.access.tree import visible_unions
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import NotFound
from commons.opendata.models import OcdsRelease

# Of pg_advisory_xact_lock: held while positions are given.
_LOCK = 6_215_115
BATCH = 200
PAGE = 1000


def publish(*, union: TradeUnion, body: dict[str, Any], at: datetime) -> OcdsRelease:
    """
    Keep a release for good, in the caller's transaction; it joins the feed when that is committed.

    A release with the same id is published once: the first one stands.
    """
    row, _ = OcdsRelease.objects.get_or_create(
        release_id=str(body["id"]),
        defaults={
            "union": union,
            "ocid": str(body["ocid"]),
            "date": at,
            "tags": body["tag"],
            "body": orjson.dumps(body).decode(),
        },
    )
    transaction.on_commit(number, robust=True)
    return row


@transaction.atomic
def number() -> int:
    """Give committed releases their places, oldest first; how many there were. Others wait until this is committed."""
    waiting = OcdsRelease.objects.filter(position__isnull=True)
    if not waiting.exists():
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        last = OcdsRelease.objects.aggregate(last=Max("position"))["last"] or 0
        cursor.execute(
            "UPDATE public.opendata_ocdsrelease AS row SET position = %s + placed.n FROM"
            " (SELECT id, row_number() OVER (ORDER BY id) AS n FROM public.opendata_ocdsrelease WHERE position IS NULL) AS placed"
            " WHERE row.id = placed.id",
            [last],
        )
        return int(cursor.rowcount)


def releases(actor: Actor, union: TradeUnion) -> QuerySet[OcdsRelease]:
    """
    The releases of `union` and all below it, as far as `actor` reaches.

    Raises: Refused; NotFound for a union outside the subtree of the acting one. Source: V1, V7, V10.
    """
    may(actor, Permission.OPEN_DATA_EXPORT).require()
    if actor.union is None or not union.is_under(actor.union):
        raise NotFound()
    reach = visible_unions(actor).filter(path__contains=[union.pk])
    return OcdsRelease.objects.filter(union__in=reach)


def since(rows: QuerySet[OcdsRelease], cursor: int = 0, *, limit: int | None = None) -> Iterator[OcdsRelease]:
    """Releases after `cursor` in the order of the feed, read by few at a time."""
    given = 0
    while limit is None or given < limit:
        size = BATCH if limit is None else min(BATCH, limit - given)
        batch = list(rows.filter(position__gt=cursor).order_by("position")[:size])
        yield from batch
        given += len(batch)
        if len(batch) < size:
            return
        cursor = batch[-1].position or cursor


def processes(rows: QuerySet[OcdsRelease]) -> Iterator[tuple[str, Sequence[OcdsRelease]]]:
    """Each contracting process with its releases, oldest first; few processes at a time."""
    after = ""
    while True:
        ocids = list(rows.filter(ocid__gt=after).order_by("ocid").values_list("ocid", flat=True).distinct()[:50])
        if not ocids:
            return
        found: dict[str, list[OcdsRelease]] = {ocid: [] for ocid in ocids}
        for row in rows.filter(ocid__in=ocids, position__isnull=False).order_by("date", "position"):
            found[row.ocid].append(row)
        yield from ((ocid, told) for ocid, told in found.items() if told)
        after = ocids[-1]
