"""What providers, experts and rules tell the shared floor."""


def register() -> None:
    """Called once, when the platform starts."""
    from commons.access.permissions import Permission
    from commons.tables import declaration as tables
    from commons.web import navigation
    from tenants.purchasing.pages import body_list

    tables.register(body_list.PROVIDER_LIST, body_list.EXPERT_LIST, body_list.RULE_LIST)
    navigation.register(
        navigation.Entry(67, "承接单位", "/providers", Permission.PROVIDERS_VIEW, navigation.Group.MARKET),
        navigation.Entry(68, "评审专家库", "/experts", Permission.PROVIDERS_VIEW, navigation.Group.MARKET),
        navigation.Entry(69, "购买制度", "/purchase-rules", Permission.RULES_VIEW, navigation.Group.RULES),
    )
