from django.apps import AppConfig


class AttachmentsConfig(AppConfig):
    name = "tenants.attachments"
    label = "attachments"
    verbose_name = "附件"

    def ready(self) -> None:
        from commons.files import purposes
        from tenants.attachments.names import PURPOSE

        # Kept without end, and never fetched as a file by itself: only as what hangs on its object.
        purposes.register(purposes.Purpose(PURPOSE, "附件", permission=None, own_only=False, kept_for=None))
