"""
SM-18 payment milestone: due, asked for by the provider, approved by staff, paid by finance; three steps, three persons.

Payments are registered, not made (Q26). The contract is locked before its milestone, so payments of one contract follow one another.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet

from commons.access.actors import Actor
from commons.audit.recording import record, record_change
from commons.codelists.services import FundSource
from commons.kit import clock
from commons.kit.labels import Code
from commons.web.widgets import day_input
from commons.workflow.declaration import EventForm, Guard, Machine, Step, Transition, Waiting
from tenants.purchasing.enums import MilestoneState as S
from tenants.purchasing.enums import PaymentKind
from tenants.purchasing.machines import milestone_guards as g
from tenants.purchasing.models import FundingLine, Payment, PaymentMilestone
from tenants.purchasing.policies import MILESTONES
from tenants.purchasing.selectors import contracts
from tenants.purchasing.who import ADMIN_CONTRACTS, FINANCE, PLATFORM, PROVIDER, STAFF_CONTRACTS


class MilestoneEvent(Code):
    """What may happen to a payment milestone."""

    DUE = "due", "付款条件已满足", "Its condition holds"
    REQUEST = "request", "申请付款", "Ask for payment"
    APPROVE = "approve", "审批付款", "Approve"
    RETURN = "return", "退回申请", "Send back"
    PAY = "pay", "登记付款", "Record a payment"
    REVERSE = "reverse", "冲销付款", "Reverse a payment"
    WITHHOLD = "withhold", "暂不支付", "Withhold"
    RELEASE = "release", "恢复支付", "Release"


E = MilestoneEvent
_DAY = {"required": "请填写日期。", "invalid": "请填写有效的日期。"}


class PaymentForm(EventForm):
    amount = forms.DecimalField(
        label="付款金额（元）",
        max_digits=16,
        decimal_places=2,
        min_value=Decimal("0.01"),
        help_text="可以分次支付，直到付清本期金额。",
        error_messages={"required": "请填写付款金额。", "min_value": "付款金额须大于零。"},
    )
    paid_on = forms.DateField(label="付款日期", widget=day_input(), error_messages=_DAY)
    voucher_no = forms.CharField(
        label="凭证号", max_length=60, strip=True, error_messages={"required": "请填写凭证号。"}
    )
    fund_source = forms.ChoiceField(
        label="资金来源", choices=FundSource.choices, error_messages={"required": "请选择资金来源。"}
    )

    def prepare(self) -> None:
        """Offered are the project's own sources; that another one is wrong is the guard's word, with its reason."""
        lines = FundingLine.objects.filter(project=self.row.contract.project_id).order_by("id")
        if own := list(dict.fromkeys(lines.values_list("source", flat=True))):
            offered = [(str(one), FundSource.label_of(one)) for one in own]
            self.fields["fund_source"].widget.choices = offered

    @classmethod
    def starting(cls, row: PaymentMilestone) -> dict[str, Any]:
        source = FundingLine.objects.filter(project=row.contract.project_id).order_by("-amount").first()
        return {
            "amount": row.amount - contracts.net_of_milestone(row),
            "paid_on": clock.today(),
            "fund_source": str(source.source) if source else "",
        }


class ReversalForm(EventForm):
    payment = forms.ChoiceField(label="冲销哪一笔", error_messages={"required": "请选择要冲销的付款。"})
    paid_on = forms.DateField(label="冲销日期", widget=day_input(), error_messages=_DAY)
    voucher_no = forms.CharField(
        label="冲销凭证号", max_length=60, strip=True, error_messages={"required": "请填写冲销凭证号。"}
    )

    def prepare(self) -> None:
        self.of_milestone = list(
            Payment.objects.filter(milestone=self.row, kind=PaymentKind.PAYMENT).order_by("created_at", "id")
        )
        # All payments, reversed ones too: that one was reversed already is the guard's word, with its reason.
        self.fields["payment"].choices = [  # type: ignore[attr-defined]
            (str(one.pk), f"{one.paid_on.isoformat()}　凭证{one.voucher_no}　{one.amount:,.2f}元")
            for one in self.of_milestone
        ]

    @classmethod
    def starting(cls, row: PaymentMilestone) -> dict[str, Any]:
        last = Payment.objects.filter(milestone=row, kind=PaymentKind.PAYMENT, reversals__isnull=True)
        found = last.order_by("-created_at", "-id").first()
        return {"paid_on": clock.today(), "payment": str(found.pk) if found else ""}

    def clean_payment(self) -> Payment:
        chosen = UUID(self.cleaned_data["payment"])
        return next(one for one in self.of_milestone if one.pk == chosen)


def _ask(step: Step) -> None:
    step.set(requested_at=step.at, requested_by_id=step.by.user_id, requested_by_name=step.by.name[:120])


def _approve(step: Step) -> None:
    step.set(approved_at=step.at, approved_by_id=step.by.user_id, approved_by_name=step.by.name[:120])


def _pay(step: Step) -> None:
    given = step.data
    made = Payment.objects.create(
        milestone=step.row,
        contract=step.row.contract,
        amount=given["amount"],
        paid_on=given["paid_on"],
        voucher_no=given["voucher_no"],
        fund_source=given["fund_source"],
        created_at=step.at,
        created_by_id=step.by.user_id,
        created_by_name=step.by.name[:120],
    )
    _tell(step, made)


def _paid_up(step: Step) -> S:
    return S.PAID if contracts.net_of_milestone(step.row) == step.row.amount else S.APPROVED


def _reverse(step: Step) -> None:
    wrong: Payment = step.data["payment"]
    made = Payment.objects.create(
        kind=PaymentKind.REVERSAL,
        milestone=step.row,
        contract=step.row.contract,
        amount=-wrong.amount,
        paid_on=step.data["paid_on"],
        voucher_no=step.data["voucher_no"],
        fund_source=wrong.fund_source,
        reverses=wrong,
        reason=step.reason[:300],
        created_at=step.at,
        created_by_id=step.by.user_id,
        created_by_name=step.by.name[:120],
    )
    _tell(step, made)


def _withhold(step: Step) -> None:
    step.set(withheld_reason=step.reason[:300])


def _release(step: Step) -> None:
    step.set(withheld_reason="")


def _where_released(step: Step) -> S:
    return S.DUE if contracts.condition_holds(step.row, clock.today(step.at)) else S.PLANNED


def _tell(step: Step, made: Payment) -> None:
    """The payment has a history of its own, so that the books can be followed row by row."""
    step.data["made"] = made
    amount = {"amount": ("", f"{made.amount:.2f}"), "voucher_no": ("", made.voucher_no)}
    record_change(str(step.line.event), on=made, by=step.by, at=step.at, reason=step.reason, changes=amount)
    record(f"purchasing.payment.{step.line.event}", by=step.by, at=step.at, on=made)


def _of_others(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Approved by somebody else: the others wait for another payer."""
    return rows.exclude(approved_by_id=actor.user_id)


_CONDITION: tuple[Guard, ...] = (g.IN_FORCE, g.DAY_CAME, g.MIDTERM, g.ASSESSED)

MILESTONE = Machine(
    code="SM-18M",
    zh="付款节点",
    en="Payment milestone",
    model="purchasing.PaymentMilestone",
    states=S,
    events=MilestoneEvent,
    visible=MILESTONES.visible,
    title="contract__title",
    url=lambda row: f"/milestones/{row.pk}",
    initial=(S.PLANNED,),
    parents=("contract.project", "contract"),
    waiting=(
        Waiting(S.DUE, E.REQUEST, "可以申请付款", due="planned_on"),
        Waiting(S.REQUESTED, E.APPROVE, "付款申请待审批", due="planned_on"),
        Waiting(S.APPROVED, E.PAY, "待付款", due="planned_on", only=_of_others),
    ),
    transitions=(
        Transition(E.DUE, (S.PLANNED,), S.DUE, (PLATFORM, STAFF_CONTRACTS), guards=_CONDITION),
        Transition(
            E.REQUEST,
            (S.DUE,),
            S.REQUESTED,
            (PROVIDER,),
            guards=_CONDITION,
            effects=(_ask,),
            hint="提交后由工会审批。请先在合同附件中上传发票。",
        ),
        Transition(
            E.APPROVE,
            (S.REQUESTED,),
            S.APPROVED,
            (STAFF_CONTRACTS,),
            guards=(g.NOT_REQUESTER, *_CONDITION, g.ROOM, g.FISCAL_YEAR),
            effects=(_approve,),
            hint="审批后由财务人员登记付款；审批人不能登记付款。",
        ),
        Transition(E.RETURN, (S.REQUESTED,), S.DUE, (STAFF_CONTRACTS,), needs_reason=True),
        Transition(
            E.PAY,
            (S.APPROVED,),
            S.PAID,
            (FINANCE,),
            guards=(
                g.NOT_APPROVER,
                *_CONDITION,
                g.OF_MILESTONE,
                g.ROOM_OF_DATA,
                g.PAID_DAY,
                g.FUNDED,
                g.VOUCHER,
                g.FISCAL_YEAR,
            ),
            effects=(_pay,),
            form=PaymentForm,
            others=(S.APPROVED,),
            leads=_paid_up,
            hint="平台只登记付款，不划转资金。付清后本期转为“已付款”。",
        ),
        Transition(
            E.REVERSE,
            (S.APPROVED, S.PAID),
            S.APPROVED,
            (FINANCE,),
            guards=(g.SOMETHING_PAID, g.NOT_REVERSED, g.COVERED, g.PAID_DAY, g.VOUCHER),
            effects=(_reverse,),
            form=ReversalForm,
            needs_reason=True,
            danger=True,
            hint="冲销是另记一笔负数，原付款保留。冲销后本期回到“已审批”，可以重新登记付款。",
        ),
        Transition(
            E.WITHHOLD,
            (S.PLANNED, S.DUE, S.REQUESTED, S.APPROVED),
            S.WITHHELD,
            (PLATFORM, STAFF_CONTRACTS),
            effects=(_withhold,),
            needs_reason=True,
            danger=True,
        ),
        Transition(
            E.RELEASE,
            (S.WITHHELD,),
            S.PLANNED,
            (ADMIN_CONTRACTS,),
            guards=(g.IN_FORCE,),
            effects=(_release,),
            others=(S.DUE,),
            leads=_where_released,
            needs_reason=True,
        ),
    ),
    labels={
        "requested_by_name": "申请人",
        "approved_by_name": "审批人",
        "withheld_reason": "暂不支付原因",
        "share": "比例（%）",
        "amount": "金额（元）",
        "planned_on": "计划日期",
        "condition": "付款条件",
        "withdraw": "补充协议取消",
    },
    source="SM-18; E44",
)
