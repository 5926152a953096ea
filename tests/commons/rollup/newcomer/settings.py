"""The platform with one app more."""

from config.settings.test import *  # noqa: F403 - everything but what follows
from config.settings.test import INSTALLED_APPS, SHARED_APPS

SHARED_APPS = [*SHARED_APPS, "tests.commons.rollup.newcomer"]
INSTALLED_APPS = [*INSTALLED_APPS, "tests.commons.rollup.newcomer"]
