"""/u/<code>/needs/clusters: gathered needs, and what of them organizations may read. Source: F01, F04; §3.12."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from django_filters.filters import ChoiceFilter, NumberFilter

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.codelists.services import ServiceField
from commons.kit import clock
from commons.tables.declaration import Around, Button, Column, Empty, Table
from commons.tables.filters import EMPTY, ListFilter
from commons.tables.listing import view
from commons.web.frame import Crumb, actor_of, answer, require_post
from commons.web.objects import Link, ObjectPage, fact, standing, trail
from tenants.needs.actions import clusters as actions
from tenants.needs.enums import ClusterState
from tenants.needs.machines.cluster import CLUSTER, counts_of
from tenants.needs.models import Need, NeedCluster
from tenants.needs.policies import CLUSTERS
from tenants.needs.selectors import clusters as reading


class ClusterFilter(ListFilter):
    state = ChoiceFilter(label="状态", choices=ClusterState.choices, empty_label=EMPTY)
    field = ChoiceFilter(label="服务领域", choices=ServiceField.choices, empty_label=EMPTY)
    year = NumberFilter(label="年度")

    class Meta:
        model = NeedCluster
        fields: tuple[str, ...] = ()


class PublishedFilter(ListFilter):
    field = ChoiceFilter(label="服务领域", choices=ServiceField.choices, empty_label=EMPTY)
    year = NumberFilter(label="年度")

    class Meta:
        model = NeedCluster
        fields: tuple[str, ...] = ()


def _url(row: NeedCluster, around: Around) -> str:
    return reverse("cluster", args=[around.code, row.pk])


def _needs(row: NeedCluster, around: Around) -> str:
    return told(row.published_needs)


def told(count: int | None) -> str:
    """A published count; one below five is not there."""
    return "少于 5" if count is None else str(count)


def _buttons(actor: Actor) -> Sequence[Button]:
    if actor.union is None or not may(actor, Permission.NEEDS_EDIT):
        return ()
    code = actor.union.code
    return (
        Button("新建需求汇总", reverse("cluster-new", args=[code]), primary=True),
        Button("归类建议", reverse("needs-suggested", args=[code])),
    )


CLUSTER_LIST = Table(
    name="clusters",
    title="需求汇总",
    permission=Permission.NEEDS_VIEW,
    rows=reading.counted,
    filters=ClusterFilter,
    search=("title", "summary"),
    search_label="名称或概述",
    columns=(
        Column("title", "名称", link=_url, fixed=True, limit=40),
        Column("state", "状态", kind="badge"),
        Column("year", "年度", value=lambda row, around: str(row.year), sort=True),
        Column("field", "服务领域"),
        Column("needs_now", "需求条数", kind="number", sort=True),
        Column("persons_now", "预计人数", kind="number", sort=True),
        Column("published_on", "公布日期", kind="day"),
    ),
    default_sort="-year",
    export=Permission.NEEDS_EDIT,
    buttons=_buttons,
    empty=Empty("还没有需求汇总", "把同一领域的需求归到一起，写好概述后可以公布给社会组织。"),
    row_label=str,
)
PUBLISHED_LIST = Table(
    name="published-clusters",
    title="公布的职工需求",
    permission=Permission.CLUSTERS_VIEW,
    rows=reading.published,
    filters=PublishedFilter,
    search=("title", "summary"),
    search_label="名称或概述",
    columns=(
        Column("title", "需求", link=_url, fixed=True, limit=40),
        Column("summary", "概述", limit=60),
        Column("field", "服务领域"),
        Column("year", "年度", value=lambda row, around: str(row.year), sort=True),
        Column("published_needs", "需求条数", value=_needs),
        Column("published_persons", "涉及人数", kind="number", sort=True),
        Column("published_on", "公布日期", kind="day", sort=True),
    ),
    default_sort="-published_on",
    empty=Empty("这级工会还没有公布职工需求", "公布后会列在这里，可据此准备服务项目。"),
    row_label=str,
    source="公布的是汇总，不含任何单条需求和个人信息；少于 5 的数不显示",
)
listing = view(CLUSTER_LIST)
published = view(PUBLISHED_LIST)


class ClusterForm(forms.Form):
    title = forms.CharField(label="名称", max_length=120, error_messages={"required": "请填写需求汇总的名称。"})
    summary = forms.CharField(
        label="概述", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text="公布后社会组织可以看到。请概括说明需要什么服务、面向哪些职工，不写姓名、电话和具体单位。",
    )  # fmt: skip


class NewClusterForm(ClusterForm):
    field = forms.ChoiceField(
        label="服务领域",
        choices=[("", "请选择"), *ServiceField.choices()],
        error_messages={"required": "请选择服务领域。"},
    )
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)


class EditClusterForm(ClusterForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


@dataclass(frozen=True)
class ClusterPage(ObjectPage):
    """`needs` is empty for organizations, which see what was published and no more."""

    needs: tuple[Need, ...] = ()
    own: bool = False


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, union_code: str) -> HttpResponse:
    actor = require_post(request, Permission.NEEDS_EDIT)
    form = NewClusterForm(request.POST or None, initial={"year": clock.today().year})
    return answer(
        request,
        form,
        lambda: actions.create(by=actor, at=clock.now(), **form.cleaned_data),
        title="新建需求汇总",
        done_url=lambda row: reverse("cluster", args=[union_code, row.pk]),
        cancel_url=reverse("clusters", args=[union_code]),
        crumbs=trail(union_code, "需求汇总", "clusters", "新建"),
    )


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor = require_post(request, Permission.NEEDS_EDIT)
    row = reading.cluster(actor, pk)
    initial = {"version": row.version, "title": row.title, "summary": row.summary}
    form = EditClusterForm(request.POST or None, initial=initial)
    here = reverse("cluster", args=[union_code, row.pk])
    return answer(
        request,
        form,
        lambda: actions.edit(cluster=row, by=actor, at=clock.now(), **form.cleaned_data),
        title=f"修改需求汇总：{row.title}",
        done_url=here,
        crumbs=[*trail(union_code, "需求汇总", "clusters"), Crumb(row.title, here), Crumb("修改")],
    )


@require_safe
def cluster(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor, at = actor_of(request), clock.now()
    row = reading.cluster(actor, pk)
    own = bool(may(actor, Permission.NEEDS_VIEW))
    shown, history = standing(CLUSTER, row, actor, at, union_code)
    facts = [fact("概述", row.summary), fact("服务领域", row.field), fact("年度", str(row.year))]
    if row.state == ClusterState.PUBLISHED:
        facts += [
            fact("公布日期", row.published_on),
            fact("公布的需求条数", told(row.published_needs)),
            fact("公布的涉及人数", told(row.published_persons)),
            fact("主要面向", row.published_groups),
        ]
    if own:
        counted = counts_of(row)
        facts += [fact("现归入需求", f"{counted.needs} 条"), fact("预计涉及", f"{counted.persons} 人")]
    edits = own and row.state != ClusterState.PUBLISHED and bool(may(actor, Permission.NEEDS_EDIT))
    page = ClusterPage(
        title=row.title,
        number="",
        facts=facts,
        steps=shown,
        history=history if own else [],
        why=CLUSTERS.may_on(actor, row),
        links=[Link("修改", reverse("cluster-edit", args=[union_code, row.pk]))] if edits else [],
        needs=tuple(reading.needs_in(actor, row)),
        own=own,
        source="公布的是汇总，不含任何单条需求和个人信息",
    )
    crumbs = (
        trail(union_code, "需求汇总", "clusters", row.title)
        if own
        else trail(union_code, "公布的职工需求", "published-clusters", row.title)
    )
    return render(request, "needs/cluster.html", {"page": page, "breadcrumbs": crumbs})
