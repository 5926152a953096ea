"""SM-16: a call for bids, from its draft to the award. Source: DOMAIN §3.6; E08, E10, E14."""

from __future__ import annotations

from django import forms

from commons.kit.labels import Code
from commons.workflow.declaration import PLATFORM, EventForm, Machine, Transition, Waiting
from tenants.purchasing.enums import CallState as S
from tenants.purchasing.machines import call_effects as effects
from tenants.purchasing.machines import call_guards as holds
from tenants.purchasing.machines.bid import DisqualifyForm
from tenants.purchasing.machines.ending_guards import STAYS
from tenants.purchasing.policies import CALLS
from tenants.purchasing.who import ADMIN_PROJECTS, STAFF_PROJECTS


class CallEvent(Code):
    PUBLISH = "publish", "发布", "Publish"
    AMEND = "amend", "发布补充公告", "Publish an addendum"
    CLOSE = "close", "截止", "Close"
    OPEN = "open", "开标", "Open the bids"
    DRAW = "draw", "抽取评审专家", "Draw the panel"
    QUALIFY = "qualify", "开始资质审核", "Begin the check of qualification"
    REVIEW = "review", "开始评审", "Begin the review"
    PUBLICISE = "publicise", "汇总评分并公示", "Publicise the result"
    CONFIRM = "confirm", "定标", "Confirm the award"
    SET_ASIDE = "set_aside", "取消第一候选资格", "Set the first candidate aside"
    NEXT_RESERVE = "next_reserve", "递补中标单位", "Let the next reserve step in"
    FINISH = "finish", "办结", "Finish"
    CANCEL = "cancel", "取消公告", "Cancel"
    FAIL = "fail", "宣布流标", "Declare failed"


E = CallEvent
_MOMENT = {"type": "datetime-local"}


class AmendForm(EventForm):
    text = forms.CharField(
        label="补充公告内容",
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=4000,
        error_messages={"required": "请填写补充公告的内容。"},
    )
    material = forms.BooleanField(
        label="属于实质性变更",
        required=False,
        help_text="勾选后，已递交的申报书退回申报单位重新确认，未确认的到截止时间失效。",
    )
    later = forms.DateTimeField(
        label="截止时间推迟到",
        required=False,
        widget=forms.DateTimeInput(attrs=_MOMENT, format="%Y-%m-%dT%H:%M"),
        help_text="不推迟可不填。",
        error_messages={"invalid": "请填写有效的日期和时间。"},
    )


class SetAsideForm(DisqualifyForm):
    """What was found is told to all who bid."""

    def prepare(self) -> None:
        self.fields["note"].required = True
        self.fields["note"].error_messages["required"] = "请写明查实的情况，将随结果重新公布。"


class ConfirmForm(EventForm):
    amount = forms.DecimalField(
        label="中标金额（元）",
        max_digits=16,
        decimal_places=2,
        min_value=0,
        required=False,
        help_text="不填为第一名的报价，不能高于报价。",
    )


CALL = Machine(
    code="SM-16",
    zh="招募公告",
    en="Call",
    model="purchasing.Call",
    states=S,
    events=CallEvent,
    visible=CALLS.visible,
    url=lambda row: f"/purchase-calls/{row.pk}",
    initial=(S.DRAFT,),
    parents=("project",),
    source="DOMAIN §3.6; E08, E10, E14",
    labels={
        "title": "标题",
        "text": "正文",
        "ceiling": "最高限价（元）",
        "bid_deadline": "申报截止时间",
        "method": "采购方式",
        "min_days": "公告期天数",
        "panel_size": "评审组人数",
        "published_on": "发布日期",
        "publicity_from": "公示开始",
        "publicity_until": "公示结束（不含）",
        "confirmed_on": "定标日期",
        "opened_at": "开标时间",
    },
    transitions=(
        Transition(
            E.PUBLISH,
            (S.DRAFT,),
            S.PUBLISHED,
            (STAFF_PROJECTS,),
            (
                holds.ADMISSION,
                holds.TEXT,
                holds.CEILING,
                holds.DEADLINE,
                holds.INVITED,
                holds.METHOD,
                holds.PANEL_SIZE,
                holds.BID_SYSTEM,
                STAYS,
            ),
            (effects.publish,),
            hint="发布后内容不能直接修改，只能发布补充公告；截止时间前任何人都不能查看已递交的申报书。",
        ),
        Transition(
            E.AMEND,
            (S.PUBLISHED,),
            None,
            (STAFF_PROJECTS,),
            (holds.NOT_DUE, holds.LATER, holds.TIME_TO_ANSWER),
            (effects.amend,),
            form=AmendForm,
        ),
        Transition(E.CLOSE, (S.PUBLISHED,), S.CLOSED, (PLATFORM,), (holds.DUE,), (effects.close,), button=False),
        Transition(
            E.OPEN,
            (S.CLOSED,),
            S.OPENING,
            (PLATFORM,),
            (holds.DUE,),
            (effects.open_bids,),
            others=(S.FAILED,),
            leads=effects.after_opening,
            button=False,
        ),
        Transition(
            E.DRAW,
            (S.OPENING,),
            None,
            (STAFF_PROJECTS,),
            (holds.NOT_DRAWN, holds.ENOUGH_EXPERTS),
            (effects.draw,),
            hint="按公开的种子从专家库中随机抽取，需要回避的专家不在其中。抽取只进行一次，结果随即公布。",
        ),
        Transition(
            E.QUALIFY, (S.OPENING,), S.QUALIFICATION, (STAFF_PROJECTS,), (holds.PANEL_COMPLETE, holds.ALL_DECLARED)
        ),
        Transition(
            E.REVIEW, (S.QUALIFICATION,), S.REVIEW, (STAFF_PROJECTS,), (holds.ALL_CHECKED, holds.SOME_QUALIFIED)
        ),
        Transition(
            E.PUBLICISE,
            (S.REVIEW,),
            S.PUBLICISED,
            (STAFF_PROJECTS,),
            (holds.PANEL_COMPLETE, holds.ALL_DECLARED, holds.ALL_LOCKED),
            (effects.total_up,),
            hint="总分由各位专家锁定的评分重新计算；结果连同得分向全部申报单位公布，公示五个工作日。",
        ),
        Transition(
            E.CONFIRM,
            (S.PUBLICISED,),
            S.CONFIRMED,
            (ADMIN_PROJECTS,),
            (holds.PUBLICITY_OVER, holds.NO_OBJECTION, holds.WINNER_FIT, holds.AMOUNT),
            (effects.confirm,),
            form=ConfirmForm,
        ),
        Transition(
            E.SET_ASIDE,
            (S.PUBLICISED,),
            None,
            (ADMIN_PROJECTS,),
            (holds.HAS_NEXT,),
            (effects.set_aside,),
            form=SetAsideForm,
            danger=True,
            hint="公示期间查实第一名不符合要求的，取消其候选资格，由下一名递补为第一名，结果重新公示五个工作日。",
        ),
        Transition(
            E.NEXT_RESERVE,
            (S.CONFIRMED,),
            None,
            (ADMIN_PROJECTS,),
            (holds.HAS_RESERVE, holds.NOT_CONTRACTED, holds.RESERVE_FIT),
            (effects.step_in,),
            needs_reason=True,
            danger=True,
            hint="原中标单位放弃中标的，由备选单位按名次递补。请写明原因。",
        ),
        Transition(
            E.FAIL,
            (S.CONFIRMED,),
            S.FAILED,
            (ADMIN_PROJECTS,),
            (holds.NOT_CONTRACTED, holds.NO_RESERVE_LEFT),
            (effects.fail,),
            needs_reason=True,
            danger=True,
            hint="原中标单位放弃中标，又没有备选单位可以递补的，宣布流标。项目退回“已立项”，可以再次招募。",
        ),
        Transition(E.FINISH, (S.CONFIRMED,), S.DONE, (STAFF_PROJECTS, PLATFORM), (holds.CONTRACTED,)),
        Transition(E.CANCEL, (S.DRAFT,), S.CANCELLED, (STAFF_PROJECTS,), needs_reason=True, danger=True),
        Transition(
            E.CANCEL,
            (S.PUBLISHED, S.CLOSED, S.OPENING, S.QUALIFICATION, S.REVIEW, S.PUBLICISED),
            S.CANCELLED,
            (ADMIN_PROJECTS,),
            effects=(effects.cancel,),
            needs_reason=True,
            danger=True,
            hint="取消后申报书全部失效，项目退回“已立项”，可以重新招募。",
        ),
        Transition(
            E.FAIL,
            (S.OPENING, S.QUALIFICATION, S.REVIEW, S.PUBLICISED),
            S.FAILED,
            (ADMIN_PROJECTS,),
            effects=(effects.fail,),
            needs_reason=True,
            danger=True,
            hint="流标后项目退回“已立项”，可以组织第二次招募。",
        ),
    ),
    waiting=(
        Waiting(S.DRAFT, E.PUBLISH, "待发布公告"),
        Waiting(S.OPENING, E.QUALIFY, "待抽取专家、开始资质审核"),
        Waiting(S.QUALIFICATION, E.REVIEW, "待完成资质审核"),
        Waiting(S.REVIEW, E.PUBLICISE, "待汇总评分并公示"),
        Waiting(S.PUBLICISED, E.CONFIRM, "待定标", due="publicity_until"),
        Waiting(S.CONFIRMED, E.FINISH, "待签订合同后办结"),
    ),
)
