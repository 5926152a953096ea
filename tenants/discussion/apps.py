from django.apps import AppConfig


class DiscussionConfig(AppConfig):
    name = "tenants.discussion"
    label = "discussion"
    verbose_name = "留言"
