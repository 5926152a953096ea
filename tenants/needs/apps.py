from django.apps import AppConfig


class NeedsConfig(AppConfig):
    name = "tenants.needs"
    label = "needs"
    verbose_name = "职工需求"

    def ready(self) -> None:
        from commons.access.permissions import Permission
        from commons.quality import declaration as quality_rules
        from commons.rollup.declaration import register
        from commons.tables import declaration as tables
        from commons.web import navigation
        from commons.workflow import machines
        from tenants.needs import quality, rows
        from tenants.needs.indicators import INDICATORS
        from tenants.needs.machines import MACHINES
        from tenants.needs.pages import clusters, needs

        machines.register(*MACHINES)
        register(*INDICATORS)
        quality_rules.register(*quality.RULES, *quality.RECORDS)
        rows.declare()
        tables.register(needs.NEED_LIST, clusters.CLUSTER_LIST, clusters.PUBLISHED_LIST)
        navigation.register(navigation.Entry(22, "职工需求", "/needs", Permission.NEEDS_VIEW))
