"""Addresses."""

from django.urls import URLPattern, path

from commons.opendata.pages import export

urlpatterns: list[URLPattern] = [
    path("u/<str:union_code>/open-data", export.page, name="open-data"),
    path("u/<str:union_code>/open-data/<str:name>", export.file, name="open-data-file"),
]
