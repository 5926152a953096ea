"""What fits no other drawer."""

from config import env

DEBUG = env.DEBUG
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATE_DIR = env.STATE_DIR
TEST_RUNNER = "django.test.runner.DiscoverRunner"
METRICS_TOKEN = env.METRICS_TOKEN
OCDS_PREFIX = env.OCDS_PREFIX
# Where `make assets` puts the fonts of official documents.
DOCUMENT_FONTS = env.ROOT / "build" / "fonts"
