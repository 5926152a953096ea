"""Forms of contracts: drafting, terms, milestones, deviations, amendments, refunds, purchases of enterprises."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from commons.access.permissions import Permission
from commons.codelists.services import FundSource
from commons.kit import clock
from commons.web.frame import answer, require_post
from commons.web.widgets import day_input
from tenants.purchasing import contract_text
from tenants.purchasing.actions import amendments, contracts, deviations, enterprise, refunds
from tenants.purchasing.contract_terms import Part
from tenants.purchasing.enums import ContractKind, MilestoneCondition, ProjectState
from tenants.purchasing.models import Contract, Provider, ServiceProject
from tenants.purchasing.pages.contract import trail
from tenants.purchasing.policies import PROJECTS, PROVIDERS
from tenants.purchasing.selectors import contracts as selectors

_DAY = {"required": "请填写日期。", "invalid": "请填写有效的日期。"}
_MONEY: dict[str, Any] = {"max_digits": 16, "decimal_places": 2, "min_value": Decimal(0)}
_PLACES = 8
_OPEN = (ProjectState.AWARDED, ProjectState.RUNNING, ProjectState.MIDTERM, ProjectState.RECTIFYING)


class TermsForm(forms.Form):
    title = forms.CharField(label="合同名称", max_length=160, error_messages={"required": "请填写合同名称。"})
    amount = forms.DecimalField(
        label="合同金额（元）", **_MONEY, error_messages={"required": "请填写合同金额。", "invalid": "请填写数字。"}
    )
    starts_on = forms.DateField(label="开始日期", widget=day_input(), required=False, error_messages=_DAY)
    ends_on = forms.DateField(label="结束日期", widget=day_input(), required=False, error_messages=_DAY)
    own_share = forms.DecimalField(
        label="本级工会承担比例（%）",
        max_digits=5,
        decimal_places=2,
        help_text="联合购买的，只统计本级工会承担的部分。",
    )
    posts_count = forms.IntegerField(label="岗位数", min_value=0, max_value=100000, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


class DraftForm(forms.Form):
    kind = forms.ChoiceField(label="合同类型", choices=ContractKind.choices)
    project = forms.ChoiceField(label="项目", required=False, help_text="项目合同和第三方监管合同须选择项目。")
    provider = forms.ChoiceField(label="承接单位", required=False, help_text="项目合同默认与中标单位签订，可不选。")
    title = forms.CharField(label="合同名称", max_length=160, required=False, help_text="不填写的，按项目名称生成。")
    amount = forms.DecimalField(label="合同金额（元）", **_MONEY, required=False, help_text="项目合同默认为中标金额。")

    def __init__(
        self, data: Any = None, *, projects: list[ServiceProject], providers: list[Provider], **more: Any
    ) -> None:
        super().__init__(data, **more)
        self.fields["project"].choices = [("", "—"), *((str(one.pk), str(one)) for one in projects)]  # type: ignore[attr-defined]
        self.fields["provider"].choices = [("", "—"), *((str(one.pk), one.name) for one in providers)]  # type: ignore[attr-defined]


class MilestonesForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        for no in range(1, _PLACES + 1):
            conditions = [("", "—"), *MilestoneCondition.choices()]
            self.fields[f"condition_{no}"] = forms.ChoiceField(
                label=f"第{no}期付款条件", choices=conditions, required=False
            )
            self.fields[f"share_{no}"] = forms.DecimalField(
                label=f"第{no}期比例（%）", max_digits=5, decimal_places=2, required=False
            )
            self.fields[f"amount_{no}"] = forms.DecimalField(
                label=f"第{no}期金额（元，可不填）", **_MONEY, required=False
            )
            self.fields[f"planned_on_{no}"] = forms.DateField(
                label=f"第{no}期计划日期", widget=day_input(), required=False, error_messages=_DAY
            )

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        for no in range(1, _PLACES + 1):
            if given.get(f"condition_{no}"):
                for name, told in (("share", "请填写比例。"), ("planned_on", "请填写计划日期。")):
                    if given.get(f"{name}_{no}") is None and f"{name}_{no}" not in self.errors:
                        self.add_error(f"{name}_{no}", told)
        return given

    @property
    def parts(self) -> list[Part]:
        given = self.cleaned_data
        return [
            Part(
                MilestoneCondition(given[f"condition_{no}"]),
                given[f"share_{no}"],
                given[f"planned_on_{no}"],
                given[f"amount_{no}"],
            )
            for no in range(1, _PLACES + 1)
            if given.get(f"condition_{no}")
        ]


class DeviationForm(forms.Form):
    clause = forms.ChoiceField(label="条款")
    text = forms.CharField(
        label="改为",
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
        help_text="可以使用示范文本的变量，例如 ${price}。可选条款留空即删去；必备条款不能删去。",
    )
    reason = forms.CharField(label="理由", widget=forms.Textarea(attrs={"rows": 3}), max_length=500, required=False)
    restore = forms.BooleanField(label="恢复为示范文本", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, contract: Contract, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["clause"].choices = [  # type: ignore[attr-defined]
            (one.code, f"{one.title}{'（必备）' if one.mandatory else ''}{'（已偏离）' if one.deviates else ''}")
            for one in contract_text.clauses(contract)
        ]


class RefundForm(forms.Form):
    amount = forms.DecimalField(label="退回金额（元）", **_MONEY)
    returned_on = forms.DateField(label="退回日期", widget=day_input(), error_messages=_DAY)
    voucher_no = forms.CharField(label="凭证号", max_length=60)
    fund_source = forms.ChoiceField(label="资金来源", choices=FundSource.choices)
    reason = forms.CharField(label="原因", max_length=300)


class EnterpriseForm(forms.Form):
    buyer_name = forms.CharField(label="购买企业", max_length=120)
    buyer_uscc = forms.CharField(label="企业统一社会信用代码", max_length=30)
    provider = forms.ChoiceField(label="承接单位")
    title = forms.CharField(label="合同名称", max_length=160)
    amount = forms.DecimalField(label="合同金额（元）", **_MONEY)
    signed_on = forms.DateField(label="签订日期", widget=day_input(), error_messages=_DAY)
    starts_on = forms.DateField(label="开始日期", widget=day_input(), required=False, error_messages=_DAY)
    ends_on = forms.DateField(label="结束日期", widget=day_input(), required=False, error_messages=_DAY)

    def __init__(self, data: Any = None, *, providers: list[Provider], **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["provider"].choices = [(str(one.pk), one.name) for one in providers]  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, union_code: str) -> HttpResponse:
    """/u/<code>/contracts/new?project=<id>&kind=project"""
    actor = require_post(request, Permission.CONTRACTS_EDIT)
    projects = list(PROJECTS.visible(actor).filter(state__in=_OPEN).order_by("-created_at")[:500])
    providers = list(PROVIDERS.visible(actor).order_by("name", "pk")[:1000])
    initial = {"kind": request.GET.get("kind", "project"), "project": request.GET.get("project", "")}
    form = DraftForm(request.POST or None, projects=projects, providers=providers, initial=initial)

    def act() -> Contract:
        given = form.cleaned_data
        return contracts.draft(
            kind=given["kind"],
            project=_chosen(projects, given["project"]),
            provider=_chosen(providers, given["provider"]),
            title=given["title"],
            amount=given["amount"],
            by=actor,
            at=clock.now(),
        )

    return answer(
        request,
        form,
        act,
        title="起草合同",
        lead="合同按现行示范文本生成，采用的版本随之固定。起草后再设置付款节点、登记条款偏离。",
        submit_label="起草",
        done=lambda made: f"已起草合同{made.number}。请设置付款节点。",
        done_url=lambda made: reverse("contract", args=[union_code, made.pk]),
        cancel_url=reverse("contracts", args=[union_code]),
        crumbs=trail(union_code, None, "起草"),
    )


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor = require_post(request, Permission.CONTRACTS_EDIT)
    row = selectors.contract(actor, pk)
    form = TermsForm(
        request.POST or None,
        initial={name: getattr(row, name) for name in TermsForm.base_fields if name != "version"}
        | {"version": row.version},
    )

    def act() -> Contract:
        given = {**form.cleaned_data, "posts_count": form.cleaned_data["posts_count"] or 0}
        return contracts.edit(contract=row, by=actor, at=clock.now(), **given)

    return answer(
        request,
        form,
        act,
        title=f"修改合同：{row.number}",
        lead="修改金额后，付款节点的金额不会自动变化，请重新设置。",
        done_url=reverse("contract", args=[union_code, row.pk]),
        crumbs=trail(union_code, row, "修改"),
    )


@require_http_methods(["GET", "POST"])
def milestones(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor = require_post(request, Permission.CONTRACTS_EDIT)
    row = selectors.contract(actor, pk)
    initial: dict[str, Any] = {"version": row.version}
    for one in selectors.milestones(actor, row):
        initial |= {
            f"condition_{one.no}": one.condition,
            f"share_{one.no}": one.share,
            f"planned_on_{one.no}": one.planned_on,
        }
    form = MilestonesForm(request.POST or None, initial=initial)

    def act() -> object:
        version = form.cleaned_data["version"]
        return contracts.set_milestones(contract=row, parts=form.parts, version=version, by=actor, at=clock.now())

    return answer(
        request,
        form,
        act,
        title=f"付款节点：{row.number}",
        lead=f"合同金额{row.amount:,.2f}元。比例合计须为100%；不填金额的按比例计算，尾差计入最后一期。"
        "项目合同的最后一期须以绩效考核合格为条件，一般不低于20%。",
        done_url=reverse("contract", args=[union_code, row.pk]),
        done="付款节点已更新。",
        crumbs=trail(union_code, row, "付款节点"),
    )


@require_http_methods(["GET", "POST"])
def deviation(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """/u/<code>/contracts/<id>/deviation?clause=<code>"""
    actor = require_post(request, Permission.CONTRACTS_EDIT)
    row = selectors.contract(actor, pk)
    asked = request.GET.get("clause", "")
    found = next((one for one in contract_text.clauses(row) if one.code == asked), None)
    initial = {"clause": asked, "version": row.version}
    if found is not None:
        initial |= {"text": found.text, "reason": found.reason}
    form = DeviationForm(request.POST or None, contract=row, initial=initial)

    def act() -> Contract:
        given = dict(form.cleaned_data)
        if given.pop("restore"):
            return deviations.withdraw_deviation(
                contract=row, clause=given["clause"], version=given["version"], by=actor, at=clock.now()
            )
        return deviations.record_deviation(contract=row, by=actor, at=clock.now(), **given)

    return answer(
        request,
        form,
        act,
        title=f"登记条款偏离：{row.number}",
        lead="必备条款的偏离须由另一位工会管理员批准，才能通过法审。",
        done_url=reverse("contract", args=[union_code, row.pk]),
        crumbs=trail(union_code, row, "条款偏离"),
    )


@require_http_methods(["GET", "POST"])
def amend(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor = require_post(request, Permission.CONTRACTS_EDIT)
    row = selectors.contract(actor, pk)
    return answer(
        request,
        forms.Form(request.POST if request.method == "POST" else None),
        lambda: amendments.amend(contract=row, by=actor, at=clock.now()),
        title=f"签订补充协议：{row.number}",
        lead="将按原合同的内容和付款节点起草一份补充协议。修改、法审并签署后，新的约定并入原合同；已付的各期不变。",
        submit_label="起草补充协议",
        done_url=lambda made: reverse("contract", args=[union_code, made.pk]),
        done=lambda made: f"已起草补充协议{made.number}。",
        cancel_url=reverse("contract", args=[union_code, row.pk]),
        crumbs=trail(union_code, row, "补充协议"),
    )


@require_http_methods(["GET", "POST"])
def refund(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor = require_post(request, Permission.PAYMENTS_PAY)
    row = selectors.contract(actor, pk)
    form = RefundForm(request.POST or None, initial={"returned_on": clock.today(), "fund_source": "union_funds"})
    return answer(
        request,
        form,
        lambda: refunds.refund(contract=row, by=actor, at=clock.now(), **form.cleaned_data),
        title=f"登记退回结余：{row.number}",
        lead="登记承接单位实际退回的款项，另记一笔负数，累计投入随之减少。",
        submit_label="登记退回",
        done_url=reverse("contract", args=[union_code, row.pk]),
        done="已登记退回的款项。",
        crumbs=trail(union_code, row, "退回结余"),
    )


@require_http_methods(["GET", "POST"])
def register_enterprise(request: HttpRequest, union_code: str) -> HttpResponse:
    actor = require_post(request, Permission.MARKET_EDIT)
    providers = list(PROVIDERS.visible(actor).order_by("name", "pk")[:1000])
    today: date = clock.today()
    form = EnterpriseForm(request.POST or None, providers=providers, initial={"signed_on": today})

    def act() -> Contract:
        given = dict(form.cleaned_data)
        provider = _chosen(providers, given.pop("provider"))
        assert provider is not None
        return enterprise.register_enterprise(provider=provider, by=actor, at=clock.now(), **given)

    return answer(
        request,
        form,
        act,
        title="登记企业购买合同",
        lead="企业直接向社会组织购买服务的，工会只作登记，不参与签订和付款。",
        submit_label="登记",
        done=lambda made: f"已登记企业购买合同{made.number}。",
        done_url=lambda made: reverse("contract", args=[union_code, made.pk]),
        cancel_url=reverse("contracts", args=[union_code]),
        crumbs=trail(union_code, None, "登记企业购买合同"),
    )


def _chosen(rows: list[Any], pk: str) -> Any:
    return next((one for one in rows if str(one.pk) == pk), None)
