"""Addresses: the same list for everybody, reached from anywhere or from a union's menu."""

from django.urls import URLPattern, path

from commons.calls.pages import listing

urlpatterns: list[URLPattern] = [
    path("calls", listing.calls, name="calls-here"),
    path("calls/<uuid:pk>", listing.call, name="call-here"),
    path("u/<str:union_code>/calls", listing.calls, name="calls"),
    path("u/<str:union_code>/calls/<uuid:pk>", listing.call, name="call"),
]
