"""SM-12 as DOMAIN §3.5 has it: lines, who, guards; nothing moves where a step is refused."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from commons.access.actors import Actor, system
from commons.audit.models import AuditEvent
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import Invalid, NotFound, Refused
from commons.tenancy import door
from commons.workflow.declaration import Step
from commons.workflow.errors import GuardRefused, ReasonMissing, StateRefused
from commons.workflow.todo import mine
from commons.workflow.transitions import transition
from tenants.history.models import Change
from tenants.needs import errors
from tenants.needs.actions import needs as actions
from tenants.needs.enums import NeedSource, NeedState
from tenants.needs.machines.need import NEED, NeedEvent
from tenants.needs.models import Need
from tenants.needs.selectors import needs as reading
from tests.factories.needs import need as make
from tests.tenants.needs import matrix
from tests.tenants.needs.conftest import USCC

PROJECT = UUID("01900000-0000-7000-8000-000000000001")
SORTED = {
    "field": "psychological", "groups": ["outdoor", "new_generation"], "persons_estimate": "120", "intensity": "4",
    "comparative_benefit": "3", "fit_for_so": "5",
}  # fmt: skip

LINES = {
    ("collected", "sort", "sorted"),
    ("sorted", "gather", "clustered"),
    ("clustered", "separate", "sorted"),
    ("clustered", "adopt", "adopted"),
    ("adopted", "release", "clustered"),
    ("adopted", "satisfy", "satisfied"),
    *((state, "park", "parked") for state in ("collected", "sorted", "clustered")),
    ("parked", "resume", "collected"),
    *((state, "reject", "rejected") for state in ("collected", "sorted", "clustered", "parked")),
}
OFFICERS = {"union_admin", "union_staff", "secretariat"}
PLATFORM_ALONE = {"adopt", "release", "satisfy"}


def step_of(row: Need, at: datetime) -> Step:
    """A step of another machine, as purchasing hands it on."""
    line = NEED.line("collected", "sort")
    assert line is not None
    return Step(NEED, row, line, system("立项"), at)


def test_the_lines_are_those_of_the_dossier(kaifu: TradeUnion) -> None:
    assert matrix.lines(NEED) == LINES
    assert NEED.initial == (NeedState.COLLECTED,)


def test_staff_cause_its_steps_and_projects_adopt(kaifu: TradeUnion) -> None:
    row = make.need()
    allowed = matrix.who(NEED, lambda state: row, matrix.actors("430105", USCC))
    assert allowed == {
        (source, event): ({"system"} if event in PLATFORM_ALONE else OFFICERS) for source, event, _ in LINES
    }


def test_from_collected_to_satisfied(staff: Actor, at: datetime) -> None:
    row = actions.register(
        title=" 夜班职工心理疏导 ",
        source=NeedSource.SURVEY,
        field="psychological",
        persons_estimate=30,
        by=staff,
        at=at,
    )
    assert (row.number, row.title, row.year, row.collected_on) == (
        "XQ-00001",
        "夜班职工心理疏导",
        2026,
        date(2026, 11, 20),
    )

    transition(NEED, row, NeedEvent.SORT, by=staff, at=at, data=SORTED)
    target = make.cluster()
    transition(NEED, row, NeedEvent.GATHER, by=staff, at=at, data={"cluster": str(target.pk)})
    assert [one.pk for one in actions.adopt(needs=[row.pk], project_id=PROJECT, after=step_of(row, at))] == [row.pk]
    assert actions.adopt(needs=[row.pk], project_id=PROJECT, after=step_of(row, at)) == []
    assert actions.satisfy(project_id=PROJECT, satisfaction=Decimal("3.4"), after=step_of(row, at)) == []
    assert len(actions.satisfy(project_id=PROJECT, satisfaction=Decimal("3.5"), after=step_of(row, at))) == 1

    row.refresh_from_db()
    assert (row.state, row.sorted_on, row.adopted_on) == (NeedState.SATISFIED, date(2026, 11, 20), date(2026, 11, 20))
    assert (row.cluster_id, row.project_id, row.groups) == (target.pk, PROJECT, ["outdoor", "new_generation"])
    assert (row.persons_estimate, row.intensity, row.fit_for_so) == (120, 4, 5)
    told = Change.objects.filter(object_id=row.pk).order_by("at", "id").values_list("event", "to_state")
    assert list(told) == [
        ("create", "collected"), ("sort", "sorted"), ("gather", "clustered"), ("adopt", "adopted"), ("satisfy", "satisfied"),
    ]  # fmt: skip
    assert AuditEvent.objects.filter(object_id=str(row.pk)).count() == 5


def test_a_stopped_project_gives_its_needs_back(kaifu: TradeUnion, at: datetime) -> None:
    row = make.need(state=NeedState.ADOPTED, project_id=PROJECT, adopted_on=date(2026, 9, 9))
    other = make.need(state=NeedState.ADOPTED, project_id=UUID(int=7), adopted_on=date(2026, 9, 9))
    actions.release(project_id=PROJECT, after=step_of(row, at))
    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.state, row.project_id, row.adopted_on) == (NeedState.CLUSTERED, None, None)
    assert (other.state, other.project_id) == (NeedState.ADOPTED, UUID(int=7))


def test_only_gathered_needs_are_adopted(kaifu: TradeUnion, at: datetime, untouched: Any) -> None:
    row = make.need(state=NeedState.SORTED)
    kept = untouched(row)
    with pytest.raises(StateRefused):
        actions.adopt(needs=[row.pk], project_id=PROJECT, after=step_of(row, at))
    kept()


def test_a_low_mark_satisfies_nothing(kaifu: TradeUnion, at: datetime, untouched: Any) -> None:
    row = make.need(state=NeedState.ADOPTED, project_id=PROJECT)
    kept = untouched(row)
    with pytest.raises(GuardRefused) as problem:
        transition(NEED, row, NeedEvent.SATISFY, by=system("x"), at=at, data={"satisfaction": "3.4"})
    assert problem.value.code == "NEEDS.NOT_SATISFIED"
    assert problem.value.message == "服务对象平均满意度为 3.4 分，未达到 3.5 分，需求不能标为已满足。"
    kept()


@pytest.mark.parametrize("event", [NeedEvent.SEPARATE, NeedEvent.PARK, NeedEvent.REJECT])
def test_what_is_published_loses_none_of_its_needs(
    staff: Actor, at: datetime, untouched: Any, event: NeedEvent
) -> None:
    row = make.need(state=NeedState.CLUSTERED, cluster=make.published())
    kept = untouched(row)
    with pytest.raises(GuardRefused) as problem:
        transition(NEED, row, event, by=staff, at=at, reason="重复")
    assert problem.value.code == "NEEDS.CLUSTER_PUBLISHED"
    kept()


def test_a_need_goes_into_an_open_cluster_of_its_field_and_year(staff: Actor, at: datetime, untouched: Any) -> None:
    row = make.need(state=NeedState.SORTED)
    kept = untouched(row)
    for wrong in (make.published(), make.cluster("法律咨询", field="legal_service"), make.cluster("往年", year=2025)):
        with pytest.raises(Invalid) as problem:
            transition(NEED, row, NeedEvent.GATHER, by=staff, at=at, data={"cluster": str(wrong.pk)})
        assert problem.value.problems == {"cluster": ["所选需求汇总不存在或已公布，请重新选择。"]}
    kept()


def test_parking_needs_a_reason_and_leaves_the_cluster(staff: Actor, at: datetime) -> None:
    row = make.need(state=NeedState.CLUSTERED)
    with pytest.raises(ReasonMissing):
        transition(NEED, row, NeedEvent.PARK, by=staff, at=at)
    transition(NEED, row, NeedEvent.PARK, by=staff, at=at, reason="本年预算已满")
    row.refresh_from_db()
    assert (row.state, row.cluster_id) == (NeedState.PARKED, None)
    transition(NEED, row, NeedEvent.RESUME, by=staff, at=at)
    row.refresh_from_db()
    assert row.state == NeedState.COLLECTED


def test_leaders_organizations_and_strangers_move_nothing(
    leader: Actor, provider: Actor, unit: Actor, at: datetime, untouched: Any
) -> None:
    row = make.need()
    kept = untouched(row)
    for actor in (leader, provider, unit):
        with pytest.raises(Refused):
            transition(NEED, row, NeedEvent.SORT, by=actor, at=at, data=SORTED)
        with pytest.raises(Refused):
            actions.register(title="x", source=NeedSource.SURVEY, field="other", by=actor, at=at)
    kept()


def test_a_neighbours_need_is_not_found(neighbour: Actor, kaifu: TradeUnion, country: dict[str, TradeUnion]) -> None:
    row = make.need()
    with door.inside(country["430111"]):
        assert list(reading.needs(neighbour)) == []
        with pytest.raises(NotFound):
            reading.need(neighbour, row.pk)


def test_what_waits_is_on_the_desk(staff: Actor, leader: Actor) -> None:
    collected, sorted_ = make.need("甲"), make.need("乙", NeedState.SORTED)
    make.need("丙", NeedState.ADOPTED)
    assert {(one.id, one.waiting.label) for one in mine(staff) if one.machine is NEED} == {
        (str(collected.pk), "待梳理"),
        (str(sorted_.pk), "待归类"),
    }
    assert [one for one in mine(leader) if one.machine is NEED] == []


class TestEdit:
    def test_corrects_what_changed(self, staff: Actor, at: datetime) -> None:
        row = make.need()
        changed = actions.edit(need=row, version=1, title="夜班职工心理支持", persons_estimate=40, by=staff, at=at)
        assert (changed.title, changed.version) == ("夜班职工心理支持", 2)
        assert Change.objects.get(object_id=row.pk).changes == {"title": ["夜班职工心理疏导", "夜班职工心理支持"]}

    def test_refuses_what_is_adopted_and_what_contradicts(
        self, staff: Actor, at: datetime, untouched: Callable[[Any], Any]
    ) -> None:
        row, gathered = make.need(state=NeedState.ADOPTED), make.need(state=NeedState.CLUSTERED)
        kept, kept_too = untouched(row), untouched(gathered)
        with pytest.raises(errors.WrongState):
            actions.edit(need=row, version=1, title="改", by=staff, at=at)
        with pytest.raises(Invalid):
            actions.edit(need=gathered, version=1, field="legal_service", by=staff, at=at)
        with pytest.raises(Invalid):
            actions.edit(need=gathered, version=1, title=" ", by=staff, at=at)
        kept()
        kept_too()
