from django.apps import AppConfig


class NeedsConfig(AppConfig):
    name = "tenants.needs"
    label = "needs"
    verbose_name = "职工需求"
