"""Addresses below /u/<code>/."""

from django.urls import URLPattern, path

from tenants.needs.pages import clusters, needs

urlpatterns: list[URLPattern] = [
    path("needs", needs.listing, name="needs"),
    path("needs/new", needs.new, name="need-new"),
    path("needs/suggested", needs.suggested, name="needs-suggested"),
    path("needs/clusters", clusters.listing, name="clusters"),
    path("needs/clusters/new", clusters.new, name="cluster-new"),
    path("needs/clusters/<uuid:pk>", clusters.cluster, name="cluster"),
    path("needs/clusters/<uuid:pk>/edit", clusters.edit, name="cluster-edit"),
    path("needs/published", clusters.published, name="published-clusters"),
    path("needs/<uuid:pk>", needs.need, name="need"),
    path("needs/<uuid:pk>/edit", needs.edit, name="need-edit"),
]
