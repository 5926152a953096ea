"""Addresses of subsidies, below /u/<code>/."""

from __future__ import annotations

from django.urls import URLPattern, path

from commons.subsidies.pages import listing, round, subsidy

urlpatterns: list[URLPattern] = [
    path("subsidies", listing.listing, name="subsidies"),
    path("subsidies/rounds/new", round.new, name="subsidy-round-new"),
    path("subsidies/rounds/<uuid:pk>", round.round, name="subsidy-round"),
    path("subsidies/rounds/<uuid:pk>/edit", round.edit, name="subsidy-round-edit"),
    path("subsidies/rounds/<uuid:pk>/apply", subsidy.new, name="subsidy-new"),
    path("subsidies/<uuid:pk>", subsidy.subsidy, name="subsidy"),
    path("subsidies/<uuid:pk>/edit", subsidy.edit, name="subsidy-edit"),
]
