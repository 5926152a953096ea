"""Addresses."""

from django.urls import URLPattern, path

from api.kit.view import graphql

urlpatterns: list[URLPattern] = [path("graphql", graphql, name="graphql")]
