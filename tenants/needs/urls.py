"""Addresses below /u/<code>/."""

from django.urls import URLPattern, path

from tenants.needs.pages import appeals, builder, clusters, links, menu, needs, orders, surveys

urlpatterns: list[URLPattern] = [
    path("needs", needs.listing, name="needs"),
    path("needs/new", needs.new, name="need-new"),
    path("needs/suggested", needs.suggested, name="needs-suggested"),
    path("needs/clusters", clusters.listing, name="clusters"),
    path("needs/clusters/new", clusters.new, name="cluster-new"),
    path("needs/clusters/<uuid:pk>", clusters.cluster, name="cluster"),
    path("needs/clusters/<uuid:pk>/edit", clusters.edit, name="cluster-edit"),
    path("needs/published", clusters.published, name="published-clusters"),
    path("needs/surveys", surveys.listing, name="surveys"),
    path("needs/surveys/new", builder.new, name="survey-new"),
    path("needs/surveys/<uuid:pk>", surveys.survey, name="survey"),
    path("needs/surveys/<uuid:pk>/edit", builder.edit, name="survey-edit"),
    path("needs/surveys/<uuid:pk>/links", links.for_survey, name="survey-links"),
    path("needs/surveys/<uuid:pk>/paper", surveys.paper, name="survey-paper"),
    path("needs/surveys/<uuid:pk>/result", surveys.result, name="survey-result"),
    path("needs/surveys/<uuid:pk>/needs", surveys.turn, name="survey-needs"),
    path("needs/<uuid:pk>", needs.need, name="need"),
    path("needs/<uuid:pk>/edit", needs.edit, name="need-edit"),
    path("appeals", appeals.listing, name="appeals"),
    path("appeals/own", appeals.own, name="own-appeals"),
    path("appeals/counts", appeals.counts, name="appeal-counts"),
    path("appeals/new", appeals.new, name="appeal-new"),
    path("appeals/links", links.for_appeals, name="appeal-links"),
    path("appeals/<uuid:pk>", appeals.appeal, name="appeal"),
    path("appeals/<uuid:pk>/note", appeals.note, name="appeal-note"),
    path("orders", orders.listing, name="orders"),
    path("orders/placed", orders.placed, name="placed-orders"),
    path("orders/served", orders.served, name="served-orders"),
    path("orders/new", orders.new, name="order-new"),
    path("orders/links", links.for_orders, name="order-links"),
    path("orders/menu", menu.listing, name="menu"),
    path("orders/menu/new", menu.new, name="menu-new"),
    path("orders/menu/<uuid:pk>", menu.item, name="menu-item"),
    path("orders/menu/<uuid:pk>/edit", menu.edit, name="menu-edit"),
    path("orders/<uuid:pk>", orders.order, name="order"),
]
