"""Addresses of providers, experts, rules, the catalogue, units and the means of a year below /u/<code>/."""

from django.urls import URLPattern, URLResolver, path

from tenants.purchasing.pages import bodies, body_list, capacity, catalogue, rule_draft, units

urlpatterns: list[URLPattern | URLResolver] = [
    path("providers", body_list.provider_list, name="providers"),
    path("providers/new", bodies.new_provider, name="provider-new"),
    path("providers/<uuid:pk>", bodies.provider, name="provider"),
    path("providers/<uuid:pk>/edit", bodies.edit_provider, name="provider-edit"),
    path("providers/<uuid:pk>/account", bodies.account, name="provider-account"),
    path("experts", body_list.expert_list, name="experts"),
    path("experts/new", bodies.new_expert, name="expert-new"),
    path("experts/<uuid:pk>", bodies.expert, name="expert"),
    path("experts/<uuid:pk>/edit", bodies.edit_expert, name="expert-edit"),
    path("purchase-rules", body_list.rule_list, name="purchase-rules"),
    path("purchase-rules/new", rule_draft.new, name="purchase-rule-new"),
    path("purchase-rules/<uuid:pk>", rule_draft.rule, name="purchase-rule"),
    path("purchase-rules/<uuid:pk>/edit", rule_draft.edit, name="purchase-rule-edit"),
    path("purchase-catalogue", catalogue.listing, name="purchase-catalogue"),
    path("purchase-catalogue/new", catalogue.new, name="catalogue-item-new"),
    path("purchase-catalogue/copy", catalogue.copy, name="catalogue-copy"),
    path("purchase-catalogue/<uuid:pk>", catalogue.item, name="catalogue-item"),
    path("purchase-catalogue/<uuid:pk>/edit", catalogue.edit, name="catalogue-item-edit"),
    path("purchase-catalogue/<uuid:pk>/drop", catalogue.drop, name="catalogue-item-drop"),
    path("purchase-catalogue/<uuid:pk>/take-back", catalogue.take_back, name="catalogue-item-take-back"),
    path("purchase-catalogue/<uuid:pk>/remove", catalogue.remove, name="catalogue-item-remove"),
    path("units", units.listing, name="units"),
    path("units/new", units.new, name="unit-new"),
    path("units/<uuid:pk>", units.unit, name="unit"),
    path("units/<uuid:pk>/edit", units.edit, name="unit-edit"),
    path("capacity", capacity.listing, name="capacities"),
    path("capacity/new", capacity.new, name="capacity-new"),
    path("capacity/<uuid:pk>", capacity.capacity, name="capacity"),
    path("capacity/<uuid:pk>/edit", capacity.edit, name="capacity-edit"),
]
