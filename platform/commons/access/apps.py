from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "commons.access"
    label = "access"
    verbose_name = "权限"
