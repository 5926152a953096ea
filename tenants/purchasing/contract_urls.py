"""Addresses of contracts, payments and the market below /u/<code>/."""

from django.urls import URLPattern, URLResolver, path

from tenants.purchasing.pages import contract, contract_forms, contract_list, market

_ONE = "contracts/<uuid:pk>"

urlpatterns: list[URLPattern | URLResolver] = [
    path("contracts", contract_list.contracts_list, name="contracts"),
    path("contracts/new", contract_forms.new, name="contract-new"),
    path("contracts/enterprise", contract_forms.register_enterprise, name="contract-enterprise"),
    path(_ONE, contract.contract, name="contract"),
    path(f"{_ONE}/edit", contract_forms.edit, name="contract-edit"),
    path(f"{_ONE}/milestones", contract_forms.milestones, name="contract-milestones"),
    path(f"{_ONE}/deviation", contract_forms.deviation, name="contract-deviation"),
    path(f"{_ONE}/amend", contract_forms.amend, name="contract-amend"),
    path(f"{_ONE}/refund", contract_forms.refund, name="contract-refund"),
    path(f"{_ONE}/account", contract.account, name="contract-account"),
    path(f"{_ONE}/document.<slug:format>", contract.document, name="contract-document"),
    path("milestones/<uuid:pk>", contract.milestone, name="milestone"),
    path("payables", contract_list.payables_list, name="payables"),
    path("payments", contract_list.payments_list, name="payments"),
    path("market", market.market_list, name="market"),
    path("market/new", market.new, name="market-new"),
    path("market/<uuid:pk>", market.listing, name="market-listing"),
    path("matches", market.matches_list, name="matches"),
    path("matches/new", market.recommend, name="match-new"),
    path("matches/<uuid:pk>", market.match, name="match"),
]
