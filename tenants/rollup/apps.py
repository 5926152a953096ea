from django.apps import AppConfig


class RollupMarksConfig(AppConfig):
    name = "tenants.rollup"
    label = "marks"
    verbose_name = "汇总标记"
