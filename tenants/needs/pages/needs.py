"""/u/<code>/needs: needs as a list, one need, what might be gathered. Source: F01."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from django_filters.filters import ChoiceFilter, NumberFilter, UUIDFilter

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.codelists.services import ServiceField, TargetGroup
from commons.kit import clock
from commons.tables.declaration import Around, Button, Column, Empty, Table, Tabs
from commons.tables.filters import EMPTY, ListFilter
from commons.tables.listing import view
from commons.web.frame import Crumb, actor_of, answer, require_post
from commons.web.objects import Link, ObjectPage, fact, standing, trail
from commons.web.widgets import day_input
from tenants.needs.actions import clusters as gathering
from tenants.needs.actions import needs as actions
from tenants.needs.clustering import Proposal
from tenants.needs.enums import ClusterState, NeedSource, NeedState
from tenants.needs.machines.need import MARKS, NEED
from tenants.needs.models import Need, NeedCluster
from tenants.needs.policies import NEEDS
from tenants.needs.selectors import clusters, origins
from tenants.needs.selectors import needs as reading

_OPEN = (NeedState.COLLECTED, NeedState.SORTED, NeedState.CLUSTERED)


class NeedFilter(ListFilter):
    state = ChoiceFilter(label="状态", choices=NeedState.choices, empty_label=EMPTY)
    field = ChoiceFilter(label="服务领域", choices=ServiceField.choices, empty_label=EMPTY)
    group = ChoiceFilter(label="面向人群", choices=TargetGroup.choices, empty_label=EMPTY, method="of_group")
    source = ChoiceFilter(label="来源", choices=NeedSource.choices, empty_label=EMPTY)
    year = NumberFilter(label="年度")
    cluster = UUIDFilter(widget=forms.HiddenInput, field_name="cluster_id")

    class Meta:
        model = Need
        fields: tuple[str, ...] = ()

    def of_group(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(groups__contains=[value])


def _url(row: Need, around: Around) -> str:
    return reverse("need", args=[around.code, row.pk])


def _groups(row: Need, around: Around) -> str:
    return "、".join(TargetGroup.label_of(group) for group in row.groups)


def _buttons(actor: Actor) -> Sequence[Button]:
    if actor.union is None:
        return ()
    code = actor.union.code
    lists = [Button("需求汇总", reverse("clusters", args=[code]))]
    if not may(actor, Permission.NEEDS_EDIT):
        return lists
    return [
        Button("登记需求", reverse("need-new", args=[code]), primary=True),
        Button("归类建议", reverse("needs-suggested", args=[code])),
        *lists,
    ]


NEED_LIST = Table(
    name="needs",
    title="职工需求",
    permission=Permission.NEEDS_VIEW,
    rows=reading.needs,
    filters=NeedFilter,
    search=("title", "text", "street"),
    search_label="需求名称、内容或街道",
    columns=(
        Column("title", "需求名称", link=_url, fixed=True, limit=40, note=lambda row, around: row.number),
        Column("state", "状态", kind="badge"),
        Column("field", "服务领域"),
        Column("groups", "面向人群", value=_groups, limit=30),
        Column("source", "来源"),
        Column("persons_estimate", "预计人数", kind="number", sort=True),
        Column("intensity", "迫切程度", kind="number", sort=True),
        Column("cluster", "所属汇总", value="cluster.title", limit=20),
        Column("street", "街道、园区", shown=False),
        Column("collected_on", "收集日期", kind="day", sort=True),
        Column("sorted_on", "梳理日期", kind="day", shown=False),
        Column("adopted_on", "立项日期", kind="day", shown=False),
    ),
    default_sort="-collected_on",
    tabs=Tabs("state", NeedState, frozenset({NeedState.COLLECTED, NeedState.SORTED, NeedState.CLUSTERED})),
    export=Permission.NEEDS_EDIT,
    buttons=_buttons,
    empty=Empty("还没有登记职工需求", "可以逐条登记，也可以开展需求调查，把调查结果转为需求。"),
    row_label=str,
)
listing = view(NEED_LIST)


class NeedForm(forms.Form):
    title = forms.CharField(label="需求名称", max_length=120, error_messages={"required": "请填写需求名称。"})
    text = forms.CharField(
        label="内容", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="请勿写入职工姓名、电话等个人信息。",
    )  # fmt: skip
    source = forms.ChoiceField(label="来源", choices=NeedSource.choices)
    field = forms.ChoiceField(
        label="服务领域",
        choices=[("", "请选择"), *ServiceField.choices()],
        error_messages={"required": "请选择服务领域。"},
    )
    groups = forms.MultipleChoiceField(
        label="面向人群", choices=TargetGroup.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    street = forms.CharField(label="街道、园区", max_length=60, required=False)
    persons_estimate = forms.IntegerField(
        label="预计涉及人数", min_value=0, max_value=10_000_000, initial=0, help_text="不清楚的填 0，梳理时再补。"
    )
    intensity = forms.TypedChoiceField(label="迫切程度（5 最迫切）", choices=MARKS, coerce=int, initial="3")
    comparative_benefit = forms.TypedChoiceField(label="比较效益（5 最高）", choices=MARKS, coerce=int, initial="3")
    fit_for_so = forms.TypedChoiceField(label="适合社会组织承接（5 最适合）", choices=MARKS, coerce=int, initial="3")
    collected_on = forms.DateField(label="收集日期", widget=day_input(), error_messages={"required": "请填写日期。"})


class NewNeedForm(NeedForm):
    origin = forms.UUIDField(required=False, widget=forms.HiddenInput)


class EditNeedForm(NeedForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, union_code: str) -> HttpResponse:
    """/u/<code>/needs/new?source=appeal&origin=<id>: from an appeal or an order, which the viewer must be able to read."""
    actor = require_post(request, Permission.NEEDS_EDIT)
    initial = {"collected_on": clock.today(), "source": NeedSource.UNIT_REPORT, **_origin(request, actor)}
    form = NewNeedForm(request.POST or None, initial=initial)

    def act() -> Need:
        given = {name: value for name, value in form.cleaned_data.items() if name != "origin"}
        origin = form.cleaned_data["origin"]
        if origin is not None:
            origins.told(actor, str(given["source"]), origin)
        return actions.register(by=actor, at=clock.now(), origin_id=origin, **given)

    return answer(
        request,
        form,
        act,
        title="登记需求",
        done_url=lambda row: reverse("need", args=[union_code, row.pk]),
        done="已登记，下一步请梳理。",
        cancel_url=reverse("needs", args=[union_code]),
        crumbs=trail(union_code, "职工需求", "needs", "登记需求"),
    )


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor = require_post(request, Permission.NEEDS_EDIT)
    row = reading.need(actor, pk)
    initial = {"version": row.version, **{name: getattr(row, name) for name in NeedForm.base_fields}}
    form = EditNeedForm(request.POST or None, initial=initial)
    here = reverse("need", args=[union_code, row.pk])
    return answer(
        request,
        form,
        lambda: actions.edit(need=row, by=actor, at=clock.now(), **form.cleaned_data),
        title=f"修改需求：{row.title}",
        done_url=here,
        crumbs=[*trail(union_code, "职工需求", "needs"), Crumb(row.number, here), Crumb("修改")],
    )


@require_safe
def need(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor, at = actor_of(request), clock.now()
    row = reading.need(actor, pk)
    shown, history = standing(NEED, row, actor, at, union_code)
    cluster = row.cluster
    page = ObjectPage(
        title=row.title,
        number=row.number,
        facts=[
            fact("内容", row.text),
            fact("来源", row.source),
            fact("服务领域", row.field),
            fact("面向人群", row.groups),
            fact("街道、园区", row.street),
            fact("预计涉及人数", row.persons_estimate),
            fact("迫切程度", f"{row.intensity} 分"),
            fact("比较效益", f"{row.comparative_benefit} 分"),
            fact("适合社会组织承接", f"{row.fit_for_so} 分"),
            fact("收集日期", row.collected_on),
            fact("梳理日期", row.sorted_on),
            fact(
                "所属汇总",
                cluster.title if cluster else "",
                reverse("cluster", args=[union_code, cluster.pk]) if cluster else "",
            ),
            fact("立项日期", row.adopted_on),
        ],
        steps=shown,
        history=history,
        why=NEEDS.may_on(actor, row),
        links=[Link("修改", reverse("need-edit", args=[union_code, row.pk]))]
        if row.state in _OPEN and may(actor, Permission.NEEDS_EDIT)
        else [],
    )
    crumbs = trail(union_code, "职工需求", "needs", row.number)
    return render(request, "base/object.html", {"page": page, "breadcrumbs": crumbs})


@dataclass(frozen=True)
class Suggested:
    """One proposal, with the form that follows it; `targets` are clusters that the needs may join."""

    number: int
    proposal: Proposal
    targets: list[NeedCluster]


@dataclass(frozen=True)
class SuggestedPage:
    suggested: list[Suggested]
    needs_url: str
    compared: int


class GatherForm(forms.Form):
    needs = forms.MultipleChoiceField(
        label="需求", widget=forms.CheckboxSelectMultiple, error_messages={"required": "请至少选择一条需求。"}
    )
    title = forms.CharField(label="新汇总名称", max_length=120, required=False)
    cluster = forms.UUIDField(label="已有汇总", required=False)


@require_http_methods(["GET", "POST"])
def suggested(request: HttpRequest, union_code: str) -> HttpResponse:
    """What might be gathered, with the reason; nothing is gathered until somebody does."""
    actor = require_post(request, Permission.NEEDS_EDIT)
    proposals = reading.suggested(actor)
    if request.method == "POST":
        return _gather(request, union_code, actor, proposals)
    targets = list(clusters.clusters(actor).exclude(state=ClusterState.PUBLISHED))
    page = SuggestedPage(
        suggested=[
            Suggested(number, one, [row for row in targets if (row.field, row.year) == (one.field, one.year)])
            for number, one in enumerate(proposals, start=1)
        ],
        needs_url=reverse("needs", args=[union_code]),
        compared=reading.COMPARED,
    )
    crumbs = trail(union_code, "职工需求", "needs", "归类建议")
    return render(request, "needs/suggested.html", {"page": page, "breadcrumbs": crumbs})


def _gather(request: HttpRequest, code: str, actor: Actor, proposals: list[Proposal]) -> HttpResponse:
    offered = {str(need.pk): need for one in proposals for need in one.needs}
    form = GatherForm(request.POST)
    form.fields["needs"].choices = [(pk, need.title) for pk, need in offered.items()]  # type: ignore[attr-defined]

    def act() -> NeedCluster:
        given = form.cleaned_data
        target = clusters.cluster(actor, given["cluster"]) if given["cluster"] else None
        chosen = [offered[pk] for pk in given["needs"]]
        return gathering.gather(needs=chosen, cluster=target, title=given["title"], by=actor, at=clock.now())

    return answer(
        request,
        form,
        act,
        title="归类",
        done_url=lambda row: reverse("cluster", args=[code, row.pk]),
        done="已归类。写好概述后可以公布给社会组织。",
        cancel_url=reverse("needs-suggested", args=[code]),
        crumbs=trail(code, "职工需求", "needs", "归类"),
    )


def _origin(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    source, origin = request.GET.get("source", ""), request.GET.get("origin", "")
    if not origin or source not in (NeedSource.APPEAL, NeedSource.WORKER_ORDER):
        return {}
    return {"source": source, "origin": origin, **origins.told(actor, source, origin)}
