from django.apps import AppConfig


class PurchasingConfig(AppConfig):
    name = "tenants.purchasing"
    label = "purchasing"
    verbose_name = "购买服务"

    def ready(self) -> None:
        from commons.quality import declaration as quality_rules
        from commons.rollup.declaration import register
        from tenants.purchasing import quality, rows
        from tenants.purchasing.indicators import INDICATORS

        register(*INDICATORS)
        quality_rules.register(*quality.RULES, *quality.RECORDS)
        rows.declare()
