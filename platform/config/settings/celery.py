"""Celery only wakes a worker: what must not be lost is a row of commons.jobs."""

from celery.schedules import crontab

from config import env

if env.CELERY_BROKER_URL:
    CELERY_BROKER_URL = env.CELERY_BROKER_URL
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {}
else:
    _broker = env.STATE_DIR / "broker"
    for _folder in ("queue", "control"):
        (_broker / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "files://localhost//"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker / "queue"),
        "data_folder_out": str(_broker / "queue"),
        "control_folder": str(_broker / "control"),
        "polling_interval": 0.2,
    }

# The application that a web process sends its wake-ups with.
TASK_APPLICATION = "config.celery.app"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_SERIALIZER = "json"
CELERY_TIMEZONE = "Asia/Shanghai"
# One fan-out entry for all unions, never one per union.
CELERY_BEAT_SCHEDULE = {
    "sweep-jobs": {"task": "commons.jobs.sweep", "schedule": 5.0, "options": {"expires": 10}},
    "clean-sessions": {"task": "commons.accounts.clean", "schedule": 3600.0, "options": {"expires": 600}},
    # At three in the morning, Beijing time: it reads everything once.
    "verify-rollup": {
        "task": "commons.rollup.verify",
        "schedule": crontab(hour="3", minute="0"),
        "options": {"expires": 3600},
    },
    # An hour later: what the folder's memory lost by day is found by night.
    "look-at-figures": {
        "task": "commons.quality.look_at_all",
        "schedule": crontab(hour="4", minute="0"),
        "options": {"expires": 3600},
    },
    "clean-files": {"task": "commons.files.clean", "schedule": 3600.0, "options": {"expires": 600}},
}
