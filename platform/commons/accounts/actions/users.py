"""An account comes, is put aside and comes back. It is never deleted."""

import re
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from commons.access.actors import Actor
from commons.accounts import authority, locks, sessions
from commons.accounts.actions.roles import end_rows
from commons.accounts.errors import AccountInactive, OwnAccount
from commons.audit.recording import record
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import today
from commons.kit.errors import Invalid, NotFound
from commons.people.enums import AccountKind
from commons.people.models import RoleAssignment, User

_USERNAME = re.compile(r"^[a-z0-9][a-z0-9._-]{2,59}$")
USERNAME_RULE = "用户名由 3 到 60 个小写字母、数字、点、横线或下划线组成，以字母或数字开头。"


def create_user(
    *,
    username: str,
    name: str,
    password: str,
    by: Actor,
    at: datetime,
    kind: AccountKind = AccountKind.UNION_STAFF,
    email: str = "",
    phone: str = "",
    must_change_password: bool = False,
    union: TradeUnion | None = None,
) -> User:
    """
    Make an account without any role. `union` is the one whose audit log tells of it.

    Raises: Invalid, also for a name that is taken or a password that is too weak.
    """
    user = User(
        username=username.strip().lower(),
        name=name.strip(),
        email=email,
        phone=phone,
        kind=kind,
        must_change_password=must_change_password,
        password_changed_at=at,
        created_at=at,
    )
    problems: dict[str, list[str]] = {}
    if not _USERNAME.match(user.username):
        problems["username"] = [USERNAME_RULE]
    elif User.objects.filter(username=user.username).exists():
        problems["username"] = ["这个用户名已被使用，请换一个。"]
    if not user.name:
        problems["name"] = ["请填写姓名。"]
    if weak := password_problems(password, user):
        problems["password"] = weak
    if problems:
        raise Invalid(problems)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            record("account.created", by=by, at=at, on=user, union=union, username=user.username)
    except IntegrityError as taken:
        raise Invalid({"username": ["这个用户名已被使用，请换一个。"]}) from taken
    return user


def password_problems(password: str, user: User) -> list[str]:
    """What is wrong with a new password, in sentences; empty when nothing is."""
    try:
        validate_password(password, user)
    except ValidationError as weak:
        return list(weak.messages)
    return []


@transaction.atomic
def deactivate(*, user: User, by: Actor, at: datetime) -> User:
    """
    Put an account aside: its roles in the union end, its sessions end, nobody can sign in with it.

    Raises: AccountElsewhere when it also serves another union, OwnAccount, LastAdministrator, NotFound.
    """
    authority.may_manage(by).require()
    assert by.union is not None
    locks.union_people(by.union)
    user = _managed(user, by)
    _require_another(user, by)
    authority.require_whole_account(by, user, on=today(at))
    if not user.is_active:
        raise AccountInactive()
    rows = RoleAssignment.objects.open_on(today(at)).filter(user=user, union=by.union)
    end_rows(list(rows), union=by.union, by=by, at=at)
    user.is_active = False
    user.save(update_fields=["is_active"])
    ended = sessions.end_all(user)
    record("account.deactivated", by=by, at=at, on=user, sessions=ended)
    return user


@transaction.atomic
def reactivate(*, user: User, by: Actor, at: datetime) -> User:
    """
    Let a deactivated account sign in again. Its roles stay ended: they are granted anew.

    Raises: AccountElsewhere, NotFound.
    """
    authority.may_manage(by).require()
    user = _managed(user, by)
    authority.require_whole_account(by, user, on=today(at))
    if not user.is_active:
        user.is_active = True
        user.save(update_fields=["is_active"])
        record("account.reactivated", by=by, at=at, on=user)
    return user


@transaction.atomic
def sign_out_everywhere(*, user: User, by: Actor, at: datetime) -> int:
    """
    End every session of an account, for instance of a lost computer; how many there were.

    Raises: AccountElsewhere, NotFound.
    """
    authority.may_manage(by).require()
    user = _managed(user, by)
    authority.require_whole_account(by, user, on=today(at))
    ended = sessions.end_all(user)
    record("account.sessions_ended", by=by, at=at, on=user, sessions=ended)
    return ended


def _managed(user: User, by: Actor) -> User:
    """The account, locked, if the actor's union has or had it in a role of theirs to manage. Raises: NotFound."""
    if not by.system and not authority.assignments(by).filter(user=user).exists():
        raise NotFound()
    return locks.account(user)


def _require_another(user: User, by: Actor) -> None:
    if by.user_id == user.pk:
        raise OwnAccount()
