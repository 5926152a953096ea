"""Suspending stops everything of a union at once and deletes nothing. Source: SM-01."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from commons.access.actors import Actor, acting, system, unions_of
from commons.hierarchy.enums import UnionState
from commons.hierarchy.errors import NotAllowedNow, ReasonMissing, SecondPersonNeeded
from commons.hierarchy.models import TradeUnion
from commons.jobs import actions as jobs
from commons.jobs import engine
from commons.jobs.enums import JobState
from commons.kit.clock import now
from commons.kit.errors import NotFound, Refused
from commons.onboarding import actions
from commons.onboarding.errors import NationStays
from commons.people.enums import Role
from commons.tenancy import door
from tenants.history.models import Change
from tests.commons.jobs import canaries  # noqa: F401 - registers the handlers
from tests.factories import people

Country = dict[str, TradeUnion]
ActorOf = Callable[..., Actor]


def test_sign_ins_and_jobs_stop_and_return(
    country: Country, actor_of: ActorOf, client_of: Callable[..., Client], at: datetime
) -> None:
    union, nation = country["430105"], actor_of("000000", Role.NATIONAL_ADMIN)
    staff = client_of("430105", Role.UNION_ADMIN)
    assert staff.get("/u/430105/unions").status_code == 200
    job = jobs.enqueue(kind="test.canary", union=union, payload={}, key="k", by=system("测试"), at=now())
    actions.suspend(union=union, reason="机构调整", by=nation, at=at)
    assert staff.get("/u/430105/unions").status_code == 302, "signed out with the very next request"
    user = staff.actor.user  # type: ignore[attr-defined]
    assert acting(user, union) is None
    assert unions_of(user) == []
    assert engine.run_due() == 0
    staff.force_login(staff.actor.user, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[attr-defined]
    assert staff.get("/u/430105/unions").status_code == 404
    actions.resume(union=union, by=nation, at=at)
    assert staff.get("/u/430105/unions").status_code == 200
    assert engine.run_due() == 1
    job.refresh_from_db()
    assert job.state == JobState.DONE
    with door.inside(union):
        assert Change.objects.filter(object_kind="canary").count() == 1


def test_who_also_serves_another_union_stays_signed_in(
    country: Country, actor_of: ActorOf, client_of: Callable[..., Client], at: datetime
) -> None:
    both = client_of("430105", Role.UNION_STAFF)
    people.assign(both.actor.user, country["430111"], Role.UNION_STAFF)  # type: ignore[attr-defined]
    actions.suspend(union=country["430105"], reason="机构调整", by=actor_of("000000", Role.NATIONAL_ADMIN), at=at)
    assert both.get("/u/430105/").status_code == 404
    assert both.get("/u/430111/").status_code == 200


def test_a_job_in_flight_does_not_outlive_the_suspension(country: Country, actor_of: ActorOf, at: datetime) -> None:
    from commons.jobs import leases

    union = country["430105"]
    jobs.enqueue(kind="test.canary", union=union, payload={}, key="k", by=system("测试"), at=now())
    taken = leases.take(at=now())
    assert taken is not None
    actions.suspend(union=union, reason="机构调整", by=actor_of("000000", Role.NATIONAL_ADMIN), at=at)
    assert not engine.attempt(taken)
    with door.inside(union):
        assert not Change.objects.filter(object_kind="canary").exists()


@pytest.mark.parametrize("role", [Role.UNION_ADMIN, Role.UNION_STAFF, Role.LEADER])
def test_nobody_else_suspends(country: Country, actor_of: ActorOf, at: datetime, role: Role) -> None:
    for code in ("430100", "430000", "000000"):
        with pytest.raises(Refused):
            actions.suspend(union=country["430105"], reason="原因", by=actor_of(code, role), at=at)
    country["430105"].refresh_from_db()
    assert country["430105"].state == UnionState.ACTIVE


def test_rules_of_suspending(country: Country, actor_of: ActorOf, at: datetime) -> None:
    nation = actor_of("000000", Role.NATIONAL_ADMIN)
    with pytest.raises(ReasonMissing):
        actions.suspend(union=country["430105"], reason="", by=nation, at=at)
    with pytest.raises(NationStays):
        actions.suspend(union=country["000000"], reason="原因", by=nation, at=at)
    with pytest.raises(NotAllowedNow):
        actions.resume(union=country["430105"], by=nation, at=at)


def test_archiving_needs_two_persons(country: Country, actor_of: ActorOf, at: datetime) -> None:
    first, second = actor_of("000000", Role.NATIONAL_ADMIN), actor_of("000000", Role.NATIONAL_ADMIN)
    union = country["430105"]
    with pytest.raises(SecondPersonNeeded):
        actions.archive(union=union, by=first, at=at)
    actions.suspend(union=union, reason="撤并", by=first, at=at)
    actions.propose_archive(union=union, reason="撤并", by=first, at=at)
    with pytest.raises(SecondPersonNeeded):
        actions.archive(union=union, by=first, at=at)
    actions.archive(union=union, by=second, at=at)
    union.refresh_from_db()
    assert union.state == UnionState.ARCHIVED
    with door.inside(union):
        assert Change.objects.count() == 0, "the schema stays"
    with pytest.raises(NotAllowedNow):
        actions.resume(union=union, by=first, at=at)


def test_a_union_keeps_its_own_profile_only(country: Country, actor_of: ActorOf, at: datetime) -> None:
    from commons.hierarchy.actions import Answerable

    named = Answerable("王强", "权益保障部", "赵敏")
    admin = actor_of("430105", Role.UNION_ADMIN)
    actions.revise(union=country["430105"], answerable=named, by=admin, at=at, main_leader_title="党组书记")
    assert country["430105"].responsibilities.get(until_on__isnull=True).leader_in_charge == "王强"
    for other in ("430111", "430100"):
        with pytest.raises(NotFound):
            actions.revise(union=country[other], answerable=named, by=admin, at=at)
    with pytest.raises(Refused):
        actions.revise(union=country["430105"], answerable=named, by=actor_of("430105", Role.UNION_STAFF), at=at)
