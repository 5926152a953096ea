"""Signing in and out, and what the audit log keeps of it. Source: ASVS 16.3.1; GB/T 22239-2019 8.1.4.3."""

from datetime import datetime
from typing import cast

from django.contrib.auth import authenticate
from django.db import transaction
from django.http import HttpRequest

from commons.access import actors
from commons.access.actors import Actor
from commons.accounts import locks, sessions
from commons.accounts.addresses import client_address
from commons.audit.recording import record
from commons.hierarchy.models import TradeUnion
from commons.people.models import User


def sign_in(request: HttpRequest, *, username: str, password: str, at: datetime) -> User | None:
    """
    Check name and password and begin a session; None when they do not fit, whatever the reason.

    After too many failures from one address for one name, `request.axes_locked_out` is set and nothing is
    judged until the lock ends.
    """
    user = check(request, username=username, password=password, at=at)
    if user is not None:
        begin(request, user, at=at)
    return user


def begin(request: HttpRequest, user: User, *, at: datetime) -> None:
    """Begin the session of an account that has proved itself."""
    sessions.begin(request, user, at)
    record("account.signed_in", by=_self(user), at=at, on=user, union=_only_union(user))


def check(request: HttpRequest, *, username: str, password: str, at: datetime) -> User | None:
    """The account with this name and password; failures are counted and recorded."""
    name = username.strip().lower()
    with transaction.atomic():
        locks.attempt(name, client_address(request))
        user = authenticate(request, username=name, password=password)
        if user is None:
            locked = bool(getattr(request, "axes_locked_out", False))
            known = User.objects.filter(username=name).first()
            # A name that is nobody's may be a password typed into the wrong field, so it is not kept.
            record(
                "account.sign_in_locked" if locked else "account.sign_in_failed",
                by=actors.system("登录"),
                at=at,
                on=known,
                union=_only_union(known) if known else None,
                result="refused",
            )
    return user


def sign_out(request: HttpRequest, *, at: datetime) -> None:
    """End this session."""
    if request.user.is_authenticated:
        user = request.user
        record("account.signed_out", by=_self(user), at=at, on=user, union=_only_union(user))
    sessions.finish(request)


def record_time_out(request: HttpRequest, *, at: datetime) -> None:
    """Note that a session ended by itself."""
    user = cast(User, request.user)
    record("account.session_timed_out", by=_self(user), at=at, on=user, union=_only_union(user))


def _self(user: User) -> Actor:
    return Actor(union=None, user=user)


def _only_union(user: User) -> TradeUnion | None:
    """Whose audit log tells of it: the account's union when it has just one."""
    unions = actors.unions_of(user)
    return unions[0] if len(unions) == 1 else None
