"""/u/<code>/purchase-calls: the union's calls as a list. Source: SM-16."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django_filters.filters import ChoiceFilter

from commons.access.permissions import Permission
from commons.tables.declaration import Around, Column, Empty, Table, Tabs
from commons.tables.filters import EMPTY, ListFilter
from commons.tables.listing import view
from tenants.purchasing.enums import CallState, ProcurementMethod
from tenants.purchasing.models import Call
from tenants.purchasing.selectors import calls as selectors


class CallFilter(ListFilter):
    state = ChoiceFilter(label="状态", choices=CallState.choices, empty_label=EMPTY)
    method = ChoiceFilter(label="采购方式", choices=ProcurementMethod.choices, empty_label=EMPTY)

    class Meta:
        model = Call
        fields: tuple[str, ...] = ()


def _url(row: Call, around: Around) -> str:
    return reverse("purchase-call", args=[around.code, row.pk])


def _project_url(row: Call, around: Around) -> str:
    return reverse("project", args=[around.code, row.project_id])


def _round(row: Any, around: Around) -> str:
    return f"第{row.round}次招募"


CALL_LIST = Table(
    name="purchase-calls",
    title="招募公告",
    unit="份",
    permission=Permission.PROJECTS_VIEW,
    rows=selectors.calls,
    filters=CallFilter,
    search=("title", "project__title"),
    search_label="公告标题或项目名称",
    columns=(
        Column("title", "公告", link=_url, fixed=True, limit=40, note=_round),
        Column("state", "状态", kind="badge"),
        Column("project", "服务项目", value="project.title", link=_project_url, limit=30),
        Column("method", "采购方式"),
        Column("ceiling", "最高限价（万元）", kind="wan", sort=True),
        Column("published_on", "发布日期", kind="day", sort=True),
        Column("bid_deadline", "申报截止", kind="moment", sort=True),
        Column("publicity_until", "公示结束", kind="day", shown=False),
        Column("confirmed_on", "定标日期", kind="day", shown=False),
        Column("created_at", "登记时间", kind="moment", sort=True, shown=False),
    ),
    default_sort="-created_at",
    tabs=Tabs("state", CallState, frozenset({CallState.PUBLISHED, CallState.PUBLICISED})),
    export=Permission.PROJECTS_EDIT,
    empty=Empty("还没有招募公告", "项目批准立项后，在项目页面起草招募公告。"),
    row_label=str,
)
listing = view(CALL_LIST)
