from django.apps import AppConfig


class PurchasingConfig(AppConfig):
    name = "tenants.purchasing"
    label = "purchasing"
    verbose_name = "购买服务"

    def ready(self) -> None:
        from commons.workflow import machines, transitions
        from tenants.attachments import owners
        from tenants.purchasing import contract_consequences
        from tenants.purchasing.contract_rights import CONTRACT_RIGHTS
        from tenants.purchasing.machines import MACHINES

        machines.register(*MACHINES)
        owners.register(CONTRACT_RIGHTS)
        transitions.listen(contract_consequences.listener)
