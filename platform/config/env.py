"""
The environment, read here and nowhere else.

Nothing set means: everything runs from Python packages on this machine, with state under `.state/`.
A wrong value stops the start with a paragraph that says what was read and what is expected.
"""

import base64
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parents[2]


class EnvironmentProblem(SystemExit):
    """A variable of the environment is missing or wrong; its text explains which and how to mend it."""

    def __init__(self, name: str, problem: str, mend: str) -> None:
        super().__init__(f"\nEnvironment variable {name}: {problem}\n{mend}\nAll variables: platform/config/env.py\n")


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def number(name: str, default: int) -> int:
    raw = text(name)
    if not raw:
        return default
    try:
        return int(raw)
    except ValueError:
        raise EnvironmentProblem(name, f"{raw!r} is not a whole number.", f"Unset it for {default}.") from None


def flag(name: str, default: bool) -> bool:
    raw = text(name).lower()
    if not raw:
        return default
    if raw in {"1", "true", "yes", "on"}:
        return True
    if raw in {"0", "false", "no", "off"}:
        return False
    raise EnvironmentProblem(name, f"{raw!r} is neither true nor false.", f"Unset it for {default}.")


def words(name: str, default: list[str]) -> list[str]:
    raw = text(name)
    return [word.strip() for word in raw.split(",") if word.strip()] if raw else default


def keys(name: str) -> list[str]:
    """Several keys, newest first, each 32 bytes as URL-safe base64."""
    given = words(name, [])
    for position, key in enumerate(given, start=1):
        try:
            genuine = len(base64.b64decode(key, altchars=b"-_", validate=True)) == 32
        except ValueError:
            genuine = False
        if not genuine:
            raise EnvironmentProblem(
                name,
                f"key number {position} is not 32 bytes in URL-safe base64.",
                "Make one by: python3 -c 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())'",
            )
    return given


@dataclass(frozen=True)
class Database:
    """Where PostgreSQL answers."""

    name: str
    user: str
    password: str
    host: str
    port: str


def database(name: str, url: str) -> Database:
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise EnvironmentProblem(
            name,
            f"{parts.scheme or 'no scheme'}://… is not an address of a PostgreSQL database.",
            "Write postgresql://user:password@host:5432/database, or unset it to run the embedded server.",
        )
    return Database(
        name=unquote(parts.path.strip("/")),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        host=unquote(parts.hostname or ""),
        port=str(parts.port or 5432),
    )


STATE_DIR = Path(text("PLATFORM_STATE_DIR", str(ROOT / ".state")))

# Servers. Unset: the embedded PostgreSQL, a broker of files, a cache in the database.
DATABASE_URL = text("DATABASE_URL")
CELERY_BROKER_URL = text("CELERY_BROKER_URL")
CACHE_URL = text("CACHE_URL")

# Where the pages are reached; https switches on secure cookies and HSTS.
PUBLIC_URL = text("PUBLIC_URL")
ALLOWED_HOSTS = words("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
TRUSTED_PROXIES = number("TRUSTED_PROXIES", 0)

# Secrets. Unset: made once and kept in STATE_DIR, readable by this account only.
SECRET_KEY = text("SECRET_KEY")
FIELD_KEYS = words("FIELD_KEYS", [])
SEALING_KEYS = keys("SEALING_KEYS")
DIRECTORY_HMAC_KEY = text("DIRECTORY_HMAC_KEY")
if set(SEALING_KEYS) & set(FIELD_KEYS):
    raise EnvironmentProblem(
        "SEALING_KEYS",
        "a key of FIELD_KEYS is among them.",
        "Whoever may read phones could open bids before their deadline: make a key of its own, and keep it elsewhere.",
    )

# Rules an operator may tighten.
SECOND_FACTOR_ROLES = words("SECOND_FACTOR_ROLES", [])
IDLE_TIMEOUT_MINUTES = number("IDLE_TIMEOUT_MINUTES", 30)
ABSOLUTE_TIMEOUT_HOURS = number("ABSOLUTE_TIMEOUT_HOURS", 12)
LOGIN_FAILURES = number("LOGIN_FAILURES", 5)
PASSWORD_DAYS = number("PASSWORD_DAYS", 90)
SCHEMAS_PER_CONNECTION = number("SCHEMAS_PER_CONNECTION", 300)
METRICS_TOKEN = text("METRICS_TOKEN")
# What begins each id of a contracting process. The default is the one of the standard's own examples: a publisher registers its own, free of
# charge, with the Open Contracting Partnership before it publishes.
OCDS_PREFIX = text("OCDS_PREFIX", "ocds-213czf")
# Where mail leaves, and from whom. Unset, or without PUBLIC_URL: no mail; notices stand in the product alone.
EMAIL_URL = text("EMAIL_URL")
EMAIL_FROM = text("EMAIL_FROM", "no-reply@localhost")
if EMAIL_URL and urlsplit(EMAIL_URL).scheme not in {"smtp", "smtp+starttls", "smtps"}:
    raise EnvironmentProblem(
        "EMAIL_URL",
        f"{urlsplit(EMAIL_URL).scheme or 'no scheme'}://… is not an address of a mail server.",
        "Write smtp://host:25, smtp+starttls://user:password@host:587 or smtps://user:password@host:465, or unset it.",
    )

DEBUG = flag("DEBUG", False)
LOG_LEVEL = text("LOG_LEVEL", "INFO")
LOG_FORMAT = text("LOG_FORMAT", "json")
