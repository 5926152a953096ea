from django.apps import AppConfig


class HierarchyConfig(AppConfig):
    name = "commons.hierarchy"
    label = "hierarchy"
    verbose_name = "工会层级"
