"""Addresses below /u/<code>/."""

from django.urls import URLPattern, URLResolver, path

from tenants.discussion.pages import commenting

urlpatterns: list[URLPattern | URLResolver] = [
    path("comments/<uuid:pk>/edit", commenting.edit, name="comment-edit"),
    path("comments/<uuid:pk>/remove", commenting.remove, name="comment-remove"),
    path("comments/<str:object_kind>/<uuid:object_id>", commenting.new, name="comment-new"),
]
