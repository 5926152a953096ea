from django.apps import AppConfig


class TablesConfig(AppConfig):
    name = "commons.tables"
    label = "tables"
    verbose_name = "列表"

    def ready(self) -> None:
        # Registers the handler of long exports.
        from commons.tables import jobs as _jobs  # noqa: F401
