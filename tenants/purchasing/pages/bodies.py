"""/u/<code>/providers/… and /experts/…: one body, and the forms by which it is recorded and corrected. Source: T2, T3; A20; B07."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commons.access.decisions import Decision
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.codelists.services import ServiceField
from commons.kit import clock
from commons.kit.finding import one
from commons.people.enums import Role
from commons.web.frame import Crumb, actor_of, answer, require_post
from commons.web.objects import Fact, Link, Section, fact, link_cell, state_cell, trail, written
from commons.web.widgets import day_input
from commons.workflow.history import Entry
from tenants.purchasing.actions import bodies as actions
from tenants.purchasing.actions.course import possible
from tenants.purchasing.enums import ExpertKind, ProviderKind, VettingResult
from tenants.purchasing.models import Expert, Provider
from tenants.purchasing.pages.contract import AccountPage
from tenants.purchasing.policies import PROVIDERS
from tenants.purchasing.selectors import bodies, contracts
from tenants.registry import selectors as registry

_UNTIL = ("vetting_until", "penalty_until", "blocked_until")
_INVALID = {"invalid": "请填写有效的日期。"}


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=day_input(), error_messages=_INVALID, help_text="含当日。"
    )


class ProviderForm(forms.Form):
    """What is known of a provider. Days are told as the last on which they count; rows keep the day after."""

    name = forms.CharField(label="名称", max_length=200, error_messages={"required": "请填写名称。"})
    registered_on = forms.DateField(label="成立日期", required=False, widget=day_input(), error_messages=_INVALID)
    has_union = forms.BooleanField(label="已建工会", required=False)
    vetting_result = forms.ChoiceField(label="背景核查结果", choices=VettingResult.choices)
    vetting_until = _day("核查有效期至")
    penalty_until = _day("行政处罚期限至")
    penalty_note = forms.CharField(label="处罚事由", max_length=300, required=False)
    blocked_until = _day("暂停承接至")
    blocked_reason = forms.CharField(label="暂停承接的事由", max_length=300, required=False)
    contact_name = forms.CharField(label="联系人", max_length=60, required=False)
    contact_phone = forms.CharField(label="联系电话", max_length=40, required=False)
    bank_name = forms.CharField(label="开户银行", max_length=120, required=False)
    bank_account = forms.CharField(
        label="银行账号", max_length=60, required=False, help_text="修改时不填的，保留原账号。"
    )

    def values(self) -> dict[str, Any]:
        """The fields of the action: an account that was left empty stays as it is."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in {"version", "kind", "uscc"}}
        if not given["bank_account"]:
            del given["bank_account"]
        for name in _UNTIL:
            given[name] = given[name] + timedelta(days=1) if given[name] else None
        return given


class NewProviderForm(ProviderForm):
    kind = forms.ChoiceField(label="类别", choices=ProviderKind.choices)
    uscc = forms.CharField(
        label="统一社会信用代码",
        max_length=30,
        required=False,
        help_text="社会组织已在台账中的，按代码与台账关联，名称和成立日期取自台账。个人专家可不填。",
    )
    field_order = ("kind", "uscc", "name")


class EditProviderForm(ProviderForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


class ExpertForm(forms.Form):
    """A member of the pool. With whom an expert is linked keeps them out of that organization's reviews."""

    name = forms.CharField(label="姓名", max_length=60, error_messages={"required": "请填写姓名。"})
    kind = forms.ChoiceField(label="类别", choices=ExpertKind.choices)
    unit = forms.CharField(
        label="工作单位", max_length=120, required=False, help_text="申报单位为其工作单位的，自动回避。"
    )
    fields_ = forms.MultipleChoiceField(
        label="专业领域", choices=ServiceField.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    user_id = forms.ChoiceField(
        label="评审账号", required=False, help_text="在“人员与角色”中授予评审专家角色的账号。没有账号的不参加抽取。"
    )
    phone = forms.CharField(label="联系电话", max_length=40, required=False)
    email = forms.EmailField(label="电子邮箱", required=False, error_messages={"invalid": "请填写有效的电子邮箱。"})
    conflicts = forms.CharField(
        label="有利害关系的组织",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="每行一个统一社会信用代码。",
    )
    posts = forms.CharField(label="社会兼职", max_length=300, required=False, help_text="在哪些组织担任什么职务。")
    is_active = forms.BooleanField(label="在库", required=False, initial=True)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        accounts = [(str(user.pk), user.name) for user in possible(Role.REVIEWER, clock.now())]
        known = str(self.initial.get("user_id") or "")
        if known and known not in {pk for pk, _ in accounts}:
            accounts.append((known, "原账号（已不是评审专家）"))
        self.fields["user_id"].choices = [("", "—"), *accounts]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        given = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        given["fields"] = given.pop("fields_")
        given["user_id"] = UUID(given["user_id"]) if given["user_id"] else None
        given["conflicts"] = given["conflicts"].split()
        return given


class EditExpertForm(ExpertForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


@dataclass(frozen=True)
class BodyPage:
    """
    For `purchasing/body.html`: what has no life of its own. `account_url`: where the bank account is read in full; '' for whom it is
    not.
    """

    title: str
    number: str
    facts: list[Fact]
    links: list[Link]
    sections: list[Section]
    why: Decision
    account_url: str = ""
    history: Sequence[Entry] = ()


def _last(day: date | None) -> date | None:
    """The last day that counts of an exclusive end."""
    return day - timedelta(days=1) if day else None


def _until(day: date | None, more: str = "") -> str:
    return f"至{written(_last(day))}{'，' if more else ''}{more}" if day else ""


@require_safe
def provider(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """A provider with its contracts; an organization finds its own."""
    actor = actor_of(request)
    row: Provider = one(PROVIDERS.visible(actor), pk)
    edits = bool(may(actor, Permission.PROVIDERS_EDIT))
    found = contracts.contracts(actor).filter(provider=row).order_by("-created_at")[:50]
    facts = [
        fact("类别", row.kind),
        fact("统一社会信用代码", row.uscc),
        fact("成立日期", row.registered_on),
        fact("已建工会", row.has_union),
        fact("背景核查", f"{row.vetting_result.label}{'，' if row.vetting_until else ''}{_until(row.vetting_until)}"),
        fact("行政处罚", _until(row.penalty_until, row.penalty_note)),
        fact("暂停承接", _until(row.blocked_until, row.blocked_reason)),
        fact("联系人", f"{row.contact_name} {bodies.shown_secret(actor, row.contact_phone)}".strip()),
        fact("开户银行", row.bank_name),
        fact("银行账号", bodies.masked(row.bank_account)),
    ]
    if row.organization_id and may(actor, Permission.LEDGER_VIEW):
        facts.insert(1, fact("台账", "查看台账信息", reverse("organization", args=[union_code, row.organization_id])))
    page = BodyPage(
        title=row.name,
        number=row.uscc,
        facts=facts,
        links=[Link("修改", reverse("provider-edit", args=[union_code, row.pk]))] if edits else [],
        sections=[
            Section(
                "合同",
                ("合同", "签订日期", "金额（元）", "状态"),
                [
                    (
                        link_cell(one.title, reverse("contract", args=[union_code, one.pk]), one.number),
                        written(one.signed_on),
                        f"{one.amount:,.2f}",
                        state_cell(one.state),
                    )
                    for one in found
                ],
                "还没有合同。",
                numeric=frozenset({2}),
            )
        ],
        why=PROVIDERS.may_on(actor, row),
        account_url=reverse("provider-account", args=[union_code, row.pk]) if edits and row.bank_account else "",
    )
    return shown(request, page, trail(union_code, "承接单位", "providers", row.name))


@require_POST
def account(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """The account in full: asked for on purpose, written down, never kept by the browser."""
    actor = actor_of(request)
    row: Provider = one(PROVIDERS.visible(actor), pk)
    page = AccountPage(
        provider=row.name,
        bank_name=row.bank_name,
        account=actions.read_account(provider=row, by=actor, at=clock.now()),
        back=reverse("provider", args=[union_code, row.pk]),
        back_label="返回承接单位",
    )
    crumbs = trail(union_code, "承接单位", "providers", row.name, "收款账户")
    told = render(request, "purchasing/account.html", {"page": page, "breadcrumbs": crumbs})
    told["Cache-Control"] = "private, no-store"
    return told


@require_http_methods(["GET", "POST"])
def new_provider(request: HttpRequest, union_code: str) -> HttpResponse:
    actor = require_post(request, Permission.PROVIDERS_EDIT)
    form = NewProviderForm(request.POST or None)

    def act() -> Provider:
        given = form.cleaned_data
        kind, uscc = ProviderKind(given["kind"]), actions.code(given["uscc"])
        entry = None
        if kind is ProviderKind.SOCIAL_ORG and uscc:
            entry = registry.organizations(actor).filter(uscc=uscc).first()
        return actions.add_provider(
            kind=kind,
            name=given["name"],
            uscc=uscc,
            organization_id=entry.pk if entry else None,
            fields=form.values(),
            by=actor,
            at=clock.now(),
        )

    return answer(
        request,
        form,
        act,
        title="登记承接单位",
        done_url=lambda row: reverse("provider", args=[union_code, row.pk]),
        cancel_url=reverse("providers", args=[union_code]),
        crumbs=trail(union_code, "承接单位", "providers", "登记"),
    )


@require_http_methods(["GET", "POST"])
def edit_provider(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor = require_post(request, Permission.PROVIDERS_EDIT)
    row: Provider = one(PROVIDERS.visible(actor), pk)
    # What is personal is typed anew by whoever may not read it; the account by everybody.
    secret = {"bank_account"} if may(actor, Permission.PERSONAL_VIEW) else {"bank_account", "contact_phone"}
    typed = {name: getattr(row, name) for name in ProviderForm.base_fields if name not in secret}
    typed |= {name: _last(typed[name]) for name in _UNTIL} | {"version": row.version}
    form = EditProviderForm(request.POST or None, initial=typed)

    def act() -> Provider:
        given = form.values()
        if "contact_phone" in secret and not given["contact_phone"]:
            del given["contact_phone"]
        version = form.cleaned_data["version"]
        return actions.edit_provider(provider=row, fields=given, version=version, by=actor, at=clock.now())

    here = reverse("provider", args=[union_code, row.pk])
    return answer(
        request,
        form,
        act,
        title=f"修改：{row.name}",
        done_url=here,
        crumbs=[*trail(union_code, "承接单位", "providers"), Crumb(row.name, here), Crumb("修改")],
    )


@require_safe
def expert(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """A member of the pool; what links them to organizations is seen by whoever may draw."""
    actor = actor_of(request)
    row: Expert = one(bodies.experts(actor), pk)
    edits = bool(may(actor, Permission.PROVIDERS_EDIT))
    facts = [
        fact("姓名", row.name),
        fact("类别", row.kind),
        fact("工作单位", row.unit),
        fact("专业领域", [ServiceField(one).label for one in row.fields]),
        fact("评审账号", "已开通" if row.user_id else "未开通，不参加抽取"),
        fact("联系电话", bodies.shown_secret(actor, row.phone)),
        fact("在库", row.is_active),
    ]
    if edits:
        facts += [fact("有利害关系的组织", row.conflicts), fact("社会兼职", row.posts)]
    page = BodyPage(
        title=row.name,
        number=row.code,
        facts=facts,
        links=[Link("修改", reverse("expert-edit", args=[union_code, row.pk]))] if edits else [],
        sections=[],
        why=may(actor, Permission.PROVIDERS_VIEW),
    )
    return shown(request, page, trail(union_code, "评审专家库", "experts", row.code))


@require_http_methods(["GET", "POST"])
def new_expert(request: HttpRequest, union_code: str) -> HttpResponse:
    actor = require_post(request, Permission.PROVIDERS_EDIT)
    form = ExpertForm(request.POST or None)
    return answer(
        request,
        form,
        lambda: actions.save_expert(fields=form.values(), by=actor, at=clock.now()),
        title="登记专家",
        done_url=lambda row: reverse("expert", args=[union_code, row.pk]),
        cancel_url=reverse("experts", args=[union_code]),
        crumbs=trail(union_code, "评审专家库", "experts", "登记"),
    )


@require_http_methods(["GET", "POST"])
def edit_expert(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor = require_post(request, Permission.PROVIDERS_EDIT)
    row: Expert = one(bodies.experts(actor), pk)
    names = ("name", "kind", "unit", "user_id", "phone", "email", "posts", "is_active", "version")
    typed = {name: getattr(row, name) for name in names}
    typed |= {"fields_": row.fields, "conflicts": "\n".join(row.conflicts)}
    form = EditExpertForm(request.POST or None, initial=typed)
    here = reverse("expert", args=[union_code, row.pk])

    def act() -> Expert:
        version = form.cleaned_data["version"]
        return actions.save_expert(fields=form.values(), expert=row, version=version, by=actor, at=clock.now())

    return answer(
        request,
        form,
        act,
        title=f"修改：{row.code} {row.name}",
        done_url=here,
        crumbs=[*trail(union_code, "评审专家库", "experts"), Crumb(row.code, here), Crumb("修改")],
    )


def shown(request: HttpRequest, page: BodyPage, crumbs: list[Crumb]) -> HttpResponse:
    return render(request, "purchasing/body.html", {"page": page, "breadcrumbs": crumbs})
