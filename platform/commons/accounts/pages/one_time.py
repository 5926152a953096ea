"""A one-time link, shown once to whoever made it."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from commons.accounts import links
from commons.people.enums import Role
from commons.people.models import Invitation, PasswordReset


@dataclass(frozen=True)
class LinkPage:
    title: str
    lead: str
    link: str
    expires_at: datetime
    back: str


def show_link(request: HttpRequest, made: Invitation | PasswordReset, token: str, *, back: str) -> HttpResponse:
    """The page with the link of an invitation or a reset. Nothing shows it again: a new one must be made."""
    if isinstance(made, Invitation):
        title, path = "邀请已生成", links.invitation_path(token)
        lead = f"请把链接发给{made.name}本人。对方打开后即以“{Role.label_of(str(made.role))}”的角色加入。"
    else:
        title, path = "重设密码的链接已生成", links.reset_path(token)
        lead = f"请核实身份后把链接交给{made.user.name}本人，用来设置新密码。之前生成的链接已失效。"
    page = LinkPage(title, lead, request.build_absolute_uri(path), made.expires_at, back)
    return render(request, "people/one_time_link.html", {"page": page})
