"""The kinds of rows that the matrix speaks of: how one is made for a role, by which selector it is read, and on which page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from commons.access.actors import Actor
from commons.people.enums import Role
from tenants.needs.actions import appeals as appeal_actions
from tenants.needs.enums import AppealState
from tenants.needs.selectors import appeals, clusters, needs, surveys
from tenants.purchasing.enums import (
    CallState,
    Conclusion,
    ContractState,
    EvaluationState,
    MilestoneState,
    ProjectState,
    VisitState,
)
from tenants.purchasing.models import Contract
from tenants.purchasing.selectors import calls as call_selectors
from tenants.purchasing.selectors import contracts as contract_selectors
from tenants.purchasing.selectors import course as course_selectors
from tenants.purchasing.selectors import projects as project_selectors
from tenants.registry.enums import ContactKind
from tenants.registry.models import ContactLog
from tenants.registry.selectors import contacts
from tenants.registry.selectors.organizations import organization
from tenants.registry.selectors.own import own_organization
from tests.factories import organizations
from tests.factories.needs import appeal as appeal_rows
from tests.factories.needs import need as need_rows
from tests.factories.needs import survey as survey_rows
from tests.factories.purchasing import calls, contracts, course
from tests.tenants.matrix import table
from tests.tenants.matrix.scene import AT, DAY, Scene

MADE = {"created_at": AT, "updated_at": AT, "created_by_name": "王五"}


@dataclass(frozen=True)
class Kind:
    """`powers`: any of these words of a cell lets a role read it. `page` is the address below the union's, '' for none of its own."""

    name: str
    row: str
    make: Callable[[Scene, bool], Any]
    read: Callable[[Actor, Any], Any]
    page: Callable[[Scene, Any], str]
    powers: frozenset[str] = frozenset({"R"})


def entry(scene: Scene, own: bool) -> Any:
    kept = {"activity_content": "开展职工技能培训", "working_mode": "上门服务", "contact_name": "李四"}
    return organizations.organization(uscc=scene.uscc if own else None, contact_phone="13812345678", **kept)


def _entry_of(actor: Actor, row: Any) -> Any:
    """An organization reads its own entry in a place of its own, and the ledger not at all."""
    if actor.organization and (found := own_organization(actor)).pk == row.pk:
        return found
    return organization(actor, row.pk)


def _entry_page(scene: Scene, row: Any) -> str:
    return "/portal/entry" if scene.actor.organization and row.uscc == scene.uscc else f"/organizations/{row.pk}"


def contact(scene: Scene, own: bool) -> Any:
    return ContactLog.objects.create(
        organization=entry(scene, own), contacted_on=DAY, kind=ContactKind.VISIT, topics="了解用工情况", **MADE
    )


def cluster(scene: Scene, own: bool) -> Any:
    """What organizations may read is published; the rest is a draft."""
    return need_rows.published() if own else need_rows.cluster()


def appeal(scene: Scene, own: bool, state: AppealState = AppealState.ASSIGNED) -> Any:
    """Own: assigned to the officer, raised by the organization, or recorded by the secretariat."""
    if not own:
        return appeal_rows.appeal(state)
    if scene.actor.organization:
        return appeal_rows.appeal(state, by_uscc=scene.uscc)
    if scene.role == Role.SECRETARIAT:
        return appeal_rows.appeal(state, created_by_id=scene.actor.user_id)
    return appeal_rows.appeal(state, scene.actor) if scene.role == Role.UNION_STAFF else appeal_rows.appeal(state)


def project(scene: Scene, own: bool) -> Any:
    return contract(scene, own).project


def call(scene: Scene, own: bool) -> Any:
    """Own: of a project or panel that is assigned. To an organization published, or still a draft."""
    hidden = scene.role == Role.ORG_USER and not own
    state = CallState.DRAFT if hidden else CallState.PUBLISHED
    of = scene.named(calls.sourcing(), own and scene.role == Role.SUPERVISOR)
    return scene.seated(calls.call(state=state, project=of), own)


def contract(scene: Scene, own: bool, state: ContractState = ContractState.PERFORMING, **fields: Any) -> Contract:
    drafted = state in {ContractState.DRAFT, ContractState.LEGAL_CHECK, ContractState.TO_SIGN}
    of = scene.named(contracts.awarded(state=ProjectState.AWARDED if drafted else ProjectState.RUNNING), own)
    return contracts.contract(state=state, project=of, to=scene.provider(own), **fields)


def milestone(scene: Scene, own: bool, state: MilestoneState = MilestoneState.DUE, **fields: Any) -> Any:
    return contracts.at(contract(scene, own), state, **fields)


def payment(scene: Scene, own: bool) -> Any:
    return contracts.payment(milestone(scene, own, MilestoneState.PAID))


def running(scene: Scene, own: bool) -> Contract:
    """The contract of a project that is carried out, with the systems by which it is evaluated."""
    return course.contract(scene.named(course.project(), own), scene.provider(own))


def report(scene: Scene, own: bool) -> Any:
    return course.report(running(scene, own))


def visit(scene: Scene, own: bool, state: VisitState = VisitState.DONE, **fields: Any) -> Any:
    return course.visit(running(scene, own).project, state=state, **fields)


def evaluation(scene: Scene, own: bool, state: EvaluationState = EvaluationState.CONCLUDED, **fields: Any) -> Any:
    told = {} if state == EvaluationState.OPEN else {"total": 80}
    if state == EvaluationState.CONCLUDED:
        told |= {"conclusion": Conclusion.PASS, "concluded_on": date(2026, 11, 19)}
    return course.evaluation(running(scene, own).project, state=state, **{**told, **fields})


def _at(prefix: str) -> Callable[[Scene, Any], str]:
    return lambda scene, row: f"/{prefix}/{row.pk}"


def _text(actor: Actor, row: Any) -> Any:
    assert appeal_actions.read(appeal=row, by=actor, at=AT).text == appeal_rows.TEXT
    return row


KINDS = (
    Kind("entry", table.LEDGER, entry, _entry_of, _entry_page),
    Kind("contact", table.LEDGER, contact, lambda by, row: contacts.contact_log(by, row.pk), _at("contacts")),
    Kind(
        "survey",
        table.NEEDS,
        lambda scene, own: survey_rows.survey(),
        lambda by, row: surveys.survey(by, row.pk),
        _at("needs/surveys"),
    ),
    Kind(
        "need", table.NEEDS, lambda scene, own: need_rows.need(), lambda by, row: needs.need(by, row.pk), _at("needs")
    ),
    Kind(
        "cluster",
        table.NEEDS,
        cluster,
        lambda by, row: clusters.cluster(by, row.pk),
        _at("needs/clusters"),
        frozenset({"R", "published"}),
    ),
    Kind("appeal", table.APPEALS, appeal, lambda by, row: appeals.appeal(by, row.pk), _at("appeals")),
    Kind("text of an appeal", table.APPEALS, appeal, _text, lambda scene, row: ""),
    Kind(
        "project",
        table.PROJECTS,
        project,
        lambda by, row: project_selectors.project(by, row.pk),
        _at("projects"),
        frozenset({"R", "published"}),
    ),
    Kind(
        "call",
        table.PROJECTS,
        call,
        lambda by, row: call_selectors.call(by, row.pk),
        _at("purchase-calls"),
        frozenset({"R", "published"}),
    ),
    Kind(
        "contract",
        table.CONTRACTS,
        contract,
        lambda by, row: contract_selectors.contract(by, row.pk),
        _at("contracts"),
    ),
    Kind(
        "milestone",
        table.CONTRACTS,
        milestone,
        lambda by, row: contract_selectors.milestone(by, row.pk),
        _at("milestones"),
    ),
    Kind(
        "payment",
        table.CONTRACTS,
        payment,
        lambda by, row: contract_selectors.payment(by, row.pk),
        lambda scene, row: "",
    ),
    Kind("report", table.COURSE, report, lambda by, row: course_selectors.report(by, row.pk), _at("reports")),
    Kind("visit", table.COURSE, visit, lambda by, row: course_selectors.visit(by, row.pk), _at("visits")),
    Kind(
        "evaluation",
        table.COURSE,
        evaluation,
        lambda by, row: course_selectors.evaluation(by, row.pk),
        _at("evaluations"),
    ),
)
