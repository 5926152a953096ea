"""Addresses, all inside one acting union (V14)."""

from django.urls import path

from commons.quality.pages import desk, ticket

urlpatterns = [
    path("u/<str:union_code>/quality", desk.desk, name="quality"),
    path("u/<str:union_code>/quality/unions/<slug:descendant>", desk.desk, name="quality-below"),
    path("u/<str:union_code>/quality/tickets/<uuid:pk>", ticket.ticket, name="quality-ticket"),
    path("u/<str:union_code>/quality/tickets/<uuid:pk>/explain", ticket.explain, name="quality-explain"),
]
