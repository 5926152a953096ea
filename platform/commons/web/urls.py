"""Addresses."""

from django.urls import URLPattern, path

from commons.web.pages import directory, periods
from commons.web.pages.audit import audit
from commons.web.pages.definitions import definitions
from commons.web.pages.desk import desk
from commons.web.pages.files import file
from commons.web.pages.metrics import metrics
from commons.web.pages.numbers import export, numbers
from commons.web.pages.numbers_views import changed, compared, publish, ranked
from commons.web.pages.operations import operations
from commons.web.pages.operations import step as operations_step
from commons.web.pages.rows import rows
from commons.web.pages.steps import do
from commons.web.pages.todo import todo

urlpatterns: list[URLPattern] = [
    path("metrics", metrics, name="metrics"),
    path("u/<str:union_code>/", desk, name="desk"),
    path("u/<str:union_code>/todo", todo, name="todo"),
    path("u/<str:union_code>/do/<slug:slug>/<uuid:pk>/<slug:event>", do, name="step"),
    path("u/<str:union_code>/numbers", numbers, name="numbers"),
    path("u/<str:union_code>/numbers.xlsx", export, name="numbers_export"),
    path("u/<str:union_code>/numbers/definitions", definitions, name="definitions"),
    path("u/<str:union_code>/numbers/rows", rows, name="numbers_rows"),
    path("u/<str:union_code>/numbers/<slug:descendant>/rows", rows, name="numbers_below_rows"),
    path("u/<str:union_code>/numbers/<slug:descendant>.xlsx", export, name="numbers_below_export"),
    path("u/<str:union_code>/numbers/<slug:descendant>", numbers, name="numbers_below"),
    path("u/<str:union_code>/numbers/<slug:descendant>/compare", compared, name="numbers_compare"),
    path("u/<str:union_code>/numbers/<slug:descendant>/changes", changed, name="numbers_changes"),
    path("u/<str:union_code>/numbers/<slug:descendant>/ranking", ranked, name="numbers_ranking"),
    path("u/<str:union_code>/rankings/publish", publish, {"name": "publish"}, name="ranking-publish"),
    path("u/<str:union_code>/rankings/withdraw", publish, {"name": "withdraw"}, name="ranking-withdraw"),
    path("u/<str:union_code>/periods", periods.listing, name="periods"),
    path("u/<str:union_code>/periods/<str:text>", periods.period, name="period"),
    path("u/<str:union_code>/periods/<str:text>/confirm", periods.step, {"name": "confirm"}, name="period-confirm"),
    path("u/<str:union_code>/periods/<str:text>/close", periods.step, {"name": "close"}, name="period-close"),
    path("u/<str:union_code>/periods/<str:text>/revise", periods.step, {"name": "revise"}, name="period-revise"),
    path("u/<str:union_code>/audit", audit, name="audit"),
    path("u/<str:union_code>/operations", operations, name="operations"),
    path("u/<str:union_code>/operations/jobs/<uuid:pk>/retry", operations_step, {"name": "retry"}, name="job-retry"),
    path("u/<str:union_code>/operations/jobs/<uuid:pk>/cancel", operations_step, {"name": "cancel"}, name="job-cancel"),
    path("u/<str:union_code>/directory", directory.search, name="directory"),
    path("u/<str:union_code>/directory/differences", directory.differences, name="directory-differences"),
    path("u/<str:union_code>/directory/<str:uscc>", directory.card, name="directory-card"),
    path("directory", directory.search, name="directory-here"),
    path("directory/differences", directory.differences, name="directory-differences-here"),
    path("directory/<str:uscc>", directory.card, name="directory-card-here"),
    path("u/<str:union_code>/files/<uuid:pk>", file, name="file"),
]
