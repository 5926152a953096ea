"""Addresses."""

from django.urls import URLPattern, path

from commons.web.pages.audit import audit
from commons.web.pages.definitions import definitions
from commons.web.pages.desk import desk
from commons.web.pages.metrics import metrics
from commons.web.pages.numbers import export, numbers

urlpatterns: list[URLPattern] = [
    path("metrics", metrics, name="metrics"),
    path("u/<str:union_code>/", desk, name="desk"),
    path("u/<str:union_code>/numbers", numbers, name="numbers"),
    path("u/<str:union_code>/numbers.xlsx", export, name="numbers_export"),
    path("u/<str:union_code>/numbers/definitions", definitions, name="definitions"),
    path("u/<str:union_code>/numbers/<slug:descendant>.xlsx", export, name="numbers_below_export"),
    path("u/<str:union_code>/numbers/<slug:descendant>", numbers, name="numbers_below"),
    path("u/<str:union_code>/audit", audit, name="audit"),
]
