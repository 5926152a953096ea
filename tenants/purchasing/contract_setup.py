"""What contracts, payments and the market tell the shared floor."""


def register() -> None:
    """Called once, when the platform starts."""
    from commons import portal as portals
    from commons.access.permissions import Permission
    from commons.tables import declaration as tables
    from commons.web import navigation
    from commons.workflow import transitions
    from tenants.attachments import owners
    from tenants.purchasing import contract_consequences, contract_portal
    from tenants.purchasing.contract_rights import CONTRACT_RIGHTS
    from tenants.purchasing.pages import contract_list, market

    owners.register(CONTRACT_RIGHTS)
    portals.register(40, contract_portal.section)
    transitions.listen(contract_consequences.listener)
    tables.register(contract_list.CONTRACTS, contract_list.PAYABLES, contract_list.PAYMENTS)
    tables.register(market.MARKET, market.MATCHES)
    navigation.register(
        navigation.Entry(60, "合同", "/contracts", Permission.CONTRACTS_VIEW, navigation.Group.PURCHASES),
        navigation.Entry(61, "待付款", "/payables", Permission.PAYMENTS_PAY, navigation.Group.PURCHASES),
        navigation.Entry(62, "付款台账", "/payments", Permission.CONTRACTS_VIEW, navigation.Group.PURCHASES),
        navigation.Entry(64, "供需信息", "/market", Permission.MARKET_VIEW, navigation.Group.MARKET),
        navigation.Entry(65, "供需对接", "/matches", Permission.MARKET_VIEW, navigation.Group.MARKET),
    )
