from django.apps import AppConfig


class TenancyConfig(AppConfig):
    name = "commons.tenancy"
    label = "tenancy"
    verbose_name = "租户"
