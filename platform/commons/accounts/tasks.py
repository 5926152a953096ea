"""What is tidied every hour; named in CELERY_BEAT_SCHEDULE."""

from celery import shared_task

from commons.accounts.actions.cleaning import clean
from commons.kit.clock import now


@shared_task(name="commons.accounts.clean")
def clean_accounts(**_: object) -> dict[str, int]:
    """Safe to deliver twice, and to leave out."""
    return clean(at=now())
