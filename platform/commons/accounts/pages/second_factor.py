"""/account/second-factor: verify after the password, enrol an app, recovery codes."""

from dataclasses import dataclass
from typing import cast

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from commons.access.actors import Actor
from commons.accounts import gates, sessions
from commons.accounts.actions import second_factor
from commons.accounts.errors import CodeRefused, CodeThrottled
from commons.accounts.gates import Gate
from commons.accounts.models import Authenticator
from commons.accounts.pages.confirm import ask
from commons.accounts.pages.forms import CodeForm
from commons.accounts.pages.next_page import next_page
from commons.kit.clock import now
from commons.kit.forms import tell
from commons.people.models import User


@dataclass(frozen=True)
class VerifyPage:
    form: CodeForm
    next: str


@dataclass(frozen=True)
class EnrolPage:
    form: CodeForm
    picture: str
    secret: str
    required: bool
    next: str


@dataclass(frozen=True)
class CodesPage:
    codes: tuple[str, ...]
    next: str


@login_required
@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """A code after the password; wrong ones cost a growing wait."""
    user = cast(User, request.user)
    if not gates.second_factor_pending(request):
        return HttpResponseRedirect(next_page(request))
    if not Authenticator.objects.filter(user=user, confirmed=True).exists():
        return HttpResponseRedirect(Gate.ENROL.value)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            device = second_factor.verify(user=user, code=form.cleaned_data["code"], by=_self(request), at=now())
        except (CodeRefused, CodeThrottled) as refusal:
            tell(form, refusal)
        else:
            sessions.confirm_second_factor(request, device)
            return HttpResponseRedirect(next_page(request))
    return render(request, "people/verify.html", {"page": VerifyPage(form, next_page(request, ""))})


@login_required
@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """The secret as a picture and as text, and a first code that proves the app has it."""
    user = cast(User, request.user)
    if Authenticator.objects.filter(user=user, confirmed=True).exists():
        return HttpResponseRedirect("/account")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            device, codes = second_factor.enrol(
                user=user, code=form.cleaned_data["code"], session=sessions.handle(request), by=_self(request), at=now()
            )
        except (CodeRefused, CodeThrottled) as refusal:
            tell(form, refusal)
        else:
            sessions.confirm_second_factor(request, device)
            return _codes(request, codes)
    device = second_factor.prepare(user=user)
    page = EnrolPage(
        form=form,
        picture=segno.make(device.enrolment_address, error="m").svg_data_uri(
            scale=5, border=4, dark="#000", light="#fff"
        ),
        secret=device.secret_text,
        required=gates.second_factor_required(user),
        next=next_page(request, ""),
    )
    return render(request, "people/enrol.html", {"page": page})


@login_required
@require_POST
def renew_codes(request: HttpRequest) -> HttpResponse:
    return _codes(request, second_factor.renew_codes(user=cast(User, request.user), by=_self(request), at=now()))


@login_required
@require_http_methods(["GET", "POST"])
def drop(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        body = "关闭后只凭密码就能登录，账号的安全性会降低。"
        return ask(request, "关闭动态验证码？", body, "关闭", "/account")
    second_factor.drop_own(user=cast(User, request.user), by=_self(request), at=now())
    request.session["second_factor"] = False
    messages.success(request, "动态验证码已关闭。")
    return HttpResponseRedirect("/account")


def _codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    return render(request, "people/codes.html", {"page": CodesPage(tuple(codes), next_page(request))})


def _self(request: HttpRequest) -> Actor:
    return Actor(union=None, user=cast(User, request.user))
