from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "tenants.registry"
    label = "registry"
    verbose_name = "社会组织台账"

    def ready(self) -> None:
        from commons import portal as portals
        from commons.access.permissions import Permission
        from commons.boundaries.transfer import subjects
        from commons.quality import declaration as quality_rules
        from commons.rollup.declaration import register
        from commons.tables import declaration as tables
        from commons.web import desk as desk_cards
        from commons.web import navigation
        from tenants.attachments import owners
        from tenants.registry import desk, moving, portal, quality, rows, sheets
        from tenants.registry.indicators import INDICATORS
        from tenants.registry.pages import contact_list, organization_list
        from tenants.registry.policies import ORGANIZATIONS

        register(*INDICATORS)
        quality_rules.register(*quality.RULES, *quality.RECORDS)
        desk_cards.register(10, desk.card)
        desk_cards.register(15, desk.accounts_card)
        portals.register(10, portal.section)
        navigation.register(
            navigation.Entry(
                20, "社会组织台账", "/organizations", Permission.LEDGER_VIEW, navigation.Group.ORGANIZATIONS
            ),
            navigation.Entry(30, "联系记录", "/contacts", Permission.CONTACT_VIEW, navigation.Group.ORGANIZATIONS),
            navigation.Entry(
                32, "社会组织账号", "/org-accounts", Permission.ORG_ACCOUNT_VERIFY, navigation.Group.ORGANIZATIONS
            ),
        )
        tables.register(organization_list.ORGANIZATIONS, contact_list.CONTACTS)
        rows.declare()
        sheets.register()
        owners.register(owners.Rights(ORGANIZATIONS, "社会组织台账", "organization"))
        subjects.register(moving.SUBJECT)
