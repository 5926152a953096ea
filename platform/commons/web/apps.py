from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "commons.web"
    label = "web"
    verbose_name = "页面"

    def ready(self) -> None:
        # Floors below this one cannot reach the menu, so their lines are written here.
        from commons.access.permissions import Permission
        from commons.web import navigation
        from commons.web.navigation import Entry

        navigation.register(Entry(80, "人员与角色", "/people", Permission.PEOPLE_MANAGE))
