from datetime import timedelta

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "commons.portal"
    label = "portal"
    verbose_name = "社会组织门户"

    def ready(self) -> None:
        from commons.access.permissions import Permission
        from commons.files import purposes
        from commons.portal.proofs import MAX_BYTES, PURPOSE

        # Fetched through the claim that it belongs to; by its own address nobody but its maker could, who may not.
        purposes.register(
            purposes.Purpose(
                PURPOSE,
                "社会组织账号证明材料",
                Permission.ORG_ACCOUNT_VERIFY,
                own_only=True,
                kept_for=timedelta(days=3650),
                max_bytes=MAX_BYTES,
            )
        )
