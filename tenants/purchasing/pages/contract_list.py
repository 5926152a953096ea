"""/u/<code>/contracts, /payables and /payments: contracts, what waits for payment, what was paid. Source: SM-18, PUR-03."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.urls import reverse
from django_filters.filters import ChoiceFilter, DateFilter, UUIDFilter

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.codelists.services import FundSource
from commons.tables.declaration import Around, Button, Column, Empty, Table
from commons.tables.filters import EMPTY, ListFilter
from commons.tables.listing import view
from commons.web.widgets import day_input
from tenants.purchasing.enums import BuyerKind, ContractKind, ContractState, PaymentKind
from tenants.purchasing.models import Contract, Payment, PaymentMilestone
from tenants.purchasing.selectors import contracts


class ContractFilter(ListFilter):
    kind = ChoiceFilter(label="合同类型", choices=ContractKind.choices, empty_label=EMPTY)
    buyer_kind = ChoiceFilter(label="购买方", choices=BuyerKind.choices, empty_label=EMPTY)
    state = ChoiceFilter(label="状态", choices=ContractState.choices, empty_label=EMPTY)
    since = DateFilter(label="签订起", field_name="signed_on", lookup_expr="gte", widget=day_input())
    until = DateFilter(label="签订止", field_name="signed_on", lookup_expr="lte", widget=day_input())
    project = UUIDFilter(widget=forms.HiddenInput, field_name="project_id")

    class Meta:
        model = Contract
        fields: tuple[str, ...] = ()


class PaymentFilter(ListFilter):
    kind = ChoiceFilter(label="类别", choices=PaymentKind.choices, empty_label=EMPTY)
    fund_source = ChoiceFilter(label="资金来源", choices=FundSource.choices, empty_label=EMPTY)
    since = DateFilter(label="付款起", field_name="paid_on", lookup_expr="gte", widget=day_input())
    until = DateFilter(label="付款止", field_name="paid_on", lookup_expr="lte", widget=day_input())
    contract = UUIDFilter(widget=forms.HiddenInput, field_name="contract_id")

    class Meta:
        model = Payment
        fields: tuple[str, ...] = ()


def _url(row: Contract, around: Around) -> str:
    return reverse("contract", args=[around.code, row.pk])


def _contract_url(row: Payment | PaymentMilestone, around: Around) -> str:
    return reverse("contract", args=[around.code, row.contract_id])


def _milestone_url(row: PaymentMilestone, around: Around) -> str:
    return reverse("milestone", args=[around.code, row.pk])


def _buttons(actor: Actor) -> Sequence[Button]:
    if actor.union is None:
        return ()
    code, made = actor.union.code, []
    if may(actor, Permission.CONTRACTS_EDIT):
        made.append(Button("起草合同", reverse("contract-new", args=[code]), primary=True))
    if may(actor, Permission.MARKET_EDIT):
        made.append(Button("登记企业购买合同", reverse("contract-enterprise", args=[code])))
    if may(actor, Permission.PAYMENTS_PAY):
        made.append(Button("待付款", reverse("payables", args=[code])))
    return made


CONTRACTS = Table(
    name="contracts",
    title="合同",
    unit="份",
    permission=Permission.CONTRACTS_VIEW,
    rows=contracts.contracts,
    filters=ContractFilter,
    search=("title", "provider__name", "buyer_name", "project__title"),
    search_label="合同、承接单位、购买方或项目",
    columns=(
        Column("number", "编号", link=_url, fixed=True, value=lambda row, around: row.number),
        Column("title", "合同名称", sort=True, limit=40),
        Column("kind", "类型"),
        Column("provider", "承接单位", value="provider.name", sort="provider__name"),
        Column("project", "项目", value="project.title", limit=30, shown=False),
        Column("amount", "金额（元）", kind="money", sort=True),
        Column("buyer_kind", "购买方", shown=False),
        Column("buyer_name", "购买方名称", shown=False),
        Column("signed_on", "签订日期", kind="day", sort=True),
        Column("starts_on", "开始", kind="day", sort=True, shown=False),
        Column("ends_on", "结束", kind="day", sort=True),
        Column("state", "状态", kind="badge"),
        Column("created_at", "起草时间", kind="moment", sort=True, shown=False),
    ),
    default_sort="-created_at",
    tabs=None,
    export=Permission.CONTRACTS_VIEW,
    buttons=_buttons,
    empty=Empty("还没有合同", "项目定标后，从项目或这里起草合同；企业直接购买的服务可以登记企业购买合同。"),
    row_label=lambda row: f"{row.number} {row.title}",
    source="承接单位只看到本单位的合同，第三方监管只看到被指派项目的合同",
)
PAYABLES = Table(
    name="payables",
    title="待付款",
    unit="笔",
    permission=Permission.PAYMENTS_PAY,
    rows=contracts.for_payment,
    search=("contract__title", "contract__provider__name"),
    search_label="合同或承接单位",
    columns=(
        Column(
            "contract",
            "合同",
            value=lambda row, around: f"{row.contract.number} 第{row.no}期",
            link=_milestone_url,
            fixed=True,
        ),
        Column("title", "合同名称", value="contract.title", limit=40),
        Column("provider", "收款单位", value="contract.provider.name", sort="contract__provider__name"),
        Column("amount", "本期金额（元）", kind="money", sort=True),
        Column("planned_on", "计划日期", kind="day", sort=True),
        Column("approved_by_name", "审批人"),
        Column("approved_at", "审批时间", kind="moment", sort=True),
    ),
    default_sort="planned_on",
    empty=Empty("没有待付款", "付款申请经审批后显示在这里，由审批人以外的财务人员登记付款。"),
    row_label=lambda row: f"{row.contract.number} 第{row.no}期",
)
PAYMENTS = Table(
    name="payments",
    title="付款台账",
    unit="笔",
    permission=Permission.CONTRACTS_VIEW,
    rows=contracts.payments,
    filters=PaymentFilter,
    search=("voucher_no", "contract__title", "contract__provider__name"),
    search_label="凭证号、合同或收款单位",
    columns=(
        Column("paid_on", "日期", kind="day", sort=True, fixed=True),
        Column("voucher_no", "凭证号", sort=True),
        Column("kind", "类别", kind="badge", tones={PaymentKind.REVERSAL: "bad", PaymentKind.REFUND: "warn"}),
        Column("amount", "金额（元）", kind="money", sort=True),
        Column("fund_source", "资金来源"),
        Column("contract", "合同", value=lambda row, around: row.contract.number, link=_contract_url),
        Column("no", "期次", value=lambda row, around: f"第{row.milestone.no}期" if row.milestone else "—"),
        Column("provider", "收款单位", value="contract.provider.name"),
        Column("reason", "原因", limit=40, shown=False),
        Column("created_by_name", "登记人"),
        Column("created_at", "登记时间", kind="moment", sort=True, shown=False),
    ),
    default_sort="-paid_on",
    export=Permission.CONTRACTS_VIEW,
    empty=Empty("还没有付款记录"),
    row_label=lambda row: row.voucher_no,
)
contracts_list, payables_list, payments_list = view(CONTRACTS), view(PAYABLES), view(PAYMENTS)
