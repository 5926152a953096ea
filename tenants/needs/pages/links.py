"""A sheet of one-time addresses with their QR codes, to print and hand out: shown once, kept nowhere. Source: DOMAIN §4.1, Q25."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import segno
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from commons.kit import clock
from commons.web.frame import Crumb, FormPage, carried_out, form_page, require_post
from tenants.needs.actions import links as actions
from tenants.needs.enums import LinkPurpose
from tenants.needs.selectors import surveys


class IssueForm(forms.Form):
    count = forms.IntegerField(
        label="生成几个", min_value=1, max_value=actions.MOST_LINKS, initial=20, help_text="每个链接一个二维码。"
    )
    uses = forms.IntegerField(
        label="每个可用几次", min_value=1, max_value=actions.MOST_USES, initial=1, help_text="张贴用的可以多次。"
    )
    days = forms.IntegerField(label="有效天数", min_value=1, max_value=366, initial=30)


@dataclass(frozen=True)
class Issued:
    """One address and its picture."""

    url: str
    picture: str


@dataclass(frozen=True)
class SheetPage:
    title: str
    union: str
    links: list[Issued]
    back_url: str


@never_cache
@require_http_methods(["GET", "POST"])
def for_survey(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor = require_post(request, actions.ISSUED_BY[LinkPurpose.SURVEY])
    row = surveys.survey(actor, pk)
    back = reverse("survey", args=[union_code, row.pk])
    crumbs = [Crumb("需求调查", reverse("surveys", args=[union_code])), Crumb(row.title, back)]
    return _sheet(request, LinkPurpose.SURVEY, row.title, back, crumbs, subject=row.pk)


@never_cache
@require_http_methods(["GET", "POST"])
def for_orders(request: HttpRequest, union_code: str) -> HttpResponse:
    back = reverse("orders", args=[union_code])
    return _sheet(request, LinkPurpose.ORDER, "职工点单", back, [Crumb("职工点单", back)])


@never_cache
@require_http_methods(["GET", "POST"])
def for_appeals(request: HttpRequest, union_code: str) -> HttpResponse:
    back = reverse("appeals", args=[union_code])
    return _sheet(request, LinkPurpose.APPEAL, "反映诉求", back, [Crumb("职工诉求", back)])


def picture(url: str) -> str:
    """The QR code of an address, as an SVG image in itself."""
    return segno.make(url, error="m").svg_data_uri(scale=4, border=4, dark="#000", light="#fff")


def address(request: HttpRequest, code: str, token: str) -> str:
    """The whole address, as a worker's telephone opens it."""
    return request.build_absolute_uri(reverse("worker", args=[code, token]))


def _sheet(
    request: HttpRequest, purpose: LinkPurpose, title: str, back: str, crumbs: list[Crumb], subject: UUID | None = None
) -> HttpResponse:
    actor = require_post(request, actions.ISSUED_BY[purpose])
    form = IssueForm(request.POST or None)
    way = [*crumbs, Crumb("生成链接")]
    if request.method == "POST" and form.is_valid():
        tokens = carried_out(
            form,
            lambda: actions.issue(purpose=purpose, subject_id=subject, by=actor, at=clock.now(), **form.cleaned_data),
        )
        if tokens is not None and actor.union is not None:
            urls = [address(request, actor.union.code, token) for token in tokens]
            page = SheetPage(title, actor.union.name_zh, [Issued(url, picture(url)) for url in urls], back)
            return render(request, "needs/links.html", {"page": page, "breadcrumbs": way})
    lead = "链接只在生成后显示一次，请当即打印或保存。链接不对应任何人，收回的答案也不对应链接。"
    return form_page(request, FormPage(f"生成链接：{title}", form, "生成", back, lead), way)
