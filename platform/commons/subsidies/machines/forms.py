"""What the steps of a subsidy ask for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from commons.subsidies.models import Subsidy
from commons.web.widgets import day_input
from commons.workflow.declaration import EventForm


def money(label: str, **given: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        max_digits=16,
        decimal_places=2,
        error_messages={
            "required": "请填写金额。",
            "invalid": "请填写数字，单位为元。",
            "min_value": "金额太小，请核对。",
            "max_decimal_places": "金额最多两位小数。",
        },
        **{"min_value": Decimal("0.01"), **given},
    )


def day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=day_input(),
        error_messages={"required": "请填写日期。", "invalid": "请填写有效的日期。"},
    )


class ReviewForm(EventForm):
    proposed = money("建议补贴金额（元）")
    review = forms.CharField(
        label="审核意见",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
        error_messages={"required": "请填写审核意见。"},
    )

    @classmethod
    def starting(cls, row: Subsidy) -> dict[str, Any]:
        return {"proposed": row.proposed or min(row.applied, row.ceiling), "review": row.review}


class GrantForm(EventForm):
    granted = money("批准金额（元）")

    @classmethod
    def starting(cls, row: Subsidy) -> dict[str, Any]:
        return {"granted": row.proposed}


class PayForm(EventForm):
    paid_on = day("拨付日期")
    voucher_no = forms.CharField(label="凭证号", max_length=60, error_messages={"required": "请填写凭证号。"})


class AccountForm(EventForm):
    """For each project its contracts and what was spent of the subsidy."""

    def prepare(self) -> None:
        if self.row is None:
            return
        for index, project in enumerate(self.row.projects, start=1):
            self.fields[f"contracts_{index}"] = forms.CharField(
                label=f"{project['title']}：合同编号",
                max_length=200,
                help_text="多份合同用顿号分开。",
                error_messages={"required": "请填写合同编号。"},
            )
            self.fields[f"spent_{index}"] = money(
                f"{project['title']}：已支出（元）", min_value=Decimal(0), help_text=f"申请补贴{project['amount']}元。"
            )

    @classmethod
    def starting(cls, row: Subsidy) -> dict[str, Any]:
        start: dict[str, Any] = {}
        for index, account in enumerate(row.accounts, start=1):
            start |= {f"contracts_{index}": account["contracts"], f"spent_{index}": account["spent"]}
        return start


class VerifyForm(EventForm):
    verified = money("核销金额（元）", min_value=Decimal(0))


class RefundForm(EventForm):
    refunded_on = day("退回日期")
