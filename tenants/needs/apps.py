from django.apps import AppConfig


class NeedsConfig(AppConfig):
    name = "tenants.needs"
    label = "needs"
    verbose_name = "职工需求"

    def ready(self) -> None:
        from commons.access.permissions import Permission
        from commons.tables import declaration as tables
        from commons.web import navigation
        from commons.workflow import machines
        from tenants.needs.machines import MACHINES
        from tenants.needs.pages import clusters, needs

        machines.register(*MACHINES)
        tables.register(needs.NEED_LIST, clusters.CLUSTER_LIST, clusters.PUBLISHED_LIST)
        navigation.register(navigation.Entry(22, "职工需求", "/needs", Permission.NEEDS_VIEW))
