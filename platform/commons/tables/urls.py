"""What belongs to every list, below /u/<code>/lists/<name>/."""

from django.urls import URLPattern, path

from commons.tables.pages import bulk, export, views

_LIST = "u/<str:union_code>/lists/<slug:name>"

urlpatterns: list[URLPattern] = [
    path(f"{_LIST}/columns", views.columns, name="list-columns"),
    path(f"{_LIST}/views", views.save, name="list-views"),
    path(f"{_LIST}/views/<uuid:pk>", views.view, name="list-view"),
    path(f"{_LIST}/views/<uuid:pk>/remove", views.remove, name="list-view-remove"),
    path(f"{_LIST}/bulk/<slug:step>", bulk.bulk, name="list-bulk"),
    path(f"{_LIST}/export.xlsx", export.export, name="list-export"),
    path(f"{_LIST}/exports/<uuid:pk>", export.progress, name="list-export-progress"),
]
