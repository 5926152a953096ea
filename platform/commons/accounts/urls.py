"""Addresses outside any union."""

from django.urls import URLPattern, path

from commons.accounts.pages import account, home, links, second_factor, sign_in

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("acting", home.act_for, name="acting-union"),
    path("sign-in", sign_in.sign_in, name="sign-in"),
    path("sign-out", sign_in.sign_out, name="sign-out"),
    path("invitation/<str:token>", links.invitation, name="invitation"),
    path("reset/<str:token>", links.reset, name="reset"),
    path("account", account.account, name="account"),
    path("account/password", account.password, name="password"),
    path("account/notices", account.notices, name="account-notices"),
    path("account/sessions/end-others", account.end_other_sessions, name="end-other-sessions"),
    path("account/sessions/<uuid:handle>/end", account.end_session, name="end-session"),
    path("account/second-factor", second_factor.verify, name="second-factor"),
    path("account/second-factor/enrol", second_factor.enrol, name="second-factor-enrol"),
    path("account/second-factor/codes", second_factor.renew_codes, name="second-factor-codes"),
    path("account/second-factor/drop", second_factor.drop, name="second-factor-drop"),
]
