from django.apps import AppConfig


class PurchasingConfig(AppConfig):
    name = "tenants.purchasing"
    label = "purchasing"
    verbose_name = "购买服务"

    def ready(self) -> None:
        from commons.access.permissions import Permission
        from commons.onboarding import newborn
        from commons.quality import declaration as quality_rules
        from commons.rollup.declaration import register
        from commons.subsidies import sources
        from commons.tenancy import ending as endings
        from commons.web import navigation
        from commons.workflow import machines, transitions
        from tenants.purchasing import (
            body_setup,
            call_setup,
            consequences,
            contract_setup,
            ending,
            logged,
            project_setup,
            quality,
            rows,
            rule_defaults,
            subsidised,
            telling,
        )
        from tenants.purchasing.indicators import INDICATORS
        from tenants.purchasing.machines import MACHINES
        from tenants.purchasing.opendata.publishing import listener as publish_releases

        machines.register(*MACHINES)
        transitions.listen(consequences.listener)
        transitions.listen(subsidised.listener)
        transitions.listen(publish_releases)
        sources.register(subsidised.SOURCES)
        newborn.register(rule_defaults.begin)
        endings.register(ending.left)
        body_setup.register()
        call_setup.register()
        contract_setup.register()
        logged.register()
        project_setup.register()
        telling.register()
        register(*INDICATORS)
        quality_rules.register(*quality.RULES, *quality.RECORDS)
        rows.declare()
        navigation.register(
            navigation.Entry(43, "公平性分析", "/fairness", Permission.FAIRNESS_VIEW, navigation.Group.NUMBERS),
            navigation.Entry(66, "采购风险提示", "/red-flags", Permission.RED_FLAGS_VIEW, navigation.Group.NUMBERS),
        )
