"""What the clock asks of the files."""

from celery import shared_task

from commons.files import actions
from commons.kit.clock import now


@shared_task(name="commons.files.clean")
def clean() -> int:
    """Remove expired files and bytes that no row names; asked for by the beat, safe to run twice."""
    return actions.clean(at=now())
