"""The map of addresses, put together from the floors."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("commons.accounts.urls")),
    path("", include("commons.web.urls")),
    path("", include("commons.tables.urls")),
    path("", include("commons.calls.urls")),
    path("", include("commons.portal.urls")),
    path("", include("commons.opendata.urls")),
    path("", include("commons.onboarding.urls")),
    path("", include("commons.quality.urls")),
    path("", include("commons.boundaries.urls")),
    path("u/<str:union_code>/", include("commons.accounts.union_urls")),
    path("u/<str:union_code>/", include("tenants.attachments.urls")),
    path("u/<str:union_code>/", include("tenants.needs.urls")),
    path("u/<str:union_code>/", include("tenants.registry.urls")),
    path("w/<str:union_code>/", include("tenants.needs.worker_urls")),
    path("u/<str:union_code>/", include("commons.subsidies.urls")),
    path("u/<str:union_code>/", include("tenants.purchasing.project_urls")),
    path("u/<str:union_code>/", include("tenants.purchasing.body_urls")),
    path("u/<str:union_code>/", include("tenants.purchasing.call_urls")),
    path("u/<str:union_code>/", include("tenants.purchasing.course_urls")),
    path("u/<str:union_code>/", include("tenants.discussion.urls")),
    path("u/<str:union_code>/", include("tenants.notices.urls")),
    path("u/<str:union_code>/", include("tenants.purchasing.fairness_urls")),
    path("u/<str:union_code>/", include("tenants.purchasing.contract_urls")),
    path("u/<str:union_code>/", include("tenants.purchasing.opendata.urls")),
    path("", include("api.urls")),
]

handler400 = "commons.web.pages.errors.bad_request"
handler403 = "commons.web.pages.errors.forbidden"
handler404 = "commons.web.pages.errors.not_found"
handler500 = "commons.web.pages.errors.server_error"
