from django.apps import AppConfig


class OnboardingConfig(AppConfig):
    name = "commons.onboarding"
    label = "onboarding"
    verbose_name = "入驻"
