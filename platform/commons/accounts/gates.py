"""What stands between signing in and the first page: the second factor, then a password that must be changed."""

from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.http import HttpRequest

from commons.accounts.models import Authenticator
from commons.kit.clock import now, today
from commons.kit.labels import Code
from commons.people.models import RoleAssignment, User


class Gate(Code):
    """A page that must be passed first; its value is the page's address."""

    VERIFY = "/account/second-factor", "请输入动态验证码", "Enter the code of the second factor"
    ENROL = "/account/second-factor/enrol", "请先绑定动态验证码", "Enrol a second factor"
    PASSWORD = "/account/password", "请先修改密码", "Change the password"


def pending(request: HttpRequest, at: datetime) -> Gate | None:
    """The gate that somebody signed in has still to pass, if any."""
    if second_factor_pending(request):
        user = cast(User, request.user)
        enrolled = Authenticator.objects.filter(user=user, confirmed=True).exists()
        return Gate.VERIFY if enrolled else Gate.ENROL
    return Gate.PASSWORD if password_due(cast(User, request.user), at) else None


def second_factor_pending(request: HttpRequest) -> bool:
    """True when this session still owes a second factor: its role demands one, or the account has enrolled one."""
    user = request.user
    if not user.is_authenticated or _verified(request):
        return False
    return bool(request.session.get("second_factor")) or second_factor_required(user)


def second_factor_required(user: User) -> bool:
    """True when a role of the account, in whichever union, is one of SECOND_FACTOR_ROLES."""
    roles = settings.SECOND_FACTOR_ROLES
    return bool(roles) and RoleAssignment.objects.valid_on(today()).filter(user=user, role__in=roles).exists()


def password_due(user: User, at: datetime) -> bool:
    """True when the password is a first one given by others, or too old."""
    return user.must_change_password or password_days_left(user, at) < 0


def password_days_left(user: User, at: datetime) -> int:
    """Days until the password must change; negative when it is overdue. PASSWORD_DAYS=0 means never."""
    if not settings.PASSWORD_DAYS:
        return settings.PASSWORD_WARNING_DAYS + 1
    return ((user.password_changed_at or user.created_at) + timedelta(days=settings.PASSWORD_DAYS) - at).days


def session_ready(request: HttpRequest) -> bool:
    """True when somebody is signed in and no gate stands before them; what other entrances than pages ask."""
    return bool(request.user.is_authenticated) and pending(request, now()) is None


def _verified(request: HttpRequest) -> bool:
    # Set by django-otp's middleware; a request without it has passed nothing.
    check = getattr(request.user, "is_verified", None)
    return bool(check and check())
