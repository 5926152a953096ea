from django.apps import AppConfig


class NeedsConfig(AppConfig):
    name = "tenants.needs"
    label = "needs"
    verbose_name = "职工需求"

    def ready(self) -> None:
        from commons.quality import declaration as quality_rules
        from commons.rollup.declaration import register
        from commons.workflow import machines
        from tenants.needs import quality, rows
        from tenants.needs.indicators import INDICATORS
        from tenants.needs.machines import MACHINES

        machines.register(*MACHINES)
        register(*INDICATORS)
        quality_rules.register(*quality.RULES, *quality.RECORDS)
        rows.declare()
