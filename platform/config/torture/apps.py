from django.apps import AppConfig


class TortureConfig(AppConfig):
    """The command that tortures the roll-up; no models. It stands in the composition root because it uses every floor."""

    name = "config.torture"
    label = "torture"
    verbose_name = "汇总压力检验"
