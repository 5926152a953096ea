"""Addresses below /u/<code>/."""

from django.urls import URLPattern, URLResolver, path

from tenants.notices.pages import listing

urlpatterns: list[URLPattern | URLResolver] = [
    path("notices", listing.notices, name="notices"),
    path("notices/read", listing.read_all, name="notices-read"),
    path("notices/<uuid:pk>", listing.follow, name="notice"),
    path("notices/<uuid:pk>/read", listing.read, name="notice-read"),
]
