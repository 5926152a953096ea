from django.apps import AppConfig


class PurchasingConfig(AppConfig):
    name = "tenants.purchasing"
    label = "purchasing"
    verbose_name = "购买服务"

    def ready(self) -> None:
        from commons.onboarding import newborn
        from commons.subsidies import sources
        from commons.workflow import machines, transitions
        from tenants.purchasing import consequences, contract_setup, project_setup, rule_defaults, subsidised
        from tenants.purchasing.machines import MACHINES

        machines.register(*MACHINES)
        transitions.listen(consequences.listener)
        transitions.listen(subsidised.listener)
        sources.register(subsidised.SOURCES)
        newborn.register(rule_defaults.begin)
        contract_setup.register()
        project_setup.register()
