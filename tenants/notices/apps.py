from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "tenants.notices"
    label = "notices"
    verbose_name = "通知"

    def ready(self) -> None:
        from commons.web import bell
        from commons.workflow import transitions
        from tenants.notices import listening, mailing, selectors  # noqa: F401

        transitions.listen(listening.stepped)
        bell.register(selectors.unread)
