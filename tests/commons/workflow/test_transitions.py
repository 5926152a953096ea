"""The door through which states change: who, lock, version, state, reason, form, guards, effects; and nothing where it refuses."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections

from commons.access.actors import Actor, system
from commons.audit.models import AuditEvent
from commons.audit.recording import record_change
from commons.hierarchy.models import TradeUnion
from commons.jobs.models import Job
from commons.kit.errors import Conflict, DomainError, Invalid, NotFound, Refused
from commons.people.enums import Role
from commons.tenancy import door
from commons.workflow import alarms
from commons.workflow.checks import problems
from commons.workflow.declaration import Machine, Step, Transition
from commons.workflow.errors import GuardRefused, ReasonMissing, StateRefused, UnknownEvent
from commons.workflow.history import timeline
from commons.workflow.rows import made
from commons.workflow.transitions import choices, edited, follow, transition
from tenants.history.models import Change
from tenants.needs.enums import ClusterState, NeedSource
from tenants.needs.models import Need, NeedCluster
from tests.commons.workflow.machine import ENOUGH, MACHINE, STAFF, Event, cluster
from tests.factories import people


@pytest.fixture
def kaifu(country: dict[str, TradeUnion]) -> Iterator[TradeUnion]:
    with door.inside(country["430105"]):
        yield country["430105"]


@pytest.fixture
def clerk(kaifu: TradeUnion, actor_of: Callable[..., Actor]) -> Actor:
    return actor_of("430105", Role.UNION_STAFF)


def needs(row: NeedCluster, count: int, by: Actor, at: datetime) -> None:
    for serial in range(1, count + 1):
        Need.objects.create(
            serial=serial, title="x", source=NeedSource.UNIT_REPORT, field="psychological", year=2026,
            collected_on=at.date(), cluster=row, **made(by, at),
        )  # fmt: skip


def told() -> list[tuple[str, str, str, str]]:
    return list(Change.objects.order_by("at", "id").values_list("event", "from_state", "to_state", "reason"))


def refused(act: Callable[[], object], error: type[DomainError], row: NeedCluster) -> DomainError:
    """What refuses leaves nothing behind."""
    before = NeedCluster.objects.values().get(pk=row.pk)
    changes, events = Change.objects.count(), AuditEvent.objects.count()
    with pytest.raises(error) as problem:
        act()
    assert NeedCluster.objects.values().get(pk=row.pk) == before
    assert (Change.objects.count(), AuditEvent.objects.count()) == (changes, events)
    return problem.value


def test_a_step_saves_state_version_history_and_audit(clerk: Actor, at: datetime) -> None:
    row = cluster(clerk, at)
    needs(row, 2, clerk, at)
    later = at + timedelta(hours=1)

    step = transition(MACHINE, row, Event.PUBLISH, by=clerk, at=later, version=1)

    row.refresh_from_db()
    assert (row.state, row.version, row.updated_at) == (ClusterState.PUBLISHED, 2, later)
    assert (row.published_on, row.published_needs) == (later.date(), 2)
    assert step.warnings == ["还没有写概述。"]
    assert told() == [("publish", "draft", "published", "")]
    assert Change.objects.get().changes == {"published_on": [None, "2026-11-20"], "published_needs": [None, 2]}
    event = AuditEvent.objects.get(object_id=str(row.pk))
    assert (event.event, event.user_id, event.data) == ("needs.needcluster.publish", clerk.user_id, {})


def test_a_guard_refuses_with_its_code_and_facts(clerk: Actor, at: datetime) -> None:
    row = cluster(clerk, at)
    needs(row, 1, clerk, at)
    problem = refused(lambda: transition(MACHINE, row, Event.PUBLISH, by=clerk, at=at), GuardRefused, row)
    assert (problem.code, problem.message) == ("TEST.TOO_FEW", "只有 1 条需求，至少两条才能公布。")
    assert problem.params == {"count": 1}


def test_the_wrong_state_the_missing_reason_the_stale_version_the_bad_form(clerk: Actor, at: datetime) -> None:
    row = cluster(clerk, at)
    wrong = refused(lambda: transition(MACHINE, row, Event.WITHDRAW, by=clerk, at=at, reason="x"), StateRefused, row)
    assert wrong.message == "当前状态为“未公布”，不能“撤回”。请刷新页面查看最新状态。"
    refused(lambda: transition(MACHINE, row, Event.PUBLISH, by=clerk, at=at, version=7), Conflict, row)
    refused(lambda: transition(MACHINE, row, "explode", by=clerk, at=at), UnknownEvent, row)
    bad = refused(lambda: transition(MACHINE, row, Event.RENAME, by=clerk, at=at, data={"title": ""}), Invalid, row)
    assert isinstance(bad, Invalid)
    assert bad.problems == {"title": ["请填写名称。"]}
    NeedCluster.objects.filter(pk=row.pk).update(state=ClusterState.PUBLISHED)
    missing = refused(
        lambda: transition(MACHINE, row, Event.WITHDRAW, by=clerk, at=at, reason="  "), ReasonMissing, row
    )
    assert (missing.path, missing.message) == (("reason",), "“撤回”须说明理由，请填写后再提交。")


def test_who_is_asked_before_the_state_so_that_a_state_tells_nothing(
    clerk: Actor, at: datetime, actor_of: Callable[..., Actor]
) -> None:
    row = cluster(clerk, at)
    for role in set(Role) - {Role.UNION_ADMIN, Role.UNION_STAFF, Role.SECRETARIAT, Role.NATIONAL_ADMIN}:
        stranger = actor_of("430105", *((role, Role.REVIEWER) if role.is_flag else (role,)))
        for event in Event:
            refused(lambda event=event, by=stranger: transition(MACHINE, row, event, by=by, at=at), Refused, row)
    refused(lambda: transition(MACHINE, row, Event.LAPSE, by=clerk, at=at), Refused, row)
    other = actor_of("430105", Role.UNION_STAFF)
    refused(lambda: transition(MACHINE, row, Event.RENAME, by=other, at=at, data={"title": "新"}), Refused, row)


def test_an_actor_of_another_union_is_a_bug_not_a_refusal(
    clerk: Actor, at: datetime, actor_of: Callable[..., Actor]
) -> None:
    row = cluster(clerk, at)
    with pytest.raises(RuntimeError):
        transition(MACHINE, row, Event.PUBLISH, by=actor_of("430111", Role.UNION_ADMIN), at=at)


def test_a_neighbours_row_is_not_found(
    clerk: Actor, at: datetime, country: dict[str, TradeUnion], actor_of: Callable[..., Actor]
) -> None:
    row = cluster(clerk, at)
    with door.inside(country["430111"]):
        neighbour = actor_of("430111", Role.UNION_STAFF)
        with pytest.raises(NotFound):
            MACHINE.find(neighbour, row.pk)
        with pytest.raises(NotFound):
            transition(MACHINE, row, Event.PUBLISH, by=neighbour, at=at)
    for nothing in ("", "x", f"{row.pk.int ^ 1:032x}"):
        with pytest.raises(NotFound):
            MACHINE.find(clerk, nothing)
    assert MACHINE.find(clerk, row.pk) == row


def test_choices_tell_what_may_be_done_and_what_stands_in_the_way(clerk: Actor, at: datetime) -> None:
    row = cluster(clerk, at)
    publish, rename = choices(MACHINE, row, by=clerk, at=at)
    assert (publish.line.event, publish.refusal.code if publish.refusal else "") == (Event.PUBLISH, "TEST.TOO_FEW")
    assert (rename.line.event, rename.refusal) == (Event.RENAME, None)
    needs(row, 2, clerk, at)
    assert choices(MACHINE, row, by=clerk, at=at)[0].refusal is None
    assert choices(MACHINE, row, by=clerk, at=at)[0].warnings == ("还没有写概述。",)
    row.state = ClusterState.PUBLISHED
    assert [choice.line.event for choice in choices(MACHINE, row, by=clerk, at=at)] == [Event.WITHDRAW]


def test_what_follows_is_done_by_the_platform_in_the_name_of_who_acted(clerk: Actor, at: datetime) -> None:
    row = cluster(clerk, at, state=ClusterState.PUBLISHED)
    first = cluster(clerk, at, title="另一个")
    step = Step(MACHINE, first, MACHINE.transitions[3], clerk, at, reason="项目已结束")
    follow(MACHINE, row, Event.LAPSE, after=step)
    row.refresh_from_db()
    assert row.state == ClusterState.WITHDRAWN
    assert told() == [("lapse", "published", "withdrawn", "项目已结束")]
    assert (Change.objects.get().by_id, Change.objects.get().by_name) == (clerk.user_id, clerk.name)


def test_an_edit_is_told_only_where_something_changed(clerk: Actor, at: datetime) -> None:
    row = cluster(clerk, at)
    edited(row, by=clerk, at=at, changes={})
    assert (row.version, told()) == (1, [])
    row.title = "法律援助"
    edited(row, by=clerk, at=at, changes={"title": ("心理疏导", "法律援助")})
    row.refresh_from_db()
    assert (row.title, row.version, told()) == ("法律援助", 2, [("edit", "draft", "draft", "")])


def test_the_timeline_names_events_states_and_fields(clerk: Actor, at: datetime) -> None:
    row = cluster(clerk, at)
    transition(MACHINE, row, Event.RENAME, by=clerk, at=at, data={"title": "心理服务"})
    [entry] = timeline(MACHINE, row)
    assert (entry.what, entry.who) == ("改名", clerk.name)
    assert [(one.label, one.old, one.new) for one in entry.changes] == [("名称", "心理疏导", "心理服务")]


def test_the_timeline_is_silent_of_nothing_that_stays_nothing(clerk: Actor, at: datetime) -> None:
    row = cluster(clerk, at)
    nothing: tuple[object, object] = (None, None)
    record_change("edit", on=row, by=clerk, at=at, changes={"title": nothing})
    [entry] = timeline(MACHINE, row)
    assert (entry.what, entry.changes) == ("修改", [])


def test_an_event_keeps_its_name_beside_a_field_that_is_called_alike(clerk: Actor, at: datetime) -> None:
    row = cluster(clerk, at)
    record_change("rename", on=row, by=clerk, at=at)
    machine = replace(MACHINE, labels={**MACHINE.labels, "rename": "曾用名"})
    assert [entry.what for entry in timeline(machine, row)] == ["改名"]


def test_the_clock_causes_an_event_once_and_leaves_what_has_moved_on(
    clerk: Actor, at: datetime, registered: None, kaifu: TradeUnion
) -> None:
    row = cluster(clerk, at, state=ClusterState.PUBLISHED)
    moment = at + timedelta(days=3)
    alarms.ring_at(moment, MACHINE, row, Event.LAPSE, by=clerk, at=at)
    alarms.ring_at(moment, MACHINE, row, Event.LAPSE, by=clerk, at=at)
    job = Job.objects.get(kind=alarms.KIND)
    assert (job.union_id, job.run_after) == (kaifu.pk, moment)

    context = _job(job, kaifu, moment)
    assert alarms.ring(context) == {"rung": True}
    row.refresh_from_db()
    assert row.state == ClusterState.WITHDRAWN
    assert alarms.ring(context) == {"rung": False, "why": "WORKFLOW.STATE"}
    row.delete()
    assert alarms.ring(context) == {"rung": False, "why": "NOT_FOUND"}


def _job(job: Job, union: TradeUnion, at: datetime) -> Any:
    from commons.jobs.context import JobContext

    return JobContext(job.pk, job.kind, job.payload, union, system("到期办理", union), at)


def test_two_at_once_one_moves_and_the_other_is_told(own_database: str, at: datetime) -> None:
    union = TradeUnion.objects.get(code="430105")
    with door.inside(union):
        clerk = people.actor("430105", Role.UNION_STAFF)
        row = cluster(clerk, at)
        needs(row, 2, clerk, at)
    start, seen = threading.Barrier(2), []

    def publish() -> None:
        try:
            with door.inside(union):
                start.wait(10)
                transition(MACHINE, row, Event.PUBLISH, by=clerk, at=at, version=1)
            seen.append("moved")
        except DomainError as problem:
            seen.append(problem.code)
        finally:
            connections.close_all()

    both = [threading.Thread(target=publish) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(30)
    assert sorted(seen) == ["CONFLICT", "moved"]
    with door.inside(union):
        assert told() == [("publish", "draft", "published", "")]
        assert NeedCluster.objects.get().version == 2


def test_what_cannot_be_right_is_found_before_the_first_request() -> None:
    def with_lines(*lines: Transition) -> Machine:

        return replace(MACHINE, transitions=lines, waiting=MACHINE.waiting)

    assert problems([MACHINE]) == []
    publish, withdraw, lapse, rename = MACHINE.transitions
    twice = Transition(Event.PUBLISH, (ClusterState.DRAFT,), ClusterState.PUBLISHED, (STAFF,))
    assert [one.id for one in problems([with_lines(publish, twice, withdraw, lapse, rename)])] == ["workflow.E001"]
    assert [one.id for one in problems([with_lines(publish, rename, lapse)])] == ["workflow.E003"]
    assert [one.id for one in problems([with_lines(publish, rename)])] == [
        "workflow.E002", "workflow.E003", "workflow.E003",
    ]  # fmt: skip
    assert "workflow.E004" in [one.id for one in problems([with_lines(withdraw, lapse, rename)])]

    other = replace(
        MACHINE,
        code="SM-T2",
        transitions=(replace(publish, guards=(replace(ENOUGH, sentence="别的"),)), *MACHINE.transitions[1:]),
    )
    assert [one.id for one in problems([MACHINE, other])] == ["workflow.E005"]
    assert [one.id for one in problems([MACHINE, replace(MACHINE)])] == ["workflow.E006"]
