"""Addresses below /u/<code>/."""

from django.urls import URLPattern, URLResolver, path

from tenants.attachments.pages import attaching, reading

urlpatterns: list[URLPattern | URLResolver] = [
    path("attachments/<uuid:pk>", reading.attachment, name="attachment"),
    path("attachments/<uuid:pk>/remove", attaching.remove, name="attachment-remove"),
    path("attachments/<str:object_kind>/<uuid:object_id>", attaching.new, name="attachment-new"),
]
