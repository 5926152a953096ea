"""The address of the fairness page, below /u/<code>/."""

from django.urls import URLPattern, path

from tenants.purchasing.pages.fairness import fairness

urlpatterns: list[URLPattern] = [path("fairness", fairness, name="fairness")]
