"""Celery's side of verification: beat names it once a night; a run that was cut off is gone on with the next time."""

import structlog
from celery import shared_task

from commons.kit.clock import now
from commons.rollup.verify import begin, verify

log = structlog.get_logger(__name__)


@shared_task(name="commons.rollup.verify", ignore_result=True)
def verify_all() -> int:
    """Recount everything and keep the result for the operator's page and /metrics; the number of differences."""
    run = begin(at=now(), resume=True)
    verify(run=run)
    run.refresh_from_db()
    if run.differences:
        log.error("rollup.differences", differences=run.differences, run=run.pk)
    return run.differences
