from django.apps import AppConfig


class NeedsConfig(AppConfig):
    name = "tenants.needs"
    label = "needs"
    verbose_name = "职工需求"

    def ready(self) -> None:
        from commons import portal
        from commons.access.permissions import Permission
        from commons.audit import events
        from commons.quality import declaration as quality_rules
        from commons.rollup.declaration import register
        from commons.tables import declaration as tables
        from commons.web import navigation
        from commons.workflow import machines
        from tenants.needs import quality, rows
        from tenants.needs.indicators import INDICATORS
        from tenants.needs.machines import MACHINES
        from tenants.needs.pages import appeals, clusters, menu, needs, orders, surveys

        machines.register(*MACHINES)
        register(*INDICATORS)
        quality_rules.register(*quality.RULES, *quality.RECORDS)
        rows.declare()
        tables.register(needs.NEED_LIST, clusters.CLUSTER_LIST, clusters.PUBLISHED_LIST)
        tables.register(surveys.SURVEY_LIST)
        tables.register(menu.MENU_LIST, orders.ORDER_LIST, orders.PLACED_LIST, orders.SERVED_LIST)
        portal.register(30, orders.section)
        tables.register(appeals.APPEAL_LIST, appeals.OWN_LIST)
        events.tell("needs.appeal", "职工诉求", {"officers": "指定经办人"})
        events.tell("needs.links", "填报链接", {"issue": "生成"})
        events.tell("needs.menuitem", "点单菜单服务")
        events.tell("needs.needsurvey", "需求调查", {"enter_paper": "录入纸质答卷"})
        navigation.register(navigation.Entry(22, "职工需求", "/needs", Permission.NEEDS_VIEW, navigation.Group.NEEDS))
        navigation.register(
            navigation.Entry(23, "需求调查", "/needs/surveys", Permission.NEEDS_VIEW, navigation.Group.NEEDS),
            navigation.Entry(24, "职工点单", "/orders", Permission.ORDERS_VIEW, navigation.Group.NEEDS),
            navigation.Entry(24, "本单位的点单", "/orders/placed", Permission.ORDERS_PLACE, navigation.Group.NEEDS),
            navigation.Entry(25, "职工诉求", "/appeals", Permission.APPEALS_LIST, navigation.Group.NEEDS),
            navigation.Entry(25, "诉求数量", "/appeals/counts", Permission.APPEALS_COUNT, navigation.Group.NEEDS),
            navigation.Entry(25, "我反映的诉求", "/appeals/own", Permission.APPEALS_RAISE, navigation.Group.NEEDS),
        )
