"""Passwords, sessions, cookies, headers."""

from csp.constants import NONE, SELF

from config import env
from config.embedded.secrets import secret

SECRET_KEY = env.SECRET_KEY or secret("secret-key")
FIELD_KEYS = env.FIELD_KEYS or [secret("field-key")]
SEALING_KEYS = env.SEALING_KEYS or [secret("sealing-key")]
DIRECTORY_HMAC_KEY = env.DIRECTORY_HMAC_KEY or secret("directory-hmac-key")

ALLOWED_HOSTS = env.ALLOWED_HOSTS
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "commons.accounts.passwords.SeveralKinds"},
    {"NAME": "commons.accounts.passwords.NotTooLong"},
    {"NAME": "commons.accounts.passwords.NotUsedBefore"},
]
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"

# guardian: rows in each union's schema only, nobody anonymous, no foreign keys into `public`.
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False

AXES_FAILURE_LIMIT = env.LOGIN_FAILURES
AXES_COOLOFF_TIME = 0.5  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ACCESS_FAILURE_LOG = False
# A lock ends when it says it does: what is tried meanwhile is neither judged nor counted.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
AXES_CLIENT_IP_CALLABLE = "commons.accounts.addresses.client_address"
AXES_LOCKOUT_CALLABLE = "commons.accounts.pages.sign_in.locked_out"
TRUSTED_PROXIES = env.TRUSTED_PROXIES

SESSION_ENGINE = "commons.people.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = env.ABSOLUTE_TIMEOUT_HOURS * 3600
IDLE_TIMEOUT_S = env.IDLE_TIMEOUT_MINUTES * 60
ABSOLUTE_TIMEOUT_S = env.ABSOLUTE_TIMEOUT_HOURS * 3600
SECOND_FACTOR_ROLES = env.SECOND_FACTOR_ROLES
OTP_TOTP_ISSUER = "工会社会组织平台"
INVITATION_DAYS = 7
PASSWORD_RESET_HOURS = 24
# Source: GB/T 22239-2019 8.1.4.1 a), c): passwords change, accounts that nobody uses are noticed.
PASSWORD_DAYS = env.PASSWORD_DAYS
PASSWORD_WARNING_DAYS = 14
PASSWORDS_REMEMBERED = 5
DORMANT_DAYS = 90

_https = env.PUBLIC_URL.startswith("https://")
PUBLIC_URL = env.PUBLIC_URL
SESSION_COOKIE_SECURE = _https
CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_NAME = "__Host-session" if _https else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if _https else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "commons.web.pages.errors.csrf_refused"
CSRF_TRUSTED_ORIGINS = [env.PUBLIC_URL.rstrip("/")] if _https else []
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SECURE_SSL_REDIRECT = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.TRUSTED_PROXIES else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
UPLOAD_MAX_BYTES = 20 * 1024 * 1024
