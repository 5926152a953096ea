"""SM-32: visits from the plan to the closing, the risk that was found, and who is named on a project."""

from __future__ import annotations

import threading
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connections

from commons.access import grants
from commons.access.actors import Actor, system
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import DomainError, Invalid, NotFound, Refused
from commons.people.enums import Role
from commons.tenancy import door
from commons.workflow import todo
from commons.workflow.transitions import transition
from tenants.attachments.actions import attach, remove
from tenants.attachments.models import Attachment
from tenants.history.models import Change
from tenants.purchasing.actions.course import appoint, dismiss, plan_visit, schedule, visits_agreed
from tenants.purchasing.enums import ContractKind, RiskLevel, VisitState
from tenants.purchasing.machines.visit import VISIT
from tenants.purchasing.models import ServiceProject, Visit
from tests.factories import people
from tests.factories.country import FOUNDED_AT
from tests.factories.purchasing import course as make
from tests.factories.uploads import PDF, upload
from tests.tenants.purchasing.course.conftest import Course
from tests.tenants.purchasing.course.proving import may, refused

FOUND = {"visit_on": "2026-11-18", "findings": "签到表缺少两场", "risk": "mid"}
HIGH = {**FOUND, "risk": "high"}
REPLY = {"rectification": "已补齐签到表并附照片"}


def waiting(actor: Actor) -> list[str]:
    """What of visits waits for somebody."""
    return [one.waiting.label for one in todo.mine(actor) if one.machine is VISIT]


def test_who_may_do_what_with_a_visit(course: Course) -> None:
    assert may(VISIT, make.visit(course.project), course.everybody()) == {
        "record": {"admin", "staff", "supervisor"},
        "require": {"admin", "staff", "supervisor"},
        "reply": {"provider"},
        "confirm": {"supervisor"},
        "send_back": {"admin", "staff", "supervisor"},
        "close": {"admin", "staff"},
        "note": {"admin"},
    }


def test_a_finding_is_rectified_with_evidence_and_closed(course: Course) -> None:
    row = make.visit(course.project)
    transition(VISIT, row, "record", by=course.supervisor, at=course.at, data=FOUND)
    row.refresh_from_db()
    assert (row.state, row.visit_on, row.risk) == (VisitState.DONE, date(2026, 11, 18), RiskLevel.MID)
    assert (row.findings, row.inspected_by_name) == ("签到表缺少两场", course.supervisor.name)

    transition(VISIT, row, "require", by=course.supervisor, at=course.at, data={"rectify_by": "2026-12-01"})
    refused(VISIT, row, "close", "PURCHASING.RECTIFICATION_MISSING", by=course.staff, at=course.at)
    refused(VISIT, row, "confirm", "PURCHASING.RECTIFICATION_MISSING", by=course.supervisor, at=course.at)
    transition(VISIT, row, "reply", by=course.provider, at=course.at, data=REPLY)
    refused(VISIT, row, "close", "PURCHASING.RECTIFICATION_UNCONFIRMED", by=course.staff, at=course.at)
    transition(VISIT, row, "confirm", by=course.supervisor, at=course.at)
    transition(VISIT, row, "close", by=course.staff, at=course.at, reason="整改到位")

    row.refresh_from_db()
    assert (row.state, row.rectify_by, row.rectified_on) == (
        VisitState.CLOSED,
        date(2026, 12, 1),
        date(2026, 11, 20),
    )
    assert (row.rectification, row.confirmed_by_name) == ("已补齐签到表并附照片", course.supervisor.name)
    assert list(Change.objects.filter(object_id=row.pk).order_by("id").values_list("event", "to_state")) == [
        ("record", "done"),
        ("require", "rectifying"),
        ("reply", "rectifying"),
        ("confirm", "rectifying"),
        ("close", "closed"),
    ]


def test_a_rectification_sent_back_is_replied_to_and_confirmed_anew(course: Course) -> None:
    row = make.visit(course.project, state=VisitState.RECTIFYING, risk="mid", rectify_by=date(2026, 12, 1))
    transition(VISIT, row, "reply", by=course.provider, at=course.at, data=REPLY)
    transition(VISIT, row, "confirm", by=course.supervisor, at=course.at)
    transition(VISIT, row, "send_back", by=course.staff, at=course.at, reason="照片与场次不符")

    row.refresh_from_db()
    assert (row.state, row.rectified_on, row.confirmed_at) == (VisitState.RECTIFYING, None, None)
    assert row.rectification == "已补齐签到表并附照片"
    assert [one.waiting.label for one in todo.mine(course.provider)] == ["待报送整改情况"]


def test_under_a_supervision_contract_the_provider_of_the_project_replies(course: Course) -> None:
    agency = make.provider(make.OTHER_USCC, "湖南正衡评估有限公司")
    watching = make.contract(course.project, by=agency, kind=ContractKind.SUPERVISION)
    row = make.visit(course.project, contract=watching, state=VisitState.RECTIFYING)
    asked = may(VISIT, row, course.everybody())
    assert asked["reply"] == {"provider"}
    transition(VISIT, row, "reply", by=course.provider, at=course.at, data={"rectification": "已补齐。"})
    assert Visit.objects.get(pk=row.pk).rectification == "已补齐。"


def test_without_a_third_party_the_staff_close_alone(course: Course) -> None:
    for officer in grants.officers(course.project):
        grants.dismiss_officer(officer, course.project)
    row = make.visit(course.project, state=VisitState.RECTIFYING, rectified_on=date(2026, 11, 19))
    transition(VISIT, row, "close", by=course.staff, at=course.at)
    row.refresh_from_db()
    assert row.state == VisitState.CLOSED


def test_a_high_risk_raises_the_project_and_alerts_the_administrator_at_once(course: Course) -> None:
    row = make.visit(course.project)
    transition(VISIT, row, "record", by=course.supervisor, at=course.at, data=HIGH)

    project = ServiceProject.objects.get(pk=course.project.pk)
    assert (project.risk_level, project.version) == (RiskLevel.HIGH, 2)
    told = Change.objects.get(object_id=project.pk)
    assert (told.event, told.changes) == ("edit", {"risk_level": ["low", "high"]})
    assert waiting(course.admin) == ["监督发现高风险，请阅知"]
    assert waiting(course.staff) == []
    refused(VISIT, row, "close", "PURCHASING.HIGH_RISK_OPEN", by=course.staff, at=course.at)

    transition(VISIT, row, "note", by=course.admin, at=course.at)
    row.refresh_from_db()
    assert (row.state, row.noted_at, row.noted_by_name) == (VisitState.DONE, course.at, course.admin.name)
    assert waiting(course.admin) == []
    refused(VISIT, row, "note", "PURCHASING.NO_HIGH_RISK", by=course.admin, at=course.at)


def test_a_lower_risk_lowers_nothing(course: Course) -> None:
    ServiceProject.objects.filter(pk=course.project.pk).update(risk_level=RiskLevel.HIGH)
    transition(VISIT, make.visit(course.project), "record", by=course.staff, at=course.at, data=FOUND)
    project = ServiceProject.objects.get(pk=course.project.pk)
    assert (project.risk_level, project.version) == (RiskLevel.HIGH, 1)


def test_days_that_cannot_be(course: Course) -> None:
    row = make.visit(course.project)
    later = {**FOUND, "visit_on": "2026-11-21"}
    refused(VISIT, row, "record", "PURCHASING.VISIT_IN_FUTURE", by=course.staff, at=course.at, data=later)
    done = make.visit(course.project, state=VisitState.DONE, risk="low")
    past = {"rectify_by": "2026-11-20"}
    refused(VISIT, done, "require", "PURCHASING.VISIT_RECTIFY_DAY_PAST", by=course.staff, at=course.at, data=past)


def test_a_supervisor_of_another_project_sees_and_does_nothing(course: Course) -> None:
    row = make.visit(course.project)
    refused(VISIT, row, "record", "REFUSED", by=course.stranger, at=course.at, data=FOUND)
    assert list(VISIT.visible(course.stranger)) == []
    assert list(VISIT.visible(course.supervisor)) == [row]


def test_a_visit_is_not_announced_to_the_provider(course: Course) -> None:
    make.visit(course.project)
    done = make.visit(course.project, state=VisitState.DONE, risk="low")
    assert list(VISIT.visible(course.provider)) == [done]
    assert list(VISIT.visible(course.other_provider)) == []


def test_a_supervision_contract_brings_its_visits_and_its_people(course: Course) -> None:
    union = TradeUnion.objects.get(code="430105")
    speaker, other = people.user("王芳", kind="social_org"), people.user("陈静")
    for holder in (speaker, other):
        people.assign(holder, union, Role.SUPERVISOR)
    people.link(speaker, union, make.OTHER_USCC)
    supervising = make.provider(make.OTHER_USCC, "长沙市公信项目评估中心")
    contract = make.contract(
        course.project, supervising, kind=ContractKind.SUPERVISION, values={"visits": "3"}, amount=9000
    )

    made = schedule(contract, by=course.staff, at=course.at)

    assert [(row.visit_on, row.contract_id) for row in made if isinstance(row, Visit)] == [
        (date(2026, 3, 28), contract.pk),
        (date(2026, 5, 14), contract.pk),
        (date(2026, 6, 29), contract.pk),
    ]
    named = set(grants.officers(course.project))
    assert speaker in named
    assert other not in named
    assert schedule(contract, by=course.staff, at=course.at) == []
    assert Visit.objects.count() == 3


@pytest.mark.parametrize(("told", "number"), [("3", 3), ("", 0), ("若干", 0), ("-2", 0), ("500", 60)])
def test_how_many_visits_a_contract_says(told: str, number: int) -> None:
    from tenants.purchasing.models import Contract

    assert visits_agreed(Contract(values={"visits": told})) == number


def test_a_visit_is_planned(course: Course) -> None:
    row = plan_visit(project=course.project, visit_on=date(2026, 12, 3), by=course.staff, at=course.at)
    assert (row.state, row.contract, row.kind) == (VisitState.PLANNED, None, "process")
    assert Change.objects.get(object_id=row.pk).event == "create"
    with pytest.raises(Refused):
        plan_visit(project=course.project, visit_on=date(2026, 12, 3), by=course.leader, at=course.at)
    with pytest.raises(Invalid):
        plan_visit(project=course.project, visit_on=date(2026, 10, 1), by=course.staff, at=course.at)
    assert Visit.objects.count() == 1


def test_only_supervisors_and_experts_of_this_union_are_named(course: Course, country: dict[str, TradeUnion]) -> None:
    assert course.stranger.user is not None
    appoint(project=course.project, user_id=course.stranger.user.pk, by=course.staff, at=course.at)
    assert course.stranger.user in grants.officers(course.project)

    neighbour = people.user("周杰")
    people.assign(neighbour, country["430111"], Role.SUPERVISOR)
    for stranger in (neighbour, course.leader.user):
        assert stranger is not None
        with pytest.raises(Invalid):
            appoint(project=course.project, user_id=stranger.pk, by=course.staff, at=course.at)
    dismiss(project=course.project, user_id=course.stranger.user.pk, by=course.staff, at=course.at)
    assert course.stranger.user not in grants.officers(course.project)
    with pytest.raises(NotFound):
        dismiss(project=course.project, user_id=course.stranger.user.pk, by=course.staff, at=course.at)
    assert list(Change.objects.order_by("id").values_list("event", flat=True)) == ["appoint", "dismiss"]


def test_two_find_a_high_risk_at_once(own_database: str, at: datetime) -> None:
    union = TradeUnion.objects.get(code="430105")
    staff = people.actor("430105", Role.UNION_STAFF)
    with door.inside(union):
        project = make.project()
        rows = [make.visit(project), make.visit(project)]
    begin, told = threading.Barrier(2), []

    def record(row: Any) -> None:
        try:
            with door.inside(union):
                begin.wait()
                transition(VISIT, row, "record", by=staff, at=at, data=HIGH)
                told.append("done")
        except DomainError as problem:
            told.append(problem.code)
        finally:
            connections.close_all()

    both = [threading.Thread(target=record, args=(row,)) for row in rows]
    for one in both:
        one.start()
    for one in both:
        one.join()

    assert told == ["done", "done"]
    with door.inside(union):
        found = ServiceProject.objects.get(pk=project.pk)
        # Raised once, not twice: the second waited for the first.
        assert (found.risk_level, found.version) == (RiskLevel.HIGH, 2)
        assert Change.objects.filter(object_id=project.pk, event="edit").count() == 1


def test_a_neighbour_has_none_of_it(course: Course, country: dict[str, TradeUnion]) -> None:
    row = make.visit(course.project)
    with door.inside(country["430111"]):
        assert Visit.objects.count() == 0
        with pytest.raises(NotFound):
            transition(VISIT, row, "record", by=system("测试"), at=FOUNDED_AT, data=FOUND)
        with pytest.raises(RuntimeError):
            transition(VISIT, row, "record", by=course.staff, at=course.at, data=FOUND)


def test_a_supervisor_removes_what_they_attached_and_nothing_of_staff(course: Course) -> None:
    row = make.visit(course.project)
    by_staff = attach(on=row, upload=upload(), label="检查方案", by=course.staff, at=course.at)
    by_supervisor = attach(on=row, upload=upload(PDF + b"2"), label="现场记录", by=course.supervisor, at=course.at)
    for actor in (course.stranger, course.provider, course.expert, course.leader):
        with pytest.raises((NotFound, Refused)):
            attach(on=row, upload=upload(PDF + b"3"), label="现场记录", by=actor, at=course.at)
    with pytest.raises((NotFound, Refused)):
        remove(attachment=by_staff, reason="重复", by=course.supervisor, at=course.at)
    remove(attachment=by_supervisor, reason="重复", by=course.supervisor, at=course.at)
    assert [one.pk for one in Attachment.objects.present()] == [by_staff.pk]
