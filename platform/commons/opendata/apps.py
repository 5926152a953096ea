from django.apps import AppConfig


class OpenDataConfig(AppConfig):
    name = "commons.opendata"
    label = "opendata"
    verbose_name = "采购公开数据"

    def ready(self) -> None:
        from commons.access.permissions import Permission
        from commons.web import navigation

        navigation.register(
            navigation.Entry(62, "采购公开数据", "/open-data", Permission.OPEN_DATA_EXPORT, navigation.Group.NUMBERS)
        )
