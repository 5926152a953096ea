"""
The life of a bid. Source: SM-17.

Until the opening neither its history nor the audit log says who bids: what an organization does with it is recorded without a name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms

from commons.access.actors import Actor
from commons.kit.clock import today
from commons.kit.labels import Code
from commons.workflow.declaration import PLATFORM, EventForm, Guard, Machine, Step, Transition, Waiting, Who
from tenants.purchasing.enums import BidState as S
from tenants.purchasing.enums import CallState, DisqualificationReason
from tenants.purchasing.machines import bid_guards as holds
from tenants.purchasing.models import Bid, Provider
from tenants.purchasing.selectors import own_bids
from tenants.purchasing.who import BIDDER, STAFF_PROJECTS

NAMELESS = "申报单位"


class BidEvent(Code):
    SUBMIT = "submit", "递交", "Submit"
    WITHDRAW = "withdraw", "撤回", "Withdraw"
    RESUME = "resume", "重新编制", "Resume"
    PUT_BACK = "put_back", "退回重新确认", "Put back"
    CONFIRM = "confirm", "确认仍然有效", "Confirm anew"
    OPEN = "open", "开启", "Open"
    LAPSE = "lapse", "失效", "Lapse"
    QUALIFY = "qualify", "资质合格", "Qualify"
    DISQUALIFY = "disqualify", "资质不合格", "Disqualify"
    SCORE = "score", "计分", "Score"
    WIN = "win", "中标", "Win"
    RESERVE = "reserve", "列为备选", "Hold in reserve"
    LOSE = "lose", "未中标", "Lose"
    DECLINE = "decline", "放弃中标", "Decline"


E = BidEvent
OWN = Who(BIDDER.permission, BIDDER.label, holds.own_bid)


class DisqualifyForm(EventForm):
    code = forms.ChoiceField(label="原因", choices=[(one.value, one.label) for one in DisqualificationReason])
    note = forms.CharField(label="具体情况", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3}))


class ScoreForm(EventForm):
    score = forms.DecimalField(max_digits=7, decimal_places=4)
    rank = forms.IntegerField(min_value=1)


class WinForm(EventForm):
    amount = forms.DecimalField(max_digits=16, decimal_places=2, min_value=0)


def _disqualify(step: Step) -> None:
    step.set(refusal_code=step.data["code"], refusal_note=step.data["note"])
    if step.row.rank is not None:
        step.set(rank=None)


def _qualify(step: Step) -> None:
    if step.row.refusal_code:
        step.set(refusal_code="", refusal_note="")


def _score(step: Step) -> None:
    """What may have decided a tie is kept beside the rank; who moves up a rank is not asked again."""
    step.set(score=step.data["score"], rank=step.data["rank"])
    if step.row.state == S.QUALIFIED:
        step.set(had_union=step.row.provider.has_union)


def _within_bid(step: Step) -> Mapping[str, object] | None:
    amount, total = step.data["amount"], step.row.total
    return None if amount <= total else {"amount": f"{amount:,.2f}", "total": f"{total:,.2f}"}


WITHIN_BID = Guard(
    "PURCHASING.AWARD_ABOVE_BID",
    "中标金额不超过报价",
    "中标金额 %(amount)s 元超过了报价 %(total)s 元，请修改。",
    _within_bid,
    source="SM-16",
    of_data=True,
)


def _win(step: Step) -> None:
    """Keep what is true of the provider today: the figures of fairness ask it later."""
    # Locked, so that of two awards to it at once one is the first.
    provider = Provider.objects.select_for_update(no_key=True).get(pk=step.row.provider_id)
    earlier = Bid.objects.filter(provider=provider, state=S.WON).exclude(pk=step.row.pk)
    step.set(
        award_amount=step.data["amount"],
        confirmed_on=today(step.at),
        had_union=provider.has_union,
        founding_mode=provider.founding_mode,
        is_first_award=not earlier.exists(),
    )


def _decline(step: Step) -> None:
    """The day of its award stays: it was public, and so is that it was given up."""
    step.set(award_amount=None, is_first_award=False)


def _nameless(actor: Actor) -> Actor:
    return replace(actor, nameless=NAMELESS) if actor.organization else actor


def _in_qualification(actor: Actor, rows: Any) -> Any:
    return rows.filter(call__state=CallState.QUALIFICATION)


_ENTERING = (
    holds.IN_TIME,
    holds.INVITED,
    holds.NOT_BLOCKED,
    holds.COMPLETE,
    holds.WITHIN_CEILING,
    holds.ADMITTED,
)

BID = Machine(
    code="SM-17",
    zh="申报书",
    en="Bid",
    model="purchasing.Bid",
    states=S,
    events=BidEvent,
    visible=own_bids.for_steps,
    url=lambda row: f"/bids/{row.pk}",
    title="call__title",
    initial=(S.DRAFT,),
    parents=("call",),
    recorded=_nameless,
    source="DOMAIN §3.6",
    labels={
        "total": "报价（元）",
        "refusal_code": "不合格原因",
        "refusal_note": "不合格说明",
        "score": "得分",
        "rank": "名次",
        "award_amount": "中标金额（元）",
        "had_union": "已建工会",
        "submitted_at": "递交时间",
    },
    transitions=(
        Transition(
            E.SUBMIT,
            (S.DRAFT,),
            S.SUBMITTED,
            (OWN,),
            _ENTERING,
            (holds.receive,),
            hint="递交后申报书保持密封，截止时间前任何人都不能查看，包括工会和平台管理员；截止前您可以撤回。",
        ),
        Transition(E.WITHDRAW, (S.SUBMITTED, S.TO_CONFIRM), S.WITHDRAWN, (OWN,), (holds.IN_TIME,), danger=True),
        Transition(E.RESUME, (S.WITHDRAWN,), S.DRAFT, (OWN,), (holds.IN_TIME,)),
        Transition(E.PUT_BACK, (S.SUBMITTED,), S.TO_CONFIRM, (PLATFORM,), button=False),
        Transition(
            E.CONFIRM,
            (S.TO_CONFIRM,),
            S.SUBMITTED,
            (OWN,),
            _ENTERING,
            (holds.receive,),
            hint="公告有实质性变更。请先阅读补充公告，需要时修改申报书，再确认仍然参加。未确认的申报书到截止时间失效。",
        ),
        Transition(E.OPEN, (S.SUBMITTED,), S.OPENED, (PLATFORM,), effects=(holds.unseal,), button=False),
        Transition(E.LAPSE, (S.DRAFT, S.SUBMITTED, S.TO_CONFIRM), S.LAPSED, (PLATFORM,), button=False),
        Transition(
            E.QUALIFY,
            (S.OPENED, S.DISQUALIFIED),
            S.QUALIFIED,
            (STAFF_PROJECTS,),
            (holds.IN_QUALIFICATION, holds.ADMITTED_NOW),
            (_qualify,),
        ),
        Transition(
            E.DISQUALIFY,
            (S.OPENED, S.QUALIFIED),
            S.DISQUALIFIED,
            (STAFF_PROJECTS, PLATFORM),
            (holds.IN_QUALIFICATION,),
            (_disqualify,),
            form=DisqualifyForm,
            danger=True,
        ),
        # Set aside while the result is publicised, by a step of the call.
        Transition(
            E.DISQUALIFY,
            (S.SCORED,),
            S.DISQUALIFIED,
            (PLATFORM,),
            effects=(_disqualify,),
            form=DisqualifyForm,
            danger=True,
            button=False,
        ),
        Transition(
            E.SCORE, (S.QUALIFIED, S.SCORED), S.SCORED, (PLATFORM,), effects=(_score,), form=ScoreForm, button=False
        ),
        Transition(
            E.WIN, (S.SCORED, S.RESERVE), S.WON, (PLATFORM,), (WITHIN_BID,), (_win,), form=WinForm, button=False
        ),
        Transition(E.RESERVE, (S.SCORED,), S.RESERVE, (PLATFORM,), button=False),
        Transition(E.LOSE, (S.OPENED, S.QUALIFIED, S.SCORED, S.RESERVE), S.LOST, (PLATFORM,), button=False),
        Transition(E.DECLINE, (S.WON,), S.LOST, (PLATFORM,), effects=(_decline,), needs_reason=True, button=False),
    ),
    waiting=(
        Waiting(S.TO_CONFIRM, E.CONFIRM, "重新确认申报书"),
        Waiting(S.OPENED, E.QUALIFY, "审核资质", only=_in_qualification),
    ),
)
