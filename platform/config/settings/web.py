"""Middleware, templates, static files, mail."""

from typing import Any
from urllib.parse import unquote, urlsplit

from config import env

MIDDLEWARE = [
    "commons.web.middleware.health.Health",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Before sessions: a GraphQL document over the limits costs no SQL.
    "api.kit.middleware.LimitsFirst",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "commons.web.middleware.errors.Errors",
    "commons.web.middleware.no_store.NoStore",
    "commons.accounts.middleware.SessionLimits",
    "commons.web.middleware.acting.ActingUnion",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [env.ROOT / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "commons.web.context.page",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
        },
    }
]
if env.DEBUG:
    del TEMPLATES[0]["OPTIONS"]["loaders"]
    TEMPLATES[0]["APP_DIRS"] = True

STATIC_URL = "/static/"
STATIC_ROOT = env.ROOT / "build" / "staticfiles"
STATICFILES_DIRS = [
    folder for folder in (env.ROOT / "templates" / "assets", env.ROOT / "build" / "static") if folder.is_dir()
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = env.DEBUG
MEDIA_ROOT = env.STATE_DIR / "files"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Mail leads back to the pages, so it needs to know where they are.
MAIL_CONFIGURED = bool(env.EMAIL_URL and env.PUBLIC_URL)
DEFAULT_FROM_EMAIL = env.EMAIL_FROM
# A server that does not answer holds a worker no longer than this.
EMAIL_TIMEOUT = 10
if MAIL_CONFIGURED:
    _mail = urlsplit(env.EMAIL_URL)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = _mail.hostname or "localhost"
    EMAIL_PORT = _mail.port or {"smtp": 25, "smtp+starttls": 587}.get(_mail.scheme, 465)
    EMAIL_HOST_USER = unquote(_mail.username or "")
    EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
    EMAIL_USE_TLS = _mail.scheme == "smtp+starttls"
    EMAIL_USE_SSL = _mail.scheme == "smtps"
else:
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
