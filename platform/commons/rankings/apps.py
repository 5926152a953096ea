from django.apps import AppConfig


class RankingsConfig(AppConfig):
    name = "commons.rankings"
    label = "rankings"
    verbose_name = "排名公布"
