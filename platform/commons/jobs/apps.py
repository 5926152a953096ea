from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "commons.jobs"
    label = "jobs"
    verbose_name = "作业"
