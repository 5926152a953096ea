from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "commons.audit"
    label = "audit"
    verbose_name = "审计"
