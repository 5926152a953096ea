"""PostgreSQL and the cache: embedded unless a server is named."""

from config import env
from config.embedded import database_url

_where = env.database("DATABASE_URL", env.DATABASE_URL or database_url(env.ROOT))

DATABASES = {
    "default": {
        "ENGINE": "commons.tenancy.backend",
        "NAME": _where.name,
        "USER": _where.user,
        "PASSWORD": _where.password,
        "HOST": _where.host,
        "PORT": _where.port,
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"application_name": "union-platform", "connect_timeout": 10},
    }
}

# Unset: a cache table in PostgreSQL would cost a query per read, so small caches live in each process.
if env.CACHE_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": env.CACHE_URL}}
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "platform"}}
