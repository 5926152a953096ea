"""
Two at once with one award or one project: one wins, the other is told, and history, audit log and notices have each step once.

Source: DOMAIN §3.6 SM-15P, SM-16.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from commons.access.actors import Actor
from commons.calls.models import OpenCall
from commons.hierarchy.models import TradeUnion
from commons.jobs.models import Job
from commons.kit import clock
from commons.kit.errors import Conflict
from commons.people.enums import Role
from commons.tenancy import door
from commons.workflow import alarms
from commons.workflow.errors import StateRefused
from commons.workflow.transitions import transition
from tenants.notices.models import Notice
from tenants.purchasing.actions import calls, projects
from tenants.purchasing.call_errors import CallUnderWay
from tenants.purchasing.enums import BidState, CallState, EvaluationKind, ProjectState
from tenants.purchasing.machines.call import CALL, CallEvent
from tenants.purchasing.machines.project import PROJECT, ProjectEvent
from tenants.purchasing.models import Bid, Call, ServiceProject
from tests.factories import people
from tests.factories.purchasing import calls as factory
from tests.factories.purchasing import projects as project_factory
from tests.tenants.purchasing import making, outcomes
from tests.tenants.purchasing.outcomes import CODE, kinds, look, since, told
from tests.tenants.purchasing.test_payment_races import together

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
OVER = date(2026, 11, 20)
E = CallEvent


@pytest.fixture
def union(own_database: str) -> TradeUnion:
    return TradeUnion.objects.get(code=CODE)


# The award


def test_two_administrators_award_one_call_at_once(union: TradeUnion) -> None:
    first, second = admin(union), admin(union)
    with door.inside(union):
        call, ranked = outcomes.publicised(OVER, 90, 85, 80, 75)
        assert ranked[0].provider is not None
        winner = people.organization(CODE, ranked[0].provider.uscc)
        before = look()
    confirm = [lambda by=by: transition(CALL, call, E.CONFIRM, by=by, at=AT) for by in (first, second)]  # type: ignore[misc]
    assert kinds(together(union, list(confirm))) == [StateRefused]
    with door.inside(union):
        assert outcomes.states(call) == {1: "won", 2: "reserve", 3: "reserve", 4: "lost"}
        project = ServiceProject.objects.get(pk=call.project_id)
        assert (project.state, project.version) == (ProjectState.AWARDED, 2)
        history, audit = since(before)
        assert history == {
            "call.confirm": 1, "bid.win": 1, "bid.reserve": 2, "bid.lose": 1, "serviceproject.award": 1,
        }  # fmt: skip
        assert audit == {f"purchasing.{name}": count for name, count in history.items()}
        mine = Notice.objects.filter(user_id=winner.user_id, object_id=ranked[0].pk)
        assert mine.count() == 1


def test_two_administrators_let_the_next_step_in_at_once(union: TradeUnion) -> None:
    """Both read that the first does not take it; one reserve steps in, not two."""
    first, second = admin(union), admin(union)
    with door.inside(union):
        call, _ = outcomes.publicised(OVER, 90, 85, 80)
        transition(CALL, call, E.CONFIRM, by=first, at=AT)
        version = Call.objects.get(pk=call.pk).version
        before = look()
    works = [
        lambda by=by: transition(CALL, call, E.NEXT_RESERVE, by=by, at=AT, reason="放弃", version=version)  # type: ignore[misc]
        for by in (first, second)
    ]
    assert kinds(together(union, list(works))) == [Conflict]
    with door.inside(union):
        assert outcomes.states(call) == {1: "lost", 2: "won", 3: "reserve"}
        assert since(before)[0] == {"call.next_reserve": 1, "bid.decline": 1, "bid.win": 1}


def test_of_two_awards_to_one_provider_at_once_one_is_its_first(union: TradeUnion) -> None:
    by = [admin(union), admin(union)]
    with door.inside(union):
        provider = project_factory.provider(**outcomes.FIT)
        found = [factory.call(state=CallState.PUBLICISED, publicity_until=OVER) for _ in by]
        for call in found:
            factory.bid(call, provider, state=BidState.SCORED, rank=1, score=90)
    confirm = [
        lambda call=call, who=who: transition(CALL, call, E.CONFIRM, by=who, at=AT)  # type: ignore[misc]
        for call, who in zip(found, by, strict=True)
    ]
    assert together(union, list(confirm)) == []
    with door.inside(union):
        assert sorted(Bid.objects.filter(state=BidState.WON).values_list("is_first_award", flat=True)) == [False, True]


# Projects


def test_two_people_decide_on_one_project_at_once(union: TradeUnion) -> None:
    first, second = admin(union), admin(union)
    with door.inside(union):
        row = project_factory.project(state=ProjectState.APPROVAL_REVIEW)
        making.evaluation(row, EvaluationKind.APPROVAL, 90)
        before = look()
    works = [
        lambda: transition(PROJECT, row, ProjectEvent.APPROVE, by=first, at=AT, version=row.version),
        lambda: transition(PROJECT, row, ProjectEvent.REJECT, by=second, at=AT, version=row.version, reason="重复"),
    ]
    assert kinds(together(union, list(works))) == [Conflict]
    with door.inside(union):
        row.refresh_from_db()
        event = {"approved": "approve", "rejected": "reject"}[str(row.state)]
        assert (row.version, [one[:3] for one in told(row)]) == (2, [(event, "approval_review", str(row.state))])
        assert since(before) == (
            {f"serviceproject.{event}": 1},
            {f"purchasing.serviceproject.{event}": 1},
        )


def test_two_people_change_one_draft_at_once(union: TradeUnion) -> None:
    first, second = staff(union), staff(union)
    with door.inside(union):
        row = project_factory.project()
        before = look()
    budgets = {first.user_id: Decimal(110_000), second.user_id: Decimal(120_000)}

    def edit(by: Actor) -> object:
        fields: dict[str, Any] = {"budget": budgets[by.user_id], "title": f"心理疏导{budgets[by.user_id]}"}
        funding = [{"source": "union_funds", "amount": budgets[by.user_id]}]
        return projects.edit(project=row, fields=fields, funding=funding, version=row.version, by=by, at=AT)

    assert kinds(together(union, [lambda: edit(first), lambda: edit(second)])) == [Conflict]
    with door.inside(union):
        row.refresh_from_db()
        # All of one, nothing of the other.
        assert row.budget in budgets.values()
        assert (row.title, row.version) == (f"心理疏导{row.budget.quantize(Decimal(1))}", 2)
        assert list(row.funding.values_list("amount", flat=True)) == [row.budget]
        assert since(before) == ({"serviceproject.edit": 1}, {"purchasing.serviceproject.edit": 1})


def test_two_people_publish_one_call_at_once(union: TradeUnion) -> None:
    """One envelope, to which all bids are sealed; one clock; one notice on the board of the country."""
    first, second = staff(union), staff(union)
    with door.inside(union):
        project = factory.sourcing(state=ProjectState.APPROVED)
        call = factory.call(state=CallState.DRAFT, project=project, deadline=clock.now() + timedelta(days=60))
        before = look()
    publish = [
        lambda by=by: transition(CALL, call, E.PUBLISH, by=by, at=clock.now())  # type: ignore[misc]
        for by in (first, second)
    ]
    assert kinds(together(union, list(publish))) == [StateRefused]
    with door.inside(union):
        call.refresh_from_db()
        assert (call.state, call.version, bool(call.envelope)) == (CallState.PUBLISHED, 2, True)
        history, audit = since(before)
        assert history == {"call.publish": 1, "serviceproject.publish_call": 1}
        assert audit["purchasing.call.publish"] == 1
    assert OpenCall.objects.filter(call_id=call.pk).count() == 1
    assert Job.objects.filter(kind=alarms.KIND, payload__id=str(call.pk)).count() == 1


def test_two_people_draft_a_call_of_one_project_at_once(union: TradeUnion) -> None:
    first, second = staff(union), staff(union)
    with door.inside(union):
        row = factory.sourcing(state=ProjectState.APPROVED)
        before = look()

    def create(by: Actor) -> Call:
        draft = calls.Draft(title="招募公告", ceiling=row.budget)
        return calls.create(project_id=row.pk, draft=draft, by=by, at=AT)

    assert kinds(together(union, [lambda: create(first), lambda: create(second)])) == [CallUnderWay]
    with door.inside(union):
        assert list(Call.objects.values_list("round", "state")) == [(1, "draft")]
        assert since(before) == ({"call.create": 1}, {"purchasing.call.create": 1})


def staff(union: TradeUnion) -> Actor:
    return people.actor(union.code, Role.UNION_STAFF)


def admin(union: TradeUnion) -> Actor:
    return people.actor(union.code, Role.UNION_ADMIN)
