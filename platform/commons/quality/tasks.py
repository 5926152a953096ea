"""Celery's side: beat names it once a night, after everything was recounted."""

from __future__ import annotations

from collections.abc import Iterator

import structlog
from celery import shared_task

from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now
from commons.quality.looking import look

log = structlog.get_logger(__name__)

# Unions of one look: their siblings and children are read with them, and nothing is kept between two looks.
AT_ONCE = 50


@shared_task(name="commons.quality.look_at_all", ignore_result=True)
def look_at_all() -> int:
    """Look at every union once, neighbours together; how many tickets were opened. A failing batch stops no other."""
    opened = 0
    for batch in _batches():
        try:
            settled = look(batch, at=now(), above=False)
        except Exception:
            log.exception("quality.look_failed", unions=len(batch))
            continue
        opened += settled.opened + settled.reopened if settled else 0
    return opened


def _batches() -> Iterator[list[int]]:
    # Siblings follow one another, so that those who are compared are read once.
    unions = list(TradeUnion.objects.order_by("parent_id", "pk").values_list("pk", flat=True))
    for first in range(0, len(unions), AT_ONCE):
        yield unions[first : first + AT_ONCE]
