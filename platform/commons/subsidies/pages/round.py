"""/u/<code>/subsidies/rounds/…: a round drawn up, opened, and what was applied for in it. Source: §3.7 SM-24."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.kit import clock
from commons.kit.errors import Refused
from commons.subsidies import actions, selectors
from commons.subsidies.actions import Terms
from commons.subsidies.enums import RoundState, SubsidyState
from commons.subsidies.machines import ROUND
from commons.subsidies.machines.forms import day, money
from commons.subsidies.models import SubsidyRound
from commons.subsidies.policies import is_funder
from commons.web.frame import Crumb, actor_of, answer, require_post
from commons.web.objects import Link, ObjectPage, Section, fact, link_cell, standing, state_cell, trail, written

FROM_LIST = ("经费补贴", "subsidies")


class RoundForm(forms.Form):
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2200, error_messages={"required": "请填写年度。"})
    title = forms.CharField(label="批次名称", max_length=120, error_messages={"required": "请填写批次名称。"})
    standard = money("每人补贴标准（元）", help_text="补贴上限＝核定人数×标准。")
    per_project_cap = money("单个项目限额（元）", required=False, help_text="不设限额的留空。")
    budget = money("本批次总额（元）")
    apply_by = day("申请截止日期")
    note = forms.CharField(label="申请说明", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class OpenRoundForm(forms.Form):
    """What may still change once unions have read the terms."""

    apply_by = day("申请截止日期")
    note = forms.CharField(label="申请说明", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


_TERMS = ("year", "title", "standard", "budget", "apply_by", "per_project_cap", "note")


@require_safe
def round(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """A round with its applications, as far as the viewer may see them."""
    actor, at = actor_of(request), clock.now()
    row = selectors.round_of(actor, pk)
    giver = is_funder(actor, row)
    steps, history = standing(ROUND, row, actor, at, union_code)
    facts = [
        fact("补贴工会", row.from_union.name_zh),
        fact("年度", str(row.year)),
        fact("补贴办法", row.measures or "开放申请时记录"),
        fact("每人标准", row.standard),
        fact("单个项目限额", row.per_project_cap if row.per_project_cap is not None else "不设限额"),
        fact("申请截止日期", row.apply_by),
    ]
    if giver:
        given = selectors.granted(row)
        facts += [fact("本批次总额", row.budget), fact("已批准", given), fact("余额", row.budget - given)]
    page = ObjectPage(
        title=row.title,
        number=f"{row.year}年",
        facts=facts,
        steps=steps,
        history=history if giver else [],
        why=may(actor, Permission.SUBSIDY_VIEW),
        links=_links(actor, row, union_code, giver),
        texts=[("申请说明", row.note)] if row.note else [],
        sections=[_applications(actor, row, union_code, giver)],
        source="下级工会从开放申请起可以看到批次；申请只有补贴双方可见",
    )
    return render(request, "base/object.html", {"page": page, "breadcrumbs": trail(union_code, *FROM_LIST, row.title)})


def _links(actor: Actor, row: SubsidyRound, code: str, giver: bool) -> list[Link]:
    if giver:
        edits = row.state != RoundState.CLOSED and may(actor, Permission.SUBSIDY_GRANT)
        return [Link("修改", reverse("subsidy-round-edit", args=[code, row.pk]))] if edits else []
    applied = selectors.subsidies(actor).filter(round=row, to_union=actor.union).exists()
    if row.state != RoundState.OPEN or applied or not may(actor, Permission.SUBSIDY_APPLY):
        return []
    return [Link("申请补贴", reverse("subsidy-new", args=[code, row.pk]), primary=True)]


def _applications(actor: Actor, row: SubsidyRound, code: str, giver: bool) -> Section:
    found = selectors.subsidies(actor).filter(round=row)
    if not giver:
        found = found.filter(to_union=actor.union)
    cells = [
        (
            link_cell(one.to_union.name_zh, reverse("subsidy", args=[code, one.pk])),
            written(one.headcount),
            f"{one.applied:,.2f}",
            f"{one.granted:,.2f}" if one.granted is not None else "",
            state_cell(SubsidyState(one.state)),
        )
        for one in found
    ]
    return Section(
        "申请" if giver else "本会的申请",
        ("申请工会", "人数", "申请（元）", "批准（元）", "状态"),
        cells,
        "还没有收到申请。" if giver else "本会还没有申请。",
        numeric=frozenset({1, 2, 3}),
    )


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, union_code: str) -> HttpResponse:
    """Draw up a round."""
    actor = require_post(request, Permission.SUBSIDY_GRANT)
    form = RoundForm(request.POST or None, initial={"year": clock.today().year})
    return answer(
        request,
        form,
        lambda: actions.draw_up(terms=Terms(**form.cleaned_data), by=actor, at=clock.now()),
        title="拟定补贴批次",
        lead="保存后是草稿，只有本会可见；开放申请须有现行有效的补贴办法。",
        done_url=lambda row: reverse("subsidy-round", args=[union_code, row.pk]),
        done="已拟定补贴批次。",
        cancel_url=reverse("subsidies", args=[union_code]),
        crumbs=trail(union_code, *FROM_LIST, "拟定补贴批次"),
    )


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """Change a round: all of it while it is a draft, then its last day and its note."""
    actor = require_post(request, Permission.SUBSIDY_GRANT)
    row = selectors.round_of(actor, pk)
    if not is_funder(actor, row):
        raise Refused(why="批次由补贴工会修改。")
    here = reverse("subsidy-round", args=[union_code, row.pk])
    now: dict[str, Any] = {name: getattr(row, name) for name in _TERMS}
    kind = RoundForm if row.state == RoundState.DRAFT else OpenRoundForm
    form = versioned(kind)(request.POST or None, initial={**now, "version": row.version})

    def act() -> SubsidyRound:
        given = dict(form.cleaned_data)
        version = given.pop("version")
        return actions.change_round(row=row, terms=Terms(**{**now, **given}), version=version, by=actor, at=clock.now())

    return answer(
        request,
        form,
        act,
        title=f"修改补贴批次：{row.title}",
        lead="" if row.state == RoundState.DRAFT else "批次已开放，标准、限额和总额不能再改。",
        done_url=here,
        crumbs=[*trail(union_code, *FROM_LIST), Crumb(row.title, here), Crumb("修改")],
    )


def versioned(kind: type[forms.Form]) -> type[forms.Form]:
    """The form with the version that was read."""
    return type(kind.__name__, (kind,), {"version": forms.IntegerField(widget=forms.HiddenInput)})
