from django.apps import AppConfig


class ViewsConfig(AppConfig):
    name = "tenants.views"
    label = "views"
    verbose_name = "列表视图"
