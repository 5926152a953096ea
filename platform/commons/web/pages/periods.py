"""/u/<code>/periods: how far each reporting period is; confirm one's own numbers, close, revise. Source: SM-25, R8."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from commons.access.actors import Actor
from commons.access.decisions import Decision
from commons.access.policies import may_see_numbers
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now
from commons.kit.errors import DomainError, Invalid, NotFound, Refused
from commons.kit.forms import tell
from commons.onboarding.pages.forms import ReasonForm
from commons.rollup import selectors as rollup
from commons.rollup.enums import CLOSABLE, PeriodKind, PeriodState
from commons.rollup.models import PeriodRevision
from commons.rollup.periods import closing, policies
from commons.rollup.periods import selectors as periods
from commons.rollup.periods.selectors import Confirmations, Period, Subtree
from commons.rollup.selectors import Lens, Span

TONES = {
    PeriodState.OPEN: "neutral",
    PeriodState.PROVISIONAL: "warn",
    PeriodState.CLOSED: "good",
    PeriodState.REVISED: "info",
}
# So many unions that have not confirmed are named; how many more there are is told.
NAMED = 200


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    current: bool
    count: str = ""


@dataclass(frozen=True)
class Line:
    """One period in the list."""

    url: str
    label: str
    kind: str
    state: PeriodState
    tone: str
    revision: int
    closed_at: datetime | None
    waiting: int
    confirmed: Confirmations | None
    mine: bool


@dataclass(frozen=True)
class PeriodsPage:
    base: str
    year: int
    years: tuple[Tab, ...]
    longer: tuple[Line, ...]
    months: tuple[Line, ...]
    confirms: bool
    why: Decision


@dataclass(frozen=True)
class Event:
    """A version of the period, for the timeline."""

    at: datetime
    who: str
    what: str
    note: str


@dataclass(frozen=True)
class Difference:
    """A figure as it is shown, and as the next revision will show it."""

    label: str
    unit: str
    shown: object
    coming: object


@dataclass(frozen=True)
class PeriodPage:
    base: str
    url: str
    period: Period
    label: str
    state: PeriodState
    tone: str
    closed: PeriodRevision | None
    latest: PeriodRevision | None
    confirmed_at: datetime | None
    confirms: bool
    may_confirm: bool
    may_close: bool
    may_revise: bool
    confirmations: Confirmations
    below: tuple[Subtree, ...]
    unconfirmed: tuple[TradeUnion, ...]
    further: int
    coming: tuple[Difference, ...]
    history: tuple[Event, ...]
    why: Decision


@require_safe
def listing(request: HttpRequest, union_code: str) -> HttpResponse:
    """A year's periods: the year, halves and quarters, then the months."""
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    why = policies.may_view(actor).require()
    base = f"/u/{union_code}/periods"
    first, last = periods.years()
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and first <= int(asked) <= last else last
    lines = _lines(actor, base, periods.of_year(actor, year))
    page = PeriodsPage(
        base=base,
        year=year,
        years=tuple(Tab(f"{one}年", f"{base}?year={one}", one == year) for one in range(last, first - 1, -1)),
        longer=tuple(line for line in lines if line.kind != PeriodKind.MONTH.label),
        months=tuple(line for line in lines if line.kind == PeriodKind.MONTH.label),
        confirms=bool(policies.may_confirm(actor)),
        why=why,
    )
    return render(request, "periods/list.html", {"page": page})


@require_safe
def period(request: HttpRequest, union_code: str, text: str) -> HttpResponse:
    """One period: its versions, who has not confirmed, and what may be done."""
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    why = policies.may_view(actor).require()
    span = _span(text)
    found = periods.state_of(span)
    base = f"/u/{union_code}/periods"
    ended = found.state is not PeriodState.OPEN
    union = actor.union
    assert union is not None
    mine = periods.confirmation(union, span)
    confirmations = periods.confirmations(actor, [span])[span]
    open_to_confirm = ended and not found.closed
    page = PeriodPage(
        base=base,
        url=f"{base}/{span.text}",
        period=found,
        label=span.label,
        state=found.state,
        tone=TONES[found.state],
        closed=found.revisions[0] if found.revisions else None,
        latest=found.latest,
        confirmed_at=mine.at if mine else None,
        confirms=bool(policies.may_confirm(actor)),
        may_confirm=bool(policies.may_confirm(actor)) and open_to_confirm and mine is None,
        may_close=bool(policies.may_close(actor)) and open_to_confirm,
        may_revise=bool(policies.may_close(actor)) and found.waiting > 0,
        confirmations=confirmations,
        below=tuple(periods.below(actor, span)) if open_to_confirm else (),
        unconfirmed=tuple(periods.unconfirmed(actor, span)[:NAMED]) if open_to_confirm else (),
        further=max(confirmations.missing - NAMED, 0),
        coming=tuple(_coming(actor, union, span)) if found.waiting else (),
        history=tuple(_event(one, union) for one in reversed(found.revisions)),
        why=why,
    )
    crumbs = [{"label": "统计期", "url": f"{base}?year={span.first // 12}"}, {"label": span.label, "url": ""}]
    return render(request, "periods/period.html", {"page": page, "breadcrumbs": crumbs})


_QUESTIONS = {
    "confirm": (
        "确认%s的本级数据",
        "确认表示本级台账、联系等记录已经核对，本级数据准确。关账前仍可更正记录，不需要重新确认。",
        "确认本级数据",
    ),
    "close": (
        "为%s关账",
        "关账后，各级页面、导出和接口显示的都是此刻的数。之后的补录和更正形成有编号的修订，各版本都可查询。关账不能撤销。",
        "关账",
    ),
    "revise": (
        "立即修订%s",
        "关账后补录和更正的记录将并入新的版本，同时等待修订的其他统计期一并修订。原来的版本仍可查询。",
        "形成修订",
    ),
}


@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, union_code: str, text: str, name: str) -> HttpResponse:
    """Ask, then confirm, close or revise."""
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    (policies.may_confirm(actor) if name == "confirm" else policies.may_close(actor)).require()
    span = _span(text)
    back = f"/u/{union_code}/periods/{span.text}"
    title, body, verb = _QUESTIONS[name]
    form = ReasonForm(request.POST if request.method == "POST" else None) if name == "revise" else None
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            _take(name, span, form.cleaned_data["reason"] if form else "", actor)
        except Refused:
            raise
        except DomainError as refusal:
            if form is None or not isinstance(refusal, Invalid):
                messages.error(request, refusal.message)
                return HttpResponseRedirect(back)
            tell(form, refusal)
        else:
            messages.success(request, f"已办理：{title % span.label}。")
            return HttpResponseRedirect(back)
    page = {
        "title": title % span.label,
        "body": body + _not_confirmed(actor, span) if name == "close" else body,
        "confirm_label": verb,
        "danger": name == "close",
        "cancel_url": back,
    }
    return render(request, "base/confirm.html", {"page": page, "form": form} if form else {"page": page})


def _take(name: str, span: Span, reason: str, actor: Actor) -> None:
    at = now()
    if name == "confirm":
        closing.confirm(span=span, by=actor, at=at)
    elif name == "close":
        closing.close(span=span, by=actor, at=at)
    else:
        closing.revise(span=span, reason=reason, by=actor, at=at)


def _not_confirmed(actor: Actor, span: Span) -> str:
    counted = periods.confirmations(actor, [span])[span]
    if not counted.missing:
        return ""
    names = "、".join(union.short_name_zh or union.name_zh for union in periods.unconfirmed(actor, span)[:10])
    more = " 等" if counted.missing > 10 else ""
    return f" 还有 {counted.missing} 家工会没有确认本级数据：{names}{more}。"


def _span(text: str) -> Span:
    """The period of an address. Raises: NotFound."""
    try:
        span = Span.parse(text)
    except ValueError:
        raise NotFound() from None
    if span.kind not in CLOSABLE or not 1900 <= span.first // 12 < 2200:
        raise NotFound()
    return span


def _lines(actor: Actor, base: str, found: list[Period]) -> list[Line]:
    ended = [one.span for one in found if one.state is not PeriodState.OPEN]
    counted = periods.confirmations(actor, ended)
    mine = periods.confirmed_at(actor.union, ended) if actor.union is not None else {}
    return [
        Line(
            url=f"{base}/{one.span.text}",
            label=one.span.label,
            kind=one.span.kind.label,
            state=one.state,
            tone=TONES[one.state],
            revision=one.latest.number if one.latest else 0,
            closed_at=one.revisions[0].at if one.revisions else None,
            waiting=one.waiting,
            confirmed=counted.get(one.span),
            mine=one.span in mine,
        )
        for one in found
    ]


def _event(revision: PeriodRevision, union: TradeUnion) -> Event:
    what = f"第 {revision.number} 次修订" if revision.number else "关账"
    note = f"{revision.reason}（{revision.late_changes} 批变更）" if revision.number else ""
    if missing := revision.missing.get(str(union.pk), 0):
        note = f"{note} 当时全辖有 {missing} 家工会的数据未计入或未计全。".strip()
    return Event(revision.at, revision.by_name, what, note)


def _coming(actor: Actor, union: TradeUnion, span: Span) -> list[Difference]:
    """What the next revision changes of the union's own total, if anything."""
    if not may_see_numbers(actor, union):
        return []
    codes = [found.code for found in rollup.catalogue()]
    shown, coming = (
        rollup.values(actor, unions=[union], indicators=codes, span=span, lens=lens)
        for lens in (Lens(), Lens(unsettled=True))
    )
    named = {found.code: found for found in rollup.catalogue()}
    return [
        Difference(named[one.indicator].zh, named[one.indicator].unit, one.value, other.value)
        for one, other in zip(shown, coming, strict=True)
        if one.value != other.value
    ]
