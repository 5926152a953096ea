"""What providers, experts, rules, the catalogue, units and the means of a year tell the shared floor."""


def register() -> None:
    """Called once, when the platform starts."""
    from commons.access.permissions import Permission
    from commons.tables import declaration as tables
    from commons.web import navigation
    from tenants.purchasing.pages import body_list, capacity, catalogue, units

    tables.register(body_list.PROVIDER_LIST, body_list.EXPERT_LIST, body_list.RULE_LIST)
    tables.register(capacity.CAPACITY_LIST, catalogue.CATALOGUE_LIST, units.UNIT_LIST)
    navigation.register(
        navigation.Entry(67, "承接单位", "/providers", Permission.PROVIDERS_VIEW, navigation.Group.MARKET),
        navigation.Entry(68, "评审专家库", "/experts", Permission.PROVIDERS_VIEW, navigation.Group.MARKET),
        navigation.Entry(69, "购买制度", "/purchase-rules", Permission.RULES_VIEW, navigation.Group.RULES),
        navigation.Entry(70, "购买目录", "/purchase-catalogue", Permission.RULES_VIEW, navigation.Group.RULES),
        navigation.Entry(71, "部门与下属单位", "/units", Permission.RULES_VIEW, navigation.Group.RULES),
        navigation.Entry(72, "力量保障", "/capacity", Permission.RULES_VIEW, navigation.Group.RULES),
    )
