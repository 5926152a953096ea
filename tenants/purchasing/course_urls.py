"""Addresses of a project's course, below /u/<code>/."""

from __future__ import annotations

from django.urls import URLPattern, path

from tenants.purchasing.pages import course, course_reports, overview

_PROJECT = "projects/<uuid:pk>"

urlpatterns: list[URLPattern] = [
    path(f"{_PROJECT}/course", overview.overview, name="project-course"),
    path(f"{_PROJECT}/visits/new", overview.plan, name="visit-new"),
    path(f"{_PROJECT}/appoint", overview.appoint, name="project-appoint"),
    path(f"{_PROJECT}/dismiss/<uuid:user_pk>", overview.dismiss, name="project-dismiss"),
    path("reports/<uuid:pk>", course.report, name="report"),
    path("visits/<uuid:pk>", course.visit, name="visit"),
    path("visits/<uuid:pk>/report.<slug:format>", course_reports.visit, name="visit-report"),
    path("evaluations/<uuid:pk>", course.evaluation, name="evaluation"),
    path("evaluations/<uuid:pk>/report.<slug:format>", course_reports.evaluation, name="evaluation-report"),
]
