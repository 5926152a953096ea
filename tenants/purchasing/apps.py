from django.apps import AppConfig


class PurchasingConfig(AppConfig):
    name = "tenants.purchasing"
    label = "purchasing"
    verbose_name = "购买服务"

    def ready(self) -> None:
        from commons.onboarding import newborn
        from commons.workflow import machines
        from tenants.purchasing import contract_setup, rule_defaults
        from tenants.purchasing.machines import MACHINES

        machines.register(*MACHINES)
        newborn.register(rule_defaults.begin)
        contract_setup.register()
