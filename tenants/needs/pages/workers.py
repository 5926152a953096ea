"""
/w/<union code>/<token>: what a worker without an account may do by a link or QR code. Source: DOMAIN §4.1, Q25; V6.

The union comes from the address and the token opens something in that union's schema alone. Neither the network address nor the request
is told to the audit log.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from commons.accounts.addresses import client_address
from commons.boundaries import selectors as boundaries
from commons.hierarchy.enums import UnionState
from commons.hierarchy.models import TradeUnion
from commons.kit import clock
from commons.kit.errors import NotFound
from commons.tenancy import door
from commons.web.frame import carried_out
from tenants.needs import questions, throttle
from tenants.needs.actions import appeals, orders, surveys
from tenants.needs.enums import AppealState, LinkPurpose, OrderState
from tenants.needs.models import Appeal, NeedSurvey, ServiceOrder, WorkerLink
from tenants.needs.pages.worker_forms import AgainForm, AppealForm, FeedbackForm, OrderForm, RatingForm, answer_form
from tenants.needs.selectors import appeals as reading_appeals
from tenants.needs.selectors import orders as reading_orders
from tenants.needs.selectors import surveys as reading


@dataclass(frozen=True)
class WorkerPage:
    """One thing to read and, where there is a form, to fill in. `keep`: the address is the only way back."""

    union: str
    title: str
    lead: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    form: forms.Form | None = None
    submit_label: str = "提交"
    # A second thing that may be done there, sent by a button of its own.
    other: forms.Form | None = None
    other_label: str = ""
    small_print: str = ""
    keep: bool = False


@dataclass(frozen=True)
class Visit:
    """One request by a link."""

    request: HttpRequest
    union: TradeUnion
    token: str
    at: datetime

    @property
    def data(self) -> Any:
        return self.request.POST if self.request.method == "POST" else None


@require_safe
def thanks(request: HttpRequest, union_code: str) -> HttpResponse:
    page = WorkerPage(_union(union_code).name_zh, "已提交，谢谢", lead="可以关闭本页了。")
    return render(request, "needs/worker.html", {"page": page})


@require_http_methods(["GET", "POST"])
def worker(request: HttpRequest, union_code: str, token: str) -> HttpResponse:
    union, at = _union(union_code), clock.now()
    if request.method == "POST":
        throttle.hold("sent", client_address(request), throttle.MOST_SENT, at)
    with door.inside(union), structlog.contextvars.bound_contextvars(ip="", request_id=""):
        visit = Visit(request, union, token, at)
        survey = reading.by_open_token(token)
        if survey is not None:
            return _survey(visit, survey, one_time=False)
        link = reading.link(token, at)
        if link is None:
            throttle.hold("missed", client_address(request), throttle.MOST_MISSED, at)
            raise NotFound()
        return _opened(visit, link)


def _opened(visit: Visit, link: WorkerLink) -> HttpResponse:
    if link.purpose == LinkPurpose.ORDER:
        return _menu(visit)
    if link.purpose == LinkPurpose.APPEAL and link.subject_id is None:
        return _raise(visit)
    if link.subject_id is not None:
        if link.purpose == LinkPurpose.SURVEY:
            survey = NeedSurvey.objects.filter(pk=link.subject_id).first()
            if survey is not None:
                return _survey(visit, survey, one_time=True)
        elif link.purpose == LinkPurpose.RATING and (order := reading_orders.by_id(link.subject_id)) is not None:
            return _order(visit, order)
        elif link.purpose == LinkPurpose.APPEAL and (appeal := reading_appeals.by_id(link.subject_id)) is not None:
            return _appeal(visit, appeal)
    raise NotFound()


def _survey(visit: Visit, survey: NeedSurvey, *, one_time: bool) -> HttpResponse:
    if not surveys.takes_answers(survey, visit.at):
        days = f"{survey.opens_on:%Y-%m-%d} 至 {survey.closes_on:%Y-%m-%d}"
        return _shown(visit, WorkerPage(visit.union.name_zh, survey.title, lead=f"调查时间为 {days}，现在不能填写。"))
    form = answer_form(questions.read(survey.questions))(visit.data)
    page = WorkerPage(
        visit.union.name_zh,
        survey.title,
        lead=survey.intro,
        form=form,
        small_print="匿名填写：不记录姓名、电话、网络地址和填写时间，答案不与链接对应。",
    )
    token = visit.token if one_time else ""
    return _done(visit, page, lambda: surveys.answer(survey=survey, given=form.cleaned_data, at=visit.at, token=token))


def _menu(visit: Visit) -> HttpResponse:
    form = OrderForm(visit.data)
    offered = list(reading_orders.on_offer(clock.today(visit.at)))
    choices = [(str(one.pk), f"{one.title}（{one.provider_name}）") for one in offered]
    form.fields["item"].choices = choices  # type: ignore[attr-defined]
    page = WorkerPage(
        visit.union.name_zh,
        "职工点单",
        lead="您点单，工会买单。工会审核后派单给服务单位。" if offered else "目前没有可以点的服务。",
        form=form if offered else None,
        submit_label="点单",
        small_print="不登记姓名；手机号码换算成无法还原的标记，只用来核对点单次数。",
    )
    follow = ""

    def act() -> None:
        nonlocal follow
        given = form.cleaned_data
        _, follow = orders.place_by_link(
            union=visit.union, token=visit.token, item_id=given["item"], phone=given["phone"],
            quantity=given["quantity"], wish=given["wish"], at=visit.at,
        )  # fmt: skip

    return _done(visit, page, act, onwards=lambda: follow)


def _order(visit: Visit, order: ServiceOrder) -> HttpResponse:
    if order.state == OrderState.ORDERED:
        return _cancel(visit, order)
    form = RatingForm(visit.data) if order.state == OrderState.DELIVERED else None
    page = WorkerPage(
        visit.union.name_zh,
        f"点单 {order.number}",
        facts=(("服务", order.item.title), ("服务单位", order.item.provider_name), ("状态", order.state.label)),
        form=form,
        submit_label="提交评价",
        keep=order.state not in (OrderState.RATED, OrderState.SETTLED, OrderState.CANCELLED, OrderState.REFUSED),
    )
    if form is None:
        return _shown(visit, page)
    return _done(
        visit,
        page,
        lambda: orders.rate_by_link(
            union=visit.union, token=visit.token, order=order, rating=int(form.cleaned_data["rating"]),
            note=form.cleaned_data["note"], at=visit.at,
        ),
    )  # fmt: skip


def _cancel(visit: Visit, order: ServiceOrder) -> HttpResponse:
    page = WorkerPage(
        visit.union.name_zh,
        f"点单 {order.number}",
        lead="工会还没有审核，可以取消；取消后不能恢复。",
        facts=(("服务", order.item.title), ("服务单位", order.item.provider_name), ("状态", order.state.label)),
        form=forms.Form(visit.data),
        submit_label="取消点单",
        keep=True,
    )
    return _done(
        visit,
        page,
        lambda: orders.cancel_by_link(union=visit.union, order=order, at=visit.at),
        onwards=lambda: visit.token,
    )


def _raise(visit: Visit) -> HttpResponse:
    form = AppealForm(visit.data)
    page = WorkerPage(
        visit.union.name_zh,
        "反映诉求",
        lead="工会在 15 天内答复。可以匿名；内容加密保存，只有承办人和工会管理员可以看到。",
        form=form,
        small_print="提交后会显示一个查询地址，请保存；凭它查看办理情况和答复。",
    )
    code = ""

    def act() -> None:
        nonlocal code
        given = form.cleaned_data
        _, code = appeals.receive_by_link(
            union=visit.union, token=visit.token, at=visit.at, is_anonymous=not given["appellant"].strip(), **given
        )

    return _done(visit, page, act, onwards=lambda: code)


def _appeal(visit: Visit, appeal: Appeal) -> HttpResponse:
    again = appeal.state in (AppealState.REPLIED, AppealState.CLOSED, AppealState.TRANSFERRED)
    rates = appeal.state in (AppealState.REPLIED, AppealState.CLOSED) and appeal.satisfaction is None
    rating = rates and "other" in visit.request.POST
    form = AgainForm(None if rating else visit.data) if again else None
    other = FeedbackForm(visit.data if rating else None) if rates else None
    facts = [("状态", appeal.state.label), ("办理期限", f"{appeal.due_on:%Y-%m-%d}")]
    if appeal.transferred_to:
        facts.append(("转往单位", appeal.transferred_to))
    if again and appeal.reply:
        facts.append(("答复", appeal.reply))
    page = WorkerPage(
        visit.union.name_zh,
        f"诉求 {appeal.number}",
        facts=tuple(facts),
        form=form,
        submit_label="要求重新办理",
        other=other,
        other_label="提交评价",
        keep=True,
    )
    if form is None:
        return _shown(visit, page)
    if other is not None and rating:
        return _done(
            visit,
            page,
            lambda: appeals.feedback_by_code(
                union=visit.union, appeal=appeal, satisfaction=other.cleaned_data["satisfaction"], at=visit.at
            ),
            onwards=lambda: visit.token,
            form=other,
        )
    return _done(
        visit,
        page,
        lambda: appeals.reopen_by_code(union=visit.union, appeal=appeal, text=form.cleaned_data["text"], at=visit.at),
        onwards=lambda: visit.token,
    )


def _done(
    visit: Visit,
    page: WorkerPage,
    act: Callable[[], None],
    *,
    onwards: Callable[[], str] = lambda: "",
    form: forms.Form | None = None,
) -> HttpResponse:
    """The page; or, its form (or `form`) carried out, the page of the token that `onwards` tells, else thanks."""
    form = form or page.form
    if form is not None and visit.request.method == "POST" and form.is_valid():
        carried_out(form, act)
        if not form.errors:
            token, code = onwards(), visit.union.code
            return HttpResponseRedirect(
                reverse("worker", args=[code, token]) if token else reverse("worker-thanks", args=[code])
            )
    return _shown(visit, page)


def _shown(visit: Visit, page: WorkerPage) -> HttpResponse:
    status = 422 if any(form is not None and form.errors for form in (page.form, page.other)) else 200
    return render(visit.request, "needs/worker.html", {"page": page}, status=status)


def _union(code: str) -> TradeUnion:
    """
    The union of the address.

    Raises: NotFound, alike for one that is absent and one that is not active.
    """
    union = boundaries.by_any_code(code)
    if union is None or union.state != UnionState.ACTIVE:
        raise NotFound()
    return union
