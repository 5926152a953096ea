"""/u/<code>/market and /matches: demands, offers, what fits, and who was brought together. Source: SM-15; E36, E38."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from commons.access.permissions import Permission
from commons.access.policies import may
from commons.codelists.services import ServiceField, TargetGroup
from commons.kit import clock
from commons.tables.declaration import Around, Button, Column, Empty, Table
from commons.tables.listing import view
from commons.web.frame import Crumb, actor_of, answer, require_post
from commons.web.steps import Steps, steps
from commons.web.widgets import day_input
from commons.workflow.history import Entry, timeline
from tenants.purchasing.actions import market as actions
from tenants.purchasing.enums import ListingSide, PosterKind
from tenants.purchasing.machines.market import LISTING, MATCH
from tenants.purchasing.matching import Fit
from tenants.purchasing.models import Listing, Match
from tenants.purchasing.selectors import market
from tenants.purchasing.selectors.market import Side


class ListingForm(forms.Form):
    side = forms.ChoiceField(label="需求或供给", choices=ListingSide.choices)
    poster_kind = forms.ChoiceField(label="单位类型", choices=PosterKind.choices)
    poster_name = forms.CharField(label="发布单位", max_length=120, required=False)
    poster_uscc = forms.CharField(label="统一社会信用代码", max_length=30, required=False)
    title = forms.CharField(label="标题", max_length=120)
    text = forms.CharField(label="说明", widget=forms.Textarea(attrs={"rows": 4}), required=False)
    field = forms.ChoiceField(label="服务领域", choices=ServiceField.choices)
    groups = forms.MultipleChoiceField(
        label="服务对象", choices=TargetGroup.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    budget = forms.DecimalField(label="预算（元）", max_digits=16, decimal_places=2, required=False)
    region_code = forms.CharField(label="行政区划代码", max_length=9, required=False)
    valid_until = forms.DateField(label="有效期至（不含当日）", widget=day_input())
    contact_name = forms.CharField(label="联系人", max_length=60)
    contact_phone = forms.CharField(label="联系电话", max_length=40, help_text="双方都同意后才告知对方。")


@dataclass(frozen=True)
class ListingPage:
    """One demand or offer, with what fits it on the other side."""

    side: Side
    fits: list[tuple[Listing, Fit, str]]
    steps: Steps
    history: list[Entry]


@dataclass(frozen=True)
class MatchPage:
    """One match; of each side what the viewer may know."""

    row: Match
    sides: list[tuple[str, Side]]
    steps: Steps
    history: list[Entry]


def _url(row: Listing, around: Around) -> str:
    return reverse("market-listing", args=[around.code, row.pk])


def _buttons(actor: Any) -> tuple[Button, ...]:
    if actor.union is None or not may(actor, Permission.MARKET_EDIT):
        return ()
    return (Button("发布供需信息", reverse("market-new", args=[actor.union.code]), primary=True),)


MARKET = Table(
    name="market",
    title="供需信息",
    permission=Permission.MARKET_VIEW,
    rows=market.listings,
    search=("title", "poster_name"),
    columns=(
        Column("title", "标题", link=_url, sort=True, fixed=True),
        Column("side", "类别", kind="badge"),
        Column("field", "服务领域"),
        Column("poster_name", "发布单位"),
        Column("budget", "预算（元）", kind="money", sort=True),
        Column("valid_until", "有效期至", kind="day", sort=True),
        Column("state", "状态", kind="badge"),
    ),
    default_sort="-valid_until",
    buttons=_buttons,
    empty=Empty("还没有供需信息", "企业和基层工会的需求、社会组织的供给发布后显示在这里。"),
    row_label=lambda row: row.title,
)
MATCHES = Table(
    name="matches",
    title="供需对接",
    permission=Permission.MARKET_VIEW,
    rows=market.matches,
    search=("demand__title", "offer__title"),
    columns=(
        Column(
            "demand",
            "需求",
            value="demand.title",
            link=lambda row, around: reverse("match", args=[around.code, row.pk]),
            fixed=True,
        ),
        Column("offer", "供给", value="offer.title"),
        Column("score", "匹配度", kind="number", sort=True),
        Column("introduced_on", "牵线日期", kind="day", sort=True),
        Column("contracted_on", "签约日期", kind="day", sort=True),
        Column("state", "状态", kind="badge"),
    ),
    default_sort="-score",
    empty=Empty("还没有对接", "打开一条供需信息，从推荐中选择合适的对接。"),
    row_label=lambda row: row.demand.title,
)
market_list, matches_list = view(MARKET), view(MATCHES)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, union_code: str) -> HttpResponse:
    """For staff on behalf of others, and for organizations themselves."""
    own = bool(actor_of(request).organization)
    actor = require_post(request, Permission.MARKET_POST if own else Permission.MARKET_EDIT)
    form = ListingForm(request.POST or None, initial={"side": request.GET.get("side", "")})
    if own:
        for name in ("poster_kind", "poster_name", "poster_uscc"):
            del form.fields[name]
    back = f"/u/{union_code}/portal" if own else reverse("market", args=[union_code])
    return answer(
        request,
        form,
        lambda: actions.post(by=actor, at=clock.now(), **form.cleaned_data),
        title="发布供需信息",
        submit_label="发布",
        done="已发布。",
        done_url=lambda made: reverse("market-listing", args=[union_code, made.pk]),
        cancel_url=back,
        crumbs=[Crumb("供需信息", back), Crumb("发布")],
    )


@require_safe
def listing(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor, at = actor_of(request), clock.now()
    row = market.listing(actor, pk)
    base = reverse("match-new", args=[union_code])
    edits = bool(may(actor, Permission.MARKET_EDIT))
    asks = row.side == ListingSide.DEMAND
    found = market.recommended(row, clock.today(at)) if edits else []
    page = ListingPage(
        side=market.side(actor, row),
        fits=[
            (one, how, f"{base}?demand={row.pk if asks else one.pk}&offer={one.pk if asks else row.pk}")
            for one, how in found
        ],
        steps=steps(LISTING, row, actor, at, union_code),
        history=timeline(LISTING, row) if edits else [],
    )
    crumbs = [Crumb("供需信息", reverse("market", args=[union_code])), Crumb(row.title)]
    return render(request, "purchasing/listing.html", {"page": page, "breadcrumbs": crumbs})


@require_http_methods(["GET", "POST"])
def recommend(request: HttpRequest, union_code: str) -> HttpResponse:
    """/u/<code>/matches/new?demand=<id>&offer=<id>"""
    actor = require_post(request, Permission.MARKET_EDIT)
    demand, offer = (market.listing(actor, request.GET.get(name, "")) for name in ("demand", "offer"))
    return answer(
        request,
        forms.Form(request.POST if request.method == "POST" else None),
        lambda: actions.recommend(demand=demand, offer=offer, by=actor, at=clock.now()),
        title="推荐对接",
        lead=f"把需求“{demand.title}”与供给“{offer.title}”推荐给双方，待双方同意后牵线。",
        submit_label="推荐",
        done="已推荐，请征求双方同意。",
        done_url=lambda made: reverse("match", args=[union_code, made.pk]),
        cancel_url=reverse("market-listing", args=[union_code, demand.pk]),
    )


@require_safe
def match(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor, at = actor_of(request), clock.now()
    row = market.match(actor, pk)
    page = MatchPage(
        row=row,
        sides=[
            ("需求", market.side(actor, row.demand, of=row)),
            ("供给", market.side(actor, row.offer, of=row)),
        ],
        steps=steps(MATCH, row, actor, at, union_code),
        history=timeline(MATCH, row) if may(actor, Permission.MARKET_VIEW) else [],
    )
    crumbs = [Crumb("供需对接", reverse("matches", args=[union_code])), Crumb(row.demand.title)]
    return render(request, "purchasing/match.html", {"page": page, "breadcrumbs": crumbs})
