"""What the ledger registers on the shared floor for its imports: purposes of files and kinds of jobs."""

from datetime import timedelta

from commons.access.permissions import Permission
from commons.files import purposes
from commons.files.purposes import Purpose


def register() -> None:
    """Called once, when the application is ready; importing the jobs registers their handlers."""
    from tenants.registry.imports import jobs as _imports  # noqa: F401
    from tenants.registry.imports.actions import PURPOSE as IMPORT

    purposes.register(
        Purpose(IMPORT, "待导入的表格", Permission.LEDGER_IMPORT, own_only=True, kept_for=timedelta(days=7)),
    )
