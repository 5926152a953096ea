"""The page that asks before something is done."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@dataclass(frozen=True)
class ConfirmPage:
    """What templates/base/confirm.html shows; it posts to the address it stands on."""

    title: str
    body: str
    confirm_label: str
    cancel_url: str
    danger: bool = True


def ask(request: HttpRequest, title: str, body: str, label: str, back: str, *, danger: bool = True) -> HttpResponse:
    return render(request, "base/confirm.html", {"page": ConfirmPage(title, body, label, back, danger)})
