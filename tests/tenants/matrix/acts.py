"""What the matrix calls writing and deciding: an act of each kind, the row that it is done to, and the page on which it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from commons.accounts.actions import invitations, roles
from commons.codelists.services import PurchaseCategory, ServiceField
from commons.people.enums import Role
from commons.workflow.declaration import Machine
from commons.workflow.transitions import transition
from tenants.attachments import actions as attachments
from tenants.needs.actions import appeals, clusters, needs, surveys
from tenants.needs.enums import AppealCategory, AppealChannel, AppealState, NeedSource, SurveyState
from tenants.needs.machines.appeal import APPEAL
from tenants.needs.machines.cluster import CLUSTER
from tenants.needs.machines.need import NEED
from tenants.needs.machines.survey import SURVEY
from tenants.purchasing.actions import calls, contracts, course, projects, refunds
from tenants.purchasing.enums import (
    CallState,
    ContractState,
    EvaluationKind,
    EvaluationState,
    MilestoneState,
    ProjectState,
    ReportKind,
    ReportState,
    VisitState,
)
from tenants.purchasing.machines.call import CALL
from tenants.purchasing.machines.contract import CONTRACT
from tenants.purchasing.machines.evaluation import EVALUATION
from tenants.purchasing.machines.milestone import MILESTONE
from tenants.purchasing.machines.project import PROJECT
from tenants.purchasing.machines.report import REPORT
from tenants.purchasing.machines.visit import VISIT
from tenants.registry.actions import contacts, entries, ledger, ratings
from tenants.registry.enums import ContactKind, LedgerState
from tests.factories import organizations
from tests.factories.needs import need as need_rows
from tests.factories.needs import survey as survey_rows
from tests.factories.purchasing import calls as call_rows
from tests.factories.purchasing import contracts as contract_rows
from tests.factories.purchasing import course as course_rows
from tests.factories.purchasing import projects as project_rows
from tests.factories.uploads import upload
from tests.tenants.matrix import kinds, table
from tests.tenants.matrix.scene import AT, DAY, Scene
from tests.tenants.purchasing import making
from tests.tenants.registry.conftest import entry_fields

Make = Callable[[Scene, bool], Any]
Do = Callable[[Scene, Any], object]


@dataclass(frozen=True)
class Act:
    """`powers`: any of these words of a cell allows it. `alone`: it begins something, or is done to one's own by its nature, so that there is no row of another."""

    name: str
    row: str
    powers: frozenset[str]
    make: Make
    do: Do
    page: Callable[[Any], str] = lambda row: ""
    alone: bool = False


def _act(name: str, row: str, powers: str, make: Make, do: Do, page: str = "", *, alone: bool = False) -> Act:
    """`page` is an address below the union's, with `{pk}` for the row's key."""
    return Act(
        name, row, frozenset(powers.split()), make, do, lambda one: page.format(pk=getattr(one, "pk", "")), alone
    )


def _step(name: str, row: str, powers: str, make: Make, machine: Machine, event: str, **more: Any) -> Act:
    """An event of a machine, with its page."""

    def do(scene: Scene, one: Any) -> object:
        return transition(machine, one, event, by=scene.actor, at=AT, **more)

    return _act(name, row, powers, make, do, f"/do/{machine.slug}/{{pk}}/{event}")


def _nothing(scene: Scene, own: bool) -> None:
    return None


def _drafted(scene: Scene, own: bool) -> Any:
    uscc = scene.uscc if own else None
    return organizations.organization(uscc=uscc, state=LedgerState.DRAFT)


def _contact(scene: Scene, row: Any) -> object:
    told = {"contacted_on": DAY, "kind": ContactKind.VISIT, "topics": "了解用工情况"}
    return contacts.log(organization=row, by=scene.actor, at=AT, **told)


LEDGER = (
    _act("create an entry", table.LEDGER, "W", _nothing, lambda scene, row: entries.create(fields=entry_fields(), by=scene.actor, at=AT), "/organizations/new", alone=True),
    _act("edit an entry", table.LEDGER, "W", _drafted, lambda scene, row: entries.edit(organization=row, fields={"industry": "养老"}, version=row.version, by=scene.actor, at=AT), "/organizations/{pk}/edit"),
    _act("declare a rating", table.LEDGER, "W", kinds.entry, lambda scene, row: ratings.declare(organization=row, grade="A4", by=scene.actor, at=AT), "/organizations/{pk}/ratings/new"),
    _act("log a contact", table.LEDGER, "W", kinds.entry, _contact, "/contacts/new?organization={pk}"),
    _act("remove an entry", table.LEDGER, "A", kinds.entry, lambda scene, row: ledger.remove(organization=row, reason="重复", by=scene.actor, at=AT), "/organizations/{pk}/remove"),
    _act("keep the own entry", table.LEDGER, "self", kinds.entry, lambda scene, row: entries.edit_own(fields={"working_mode": "进企业"}, version=row.version, by=scene.actor, at=AT), "/portal/entry/edit", alone=True),
)  # fmt: skip


def _survey(scene: Scene, own: bool) -> Any:
    return survey_rows.survey(SurveyState.DRAFT)


def _new_survey(scene: Scene, row: Any) -> object:
    days = {"opens_on": AT.date(), "closes_on": AT.date() + timedelta(days=9)}
    return surveys.create(title="职工服务需求调查", by=scene.actor, at=AT, **days)


def _new_need(scene: Scene, row: Any) -> object:
    return needs.register(
        title="夜班职工就餐", source=NeedSource.UNIT_REPORT, field=ServiceField.PSYCHOLOGICAL, by=scene.actor, at=AT
    )


def _sorted() -> dict[str, Any]:
    marks = {"intensity": "4", "comparative_benefit": "3", "fit_for_so": "5"}
    return {"field": "psychological", "groups": ["outdoor"], "persons_estimate": "120", **marks}


NEEDS = (
    _act("create a survey", table.NEEDS, "W", _nothing, _new_survey, "/needs/surveys/new", alone=True),
    _act("edit a survey", table.NEEDS, "W", _survey, lambda scene, row: surveys.edit(survey=row, title="改过的调查", version=row.version, by=scene.actor, at=AT), "/needs/surveys/{pk}/edit"),
    _step("open a survey", table.NEEDS, "W", _survey, SURVEY, "open"),
    _act("record a need", table.NEEDS, "W", _nothing, _new_need, "/needs/new", alone=True),
    _act("edit a need", table.NEEDS, "W", lambda scene, own: need_rows.need(), lambda scene, row: needs.edit(need=row, title="改过的需求", version=row.version, by=scene.actor, at=AT), "/needs/{pk}/edit"),
    _step("sort a need", table.NEEDS, "W", lambda scene, own: need_rows.need(), NEED, "sort", data=_sorted()),
    _act("create a cluster", table.NEEDS, "W", _nothing, lambda scene, row: clusters.create(title="夜间热线", field="psychological", year=2026, by=scene.actor, at=AT), "/needs/clusters/new", alone=True),
    _step("withdraw a cluster", table.NEEDS, "W", lambda scene, own: need_rows.published(f"夜间热线{own}"), CLUSTER, "withdraw", reason="有误"),
)  # fmt: skip


def _appeal(state: AppealState) -> Make:
    return lambda scene, own: kinds.appeal(scene, own, state)


def _raised(scene: Scene, row: Any) -> object:
    told = {"channel": AppealChannel.PHONE, "category": AppealCategory.WAGE, "text": "拖欠工资两个月"}
    return appeals.receive(by=scene.actor, at=AT, **told)


def _assigned(scene: Scene, row: Any) -> object:
    return transition(APPEAL, row, "assign", by=scene.actor, at=AT, data={"officers": [str(scene.colleague.pk)]})


APPEALS = (
    _act("raise an appeal", table.APPEALS, "W raise", _nothing, _raised, "/appeals/new", alone=True),
    _step("handle an appeal", table.APPEALS, "W", _appeal(AppealState.ASSIGNED), APPEAL, "start"),
    _act("note upon an appeal", table.APPEALS, "W", _appeal(AppealState.HANDLING), lambda scene, row: appeals.note(appeal=row, version=row.version, handling_note="已联系企业", by=scene.actor, at=AT), "/appeals/{pk}/note"),
    _act("assign an appeal", table.APPEALS, "A", _appeal(AppealState.RECEIVED), _assigned, "/do/appeal/{pk}/assign"),
    _step("ask for an appeal to be handled again", table.APPEALS, "A again", _appeal(AppealState.REPLIED), APPEAL, "reopen", reason="没有解决"),
)  # fmt: skip


def _project(state: ProjectState) -> Make:
    def make(scene: Scene, own: bool) -> Any:
        project_rows.rules()
        return scene.project(own, state=state)

    return make


def _new_project(scene: Scene, row: Any) -> object:
    told = {"fields": [ServiceField.PSYCHOLOGICAL], "category": PurchaseCategory.LIFE_SERVICE}
    return projects.create(
        fields={"year": 2026, "title": "环卫工人心理疏导", "budget": Decimal(120_000), **told}, by=scene.actor, at=AT
    )


def _reviewed(scene: Scene, own: bool) -> Any:
    row = _project(ProjectState.APPROVAL_REVIEW)(scene, own)
    making.evaluation(row, EvaluationKind.APPROVAL)
    return row


def _approved(scene: Scene, own: bool) -> Any:
    return scene.named(call_rows.sourcing(state=ProjectState.APPROVED), own)


def _call(state: CallState) -> Make:
    def make(scene: Scene, own: bool) -> Any:
        waits = state == CallState.DRAFT
        project = call_rows.sourcing(state=ProjectState.APPROVED if waits else ProjectState.SOURCING)
        return scene.seated(call_rows.call(state=state, project=scene.named(project, own)), own)

    return make


def _draft_call(scene: Scene, row: Any) -> object:
    return calls.create(project_id=row.pk, draft=calls.Draft(title="招募公告", ceiling=row.budget), by=scene.actor, at=AT)  # fmt: skip


def _edit_call(scene: Scene, row: Any) -> object:
    told = calls.Draft(title="改过的公告", ceiling=row.ceiling)
    return calls.edit(call_id=row.pk, draft=told, version=row.version, by=scene.actor, at=AT)


PROJECTS = (
    _act("create a project", table.PROJECTS, "W", _nothing, _new_project, "/projects/new", alone=True),
    _act("edit a project", table.PROJECTS, "W", _project(ProjectState.DRAFT), lambda scene, row: projects.edit(project=row, fields={"title": "改过的项目"}, version=row.version, by=scene.actor, at=AT), "/projects/{pk}/edit"),
    _step("submit a project", table.PROJECTS, "W", _project(ProjectState.DRAFT), PROJECT, "submit"),
    _step("approve a project", table.PROJECTS, "A", _reviewed, PROJECT, "approve"),
    _step("reject a project", table.PROJECTS, "A", _reviewed, PROJECT, "reject", reason="不符合条件"),
    _step("terminate a project", table.PROJECTS, "A", _project(ProjectState.RUNNING), PROJECT, "terminate", reason="承接单位停办"),
    _act("draft a call", table.PROJECTS, "W", _approved, _draft_call, "/projects/{pk}/calls/new"),
    _act("edit a call", table.PROJECTS, "W", _call(CallState.DRAFT), _edit_call, "/purchase-calls/{pk}/edit"),
    _step("amend a call", table.PROJECTS, "W", _call(CallState.PUBLISHED), CALL, "amend", data={"text": "地点更正。"}),
    _step("cancel a call", table.PROJECTS, "A", _call(CallState.PUBLISHED), CALL, "cancel", reason="需求取消"),
    _step("declare a call failed", table.PROJECTS, "A", _call(CallState.OPENING), CALL, "fail", reason="不足三家"),
)  # fmt: skip


def _contract(state: ContractState) -> Make:
    return lambda scene, own: kinds.contract(scene, own, state, template=contract_rows.template())


def _awarded(scene: Scene, own: bool) -> Any:
    contract_rows.template()
    scene.provider(own=True)
    return scene.named(contract_rows.awarded(), own)


def _draft_contract(scene: Scene, row: Any) -> object:
    return contracts.draft(kind="project", project=row, provider=scene.provider(own=True), by=scene.actor, at=AT)


def _milestone(state: MilestoneState) -> Make:
    return lambda scene, own: kinds.milestone(scene, own, state)


def _paid(scene: Scene, own: bool) -> Any:
    return kinds.payment(scene, own).contract


def _refunded(scene: Scene, row: Any) -> object:
    told = {"amount": Decimal(1), "returned_on": date(2026, 11, 19), "voucher_no": "退-1", "reason": "结余"}
    return refunds.refund(contract=row, fund_source="union_funds", by=scene.actor, at=AT, **told)


PAYING = {"amount": "30000", "paid_on": "2026-11-19", "voucher_no": "记-0101", "fund_source": "union_funds"}

CONTRACTS = (
    _act("draft a contract", table.CONTRACTS, "W", _awarded, _draft_contract, "/contracts/new"),
    _act("edit a contract", table.CONTRACTS, "W", _contract(ContractState.DRAFT), lambda scene, row: contracts.edit(contract=row, title="改过的合同", version=row.version, by=scene.actor, at=AT), "/contracts/{pk}/edit"),
    _step("terminate a contract", table.CONTRACTS, "A", _contract(ContractState.PERFORMING), CONTRACT, "terminate", reason="停办"),
    _step("let a contract pass", table.CONTRACTS, "A", _contract(ContractState.LEGAL_CHECK), CONTRACT, "pass", reason="无误"),
    _step("request a payment", table.CONTRACTS, "request", _milestone(MilestoneState.DUE), MILESTONE, "request"),
    _step("approve a payment", table.CONTRACTS, "approve", _milestone(MilestoneState.REQUESTED), MILESTONE, "approve"),
    _step("pay", table.CONTRACTS, "pay", _milestone(MilestoneState.APPROVED), MILESTONE, "pay", data=PAYING),
    _act("record a refund", table.CONTRACTS, "pay", _paid, _refunded, "/contracts/{pk}/refund"),
)  # fmt: skip


def _running(scene: Scene, own: bool) -> Any:
    return kinds.running(scene, own).project


def _planned(scene: Scene, row: Any) -> object:
    return course.plan_visit(project=row, visit_on=AT.date(), by=scene.actor, at=AT)


def _report(kind: ReportKind, state: ReportState) -> Make:
    return lambda scene, own: course_rows.report(kinds.running(scene, own), kind, state=state)


def _attached(scene: Scene, row: Any) -> object:
    return attachments.attach(on=row, upload=upload(), label="现场照片", by=scene.actor, at=AT)


RECORDED = {"visit_on": "2026-11-19", "findings": "场次符合计划。", "risk": "low"}
POINTS = {f"points_{item['code']}": "80" for item in course_rows.ITEMS} | {"comment": "符合计划"}
PROGRESS = {"text": "完成团体辅导两场", "sessions": 2, "person_times": 60, "persons": 45}

COURSE = (
    _act("plan a visit", table.COURSE, "W", _running, _planned, "/projects/{pk}/visits/new"),
    _step("record a visit", table.COURSE, "W", lambda scene, own: kinds.visit(scene, own, VisitState.PLANNED), VISIT, "record", data=RECORDED),
    _act("attach to a visit", table.COURSE, "W", kinds.visit, _attached),
    _step("require rectification", table.COURSE, "W", lambda scene, own: kinds.visit(scene, own), VISIT, "require", data={"rectify_by": "2026-12-01"}),
    _step("reply to a visit", table.COURSE, "reply", lambda scene, own: kinds.visit(scene, own, VisitState.RECTIFYING), VISIT, "reply", data={"rectification": "已补做两场。"}),
    _step("score an evaluation", table.COURSE, "W score", lambda scene, own: kinds.evaluation(scene, own, EvaluationState.OPEN), EVALUATION, "score", data=POINTS),
    _step("conclude an evaluation", table.COURSE, "A", lambda scene, own: kinds.evaluation(scene, own, EvaluationState.SCORED), EVALUATION, "conclude", data={"conclusion": "pass"}),
    _step("agree with a conclusion", table.COURSE, "reply", lambda scene, own: kinds.evaluation(scene, own), EVALUATION, "agree"),
    _step("hand in a report", table.COURSE, "reply", _report(ReportKind.PROGRESS, ReportState.DUE), REPORT, "submit", data=PROGRESS),
    _step("accept a progress report", table.COURSE, "W", _report(ReportKind.PROGRESS, ReportState.SUBMITTED), REPORT, "accept"),
    _step("check an expense report", table.COURSE, "W", _report(ReportKind.EXPENSE, ReportState.SUBMITTED), REPORT, "accept"),
)  # fmt: skip


def _colleague(scene: Scene, own: bool) -> Any:
    return scene.colleague


PEOPLE = (
    _act("invite somebody", table.PEOPLE, "W", _nothing, lambda scene, row: invitations.invite(union=scene.union, role=Role.UNION_STAFF, name="韩梅梅", by=scene.actor, at=AT), "/people/invite", alone=True),
    _act("give a role", table.PEOPLE, "A", _colleague, lambda scene, row: roles.assign(union=scene.union, user=row, role=Role.LEADER, by=scene.actor, at=AT), "/people/{pk}", alone=True),
)  # fmt: skip

ACTS = (*LEDGER, *NEEDS, *APPEALS, *PROJECTS, *CONTRACTS, *COURSE, *PEOPLE)
