"""/sign-in and /sign-out."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from commons.accounts import gates
from commons.accounts.actions.sign_in import sign_in as begin
from commons.accounts.actions.sign_in import sign_out as finish
from commons.accounts.pages.forms import SignInForm
from commons.accounts.pages.next_page import next_page
from commons.kit.clock import now
from commons.people.models import User

_WRONG = "用户名或密码不正确，请核对后重新填写。"


@dataclass(frozen=True)
class SignInPage:
    form: SignInForm
    next: str
    timed_out: bool


@dataclass(frozen=True)
class LockedPage:
    minutes: int
    failures: int


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The form; a wrong name and a wrong password are answered alike."""
    if request.method == "GET":
        if request.user.is_authenticated:
            return HttpResponseRedirect(next_page(request))
        return _form(request, SignInForm())
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _form(request, form)
    at = now()
    user = begin(request, username=form.cleaned_data["username"], password=form.cleaned_data["password"], at=at)
    if user is None:
        form.add_error(None, _WRONG)
        return _form(request, form)
    _warn_of_old_password(request, user)
    return HttpResponseRedirect(next_page(request))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    finish(request, at=now())
    return HttpResponseRedirect("/sign-in")


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: object) -> HttpResponse:
    """Named by AXES_LOCKOUT_CALLABLE: instead of any answer to an attempt that comes too soon."""
    seconds = int(settings.AXES_COOLOFF_TIME * 3600)
    page = LockedPage(minutes=seconds // 60, failures=settings.AXES_FAILURE_LIMIT)
    answer = render(request, "people/locked.html", {"page": page}, status=429)
    answer["Retry-After"] = str(seconds)
    return answer


def _form(request: HttpRequest, form: SignInForm) -> HttpResponse:
    page = SignInPage(form=form, next=next_page(request, ""), timed_out=request.GET.get("reason") == "timeout")
    return render(request, "people/sign_in.html", {"page": page})


def _warn_of_old_password(request: HttpRequest, user: User) -> None:
    left = gates.password_days_left(user, now())
    if 0 <= left <= settings.PASSWORD_WARNING_DAYS:
        messages.warning(request, f"您的密码将在 {left} 天后到期，请尽早到“我的账号与安全”中修改。")
