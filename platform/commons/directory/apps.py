from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "commons.directory"
    label = "directory"
    verbose_name = "社会组织登记库"
