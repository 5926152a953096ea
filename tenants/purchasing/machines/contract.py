"""SM-18 contract: drafted from a template, checked, signed, performed. An amendment goes the same way until it is signed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django import forms

from commons.kit import clock
from commons.kit.labels import Code
from commons.web.widgets import day_input
from commons.workflow import alarms
from commons.workflow.declaration import EventForm, Machine, Step, Transition, Waiting
from tenants.attachments import actions as attachments
from tenants.purchasing.enums import ContractState as S
from tenants.purchasing.machines import amendment_guards as a
from tenants.purchasing.machines import contract_guards as g
from tenants.purchasing.machines.ending_guards import STAYS
from tenants.purchasing.models import Contract
from tenants.purchasing.policies import CONTRACTS
from tenants.purchasing.selectors import contract_values, contracts
from tenants.purchasing.who import ADMIN_CONTRACTS, PLATFORM, STAFF_CONTRACTS


class ContractEvent(Code):
    """What may happen to a contract."""

    SUBMIT = "submit", "提交法审", "Submit to the legal check"
    RETURN = "return", "退回修改", "Send back"
    APPROVE_DEVIATIONS = "approve_deviations", "批准条款偏离", "Approve the deviations"
    PASS = "pass", "法审通过", "Pass the legal check"
    SIGN = "sign", "登记签署", "Record the signing"
    START = "start", "开始履行", "Begin to perform"
    FULFIL = "fulfil", "履行完毕", "Fulfilled"
    TERMINATE = "terminate", "终止合同", "Terminate"
    EXPIRE = "expire", "到期", "Expire"


E = ContractEvent


class SigningForm(EventForm):
    signed_on = forms.DateField(label="签订日期", widget=day_input(), error_messages={"required": "请填写签订日期。"})
    file = forms.FileField(
        label="签署文本",
        required=False,
        help_text=f"双方签字盖章的扫描件；已在附件中以“{contracts.SIGNED_TEXT}”为说明上传的，不必再选。",
    )


def _freeze(step: Step) -> None:
    """What its text says no longer follows the project and the provider."""
    row: Contract = step.row
    row.values = contract_values.of(row, list(row.milestones.order_by("no")), buyer=row.values.get("buyer", ""))
    step.changes["values"] = (None, None)


def _approve_deviations(step: Step) -> None:
    step.set(deviations_approved_by_id=step.by.user_id, deviations_approved_at=step.at)


def _unapprove_deviations(step: Step) -> None:
    """What is changed once more is approved once more."""
    if step.row.deviations_approved_at is not None:
        step.set(deviations_approved_by_id=None, deviations_approved_at=None)


def _keep_signed_text(step: Step) -> None:
    upload = step.data.get("file")
    if upload:
        attachments.attach(on=step.row, upload=upload, label=contracts.SIGNED_TEXT, by=step.by, at=step.at)
    kept = contracts.signed_text(step.row)
    if kept is not None:
        step.set(signed_file_id=kept.pk, signed_sha256=kept.sha256)


def _signed(step: Step) -> None:
    row: Contract = step.row
    step.set(signed_on=step.data["signed_on"])
    if row.amends_id is not None:
        return
    if row.starts_on is not None:
        alarms.ring_at(_morning(row.starts_on), CONTRACT, row, E.START, by=step.by, at=step.at)
    if row.ends_on is not None:
        alarms.ring_at(_morning(row.ends_on + timedelta(days=1)), CONTRACT, row, E.EXPIRE, by=step.by, at=step.at)


def _end(step: Step) -> None:
    step.set(ended_on=clock.today(step.at))


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(0), clock.BEIJING)


_CHECKED = (g.TEMPLATE, g.AWARDED, g.WINNER, g.WITHIN_AWARD, g.PROVIDER_FREE, g.APART, g.VETTED, g.ENTRUSTED_VETTED)
_TERMS = (g.DATED, g.SHARES, g.SUMS, g.LAST, a.AMENDS_SETTLED, a.KEEPS_PAID, g.FILLED)

CONTRACT = Machine(
    code="SM-18",
    zh="合同",
    en="Contract",
    model="purchasing.Contract",
    states=S,
    events=ContractEvent,
    visible=CONTRACTS.visible,
    title="title",
    url=lambda row: f"/contracts/{row.pk}",
    initial=(S.DRAFT, S.SIGNED),
    # Lines of one project follow one another: its contracts are compared, and signing begins it.
    parents=("project", "amends"),
    waiting=(
        Waiting(S.LEGAL_CHECK, E.PASS, "合同待法审"),
        Waiting(S.TO_SIGN, E.SIGN, "合同待签署"),
    ),
    transitions=(
        Transition(
            E.SUBMIT,
            (S.DRAFT,),
            S.LEGAL_CHECK,
            (STAFF_CONTRACTS,),
            guards=(*_CHECKED, *_TERMS, STAYS),
            effects=(_freeze,),
        ),
        Transition(
            E.RETURN,
            (S.LEGAL_CHECK, S.TO_SIGN),
            S.DRAFT,
            (ADMIN_CONTRACTS, STAFF_CONTRACTS),
            effects=(_unapprove_deviations,),
            needs_reason=True,
        ),
        Transition(
            E.APPROVE_DEVIATIONS,
            (S.LEGAL_CHECK,),
            None,
            (ADMIN_CONTRACTS,),
            guards=(g.HAS_DEVIATIONS, g.ANOTHER_APPROVES),
            effects=(_approve_deviations,),
            needs_reason=True,
            hint="批准后，与示范文本不一致的必备条款将写入合同，并在合同中注明理由。",
        ),
        Transition(
            E.PASS,
            (S.LEGAL_CHECK,),
            S.TO_SIGN,
            (ADMIN_CONTRACTS,),
            guards=(g.DEVIATIONS_APPROVED, *_CHECKED),
            needs_reason=True,
            hint="请在理由中写明法律审核意见和审核人。",
        ),
        Transition(
            E.SIGN,
            (S.TO_SIGN,),
            S.SIGNED,
            (STAFF_CONTRACTS,),
            guards=(*_CHECKED, a.AMENDS_SETTLED, a.KEEPS_PAID, g.DEVIATIONS_APPROVED, g.SIGNED_TEXT, g.SIGNING_DAY),
            effects=(_keep_signed_text, _signed),
            form=SigningForm,
            hint="签署后合同内容不能再改，需要变更时签订补充协议。签订“合同签订”后付款的一期同时到期。",
        ),
        Transition(E.START, (S.SIGNED,), S.PERFORMING, (PLATFORM, STAFF_CONTRACTS), guards=(a.NOT_AMENDMENT, g.BEGUN)),
        Transition(
            E.FULFIL,
            (S.PERFORMING,),
            S.FULFILLED,
            (STAFF_CONTRACTS,),
            guards=(a.NOT_AMENDMENT, g.SETTLED, g.PROJECT_OVER),
            effects=(_end,),
        ),
        Transition(
            E.TERMINATE,
            (S.SIGNED, S.PERFORMING),
            S.TERMINATED,
            (PLATFORM, ADMIN_CONTRACTS),
            guards=(a.NOT_AMENDMENT,),
            effects=(_end,),
            needs_reason=True,
            danger=True,
            hint="终止后不再付款，未付的各期转为暂不支付。应退回的款项由承接单位退回后登记。",
        ),
        Transition(
            E.EXPIRE,
            (S.SIGNED, S.PERFORMING),
            S.EXPIRED,
            (PLATFORM, STAFF_CONTRACTS),
            guards=(a.NOT_AMENDMENT, g.ENDED, g.SETTLED),
            effects=(_end,),
        ),
    ),
    labels={
        "title": "合同名称",
        "amount": "合同金额（元）",
        "own_share": "本级工会承担比例（%）",
        "starts_on": "开始日期",
        "ends_on": "结束日期",
        "posts_count": "岗位数",
        "signed_on": "签订日期",
        "ended_on": "结束办理日期",
        "signed_sha256": "签署文本校验值",
        "milestones": "付款节点",
        "set_milestones": "设置付款节点",
        "register": "登记企业购买合同",
        "attach": "添加附件",
        "remove_attachment": "移除附件",
    },
    source="SM-18; E15, E16, E20",
)
