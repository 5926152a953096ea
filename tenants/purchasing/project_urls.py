"""Addresses of projects, below /u/<code>/."""

from __future__ import annotations

from django.urls import URLPattern, path

from tenants.purchasing.pages import project_form, projects

_ONE = "projects/<uuid:pk>"

urlpatterns: list[URLPattern] = [
    path("projects", projects.listing, name="projects"),
    path("projects/new", project_form.new, name="project-new"),
    path(_ONE, projects.project, name="project"),
    path(f"{_ONE}/edit", project_form.edit, name="project-edit"),
    path(f"{_ONE}/renew", project_form.renew, name="project-renew"),
    path(f"{_ONE}/overlap", project_form.overlap, name="project-overlap"),
    path(f"{_ONE}/records/new", project_form.record, name="record-new"),
    path(f"{_ONE}/records/<uuid:record_pk>/void", project_form.void, name="record-void"),
]
