"""Settings: a drawer per subject, composed here. `config.settings.test` only differs."""

from config.settings.apps import *  # noqa: F403
from config.settings.base import *  # noqa: F403
from config.settings.celery import *  # noqa: F403
from config.settings.database import *  # noqa: F403
from config.settings.i18n import *  # noqa: F403
from config.settings.logging import *  # noqa: F403
from config.settings.security import *  # noqa: F403
from config.settings.tenancy import *  # noqa: F403
from config.settings.web import *  # noqa: F403
