from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "commons.web"
    label = "web"
    verbose_name = "页面"

    def ready(self) -> None:
        # Floors below this one cannot reach the menu, so their lines are written here.
        from commons.access.permissions import Permission
        from commons.web import desk, navigation
        from commons.web.desk import national, quality, todo, tree
        from commons.web.navigation import Entry, Group

        navigation.register(
            # Whoever has a role at all has a desk.
            Entry(10, "首页", "/", Permission.DIRECTORY_VIEW, Group.DESK),
            Entry(12, "待办", "/todo", Permission.DIRECTORY_VIEW, Group.DESK),
            Entry(35, "登记库", "/directory", Permission.DIRECTORY_VIEW, Group.ORGANIZATIONS),
            Entry(53, "公开招募", "/calls", Permission.DIRECTORY_VIEW, Group.PURCHASES),
            Entry(40, "统计数据", "/numbers", Permission.NUMBERS_VIEW, Group.NUMBERS),
            Entry(42, "统计期", "/periods", Permission.NUMBERS_VIEW, Group.NUMBERS),
            Entry(45, "数据质量", "/quality", Permission.QUALITY_VIEW, Group.NUMBERS),
            Entry(70, "下级工会", "/unions", Permission.UNION_APPLY, Group.SYSTEM),
            Entry(72, "入驻管理", "/onboarding", Permission.UNION_ONBOARD, Group.SYSTEM),
            Entry(74, "区划调整", "/boundaries", Permission.UNION_SUSPEND, Group.SYSTEM),
            Entry(78, "本会信息", "/profile", Permission.UNION_PROFILE, Group.SYSTEM),
            Entry(80, "人员与角色", "/people", Permission.PEOPLE_MANAGE, Group.SYSTEM),
            Entry(90, "审计日志", "/audit", Permission.AUDIT_VIEW, Group.SYSTEM),
            Entry(92, "平台运行", "/operations", Permission.OPERATIONS_VIEW, Group.SYSTEM),
        )
        desk.register(5, todo.card)
        desk.register(60, quality.card)
        desk.register(90, national.onboarding)
        desk.register(91, tree.changes)
        desk.register(92, national.operations)
