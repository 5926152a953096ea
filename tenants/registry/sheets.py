"""What the ledger registers on the shared floor for its imports and exports: purposes of files and kinds of jobs."""

from datetime import timedelta

from commons.access.permissions import Permission
from commons.files import purposes
from commons.files.purposes import Purpose


def register() -> None:
    """Called once, when the application is ready; importing the jobs registers their handlers."""
    from tenants.registry.exports import jobs as _exports  # noqa: F401
    from tenants.registry.exports.actions import PURPOSE as EXPORT
    from tenants.registry.imports import jobs as _imports  # noqa: F401
    from tenants.registry.imports.actions import PURPOSE as IMPORT

    purposes.register(
        Purpose(IMPORT, "待导入的表格", Permission.LEDGER_IMPORT, own_only=True, kept_for=timedelta(days=7)),
        Purpose(
            EXPORT,
            "导出的台账",
            Permission.LEDGER_EXPORT,
            own_only=True,
            kept_for=timedelta(days=3),
            max_bytes=200 * 1024 * 1024,
        ),
    )
