from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Commands that fill a demonstration; no models. It stands in the composition root because it uses every floor."""

    name = "config.demo"
    label = "demo"
    verbose_name = "演示数据"
