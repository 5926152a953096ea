"""Addresses, of the nation's union; anywhere else they are absent."""

from django.urls import path

from commons.boundaries.pages import change, listing, planning

_HERE = "u/<str:union_code>/boundaries"

urlpatterns = [
    path(_HERE, listing.changes, name="boundaries"),
    path(f"{_HERE}/new/<slug:kind>", planning.plan, name="boundary-new"),
    path(f"{_HERE}/<uuid:pk>", change.change, name="boundary"),
    path(f"{_HERE}/<uuid:pk>/progress", change.progress, name="boundary-progress"),
    path(f"{_HERE}/<uuid:pk>/confirm", change.confirm, name="boundary-confirm"),
    path(f"{_HERE}/<uuid:pk>/cancel", change.cancel, name="boundary-cancel"),
    path(f"{_HERE}/<uuid:pk>/undo", change.undo, name="boundary-undo"),
]
