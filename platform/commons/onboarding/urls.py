"""Addresses, all inside one acting union (V14)."""

from django.urls import path, re_path

from commons.onboarding.pages import applications, joining, profile, unions

_UNION = r"^u/(?P<union_code>[0-9A-Za-z_]{1,12})"
_BELOW = _UNION + r"/unions/(?P<code>[0-9]{6}(?:_i?[0-9]{2})?)"

urlpatterns = [
    path("u/<str:union_code>/unions", unions.unions, name="unions"),
    path("u/<str:union_code>/unions/new", joining.new, name="union-new"),
    re_path(_BELOW + r"$", unions.union, name="union-below"),
    re_path(_BELOW + r"/progress$", unions.progress, name="union-progress"),
    re_path(_BELOW + r"/invite$", unions.invite, name="union-invite"),
    re_path(_BELOW + r"/(?P<name>suspend|resume|propose-archive|archive|retry)$", unions.step, name="union-step"),
    path("u/<str:union_code>/onboarding", applications.applications, name="onboarding"),
    path("u/<str:union_code>/applications/<uuid:pk>", applications.application, name="application"),
    path("u/<str:union_code>/applications/<uuid:pk>/confirm", applications.confirm, name="application-confirm"),
    path("u/<str:union_code>/applications/<uuid:pk>/approve", applications.approve, name="application-approve"),
    path("u/<str:union_code>/applications/<uuid:pk>/reject", applications.reject, name="application-reject"),
    path("u/<str:union_code>/profile", profile.profile, name="profile"),
]
