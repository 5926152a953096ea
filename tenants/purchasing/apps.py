from django.apps import AppConfig


class PurchasingConfig(AppConfig):
    name = "tenants.purchasing"
    label = "purchasing"
    verbose_name = "购买服务"

    def ready(self) -> None:
        from commons.workflow import transitions
        from tenants.purchasing.opendata.publishing import listener

        transitions.listen(listener)
