"""/invitation/<token> and /reset/<token>: pages behind one-time links. A link that does not work never tells why."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from commons.access.roles import ROLES
from commons.accounts import actions
from commons.accounts.actions import invitations, passwords
from commons.accounts.actions.sign_in import begin
from commons.accounts.errors import LinkUnusable, RoleAlreadyHeld
from commons.accounts.pages.forms import NewAccountForm, ResetForm
from commons.kit.clock import now
from commons.kit.errors import Invalid
from commons.kit.forms import tell
from commons.people.enums import Role
from commons.people.models import Invitation


@dataclass(frozen=True)
class InvitationPage:
    union: str
    role: str
    may: str
    expires_at: datetime
    form: NewAccountForm | None
    username: str
    here: str


@dataclass(frozen=True)
class ResetPage:
    name: str
    username: str
    form: ResetForm


@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Make an account, or take the role with the account one is signed in with."""
    try:
        return _accept(request, token) if request.method == "POST" else _invited(request, token)
    except LinkUnusable as refusal:
        return _unusable(request, refusal)


@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def reset(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a new password."""
    try:
        found = passwords.usable_reset(token, at=now())
        form = ResetForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                passwords.use_reset(token=token, password=form.cleaned_data["password"], at=now())
            except Invalid as weak:
                tell(form, weak)
            else:
                messages.success(request, "密码已重新设置，请用新密码登录。")
                return HttpResponseRedirect("/sign-in")
        return render(request, "people/reset.html", {"page": ResetPage(found.user.name, found.user.username, form)})
    except LinkUnusable as refusal:
        return _unusable(request, refusal)


def _invited(request: HttpRequest, token: str) -> HttpResponse:
    found = invitations.usable(token, at=now())
    form = None if request.user.is_authenticated else NewAccountForm(initial={"name": found.name})
    return _show(request, found, form)


def _accept(request: HttpRequest, token: str) -> HttpResponse:
    at = now()
    found = invitations.usable(token, at=at)
    if request.user.is_authenticated:
        try:
            actions.accept_as(token=token, user=request.user, at=at)
        except RoleAlreadyHeld as held:
            messages.warning(request, held.message)
            return _show(request, found, None)
    else:
        form = NewAccountForm(request.POST)
        if not form.is_valid():
            return _show(request, found, form)
        given = {name: form.cleaned_data[name] for name in ("username", "password", "name")}
        try:
            user = actions.accept(token=token, at=at, **given)
        except Invalid as refusal:
            tell(form, refusal)
            return _show(request, found, form)
        begin(request, user, at=at)
    request.session["acting_union"] = found.union.code
    messages.success(request, f"您已加入{found.union.name_zh}，角色是{Role.label_of(str(found.role))}。")
    return HttpResponseRedirect(f"/u/{found.union.code}/")


def _show(request: HttpRequest, found: Invitation, form: NewAccountForm | None) -> HttpResponse:
    user = request.user
    page = InvitationPage(
        union=found.union.name_zh,
        role=Role.label_of(str(found.role)),
        may=ROLES[Role(found.role)].description,
        expires_at=found.expires_at,
        form=form,
        username=user.username if user.is_authenticated else "",
        here=request.path,
    )
    return render(request, "people/invitation.html", {"page": page})


def _unusable(request: HttpRequest, refusal: LinkUnusable) -> HttpResponse:
    return render(request, "people/link_unusable.html", {"sentence": refusal.message}, status=refusal.status)
