"""Addresses below /u/<code>/."""

from django.urls import URLPattern, URLResolver, include, path

from tenants.registry.pages import (
    accounts,
    contact_list,
    contacts,
    entry,
    facts,
    organization,
    organization_list,
    own,
    plans,
    ratings,
    steps,
)

_ONE = "organizations/<uuid:pk>"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("tenants.registry.pages.import_urls")),
    path("organizations", organization_list.listing, name="organizations"),
    path("organizations/new", entry.new, name="organization-new"),
    path(_ONE, organization.organization, name="organization"),
    path(f"{_ONE}/edit", entry.edit, name="organization-edit"),
    path(f"{_ONE}/register", entry.register, name="organization-register"),
    path(f"{_ONE}/ratings/new", ratings.new, name="rating-new"),
    path(f"{_ONE}/ratings/<uuid:rating_pk>/<slug:name>", ratings.step, name="rating-step"),
    path(f"{_ONE}/years/new", facts.year, name="year-new"),
    path(f"{_ONE}/years/<int:year>", facts.year, name="year"),
    path(f"{_ONE}/persons/new", facts.new_person, name="person-new"),
    path(f"{_ONE}/persons/<uuid:person_pk>", facts.person, name="person"),
    path(f"{_ONE}/persons/<uuid:person_pk>/end", facts.end_person, name="person-end"),
    path(f"{_ONE}/plans/new", plans.new, name="plan-new"),
    path(f"{_ONE}/plans/<uuid:plan_pk>/end", plans.end, name="plan-end"),
    path(f"{_ONE}/<slug:name>", steps.step, name="organization-step"),
    path("contacts", contact_list.listing, name="contacts"),
    path("org-accounts", accounts.listing, name="org-accounts"),
    path("org-accounts/<uuid:pk>/proof", accounts.proof, name="org-account-proof"),
    path("org-accounts/<uuid:pk>/<slug:name>", accounts.step, name="org-account-step"),
    path("portal/entry", own.entry, name="own-entry"),
    path("portal/entry/edit", own.edit, name="own-entry-edit"),
    path("contacts/new", contacts.new, name="contact-new"),
    path("contacts/sealed", contacts.sealed, name="contacts-sealed"),
    path("contacts/<uuid:pk>", contacts.contact, name="contact"),
    path("contacts/<uuid:pk>/edit", contacts.edit, name="contact-edit"),
    path("contacts/<uuid:pk>/officers", contacts.officers, name="contact-officers"),
]
