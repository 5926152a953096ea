"""Addresses."""

from django.urls import URLPattern, path

from api.commons.open_data import open_data
from api.kit.view import graphql

urlpatterns: list[URLPattern] = [
    path("graphql", graphql, name="graphql"),
    path("open-data/<str:code>/<str:name>", open_data, name="open-data-feed"),
]
