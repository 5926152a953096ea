from django.apps import AppConfig


class NeedsConfig(AppConfig):
    name = "tenants.needs"
    label = "needs"
    verbose_name = "职工需求"

    def ready(self) -> None:
        from commons.workflow import machines
        from tenants.needs.machines import MACHINES

        machines.register(*MACHINES)
