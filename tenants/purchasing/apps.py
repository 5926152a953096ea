from django.apps import AppConfig


class PurchasingConfig(AppConfig):
    name = "tenants.purchasing"
    label = "purchasing"
    verbose_name = "购买服务"

    def ready(self) -> None:
        from commons.access.permissions import Permission
        from commons.web import navigation
        from commons.workflow import transitions
        from tenants.purchasing.opendata.publishing import listener

        transitions.listen(listener)
        navigation.register(navigation.Entry(61, "采购风险提示", "/red-flags", Permission.FAIRNESS_VIEW))
