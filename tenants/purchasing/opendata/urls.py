"""Addresses below /u/<code>/."""

from django.urls import URLPattern, path

from tenants.purchasing.opendata import pages

urlpatterns: list[URLPattern] = [path("red-flags", pages.red_flags, name="red-flags")]
