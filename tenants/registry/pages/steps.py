"""The steps of an entry's life, each asked for on a page and done by POST. Source: SM-02."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from commons.directory.enums import RegistrationStatus
from commons.kit import clock
from commons.kit.errors import NotFound
from commons.web.frame import answer, require_post
from commons.web.widgets import day_input
from tenants.registry import guards, selectors
from tenants.registry.actions import ledger
from tenants.registry.models import SocialOrganization
from tenants.registry.pages.frame import organization_url, trail
from tenants.registry.transitions import TRANSITIONS, Event


class NothingForm(forms.Form):
    """A step that asks for nothing."""


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="原因",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=guards.REASON_LENGTH,
        error_messages={"required": "请填写原因。", "max_length": "原因最多500个字。"},
    )


class VerifyForm(forms.Form):
    certificate_number = forms.CharField(
        label="登记证书号",
        required=False,
        max_length=80,
        help_text="登记库中已有该组织、或条目中已填写证书号的，可以不填；草根组织不填。",
    )


class CloseForm(ReasonForm):
    on = forms.DateField(
        label="注销（撤销）日期",
        widget=day_input(),
        help_text="从这一天起不再计入台账。",
        error_messages={"required": "请填写日期。", "invalid": "请填写有效的日期。"},
    )
    registration_status = forms.ChoiceField(
        label="登记状态",
        choices=[(status.value, status.label) for status in (RegistrationStatus.CANCELLED, RegistrationStatus.REVOKED)],
    )


@dataclass(frozen=True)
class Step:
    """How a page asks for one event."""

    event: Event
    action: Callable[..., SocialOrganization]
    form: type[forms.Form]
    lead: str
    done: str
    danger: bool = False


STEPS: dict[str, Step] = {
    "submit": Step(
        Event.SUBMIT, ledger.submit, NothingForm, "提交后由工作人员核实，核实前仍可修改。", "已提交，等待核实。"
    ),
    "verify": Step(
        Event.VERIFY,
        ledger.verify,
        VerifyForm,
        "核实后列为在册，从今天起计入台账数，登记的公开信息进入登记库。",
        "已核实，列为在册。",
    ),
    "send-back": Step(Event.SEND_BACK, ledger.send_back, ReasonForm, "退回后成为草稿，修改后可再次提交。", "已退回。"),
    "confirm": Step(
        Event.CONFIRM,
        ledger.confirm,
        NothingForm,
        "确认各项内容仍然属实，今后十二个月内不再提示更新。",
        "已完成年度确认。",
    ),
    "close": Step(
        Event.CLOSE,
        ledger.close,
        CloseForm,
        "组织已办理注销或被撤销登记的，从注销之日起不再计入台账。",
        "已注销。",
        danger=True,
    ),
    "remove": Step(
        Event.REMOVE,
        ledger.remove,
        ReasonForm,
        "移出后从今天起不再计入台账，记录保留，管理员可以恢复。",
        "已移出台账。",
        danger=True,
    ),
    "reopen": Step(
        Event.REOPEN, ledger.reopen, ReasonForm, "恢复后状态为待核实，重新核实后计入台账。", "已恢复为待核实。"
    ),
}


@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, union_code: str, pk: UUID, name: str) -> HttpResponse:
    """/u/<code>/organizations/<id>/<submit|verify|send-back|confirm|close|remove|reopen>"""
    if (wanted := STEPS.get(name)) is None:
        raise NotFound()
    actor = require_post(request, TRANSITIONS[wanted.event].permission)
    row = selectors.organization(actor, pk)
    initial: dict[str, Any] = {"on": clock.today()} if wanted.form is CloseForm else {}
    form = wanted.form(request.POST if request.method == "POST" else None, initial=initial)
    return answer(
        request,
        form,
        lambda: wanted.action(organization=row, by=actor, at=clock.now(), **form.cleaned_data),
        title=f"{wanted.event.label}：{row.name}",
        lead=wanted.lead,
        submit_label=f"确认{wanted.event.label}",
        done_url=organization_url(union_code, row),
        done=wanted.done,
        danger=wanted.danger,
        crumbs=trail(union_code, row, wanted.event.label),
    )
