"""/u/<code>/subsidies/<id>: one subsidy, as both parties see it, and its application. Source: §3.7 SM-24; V3, V4."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from commons.access.permissions import Permission
from commons.access.policies import may
from commons.kit import clock
from commons.kit.errors import Refused
from commons.subsidies import actions, selectors, sources
from commons.subsidies.actions import Application
from commons.subsidies.enums import GRANTED_STATES, SubsidyState
from commons.subsidies.machines import SUBSIDY
from commons.subsidies.machines.forms import money
from commons.subsidies.models import SubsidisedProject, Subsidy
from commons.subsidies.pages.round import FROM_LIST
from commons.subsidies.policies import is_funder, is_receiver
from commons.subsidies.sources import Listed
from commons.web.frame import Crumb, actor_of, answer, require_post
from commons.web.objects import Fact, Link, ObjectPage, Section, fact, standing, trail, written


class ApplyForm(forms.Form):
    """Headcount, and for each project that may be subsidised how much; projects left empty are not applied for."""

    headcount = forms.IntegerField(
        label="核定补贴的职工人数",
        min_value=1,
        max_value=100_000_000,
        error_messages={"required": "请填报职工人数。", "min_value": "人数须大于零。"},
    )
    statement = forms.CharField(
        label="申请理由", required=False, max_length=3000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: object, projects: Sequence[Listed], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for one in projects:
            self.fields[f"amount_{one.id}"] = money(
                f"{one.number} {one.title}：申请金额（元）",
                required=False,
                help_text=f"资金来源中的上级补贴{one.amount:,.2f}元。不申请的留空。",
            )
        self.order_fields(["headcount", *(f"amount_{one.id}" for one in projects), "statement"])

    def application(self) -> Application:
        """What was asked for."""
        given = self.cleaned_data
        amounts = {UUID(name[7:]): value for name, value in given.items() if name.startswith("amount_") and value}
        return Application(given["headcount"], amounts, given["statement"])


class ChangeForm(ApplyForm):
    """The same, with the version that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput)


@require_safe
def subsidy(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """One subsidy."""
    actor, at = actor_of(request), clock.now()
    row = selectors.subsidy(actor, pk)
    steps, history = standing(SUBSIDY, row, actor, at, union_code)
    mine = is_receiver(actor, row)
    edits = mine and row.state in {SubsidyState.DRAFT, SubsidyState.RETURNED} and may(actor, Permission.SUBSIDY_APPLY)
    page = ObjectPage(
        title=f"{row.round.year}年{row.round.title}",
        number=row.to_union.name_zh if is_funder(actor, row) else row.from_union.name_zh,
        facts=[
            fact("补贴工会", row.from_union.name_zh),
            fact("申请工会", row.to_union.name_zh),
            fact("批次", row.round.title, reverse("subsidy-round", args=[union_code, row.round_id])),
            fact("补贴办法", row.round.measures),
            fact("核定人数", row.headcount),
            fact("每人标准", row.standard),
            fact("补贴上限（人数×标准）", row.ceiling),
            fact("申请金额", row.applied),
            fact("经办人", row.signed_by_name),
            fact("签批人", _signed(row.applied_by_name, row.applied_on)),
            *_decided(row),
        ],
        steps=steps,
        history=history,
        why=may(actor, Permission.SUBSIDY_VIEW),
        links=[Link("修改申请", reverse("subsidy-edit", args=[union_code, row.pk]))] if edits else [],
        texts=[(name, text) for name, text in (("申请理由", row.statement), ("审核意见", row.review)) if text],
        sections=[_projects(row), *_accounts(row), *_copies(row, selectors.projects(actor, row))],
        source="只有补贴双方可以查看；批准后补贴方可以查看所补贴项目的合同金额、付款、进展和评估结论（V4）",
    )
    return render(request, "base/object.html", {"page": page, "breadcrumbs": trail(union_code, *FROM_LIST, page.title)})


def _signed(name: str, on: object) -> str:
    return f"{name}，{written(on)}" if name else ""


def _decided(row: Subsidy) -> list[Fact]:
    found: list[Fact] = []
    if row.reviewed_by_name:
        found += [fact("审核人", row.reviewed_by_name), fact("建议金额", row.proposed)]
    if row.granted is not None:
        found += [fact("批准金额", row.granted), fact("批准人", _signed(row.granted_by_name, row.granted_on))]
    if row.paid_on:
        found += [fact("拨付日期", row.paid_on), fact("凭证号", row.voucher_no)]
    if row.spent is not None:
        found.append(fact("已支出", row.spent))
    if row.verified is not None:
        found += [fact("核销金额", row.verified), fact("核销人", _signed(row.verified_by_name, row.verified_on))]
        found.append(fact("应退回", row.refund))
    if row.refunded_on:
        found.append(fact("退回日期", row.refunded_on))
    return found


def _projects(row: Subsidy) -> Section:
    cells = [(one["number"], one["title"], f"{Decimal(one['amount']):,.2f}") for one in row.projects]
    return Section("申请补贴的项目", ("编号", "项目", "申请（元）"), cells, "没有列明项目。", numeric=frozenset({2}))


def _accounts(row: Subsidy) -> list[Section]:
    if not row.accounts:
        return []
    cells = [(one["title"], one["contracts"], f"{Decimal(one['spent']):,.2f}") for one in row.accounts]
    return [Section("核销申请", ("项目", "合同编号", "已支出（元）"), cells, "", numeric=frozenset({2}))]


def _copies(row: Subsidy, copies: Sequence[SubsidisedProject]) -> list[Section]:
    if row.state not in GRANTED_STATES:
        return []
    cells = [
        (
            {"text": one.title, "note": f"{one.number}，{one.state}"},
            one.provider,
            f"{one.contract_amount:,.2f}" if one.contract_amount is not None else "",
            f"{one.paid:,.2f}",
            written(one.person_times),
            f"{one.satisfaction:.2f}" if one.satisfaction is not None else "",
            "、".join(text for text in (_told("中期", one.midterm), _told("绩效", one.performance)) if text),
            written(one.as_of),
        )
        for one in copies
    ]
    columns = ("项目", "承接单位", "合同金额（元）", "已付（元）", "服务人次", "满意度", "评估结论", "更新时间")
    return [
        Section(
            "项目实施情况",
            columns,
            cells,
            "申请工会的系统稍后提供。",
            numeric=frozenset({2, 3, 4, 5}),
            note="由申请工会的系统在项目每次办理后自动更新；不含未中标的申报和个人信息。",
        )
    ]


def _told(label: str, conclusion: str) -> str:
    return f"{label}{conclusion}" if conclusion else ""


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """Apply in a round of a union above."""
    actor = require_post(request, Permission.SUBSIDY_APPLY)
    taking = selectors.round_of(actor, pk)
    if is_funder(actor, taking):
        raise Refused(why="不能向本会申请补贴。")
    form = ApplyForm(request.POST or None, projects=sources.projects(actor))
    here = reverse("subsidy-round", args=[union_code, taking.pk])
    return answer(
        request,
        form,
        lambda: actions.draft(round_id=taking.pk, application=form.application(), by=actor, at=clock.now()),
        title=f"申请补贴：{taking.title}",
        lead=f"每人标准{taking.standard:,.2f}元；申请金额为各项目合计，不能超过人数×标准。"
        "只列出资金来源中有“上级补贴”的项目。",
        done_url=lambda row: reverse("subsidy", args=[union_code, row.pk]),
        done="已保存申请，请经办人签报、管理员签批后上报。",
        cancel_url=here,
        crumbs=[*trail(union_code, *FROM_LIST), Crumb(taking.title, here), Crumb("申请补贴")],
    )


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """Change an application that is not signed yet, or was returned."""
    actor = require_post(request, Permission.SUBSIDY_APPLY)
    row = selectors.subsidy(actor, pk)
    if not is_receiver(actor, row):
        raise Refused(why="申请由申请工会修改。")
    start = {f"amount_{one['id']}": one["amount"] for one in row.projects}
    start |= {"headcount": row.headcount, "statement": row.statement, "version": row.version}
    form = ChangeForm(request.POST or None, initial=start, projects=sources.projects(actor))
    here = reverse("subsidy", args=[union_code, row.pk])

    def act() -> Subsidy:
        version = form.cleaned_data["version"]
        return actions.change(
            row=row,
            application=form.application(),
            version=version,
            by=actor,
            at=clock.now(),
        )

    return answer(
        request,
        form,
        act,
        title=f"修改申请：{row.round.title}",
        done_url=here,
        crumbs=[*trail(union_code, *FROM_LIST), Crumb(row.round.title, here), Crumb("修改申请")],
    )
