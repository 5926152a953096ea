"""What calls, bids and reviews tell the shared floor."""


def register() -> None:
    """Called once, when the platform starts."""
    from commons import portal as portals
    from commons.access.permissions import Permission
    from commons.calls import catalogue
    from commons.codelists.services import ServiceField
    from commons.tables import declaration as tables
    from commons.web import navigation
    from tenants.purchasing import call_portal
    from tenants.purchasing.pages import call_list

    catalogue.register(ServiceField)
    portals.register(30, call_portal.section)
    tables.register(call_list.CALL_LIST)
    navigation.register(
        navigation.Entry(52, "招募公告", "/purchase-calls", Permission.PROJECTS_VIEW, navigation.Group.PURCHASES),
        navigation.Entry(54, "我的评审", "/reviews", Permission.REVIEW_SCORE, navigation.Group.PURCHASES),
    )
