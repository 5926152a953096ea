"""Addresses of an organization's account: its own, and those in one union."""

from django.urls import URLPattern, path

from commons.portal.pages import mine, union

urlpatterns: list[URLPattern] = [
    path("portal", mine.mine, name="portal"),
    path("portal/claim", mine.claim, name="portal-claim"),
    path("u/<str:union_code>/portal", union.union_portal, name="union-portal"),
]
