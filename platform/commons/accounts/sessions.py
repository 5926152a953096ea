"""
The browser's session from sign-in to its end.

An account may be signed in from several browsers; each is listed to its owner, who can end it. Limits are kept
on the server.
Source: ASVS 7.2.4, 7.3.1, 7.3.2, 7.4.1; GB/T 22239-2019 8.1.4.1 b).
"""

from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest
from django_otp import login as otp_login
from django_otp.models import Device

from commons.accounts.addresses import client_address
from commons.accounts.models import Authenticator
from commons.kit.ids import uuid7
from commons.people.models import Session, User
from commons.people.sessions import SessionStore

_BACKEND = "django.contrib.auth.backends.ModelBackend"
# Between two marks of presence; an idle time-out is at least minutes.
_MARK_EVERY = timedelta(minutes=1)


def begin(request: HttpRequest, user: User, at: datetime) -> None:
    """Sign `user` in: a new session key, and a row that knows whose it is. What an anonymous visitor had is dropped."""
    request.session.flush()
    login(request, user, backend=_BACKEND)
    _describe(request, at)
    request.session["second_factor"] = Authenticator.objects.filter(user=user, confirmed=True).exists()


def finish(request: HttpRequest) -> None:
    """Sign out: the row is gone, so a kept cookie opens nothing."""
    logout(request)


def over(request: HttpRequest, at: datetime) -> bool:
    """True when the session of somebody signed in has been idle, or has lasted, too long."""
    about = request.session.get("about")
    if about is None:
        _describe(request, at)
        return False
    began = datetime.fromisoformat(about["signed_in_at"])
    seen = _store(request).seen_at or began
    return at - began > timedelta(seconds=settings.ABSOLUTE_TIMEOUT_S) or at - seen > timedelta(
        seconds=settings.IDLE_TIMEOUT_S
    )


def mark(request: HttpRequest, at: datetime) -> None:
    """Note the presence of somebody signed in, at most once a minute."""
    store = _store(request)
    if store.session_key and (store.seen_at is None or at - store.seen_at >= _MARK_EVERY):
        store.mark_seen(at)


def keep_after_password(request: HttpRequest, user: User) -> None:
    """Keep this session after its owner changed the password, under a new key."""
    update_session_auth_hash(request, user)


def confirm_second_factor(request: HttpRequest, device: Device) -> None:
    """This session has proved the second factor; its key changes with what it may do."""
    request.session.cycle_key()
    otp_login(request, device)
    request.session["second_factor"] = True


def handle(request: HttpRequest) -> str:
    """The public name of this session, as listed to its owner."""
    return str((request.session.get("about") or {}).get("handle", ""))


def end_all(user: User, *, but: str = "") -> int:
    """End the sessions of `user`, except the one with handle `but`; how many there were."""
    rows = Session.objects.filter(user=user)
    ended, _ = (rows.exclude(handle=but) if but else rows).delete()
    return ended


def _describe(request: HttpRequest, at: datetime) -> None:
    store = _store(request)
    store.seen_at = at
    request.session["about"] = {
        "ip": client_address(request),
        "agent": request.META.get("HTTP_USER_AGENT", "")[:300],
        "signed_in_at": at.isoformat(),
        "handle": str(uuid7()),
    }


def _store(request: HttpRequest) -> SessionStore:
    return cast(SessionStore, request.session)
