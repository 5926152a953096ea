"""
SM-15P: the life of a service project. Source: DOMAIN §3.6 SM-15P; E01-E16, E22.

Events that follow from another machine have a human line as well; the other machine causes them from a listener
(`commons.workflow.transitions.listen`), when its own row is saved, by `follow(PROJECT, project, EVENT, after=step)`:

    publish_call      approved → sourcing          the call is published
    award             sourcing → awarded           the call is confirmed
    sourcing_failed   sourcing, awarded → approved          the call failed or was cancelled; nobody takes the award
    start             awarded → running            the project contract is signed (and the supervision contract, where required)
                                               and nobody above or below pays for the same, or `overlap_note` says why
    pass, rectify     midterm → running, rectifying; the second rectify → terminated          the mid-term evaluation is concluded
    conclude, unqualified   assessing → completed, failed          the performance assessment is concluded
    terminate         running, midterm, rectifying → terminated          an evaluation or a contract stops it

A guard that refuses refuses the other machine's step as well, unless it catches GuardRefused: signing the project contract while
the supervision contract is not signed is no mistake, so the contract's listener does.
"""

from __future__ import annotations

from django import forms

from commons.kit.clock import today
from commons.kit.labels import Code
from commons.workflow.declaration import PLATFORM, EventForm, Guard, Machine, Step, Transition, Waiting
from tenants.purchasing.enums import ProjectState
from tenants.purchasing.machines import project_checks as checks
from tenants.purchasing.machines import project_effects as effects
from tenants.purchasing.machines import project_guards as guards
from tenants.purchasing.policies import PROJECTS
from tenants.purchasing.who import ADMIN_PROJECTS, STAFF_PROJECTS, SUPERVISOR


class ProjectEvent(Code):
    """SM-15P."""

    SUBMIT = "submit", "提交立项评审", "Submit for approval"
    APPROVE = "approve", "批准立项", "Approve"
    RETURN = "return", "退回修改", "Return"
    REJECT = "reject", "不予立项", "Reject"
    PUBLISH_CALL = "publish_call", "进入招募", "Call published"
    AWARD = "award", "定标", "Award"
    SOURCING_FAILED = "sourcing_failed", "招募未成", "Sourcing failed"
    START = "start", "开始实施", "Start"
    MIDTERM = "midterm", "开始中期评估", "Begin the mid-term evaluation"
    PASS = "pass", "中期评估通过", "Mid-term passed"
    RECTIFY = "rectify", "要求整改", "Rectify"
    ACCEPT = "accept", "认可整改", "Accept the rectification"
    FINISH = "finish", "结束实施", "Finish"
    CONCLUDE = "conclude", "结项", "Conclude"
    UNQUALIFIED = "unqualified", "认定不合格", "Unqualified"
    TERMINATE = "terminate", "终止项目", "Terminate"
    ARCHIVE = "archive", "归档", "Archive"


class RectifyForm(EventForm):
    """By when it is to be put right; the second time nothing is asked, since it ends."""

    rectify_by = forms.DateField(
        label="整改期限",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请填写整改期限。", "invalid": "请填写有效的日期。"},
    )

    def prepare(self) -> None:
        if self.row is not None and self.row.midterm_failures:
            del self.fields["rectify_by"]


def _late_day(step: Step) -> dict[str, object] | None:
    by = step.data.get("rectify_by")
    return None if by is None or by > today(step.at) else {"day": checks.day(by)}


RECTIFY_LATER = Guard(
    "PURCHASING.RECTIFY_DAY_PAST",
    "整改期限在今天以后",
    "整改期限%(day)s已到，请填写今天以后的日期。",
    _late_day,
    source="SM-15P",
    of_data=True,
)


def _failed_again(step: Step) -> Code:
    return ProjectState.TERMINATED if step.row.midterm_failures > 1 else ProjectState.RECTIFYING


S, E = ProjectState, ProjectEvent
G, D = guards, effects

PROJECT = Machine(
    code="SM-15P",
    zh="服务项目",
    en="Service project",
    model="purchasing.ServiceProject",
    states=ProjectState,
    events=ProjectEvent,
    visible=PROJECTS.visible,
    url=lambda row: f"/projects/{row.pk}",
    initial=(S.DRAFT,),
    labels={
        "title": "项目名称",
        "year": "年度",
        "funding": "资金来源",
        "test_concentrated": "需求相对集中",
        "test_benefit": "比较效益突出",
        "test_suitable": "适合社会组织承接",
        "own_share": "本级份额（%）",
        "streets": "实施范围",
        "mode": "购买方式",
        "method": "采购方式",
        "direct_reason": "直接委托理由",
        "budget": "预算（元）",
        "starts_on": "开始日期",
        "ends_on": "结束日期",
        "midterm_on": "计划中期评估日期",
        "target_person_times": "目标服务人次",
        "target_persons": "目标服务人数",
        "target_sessions": "目标场次",
        "risk_level": "风险等级",
        "third_party_required": "须第三方监管",
        "midterm_passed": "中期评估通过",
        "rectify_by": "整改期限",
        "decided_on": "决定日期",
        "approved_on": "立项日期",
        "ended_on": "结束办理日期",
        "overlap_note": "重复资助说明",
        "summary": "项目概述",
        "appoint": "指派监管或者评审人员",
        "dismiss": "解除指派",
        "appointed": "指派人员",
    },
    transitions=(
        Transition(
            E.SUBMIT, (S.DRAFT,), S.APPROVAL_REVIEW, (STAFF_PROJECTS,),
            (G.SUITABLE, G.OWNED, G.FUNDED, G.RULES_CHOSEN, G.NEEDS_LINKED), (D.fix_rules,),
            hint="提交后内容不能修改；现行的管理办法和指标体系固定为本项目的依据，以后修订不影响本项目。",
        ),
        Transition(
            E.APPROVE, (S.APPROVAL_REVIEW,), S.APPROVED, (ADMIN_PROJECTS,),
            (G.APPROVAL_SCORED, G.SCORED_BY_OTHER, G.OTHER_DECIDES), (D.approve,),
            hint="批准后，所关联的职工需求随之立项。",
        ),
        Transition(E.RETURN, (S.APPROVAL_REVIEW,), S.DRAFT, (ADMIN_PROJECTS,), needs_reason=True),
        Transition(
            E.REJECT, (S.APPROVAL_REVIEW,), S.REJECTED, (ADMIN_PROJECTS,), (G.OTHER_DECIDES,), (D.decide,),
            needs_reason=True, danger=True, hint="不予立项后不能恢复，可以复制后重新申报。",
        ),
        Transition(
            E.PUBLISH_CALL, (S.APPROVED,), S.SOURCING, (STAFF_PROJECTS, PLATFORM), (G.DIRECT_ALLOWED, G.CALL_PUBLISHED)
        ),
        Transition(
            E.AWARD, (S.SOURCING,), S.AWARDED, (ADMIN_PROJECTS, PLATFORM), (G.PUBLICITY_OVER, G.NO_OBJECTION)
        ),
        Transition(E.SOURCING_FAILED, (S.SOURCING,), S.APPROVED, (STAFF_PROJECTS, PLATFORM), (G.CALL_FAILED,)),
        Transition(
            E.SOURCING_FAILED, (S.AWARDED,), S.APPROVED, (ADMIN_PROJECTS, PLATFORM), (G.CALL_FAILED, G.NOT_SIGNED),
            needs_reason=True, danger=True, hint="直接委托的承接单位不能签约的，项目退回“已立项”，重新选定承接单位。",
        ),
        Transition(
            E.START, (S.AWARDED,), S.RUNNING, (STAFF_PROJECTS, PLATFORM),
            (G.CONTRACT_SIGNED, G.SUPERVISED, G.INDEPENDENT, G.NO_OVERLAP), (D.start,),
        ),
        Transition(
            E.MIDTERM, (S.RUNNING,), S.MIDTERM, (STAFF_PROJECTS, SUPERVISOR),
            (G.NOT_PASSED_YET, G.MIDTERM_DUE, G.PROGRESS_ACCEPTED),
        ),
        Transition(
            E.PASS, (S.MIDTERM,), S.RUNNING, (ADMIN_PROJECTS, PLATFORM), (G.MIDTERM_SCORED, G.MIDTERM_ENOUGH),
            (D.pass_midterm,),
        ),
        Transition(
            E.RECTIFY, (S.MIDTERM,), S.RECTIFYING, (ADMIN_PROJECTS, PLATFORM), (G.MIDTERM_SCORED, RECTIFY_LATER),
            (D.fail_midterm,), needs_reason=True, form=RectifyForm, others=(S.TERMINATED,), leads=_failed_again,
            danger=True, hint="第一次未通过的限期整改；第二次未通过的，项目终止。",
        ),
        Transition(
            E.ACCEPT, (S.RECTIFYING,), S.RUNNING, (STAFF_PROJECTS, SUPERVISOR), (G.RECTIFIED, G.SEEN_AGAIN),
            (D.rectified,), needs_reason=True, hint="请写明整改情况和依据；整改后再次进行中期评估。",
        ),
        Transition(
            E.FINISH, (S.RUNNING,), S.ASSESSING, (STAFF_PROJECTS,), (G.ENDED, G.MIDTERM_DONE, G.FINAL_EXPENSE)
        ),
        Transition(
            E.CONCLUDE, (S.ASSESSING,), S.COMPLETED, (ADMIN_PROJECTS, PLATFORM),
            (G.PERFORMANCE_SCORED, G.PERFORMANCE_ENOUGH, G.SAMPLE), (D.conclude,),
        ),
        Transition(
            E.UNQUALIFIED, (S.ASSESSING,), S.FAILED, (ADMIN_PROJECTS, PLATFORM), (G.PERFORMANCE_SCORED,), (D.condemn,),
            needs_reason=True, danger=True, hint="尾款暂不支付，承接单位一年内不得承接新的项目。",
        ),
        Transition(
            E.TERMINATE, (S.RUNNING, S.MIDTERM, S.RECTIFYING), S.TERMINATED, (ADMIN_PROJECTS, PLATFORM),
            (), (D.terminate,), needs_reason=True, danger=True, hint="终止后，已付未用的资金须退回，才能归档。",
        ),
        Transition(
            E.ARCHIVE, (S.COMPLETED, S.FAILED, S.TERMINATED), S.ARCHIVED, (STAFF_PROJECTS,),
            (G.SETTLED, G.ACCOUNTED, G.RETURNED),
        ),
    ),
    waiting=(
        Waiting(S.DRAFT, E.SUBMIT, "待提交立项"),
        Waiting(S.APPROVAL_REVIEW, E.APPROVE, "待审批立项"),
        Waiting(S.SOURCING, E.AWARD, "待定标"),
        Waiting(S.RUNNING, E.FINISH, "实施中", due="ends_on"),
        Waiting(S.MIDTERM, E.PASS, "待作中期评估结论", due="midterm_on"),
        Waiting(S.RECTIFYING, E.ACCEPT, "待认可整改", due="rectify_by"),
        Waiting(S.ASSESSING, E.CONCLUDE, "待作绩效考核结论"),
    ),
    source="DOMAIN §3.6 SM-15P; E01-E16, E22",
)  # fmt: skip
