from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "commons.kit"
    label = "kit"
    verbose_name = "基础"
