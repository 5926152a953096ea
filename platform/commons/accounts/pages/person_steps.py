"""Steps of a union's administrator on one person, one role or one invitation: each asks before it acts."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from commons.access.actors import Actor
from commons.accounts import actions, selectors
from commons.accounts.actions import passwords, second_factor, users
from commons.accounts.errors import (
    AccountElsewhere,
    AccountInactive,
    LastAdministrator,
    LinkUnusable,
    OwnAccount,
    RoleEnded,
)
from commons.accounts.pages.confirm import ask
from commons.accounts.pages.one_time import show_link
from commons.accounts.pages.people import acting, base_of
from commons.kit.clock import now
from commons.kit.errors import DomainError
from commons.people.enums import Role
from commons.people.models import User

# Told on the page one comes from; all else becomes a page of its own.
_TOLD = (AccountElsewhere, AccountInactive, LastAdministrator, LinkUnusable, OwnAccount, RoleEnded)


@require_http_methods(["GET", "POST"])
def end_role(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor, _ = acting(request)
    assignment = selectors.assignment(actor, pk)
    back = f"{base_of(request)}/{assignment.user_id}"
    label = Role.label_of(str(assignment.role))
    if request.method == "GET":
        return ask(
            request,
            f"结束{assignment.user.name}的“{label}”角色？",
            "结束后立即生效，对方不能再以这个角色办理业务。",
            "结束角色",
            back,
        )
    done = f"已结束{assignment.user.name}的“{label}”角色。"
    return _do(request, lambda: actions.end(assignment=assignment, by=actor, at=now()), done, back)


@require_http_methods(["GET", "POST"])
def revoke_invitation(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor, _ = acting(request)
    invitation = selectors.invitation(actor, pk)
    back = base_of(request)
    if request.method == "GET":
        return ask(
            request, f"撤销给{invitation.name}的邀请？", "撤销后链接立即失效，需要时可以重新邀请。", "撤销邀请", back
        )
    return _do(request, lambda: actions.revoke(invitation=invitation, by=actor, at=now()), "邀请已撤销。", back)


@require_http_methods(["GET", "POST"])
def reset_password(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor, user, back = _person(request, pk)
    if request.method == "GET":
        return ask(
            request,
            f"为{user.name}生成重设密码的链接？",
            "请先核实对方身份。链接只显示一次，只能使用一次。",
            "生成链接",
            back,
            danger=False,
        )
    try:
        reset, token = passwords.issue_reset(user=user, by=actor, at=now())
    except _TOLD as refusal:
        return _tell(request, refusal, back)
    return show_link(request, reset, token, back=back)


@require_http_methods(["GET", "POST"])
def sign_out_everywhere(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor, user, back = _person(request, pk)
    if request.method == "GET":
        return ask(request, f"退出{user.name}的全部登录？", "对方在各台设备上都要重新登录。", "全部退出", back)
    return _do(
        request,
        lambda: users.sign_out_everywhere(user=user, by=actor, at=now()),
        f"{user.name}的登录已全部退出。",
        back,
    )


@require_http_methods(["GET", "POST"])
def drop_second_factor(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor, user, back = _person(request, pk)
    if request.method == "GET":
        return ask(
            request,
            f"解除{user.name}的动态验证码？",
            "仅在对方手机丢失且没有备用码时使用，请先核实身份。",
            "解除",
            back,
        )
    return _do(
        request, lambda: second_factor.drop(user=user, by=actor, at=now()), f"{user.name}的动态验证码已解除。", back
    )


@require_http_methods(["GET", "POST"])
def deactivate(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor, user, back = _person(request, pk)
    if request.method == "GET":
        return ask(
            request,
            f"停用{user.name}的账号？",
            "其在本级工会的角色全部结束，所有登录立即退出。历史记录不受影响。",
            "停用账号",
            back,
        )
    return _do(request, lambda: users.deactivate(user=user, by=actor, at=now()), f"{user.name}的账号已停用。", back)


@require_http_methods(["GET", "POST"])
def reactivate(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor, user, back = _person(request, pk)
    if request.method == "GET":
        return ask(
            request, f"恢复{user.name}的账号？", "恢复后可以登录，角色需要重新授予。", "恢复账号", back, danger=False
        )
    done = f"{user.name}的账号已恢复，请为其授予角色。"
    return _do(request, lambda: users.reactivate(user=user, by=actor, at=now()), done, back)


def _person(request: HttpRequest, pk: UUID) -> tuple[Actor, User, str]:
    actor, _ = acting(request)
    user, _ = selectors.person(actor, pk, at=now())
    return actor, user, f"{base_of(request)}/{pk}"


def _do(request: HttpRequest, step: Callable[[], object], done: str, back: str) -> HttpResponse:
    try:
        step()
    except _TOLD as refusal:
        return _tell(request, refusal, back)
    messages.success(request, done)
    return HttpResponseRedirect(back)


def _tell(request: HttpRequest, refusal: DomainError, back: str) -> HttpResponse:
    messages.error(request, refusal.message)
    return HttpResponseRedirect(back)
