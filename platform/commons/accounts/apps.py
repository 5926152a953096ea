from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "commons.accounts"
    label = "accounts"
    verbose_name = "账号"
