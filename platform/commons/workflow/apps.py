from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    """State machines as data; no models: a row's state is its own, its history is in the union's schema."""

    name = "commons.workflow"
    label = "workflow"
    verbose_name = "流程"

    def ready(self) -> None:
        from commons.workflow import alarms, checks  # noqa: F401
