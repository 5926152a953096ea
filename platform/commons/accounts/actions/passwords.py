"""A password is changed by its owner, or through a one-time link made by the union's administrator."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from commons.access.actors import Actor
from commons.accounts import authority, locks, sessions
from commons.accounts.actions.users import password_problems
from commons.accounts.errors import AccountInactive, LinkUnusable
from commons.accounts.models import PreviousPassword
from commons.audit.recording import record
from commons.kit.clock import today
from commons.kit.errors import Invalid
from commons.kit.ids import digest, one_time_token
from commons.people.models import PasswordReset, User


@transaction.atomic
def change(*, user: User, password: str, session: str, by: Actor, at: datetime) -> User:
    """
    Set a new password, the present one having been checked; every session but the one with handle `session` ends.

    Raises: Invalid when the new one is too weak or was used before. Source: ASVS 7.4.3.
    """
    user = locks.account(user)
    _set(user, password, at)
    ended = sessions.end_all(user, but=session)
    record("password.changed", by=by, at=at, on=user, sessions=ended)
    return user


@transaction.atomic
def issue_reset(*, user: User, by: Actor, at: datetime) -> tuple[PasswordReset, str]:
    """
    Make a link with which `user` chooses a new password; earlier links stop working. The token is told once.

    Only for an account whose every role is the actor's to manage: a link is a way to become that person, and
    must not lead into another union.
    Raises: NotFound, AccountElsewhere, OwnAccount, AccountInactive.
    """
    authority.require_other_managed(by, user)
    user = locks.account(user)
    if not user.is_active:
        raise AccountInactive()
    authority.require_whole_account(by, user, on=today(at))
    PasswordReset.objects.filter(user=user, used_at__isnull=True, expires_at__gt=at).update(expires_at=at)
    token = one_time_token()
    reset = PasswordReset.objects.create(
        token_digest=digest(token),
        user=user,
        created_by=by.user,
        created_at=at,
        expires_at=at + timedelta(hours=settings.PASSWORD_RESET_HOURS),
    )
    record("password.reset_issued", by=by, at=at, on=user)
    return reset, token


def usable_reset(token: str, *, at: datetime) -> PasswordReset:
    """The reset of a link that still works. Raises: LinkUnusable."""
    reset = PasswordReset.objects.select_related("user").filter(token_digest=digest(token)).first()
    if reset is None or not _open(reset, at):
        raise LinkUnusable()
    return reset


@transaction.atomic
def use_reset(*, token: str, password: str, at: datetime) -> User:
    """
    Set the password through a link, once; every session of the account ends. The second factor stays as it is.

    Raises: LinkUnusable, Invalid.
    """
    reset = locks.reset(digest(token))
    if not _open(reset, at):
        raise LinkUnusable()
    user = locks.account(reset.user)
    _set(user, password, at)
    reset.used_at = at
    reset.save(update_fields=["used_at"])
    ended = sessions.end_all(user)
    record("password.reset_used", by=Actor(union=None, user=user), at=at, on=user, sessions=ended)
    return user


def _set(user: User, password: str, at: datetime) -> None:
    if problems := password_problems(password, user):
        raise Invalid({"password": problems})
    if user.has_usable_password():
        PreviousPassword.objects.create(user=user, password=user.password, replaced_at=at)
    user.set_password(password)
    user.password_changed_at, user.must_change_password = at, False
    user.save(update_fields=["password", "password_changed_at", "must_change_password"])
    kept = PreviousPassword.objects.filter(user=user).order_by("-replaced_at").values("pk")
    PreviousPassword.objects.filter(user=user).exclude(pk__in=kept[: settings.PASSWORDS_REMEMBERED]).delete()


def _open(reset: PasswordReset, at: datetime) -> bool:
    return reset.used_at is None and reset.expires_at > at and reset.user.is_active
