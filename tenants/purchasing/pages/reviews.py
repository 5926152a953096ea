"""/u/<code>/reviews: an expert's panels, the declaration, and one's own score sheets. Source: SM-17, E14."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.kit import clock
from commons.kit.errors import NotFound
from commons.web.frame import Crumb, actor_of, answer, require_post
from commons.web.objects import Section, link_cell, state_cell, written
from commons.web.steps import Steps, steps
from tenants.purchasing.actions import reviews as actions
from tenants.purchasing.enums import CallState, MemberState
from tenants.purchasing.machines.member import MEMBER
from tenants.purchasing.models import Bid, PanelMember, Review
from tenants.purchasing.selectors import calls as selectors
from tenants.purchasing.selectors import panels, sheets
from tenants.purchasing.weighing import Item


@dataclass(frozen=True)
class ReviewsPage:
    """The panels on which the expert sits or sat."""

    section: Section


@dataclass(frozen=True)
class PanelPage:
    """One panel as its expert sees it: `bidders` to declare by; the bids from the declaration on."""

    title: str
    call_url: str
    steps: Steps
    bidders: Sequence[str]
    declared: bool
    bids: Section | None


class SheetForm(forms.Form):
    """One field per item of the bid system."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any, *, items: Sequence[Item], review: Review | None) -> None:
        kept = review.scores if review is not None else {}
        super().__init__(data, initial={"version": review.version if review is not None else None})
        self.items = items
        for item in items:
            told = f"权重 {item.weight}%，0 至 {item.maximum} 分。{item.guide}"
            field = forms.CharField(label=item.name, required=False, max_length=12, help_text=told)
            field.widget.attrs["inputmode"] = "decimal"
            field.initial = kept.get(item.code, "")
            self.fields[item.code] = field
        self.fields["comment"] = forms.CharField(
            label="评语",
            required=False,
            widget=forms.Textarea(attrs={"rows": 4}),
            max_length=actions.COMMENT_LENGTH,
            initial=review.comment if review is not None else "",
        )

    def scores(self) -> dict[str, str]:
        return {item.code: self.cleaned_data[item.code] for item in self.items}


class LockForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)


@require_safe
def listing(request: HttpRequest, union_code: str) -> HttpResponse:
    actor = require_post(request, Permission.REVIEW_SCORE)
    rows = [
        (
            link_cell(one.call.title, reverse("review", args=[union_code, one.call_id])),
            state_cell(one.call.state),
            state_cell(one.state),
            written(one.declared_at),
        )
        for one in panels.mine(actor)[:200]
    ]
    section = Section("我的评审", ("公告", "公告状态", "我的状态", "声明时间"), rows, "目前没有抽取到您的评审。")
    return render(request, "purchasing/reviews.html", {"page": ReviewsPage(section)})


@require_safe
def panel(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """One's own seat; the union's people are led to the call."""
    actor, at = actor_of(request), clock.now()
    if may(actor, Permission.PROJECTS_VIEW):
        return HttpResponseRedirect(reverse("purchase-call", args=[union_code, selectors.call(actor, pk).pk]))
    seat = _seat(actor, pk)
    declared = seat.state == MemberState.CONFIRMED
    page = PanelPage(
        title=seat.call.title,
        call_url=reverse("purchase-call", args=[union_code, pk]) if seat.state != MemberState.EXCLUDED else "",
        steps=steps(MEMBER, seat, actor, at, union_code),
        bidders=selectors.bidders(seat.call) if seat.state != MemberState.EXCLUDED else [],
        declared=declared,
        bids=_bids(seat, actor, union_code) if declared else None,
    )
    return render(
        request,
        "purchasing/review.html",
        {"page": page, "breadcrumbs": [Crumb("我的评审", reverse("reviews", args=[union_code])), Crumb(page.title)]},
    )


@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest, union_code: str, pk: UUID, bid_pk: UUID) -> HttpResponse:
    """One's own points for one bid, as a draft."""
    actor = require_post(request, Permission.REVIEW_SCORE)
    seat, bid = _bid(actor, pk, bid_pk)
    review = sheets.own(actor, [bid]).get(bid.pk)
    form = SheetForm(request.POST or None, items=sheets.items(seat.call), review=review)
    return answer(
        request,
        form,
        lambda: actions.score(
            bid_id=bid.pk,
            scores=form.scores(),
            comment=form.cleaned_data["comment"],
            version=form.cleaned_data["version"],
            by=actor,
            at=clock.now(),
        ),
        title=f"评分：{_name(bid)}",
        lead="保存后可以继续修改，全部打完后再锁定。锁定前任何人都看不到您的评分。",
        done_url=reverse("review", args=[union_code, pk]),
        crumbs=_crumbs(union_code, seat, "评分"),
        submit_label="保存",
    )


@require_http_methods(["GET", "POST"])
def lock(request: HttpRequest, union_code: str, pk: UUID, bid_pk: UUID) -> HttpResponse:
    """Let one's points for one bid stand."""
    actor = require_post(request, Permission.REVIEW_SCORE)
    seat, bid = _bid(actor, pk, bid_pk)
    review = sheets.own(actor, [bid]).get(bid.pk)
    if review is None:
        raise NotFound()
    form = LockForm(request.POST or None, initial={"version": review.version})
    return answer(
        request,
        form,
        lambda: actions.lock(bid_id=bid.pk, version=form.cleaned_data["version"], by=actor, at=clock.now()),
        title=f"锁定评分：{_name(bid)}",
        lead="锁定后不能再修改。全体专家锁定后才汇总，届时各位专家的评分对工会公开。",
        done_url=reverse("review", args=[union_code, pk]),
        crumbs=_crumbs(union_code, seat, "锁定评分"),
        submit_label="锁定",
        done="评分已锁定。",
    )


def _bids(seat: PanelMember, actor: Actor, code: str) -> Section:
    found = sheets.to_score(actor, seat.call)
    own = sheets.own(actor, found)
    scoring = seat.call.state == CallState.REVIEW
    rows = []
    for bid in found:
        review = own.get(bid.pk)
        args = [code, seat.call_id, bid.pk]
        locked = review is not None and review.locked_at is not None
        told = "已锁定" if locked else "已打分，未锁定" if review is not None else "未打分"
        rows.append(
            (
                link_cell(_name(bid), reverse("bid", args=[code, bid.pk])),
                f"{bid.total:,.2f}" if bid.total is not None else "",
                told,
                link_cell("打分", reverse("review-sheet", args=args)) if scoring and not locked else "",
                link_cell("锁定", reverse("review-lock", args=args)) if scoring and review and not locked else "",
            )
        )
    empty = "资质审核完成后，合格的申报书列在这里。"
    return Section("申报书", ("申报单位", "报价（元）", "我的评分", "", ""), rows, empty, numeric=frozenset({1}))


def _seat(actor: Actor, pk: UUID) -> PanelMember:
    seat = panels.mine(actor).filter(call_id=pk).first() if may(actor, Permission.REVIEW_SCORE) else None
    if seat is None:
        raise NotFound()
    return seat


def _bid(actor: Actor, pk: UUID, bid_pk: UUID) -> tuple[PanelMember, Bid]:
    seat = _seat(actor, pk)
    bid = next((one for one in sheets.to_score(actor, seat.call) if one.pk == bid_pk), None)
    if bid is None:
        raise NotFound()
    return seat, bid


def _name(bid: Bid) -> str:
    return bid.provider.name if bid.provider is not None else ""


def _crumbs(code: str, seat: PanelMember, last: str) -> list[Crumb]:
    return [Crumb(seat.call.title, reverse("review", args=[code, seat.call_id])), Crumb(last)]
