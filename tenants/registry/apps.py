from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "tenants.registry"
    label = "registry"
    verbose_name = "社会组织台账"

    def ready(self) -> None:
        from commons.access.permissions import Permission
        from commons.boundaries.transfer import subjects
        from commons.quality import declaration as quality_rules
        from commons.rollup.declaration import register
        from commons.web import desk as desk_cards
        from commons.web import navigation
        from tenants.attachments import owners
        from tenants.registry import desk, moving, quality, rows, sheets
        from tenants.registry.indicators import INDICATORS
        from tenants.registry.policies import ORGANIZATIONS

        register(*INDICATORS)
        quality_rules.register(*quality.RULES, *quality.RECORDS)
        desk_cards.register(10, desk.card)
        navigation.register(
            navigation.Entry(20, "社会组织台账", "/organizations", Permission.LEDGER_VIEW),
            navigation.Entry(30, "联系记录", "/contacts", Permission.CONTACT_VIEW),
        )
        rows.declare()
        sheets.register()
        owners.register(owners.Rights(ORGANIZATIONS, "社会组织台账", "organization"))
        subjects.register(moving.SUBJECT)
