"""Addresses of imports, below /u/<code>/organizations."""

from django.urls import path

from tenants.registry.pages import imports as pages

urlpatterns = [
    path("organizations/import", pages.begin, name="import-begin"),
    path("organizations/import/template.xlsx", pages.template, name="import-template"),
    path("organizations/import/<uuid:pk>", pages.batch, name="import-batch"),
    path("organizations/import/<uuid:pk>/columns", pages.columns, name="import-columns"),
    path("organizations/import/<uuid:pk>/run", pages.run, name="import-run"),
    path("organizations/import/<uuid:pk>/progress", pages.progress, name="import-progress"),
    path("organizations/import/<uuid:pk>/errors.xlsx", pages.errors, name="import-errors"),
]
