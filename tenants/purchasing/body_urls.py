"""Addresses of providers, experts and rules below /u/<code>/."""

from django.urls import URLPattern, URLResolver, path

from tenants.purchasing.pages import bodies, body_list, rule_draft

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
]
