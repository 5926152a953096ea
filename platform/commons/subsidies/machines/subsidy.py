"""
SM-24: applied for by two signatures, reviewed and granted by two persons, paid, accounted for, verified. Source: DOMAIN §3.7; E18, E19.

The round is locked before its subsidies, so grants of one round follow one another and never exceed its budget together.
"""

from __future__ import annotations

from commons.kit.labels import Code
from commons.subsidies.enums import SubsidyState
from commons.subsidies.machines import effects as do
from commons.subsidies.machines import guards as g
from commons.subsidies.machines.forms import AccountForm, GrantForm, PayForm, RefundForm, ReviewForm, VerifyForm
from commons.subsidies.machines.round import HISTORY
from commons.subsidies.policies import LOWER_ADMIN, LOWER_STAFF, UPPER_ADMIN, UPPER_FINANCE, UPPER_STAFF, subsidies
from commons.workflow.declaration import Machine, Transition, Waiting


class SubsidyEvent(Code):
    SIGN = "sign", "经办人签报", "Sign"
    TAKE_BACK = "take_back", "退回经办人", "Take back"
    APPLY = "apply", "签批并上报", "Apply"
    REVIEW = "review", "审核", "Review"
    RETURN = "return", "退回申请", "Return"
    GRANT = "grant", "批准补贴", "Grant"
    REFUSE = "refuse", "不予批准", "Refuse"
    PAY = "pay", "登记拨付", "Pay"
    ACCOUNT = "account", "申请核销", "Account for"
    RETURN_ACCOUNT = "return_account", "退回核销", "Return the account"
    VERIFY = "verify", "核销", "Verify"
    REFUND = "refund", "登记退回结余", "Record the refund"


E, S = SubsidyEvent, SubsidyState
_CONTENT = (g.HEADCOUNT, g.PROJECTS, g.SUM, g.CAP, g.CEILING, g.ROUND_OPEN)

SUBSIDY = Machine(
    code="SM-24",
    zh="经费补贴",
    en="Subsidy",
    model="subsidies.Subsidy",
    states=SubsidyState,
    events=SubsidyEvent,
    visible=subsidies,
    title="round__title",
    url=lambda row: f"/subsidies/{row.pk}",
    initial=(S.DRAFT,),
    parents=("round",),
    history=HISTORY,
    transitions=(
        Transition(E.SIGN, (S.DRAFT, S.RETURNED), S.SIGNED, (LOWER_STAFF,), guards=_CONTENT, effects=(do.sign,)),
        Transition(E.TAKE_BACK, (S.SIGNED,), S.DRAFT, (LOWER_ADMIN,), effects=(do.unsign,), needs_reason=True),
        Transition(
            E.APPLY,
            (S.SIGNED,),
            S.APPLIED,
            (LOWER_ADMIN,),
            guards=(*_CONTENT, g.SECOND_SIGNATURE),
            effects=(do.apply,),
            hint="签批后报上级工会；退回前不能再修改。",
        ),
        Transition(
            E.REVIEW,
            (S.APPLIED,),
            None,
            (UPPER_STAFF,),
            guards=(g.PROPOSED_WITHIN,),
            effects=(do.review,),
            form=ReviewForm,
        ),
        Transition(
            E.RETURN, (S.APPLIED,), S.RETURNED, (UPPER_STAFF, UPPER_ADMIN), effects=(do.reopen,), needs_reason=True
        ),
        Transition(
            E.GRANT,
            (S.APPLIED,),
            S.GRANTED,
            (UPPER_ADMIN,),
            guards=(g.REVIEWED, g.OTHER_PERSON, g.MEASURES, g.WITHIN_APPLIED, g.WITHIN_CEILING, g.WITHIN_BUDGET),
            effects=(do.grant,),
            form=GrantForm,
            hint="批准后，补贴项目的合同金额、付款、进展和评估结论由下级工会的系统自动提供给本会查看。",
        ),
        Transition(E.REFUSE, (S.APPLIED,), S.REFUSED, (UPPER_ADMIN,), needs_reason=True, danger=True),
        Transition(
            E.PAY,
            (S.GRANTED,),
            S.PAID,
            (UPPER_FINANCE,),
            guards=(g.PAID_BY_NOW, g.PAID_AFTER_GRANT),
            effects=(do.pay,),
            form=PayForm,
            hint="平台只登记拨付，不办理资金支付。",
        ),
        Transition(E.ACCOUNT, (S.PAID,), S.ACCOUNTED, (LOWER_STAFF,), effects=(do.account,), form=AccountForm),
        Transition(E.RETURN_ACCOUNT, (S.ACCOUNTED,), S.PAID, (UPPER_STAFF,), needs_reason=True),
        Transition(
            E.VERIFY,
            (S.ACCOUNTED,),
            S.VERIFIED,
            (UPPER_STAFF,),
            guards=(g.VERIFIED_WITHIN, g.VERIFIED_SPENT),
            effects=(do.verify,),
            form=VerifyForm,
            hint="批准额减去核销额，即为应退回的结余。",
        ),
        Transition(
            E.REFUND,
            (S.VERIFIED,),
            None,
            (UPPER_FINANCE,),
            guards=(g.TO_REFUND, g.REFUNDED_BY_NOW),
            effects=(do.refund,),
            form=RefundForm,
        ),
    ),
    waiting=(
        Waiting(S.SIGNED, E.APPLY, "补贴申请待签批", only=do.of_receiver),
        Waiting(S.RETURNED, E.SIGN, "补贴申请被退回", only=do.of_receiver),
        Waiting(S.APPLIED, E.REVIEW, "补贴申请待审核", only=do.unreviewed),
        Waiting(S.APPLIED, E.GRANT, "补贴申请待批准", only=do.reviewed),
        Waiting(S.GRANTED, E.PAY, "补贴待拨付", only=do.of_funder),
        Waiting(S.PAID, E.ACCOUNT, "补贴待核销", only=do.of_receiver),
        Waiting(S.ACCOUNTED, E.VERIFY, "核销申请待审核", only=do.of_funder),
        Waiting(S.VERIFIED, E.REFUND, "补贴结余待退回", only=do.to_come_back),
    ),
    labels={
        "headcount": "人数",
        "ceiling": "补贴上限（元）",
        "applied": "申请金额（元）",
        "proposed": "审核建议金额（元）",
        "review": "审核意见",
        "granted": "批准金额（元）",
        "paid_on": "拨付日期",
        "voucher_no": "凭证号",
        "spent": "已支出（元）",
        "verified": "核销金额（元）",
        "refund": "应退回（元）",
        "refunded_on": "退回日期",
    },
    source="SM-24, E18, E19",
)
