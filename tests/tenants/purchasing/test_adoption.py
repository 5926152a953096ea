"""What becomes of the needs that a project answers to. Source: SM-12 adopt, release, satisfy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest

from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy.door import inside
from commons.workflow.errors import StateRefused
from commons.workflow.transitions import transition
from tenants.history.models import Change
from tenants.needs.enums import NeedState as N
from tenants.needs.models import Need
from tenants.purchasing.enums import EvaluationKind, ProjectState
from tenants.purchasing.machines.project import PROJECT, ProjectEvent
from tenants.purchasing.models import ServiceProject
from tests.factories.needs import need as needs
from tests.factories.purchasing import projects as factory
from tests.tenants.purchasing import making

S, E = ProjectState, ProjectEvent
Country = dict[str, TradeUnion]


@pytest.fixture
def admin(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of("430105", Role.UNION_ADMIN)


def states(*rows: Need) -> list[tuple[str, object]]:
    """State and project of each need, as they are stored."""
    found = {row.pk: (str(row.state), row.project_id) for row in Need.objects.all()}
    return [found[row.pk] for row in rows]


def answering(*rows: Need, state: ProjectState) -> ServiceProject:
    return factory.project(state=state, need_ids=[row.pk for row in rows])


def test_an_approval_adopts_them_and_no_others(country: Country, admin: Actor, at: datetime) -> None:
    with inside(country["430105"]):
        first, second, other = (needs.need(state=N.CLUSTERED) for _ in range(3))
        row = answering(first, second, state=S.APPROVAL_REVIEW)
        making.evaluation(row, EvaluationKind.APPROVAL)
        transition(PROJECT, row, E.APPROVE, by=admin, at=at)
        assert states(first, second, other) == [(N.ADOPTED, row.pk), (N.ADOPTED, row.pk), (N.CLUSTERED, None)]
        told = Change.objects.filter(object_kind="needs.need").values_list("event", "by_name")
        assert list(told) == [("adopt", admin.name)] * 2


def test_an_approval_fails_whole_when_one_is_not_to_be_had(country: Country, admin: Actor, at: datetime) -> None:
    with inside(country["430105"]):
        free, taken = needs.need(state=N.CLUSTERED), needs.need(state=N.COLLECTED)
        row = answering(free, taken, state=S.APPROVAL_REVIEW)
        making.evaluation(row, EvaluationKind.APPROVAL)
        with pytest.raises(StateRefused):
            transition(PROJECT, row, E.APPROVE, by=admin, at=at)
        assert ServiceProject.objects.get(pk=row.pk).state == S.APPROVAL_REVIEW
        assert states(free, taken) == [(N.CLUSTERED, None), (N.COLLECTED, None)]
        assert Change.objects.count() == 0


def test_a_project_that_is_stopped_gives_them_back(country: Country, admin: Actor, at: datetime) -> None:
    with inside(country["430105"]):
        own = needs.need(state=N.CLUSTERED)
        row, another = answering(own, state=S.RUNNING), factory.project(state=S.RUNNING)
        Need.objects.filter(pk=own.pk).update(state=N.ADOPTED, project_id=row.pk)
        foreign = needs.need(state=N.ADOPTED, project_id=another.pk)
        transition(PROJECT, row, E.TERMINATE, by=admin, at=at, reason="承接单位退出")
        assert states(own, foreign) == [(N.CLUSTERED, None), (N.ADOPTED, another.pk)]


@pytest.mark.parametrize(("marks", "state"), [(140, N.SATISFIED), (139, N.ADOPTED)])
def test_a_completed_project_satisfies_them_from_a_mean_mark_of_three_and_a_half(
    country: Country, admin: Actor, at: datetime, marks: int, state: N
) -> None:
    with inside(country["430105"]):
        own = needs.need(state=N.CLUSTERED)
        # Of the measures' own threshold only what is above it remains to be asked here.
        row = factory.project(state=S.ASSESSING, need_ids=[own.pk], ruled=factory.rules(satisfaction_min="3"))
        Need.objects.filter(pk=own.pk).update(state=N.ADOPTED, project_id=row.pk)
        making.evaluation(row, EvaluationKind.PERFORMANCE)
        factory.record(row, served_on=date(2026, 3, 1), person_times=40, satisfaction_sum=marks, satisfaction_count=40)
        transition(PROJECT, row, E.CONCLUDE, by=admin, at=at)
        assert states(own) == [(state, row.pk)]
