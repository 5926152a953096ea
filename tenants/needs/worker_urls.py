"""Addresses below /w/<union code>/, for workers without an account."""

from django.urls import URLPattern, path

from tenants.needs.pages import workers

urlpatterns: list[URLPattern] = [
    path("thanks", workers.thanks, name="worker-thanks"),
    path("<str:token>", workers.worker, name="worker"),
]
