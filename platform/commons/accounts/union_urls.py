"""Addresses under /u/<code>/."""

from django.urls import URLPattern, path

from commons.accounts.pages import people, person_steps

urlpatterns: list[URLPattern] = [
    path("people", people.people, name="people"),
    path("people/invite", people.invite, name="people-invite"),
    path("people/invitations/<uuid:pk>/revoke", person_steps.revoke_invitation, name="invitation-revoke"),
    path("people/roles/<uuid:pk>/end", person_steps.end_role, name="role-end"),
    path("people/<uuid:pk>", people.person, name="person"),
    path("people/<uuid:pk>/assign", people.assign, name="role-assign"),
    path("people/<uuid:pk>/reset", person_steps.reset_password, name="person-reset"),
    path("people/<uuid:pk>/sign-out", person_steps.sign_out_everywhere, name="person-sign-out"),
    path("people/<uuid:pk>/second-factor", person_steps.drop_second_factor, name="person-second-factor"),
    path("people/<uuid:pk>/deactivate", person_steps.deactivate, name="person-deactivate"),
    path("people/<uuid:pk>/reactivate", person_steps.reactivate, name="person-reactivate"),
]
