"""
The public directory: search, card, and where the union's own entries differ from the register. Source: DOMAIN S4, V2,
Q29.
"""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET

from commons.access.actors import Actor
from commons.access.decisions import Rule
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.directory import selectors
from commons.directory.enums import OrgType, RatingGrade, RegistrationStatus, Source
from commons.directory.facts import LABELS
from commons.directory.models import RegisteredOrganization, RegisteredOrganizationChange
from commons.hierarchy.enums import Level
from commons.hierarchy.models import Division
from commons.kit.clock import today
from commons.web.frame import Crumb

SIZES = (20, 50, 100)
_RATING = {"rating_grade": "评估等级", "rating_valid_until": "等级有效期至"}


class SearchForm(forms.Form):
    text = forms.CharField(label="名称或信用代码", required=False, max_length=100)
    region = forms.CharField(
        label="地区",
        required=False,
        max_length=30,
        help_text="名称或代码，例如 长沙市、430100",
    )
    org_type = forms.ChoiceField(label="组织类型", required=False)
    grade = forms.ChoiceField(label="评估等级", required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        registered = [(form.value, form.label) for form in OrgType if form is not OrgType.UNREGISTERED]
        self.fields["org_type"].choices = [("", "全部"), *registered]  # type: ignore[attr-defined]
        self.fields["grade"].choices = [("", "全部"), *RatingGrade.choices()]  # type: ignore[attr-defined]

    def clean_region(self) -> str:
        """A code as it is, a name as the code of the one division that bears it."""
        asked = str(self.cleaned_data["region"]).strip()
        if not asked or asked == "000000":
            return ""
        found = list(Division.objects.filter(Q(code=asked) | Q(name=asked)).order_by("code")[:6])
        if not found:
            raise forms.ValidationError("没有这个地区，请填写行政区划名称或六位代码。")
        if len(found) > 1:
            names = selectors.region_names(one.code for one in found)
            told = "；".join(f"{names[one.code]} {one.code}" for one in found)
            raise forms.ValidationError(f"有几个同名的地区，请填写代码：{told}。")
        return found[0].code


@dataclass(frozen=True)
class Pager:
    previous: str | None
    next: str | None
    size: int
    sizes: tuple[int, ...]
    shown: int


@dataclass(frozen=True)
class Row:
    """An organization in the list of results."""

    url: str
    name: str
    uscc: str
    org_type: str
    region: str
    status: RegistrationStatus
    grade: str


@dataclass(frozen=True)
class SearchPage:
    form: SearchForm
    active: int
    rows: list[Row]
    pager: Pager
    searched: bool
    disagreements: int
    disagreements_url: str


@dataclass(frozen=True)
class Fact:
    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Move:
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Entry:
    """One line of the history of public facts."""

    at: object
    who: str
    what: str
    changes: list[Move]
    note: str = ""


@dataclass(frozen=True)
class CardPage:
    name: str
    uscc: str
    status: RegistrationStatus
    facts: list[Fact]
    scope: str
    history: list[Entry]
    rule: str
    why: str
    breadcrumbs: list[Crumb]


@dataclass(frozen=True)
class Difference:
    """An organization whose entry differs from the register."""

    name: str
    url: str
    at: object
    changes: list[Move]


@dataclass(frozen=True)
class DifferencesPage:
    rows: list[Difference]
    breadcrumbs: list[Crumb]


@require_GET
@login_required
def search(request: HttpRequest, union_code: str = "") -> HttpResponse:
    """Search by name or code, region, form and rating."""
    actor = _actor(request)
    if actor is None:
        return HttpResponseRedirect("/")
    may(actor, Permission.DIRECTORY_VIEW).require()
    form = SearchForm(request.GET or None)
    size = int(request.GET["size"]) if request.GET.get("size") in {str(size) for size in SIZES} else SIZES[0]
    asked = {name: form.cleaned_data[name] for name in form.fields} if form.is_valid() else {}
    refused = form.is_bound and not form.is_valid()
    found = (
        selectors.Found([], None, None)
        if refused
        else selectors.search(
            actor=actor, first=size, after=request.GET.get("after"), before=request.GET.get("before"), **asked
        )
    )
    regions = selectors.region_names(row.region_code for row in found.rows)
    page = SearchPage(
        form=form,
        active=sum(bool(value) for value in asked.values()),
        rows=[_row(row, regions, union_code) for row in found.rows],
        pager=Pager(found.previous, found.next, size, SIZES, len(found.rows)),
        searched=any(asked.values()) or refused,
        disagreements=selectors.disagreements(actor).count(),
        disagreements_url=_address(union_code, "differences"),
    )
    return render(request, "directory/search.html", {"page": page})


@require_GET
@login_required
def card(request: HttpRequest, uscc: str, union_code: str = "") -> HttpResponse:
    """The public card of one organization."""
    actor = _actor(request)
    if actor is None:
        return HttpResponseRedirect("/")
    found = selectors.card(uscc, actor=actor)
    row = found.organization
    rule = Rule.V10 if actor.partner else Rule.V2
    page = CardPage(
        name=row.name,
        uscc=row.uscc,
        status=RegistrationStatus(row.registration_status),
        facts=_facts(found),
        scope=row.business_scope,
        history=[_entry(change) for change in found.changes],
        rule=rule.value,
        why=rule.label,
        breadcrumbs=[Crumb("社会组织登记库", _address(union_code)), Crumb(row.name)],
    )
    return render(request, "directory/card.html", {"page": page})


@require_GET
@login_required
def differences(request: HttpRequest, union_code: str = "") -> HttpResponse:
    """Where the acting union's entries differ from the civil-affairs register."""
    actor = _actor(request)
    if actor is None:
        return HttpResponseRedirect("/")
    may(actor, Permission.LEDGER_VIEW).require()
    page = DifferencesPage(
        rows=[
            Difference(
                name=found.organization.name,
                url=_address(union_code, found.organization.uscc),
                at=found.at,
                changes=_moves(found.facts),
            )
            for found in selectors.disagreements(actor)[:200]
        ],
        breadcrumbs=[Crumb("社会组织登记库", _address(union_code)), Crumb("与登记库不一致")],
    )
    return render(request, "directory/differences.html", {"page": page})


def _row(row: RegisteredOrganization, regions: dict[str, str], union_code: str) -> Row:
    in_force = selectors.rating_in_force(row, today())
    return Row(
        url=_address(union_code, row.uscc),
        name=row.name,
        uscc=row.uscc,
        org_type=OrgType.label_of(row.org_type),
        region=regions.get(row.region_code, row.region_code),
        status=RegistrationStatus(row.registration_status),
        grade=RatingGrade.label_of(row.rating_grade) if in_force else "",
    )


def _facts(found: selectors.Card) -> list[Fact]:
    row = found.organization
    until = f"有效期至{row.rating_valid_until.isoformat()}" if row.rating_valid_until else ""
    facts = [
        Fact("统一社会信用代码", row.uscc),
        Fact("组织类型", OrgType.label_of(row.org_type)),
        Fact("登记状态", RegistrationStatus.label_of(row.registration_status)),
        Fact("登记机关", row.registration_authority, found.registered_region_name),
        Fact("登记层级", Level.label_of(row.registration_level)),
        Fact("成立登记日期", row.registered_on.isoformat() if row.registered_on else ""),
        Fact("业务主管单位", row.business_supervisor_name),
        Fact("法定代表人", row.legal_representative),
        Fact("所在地区", found.region_name),
        Fact("住所", row.address),
        Fact("评估等级", RatingGrade.label_of(row.rating_grade) if found.rating_in_force else "", until),
        Fact("信息来源", Source.label_of(row.source), f"{row.source_on.isoformat()}"),
    ]
    return [fact for fact in facts if fact.value]


def _entry(change: RegisteredOrganizationChange) -> Entry:
    return Entry(at=change.at, who=Source.label_of(change.source), what="更新公开信息", changes=_moves(change.changes))


def _moves(changes: dict[str, list[object]]) -> list[Move]:
    labels = LABELS | _RATING
    return [Move(labels.get(name, name), _shown(name, old), _shown(name, new)) for name, (old, new) in changes.items()]


def _shown(name: str, value: object) -> str:
    codes = {
        "org_type": OrgType,
        "registration_status": RegistrationStatus,
        "registration_level": Level,
        "rating_grade": RatingGrade,
    }
    if name in codes:
        return codes[name].label_of(str(value or ""))
    return str(value) if value not in (None, "") else "（空）"


def _address(union_code: str, rest: str = "") -> str:
    """Below the acting union's address when the page is there, else the short one."""
    start = f"/u/{union_code}/directory" if union_code else "/directory"
    return f"{start}/{rest}" if rest else start


def _actor(request: HttpRequest) -> Actor | None:
    return getattr(request, "actor", None)
