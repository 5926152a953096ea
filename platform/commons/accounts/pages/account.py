"""/account: one's own account, password and sessions."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commons.access.actors import Actor
from commons.accounts import gates, selectors, sessions
from commons.accounts.actions import mail, own_sessions, passwords, second_factor
from commons.accounts.actions.sign_in import check
from commons.accounts.pages.confirm import ask
from commons.accounts.pages.forms import PasswordForm
from commons.accounts.pages.next_page import next_page
from commons.accounts.selectors import OwnSession
from commons.kit.clock import now, today
from commons.kit.errors import Invalid
from commons.kit.forms import tell
from commons.people.enums import Role
from commons.people.models import RoleAssignment, User


@dataclass(frozen=True)
class OwnRole:
    union: str
    role: str
    from_on: object
    until_on: object


@dataclass(frozen=True)
class MailChoice:
    """Whether notices are mailed; `hindrance` says why they cannot be, whatever is chosen."""

    wanted: bool
    hindrance: str


@dataclass(frozen=True)
class AccountPage:
    name: str
    username: str
    email: str
    phone: str
    password_changed_at: datetime | None
    password_days_left: int | None
    roles: tuple[OwnRole, ...]
    sessions: tuple[OwnSession, ...]
    has_others: bool
    second_factor: bool
    second_factor_required: bool
    codes_left: int
    idle_minutes: int
    absolute_hours: int
    mail: MailChoice


@dataclass(frozen=True)
class PasswordPage:
    form: PasswordForm
    forced: str
    next: str


@login_required
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    user, at = cast(User, request.user), now()
    listed = selectors.own_sessions(user, current=sessions.handle(request), at=at)
    held = (
        RoleAssignment.objects.valid_on(today(at))
        .filter(user=user)
        .select_related("union")
        .order_by("union__path", "role")
    )
    enrolled = bool(user.is_verified())  # type: ignore[attr-defined]
    page = AccountPage(
        name=user.name,
        username=user.username,
        email=user.email,
        phone=user.phone,
        password_changed_at=user.password_changed_at,
        password_days_left=gates.password_days_left(user, at) if settings.PASSWORD_DAYS else None,
        roles=tuple(
            OwnRole(row.union.name_zh, Role.label_of(str(row.role)), row.from_on, row.until_on) for row in held
        ),
        sessions=tuple(listed),
        has_others=any(not one.current for one in listed),
        second_factor=enrolled,
        second_factor_required=gates.second_factor_required(user),
        codes_left=second_factor.codes_left(user) if enrolled else 0,
        idle_minutes=settings.IDLE_TIMEOUT_S // 60,
        absolute_hours=settings.ABSOLUTE_TIMEOUT_S // 3600,
        mail=MailChoice(user.mails_notices, _mail_hindrance(user)),
    )
    return render(request, "people/account.html", {"page": page})


@sensitive_post_parameters("present", "password", "again")
@login_required
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change the password; wrong guesses of the present one lock like failed sign-ins."""
    if gates.second_factor_pending(request):
        return HttpResponseRedirect(gates.Gate.VERIFY.value)
    user, at = cast(User, request.user), now()
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _changed(request, user, form, at):
        messages.success(request, "密码已修改，其他设备上的登录已退出。")
        return HttpResponseRedirect(next_page(request, "/account"))
    forced = ""
    if user.must_change_password:
        forced = "这是他人为您设置的初始密码，请先改成只有您自己知道的密码。"
    elif gates.password_due(user, at):
        forced = f"密码已超过 {settings.PASSWORD_DAYS} 天没有修改，请先修改密码。"
    page = PasswordPage(form=form, forced=forced, next=next_page(request, ""))
    return render(request, "people/password.html", {"page": page})


@login_required
@require_http_methods(["GET", "POST"])
def end_session(request: HttpRequest, handle: UUID) -> HttpResponse:
    if request.method == "GET":
        return ask(request, "退出这台设备上的登录？", "该设备再次使用时需要重新登录。", "退出登录", "/account")
    own_sessions.end(user=cast(User, request.user), handle=handle, by=_self(request), at=now())
    messages.success(request, "已退出该设备上的登录。")
    return HttpResponseRedirect("/account")


@login_required
@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    own_sessions.end_others(
        user=cast(User, request.user), session=sessions.handle(request), by=_self(request), at=now()
    )
    messages.success(request, "其他设备上的登录已全部退出。")
    return HttpResponseRedirect("/account")


@login_required
@require_POST
def notices(request: HttpRequest) -> HttpResponse:
    """Choose whether notices come by mail too."""
    wanted = request.POST.get("mail") == "on"
    mail.choose(user=cast(User, request.user), wanted=wanted, by=_self(request), at=now())
    messages.success(request, "已保存，有新通知时会发邮件提醒。" if wanted else "已保存，不再发送通知邮件。")
    return HttpResponseRedirect("/account")


def _mail_hindrance(user: User) -> str:
    if not settings.MAIL_CONFIGURED:
        return "本系统没有配置邮件服务，通知只在平台内显示。"
    if not user.email:
        return "您的账号没有登记电子邮箱，通知只在平台内显示。请联系本级工会的平台管理员登记。"
    return ""


def _changed(request: HttpRequest, user: User, form: PasswordForm, at: datetime) -> bool:
    if check(request, username=user.username, password=form.cleaned_data["present"], at=at) is None:
        form.add_error("present", "现在的密码不正确。")
        return False
    try:
        changed = passwords.change(
            user=user,
            password=form.cleaned_data["password"],
            session=sessions.handle(request),
            by=_self(request),
            at=at,
        )
    except Invalid as weak:
        tell(form, weak)
        return False
    sessions.keep_after_password(request, changed)
    return True


def _self(request: HttpRequest) -> Actor:
    return Actor(union=None, user=cast(User, request.user))
