from django.apps import AppConfig


class OnboardingConfig(AppConfig):
    name = "commons.onboarding"
    label = "onboarding"
    verbose_name = "入驻"

    def ready(self) -> None:
        # Registers the handler of its jobs.
        from commons.onboarding import provisioning  # noqa: F401
