"""The Celery application: `celery -A config.celery worker`."""

import os

from celery import Celery

from commons.jobs import broker

broker.register()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("platform")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
