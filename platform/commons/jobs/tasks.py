"""Celery's side: messages that say nothing but “look”. What there is to do stands in commons.jobs' table."""

from celery import shared_task

from commons.jobs import engine


@shared_task(name="commons.jobs.run", ignore_result=True)
def run() -> int:
    """A worker was woken: do what is due."""
    return engine.run_due()


@shared_task(name="commons.jobs.sweep", ignore_result=True)
def sweep() -> int:
    """Named by beat: find what no message told of, and what a dead worker left."""
    return engine.run_due()
