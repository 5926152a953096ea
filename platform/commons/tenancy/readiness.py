"""Is the database the one this code expects?"""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from commons.tenancy.models import Template


def problems() -> list[str]:
    """What keeps this process from serving: unapplied migrations of `public`, no recorded template."""
    executor = MigrationExecutor(connection)
    unapplied = executor.migration_plan(executor.loader.graph.leaf_nodes())
    shared = [
        f"{migration.app_label}.{migration.name}" for migration, _ in unapplied if _is_shared(migration.app_label)
    ]
    found = [f"not migrated: {', '.join(shared)}"] if shared else []
    if not shared and not Template.objects.filter(is_current=True).exists():
        found.append("no template of a union's schema is recorded; run manage.py migrate_unions")
    return found


def _is_shared(app_label: str) -> bool:
    from django.apps import apps
    from django.conf import settings

    return apps.get_app_config(app_label).name in settings.SHARED_APPS
