from django.apps import AppConfig


class PurchasingConfig(AppConfig):
    name = "tenants.purchasing"
    label = "purchasing"
    verbose_name = "购买服务"

    def ready(self) -> None:
        from commons.workflow import machines
        from tenants.purchasing.machines import MACHINES

        machines.register(*MACHINES)
