"""/u/<code>/providers, /experts and /purchase-rules: who may provide, who reviews, and by what. Source: T2, T3, A20, §3.12."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.urls import reverse
from django_filters.filters import BooleanFilter, ChoiceFilter

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.tables.declaration import Around, Button, Column, Empty, Table
from commons.tables.filters import EMPTY, ListFilter
from commons.tables.listing import view
from tenants.purchasing.enums import ExpertKind, ProviderKind, RuleKind, RuleState, VettingResult
from tenants.purchasing.models import Expert, Provider, PurchaseRule
from tenants.purchasing.selectors import bodies, rules

# For a filter that is yes, no, or not asked.
YES_NO = forms.Select(choices=[("", EMPTY), ("true", "是"), ("false", "否")])


class ProviderFilter(ListFilter):
    kind = ChoiceFilter(label="类别", choices=ProviderKind.choices, empty_label=EMPTY)
    vetting_result = ChoiceFilter(label="背景核查", choices=VettingResult.choices, empty_label=EMPTY)
    blocked = BooleanFilter(
        label="暂停承接", field_name="blocked_until", lookup_expr="isnull", exclude=True, widget=YES_NO
    )

    class Meta:
        model = Provider
        fields: tuple[str, ...] = ()


class ExpertFilter(ListFilter):
    kind = ChoiceFilter(label="类别", choices=ExpertKind.choices, empty_label=EMPTY)
    is_active = BooleanFilter(label="在库", widget=YES_NO)

    class Meta:
        model = Expert
        fields: tuple[str, ...] = ()


class RuleFilter(ListFilter):
    kind = ChoiceFilter(label="类别", choices=RuleKind.choices, empty_label=EMPTY)
    state = ChoiceFilter(label="状态", choices=RuleState.choices, empty_label=EMPTY)

    class Meta:
        model = PurchaseRule
        fields: tuple[str, ...] = ()


def to(name: str) -> Any:
    """A column's link to the page of this name."""

    def address(row: Any, around: Around) -> str:
        return reverse(name, args=[around.code, row.pk])

    return address


def add(permission: Permission, label: str, name: str) -> Any:
    """The button that adds a row, for whoever may."""

    def buttons(actor: Actor) -> Sequence[Button]:
        if actor.union is None or not may(actor, permission):
            return ()
        return (Button(label, reverse(name, args=[actor.union.code]), primary=True),)

    return buttons


PROVIDER_LIST = Table(
    name="providers",
    title="承接单位",
    unit="家",
    permission=Permission.PROVIDERS_VIEW,
    rows=bodies.providers,
    filters=ProviderFilter,
    search=("name", "uscc"),
    search_label="名称或统一社会信用代码",
    columns=(
        Column("name", "名称", link=to("provider"), fixed=True, sort=True, limit=40),
        Column("uscc", "统一社会信用代码"),
        Column("kind", "类别"),
        Column("has_union", "已建工会", value=lambda row, around: "是" if row.has_union else "否"),
        Column("vetting_result", "背景核查", kind="badge"),
        Column("vetting_until", "核查有效至（不含）", kind="day", sort=True, shown=False),
        Column("penalty_until", "处罚至（不含）", kind="day", sort=True, shown=False),
        Column("blocked_until", "暂停承接至（不含）", kind="day", sort=True),
        Column("created_at", "登记时间", kind="moment", sort=True, shown=False),
    ),
    default_sort="name",
    export=Permission.PROVIDERS_VIEW,
    buttons=add(Permission.PROVIDERS_EDIT, "登记承接单位", "provider-new"),
    empty=Empty("还没有承接单位", "申报开标后自动登记申报单位；第三方监管机构、律师事务所等可以在这里登记。"),
    row_label=lambda row: row.name,
)
EXPERT_LIST = Table(
    name="experts",
    title="评审专家库",
    unit="人",
    permission=Permission.PROVIDERS_VIEW,
    rows=bodies.experts,
    filters=ExpertFilter,
    search=("name", "unit"),
    search_label="姓名或工作单位",
    columns=(
        Column("code", "编号", link=to("expert"), fixed=True, value=lambda row, around: row.code),
        Column("name", "姓名", sort=True),
        Column("kind", "类别"),
        Column("unit", "工作单位", limit=40),
        Column("account", "评审账号", value=lambda row, around: "已开通" if row.user_id else "未开通"),
        Column("is_active", "在库", value=lambda row, around: "是" if row.is_active else "否"),
    ),
    default_sort="number",
    export=Permission.PROVIDERS_VIEW,
    buttons=add(Permission.PROVIDERS_EDIT, "登记专家", "expert-new"),
    empty=Empty("专家库里还没有专家", "评审组从这里随机抽取。请先登记专家，并为其开通评审专家账号。"),
    row_label=lambda row: f"{row.code} {row.name}",
)
RULE_LIST = Table(
    name="purchase-rules",
    title="购买制度",
    unit="份",
    permission=Permission.RULES_VIEW,
    rows=rules.rules,
    filters=RuleFilter,
    search=("title", "doc_no"),
    search_label="名称或文号",
    columns=(
        Column("title", "名称", link=to("purchase-rule"), fixed=True, sort=True, limit=40),
        Column("kind", "类别"),
        Column("edition", "版次", value=lambda row, around: f"第{row.edition}版", sort="edition"),
        Column("doc_no", "文号"),
        Column("in_force_from", "施行日期", kind="day", sort=True),
        Column("state", "状态", kind="badge"),
    ),
    default_sort="kind",
    buttons=add(Permission.RULES_EDIT, "起草新版", "purchase-rule-new"),
    empty=Empty("还没有购买制度", "开通工会时自动载入示范文本；也可以在这里起草。"),
    row_label=lambda row: f"{row.title} 第{row.edition}版",
)
provider_list, expert_list, rule_list = view(PROVIDER_LIST), view(EXPERT_LIST), view(RULE_LIST)
