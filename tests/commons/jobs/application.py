"""The Celery application with the canaries registered, for workers that the tests start."""

import django

django.setup()

from config.celery import app  # noqa: E402
from tests.commons.jobs import canaries  # noqa: E402, F401 - registers the handlers

app.conf.beat_schedule = {"sweep-jobs": {"task": "commons.jobs.sweep", "schedule": 1.0, "options": {"expires": 10}}}

__all__ = ["app"]
