from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "commons.files"
    label = "files"
    verbose_name = "文件"
