"""
Which app lives in which schema: the folder decides.

An app under platform/ is shared (schema `public`), one under tenants/ belongs to each union's schema; a test
compares. No app is in both lists.
"""

SHARED_APPS = [
    "django_tenants",
    # Users, permissions and sessions exist once: one account serves all unions.
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django_htmx",
    "django_filters",
    "django_structlog",
    "csp",
    # Failed sign-ins and second factors belong to the account, hence to `public`.
    "axes",
    "django_otp",
    "commons.kit",
    "commons.hierarchy",
    "commons.people",
    "commons.access",
    "commons.audit",
    "commons.tenancy",
    "commons.accounts",
    "commons.jobs",
    "commons.files",
    "commons.directory",
    "commons.workflow",
    "commons.calls",
    "commons.rollup",
    "commons.onboarding",
    "commons.boundaries",
    "commons.boundaries.transfer",
    "commons.quality",
    "commons.rankings",
    "commons.web",
    "commons.subsidies",
    "commons.tables",
    "commons.portal",
    "commons.opendata",
    "graphene_django",
    "api",
    "config.demo",
    "config.torture",
]

TENANT_APPS = [
    # Object grants live beside the objects: in `public` a grant on row 2 of one union would open row 2 of another.
    "guardian",
    "tenants.history",
    "tenants.rollup",
    "tenants.views",
    "tenants.attachments",
    "tenants.notices",
    "tenants.discussion",
    "tenants.registry",
    "tenants.needs",
    "tenants.purchasing",
]

INSTALLED_APPS = SHARED_APPS + TENANT_APPS
MIGRATION_MODULES = {"guardian": "commons.access.guardian_migrations"}
