"""/calls: the open calls of the country, and one of them. Source: DOMAIN S6."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commons.access.actors import Actor
from commons.calls import catalogue, selectors
from commons.calls.enums import CallState
from commons.calls.models import OpenCall
from commons.hierarchy.models import Division
from commons.kit.clock import now
from commons.people import organizations
from commons.people.models import User

SIZES = (20, 50, 100)


class CallFilter(forms.Form):
    text = forms.CharField(label="标题、编号或购买方", required=False, max_length=100)
    region = forms.CharField(
        label="地区", required=False, max_length=30, help_text="名称或代码，例如 长沙市、430100，含下级。"
    )
    field = forms.ChoiceField(label="服务领域", required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["field"].choices = [("", "全部"), *catalogue.choices()]  # type: ignore[attr-defined]

    def clean_region(self) -> str:
        """A code as it is, a name as the code of the division that bears it."""
        asked = str(self.cleaned_data["region"]).strip()
        if not asked or asked == "000000":
            return ""
        found = list(Division.objects.filter(code=asked) or Division.objects.filter(name=asked).order_by("code")[:6])
        if not found:
            raise forms.ValidationError("没有这个地区，请填写行政区划名称或六位代码。")
        if len(found) > 1:
            told = "、".join(one.code for one in found)
            raise forms.ValidationError(f"有几个同名的地区，请填写代码：{told}。")
        return found[0].code


@dataclass(frozen=True)
class Crumb:
    label: str
    url: str = ""


@dataclass(frozen=True)
class Line:
    """A call in the list."""

    url: str
    title: str
    number: str
    buyer: str
    fields: str
    budget: Decimal | None
    region: str
    deadline_at: datetime


@dataclass(frozen=True)
class Pager:
    previous: str | None
    next: str | None
    size: int
    sizes: tuple[int, ...]
    shown: int


@dataclass(frozen=True)
class CallsPage:
    form: CallFilter
    active: int
    rows: list[Line]
    pager: Pager


@dataclass(frozen=True)
class CallPage:
    """One call. `answer_url` is empty for whoever does not act for an organization, and when answers are no longer taken."""

    call: OpenCall
    state: CallState
    fields: str
    region: str
    answer_url: str
    breadcrumbs: list[Crumb]


def lines(rows: list[OpenCall], base: str) -> list[Line]:
    """Calls as a list shows them; their regions are read at once."""
    names = dict(Division.objects.filter(code__in={row.region_code for row in rows}).values_list("code", "name"))
    return [
        Line(
            url=f"{base}/{row.pk}",
            title=row.title,
            number=row.number,
            buyer=row.buyer_name,
            fields="、".join(catalogue.label_of(code) for code in row.fields),
            budget=row.budget,
            region=names.get(row.region_code, row.region_code),
            deadline_at=row.deadline_at,
        )
        for row in rows
    ]


@require_safe
@login_required
def calls(request: HttpRequest, union_code: str = "") -> HttpResponse:
    """Calls that take answers now, the latest first."""
    form = CallFilter(request.GET or None)
    asked = {name: form.cleaned_data[name] for name in form.fields} if form.is_valid() else {}
    size = int(request.GET["size"]) if request.GET.get("size") in {str(size) for size in SIZES} else SIZES[0]
    refused = form.is_bound and not form.is_valid()
    wanted = selectors.open_calls(at=now(), **asked)
    found = selectors.paged(
        wanted.none() if refused else wanted,
        size=size,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    page = CallsPage(
        form=form,
        active=sum(bool(value) for value in asked.values()),
        rows=lines(found.rows, _base(union_code)),
        pager=Pager(found.previous, found.next, size, SIZES, len(found.rows)),
    )
    return render(request, "calls/list.html", {"page": page}, status=422 if refused else 200)


@require_safe
@login_required
def call(request: HttpRequest, pk: UUID, union_code: str = "") -> HttpResponse:
    """One call, with the way to its answer for those who act for an organization."""
    row = selectors.call(pk)
    line = lines([row], _base(union_code))[0]
    state = CallState(row.state)
    over = state is CallState.OPEN and row.deadline_at <= now()
    page = CallPage(
        call=row,
        state=CallState.CLOSED if over else state,
        fields=line.fields,
        region=line.region,
        answer_url=f"/u/{row.union.code}/{row.path}"
        if _answers(request) and state is CallState.OPEN and not over
        else "",
        breadcrumbs=[Crumb("公开招募", _base(union_code)), Crumb(row.title)],
    )
    return render(request, "calls/call.html", {"page": page})


def _answers(request: HttpRequest) -> bool:
    actor: Actor | None = getattr(request, "actor", None)
    if actor is not None:
        return bool(actor.organization)
    return isinstance(request.user, User) and bool(organizations.spoken_for(request.user))


def _base(union_code: str) -> str:
    return f"/u/{union_code}/calls" if union_code else "/calls"
