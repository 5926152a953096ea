from django.apps import AppConfig


class RollupConfig(AppConfig):
    name = "commons.rollup"
    label = "rollup"
    verbose_name = "汇总"
