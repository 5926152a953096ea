from django.apps import AppConfig


class PurchasingConfig(AppConfig):
    name = "tenants.purchasing"
    label = "purchasing"
    verbose_name = "购买服务"

    def ready(self) -> None:
        from commons.access.permissions import Permission
        from commons.quality import declaration as quality_rules
        from commons.rollup.declaration import register
        from commons.web import navigation
        from tenants.purchasing import quality, rows
        from tenants.purchasing.indicators import INDICATORS

        register(*INDICATORS)
        quality_rules.register(*quality.RULES, *quality.RECORDS)
        rows.declare()
        navigation.register(navigation.Entry(43, "公平性分析", "/fairness", Permission.FAIRNESS_VIEW))
