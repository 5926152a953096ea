from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "commons.calls"
    label = "calls"
    verbose_name = "招募公告"
