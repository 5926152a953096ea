"""Publishing gathered needs: nothing below five, nobody named. Source: DOMAIN §3.12; F04."""

from datetime import date, datetime
from typing import Any

import pytest

from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import Conflict, Invalid, NotFound, Refused
from commons.tenancy import door
from commons.workflow.errors import GuardRefused, StateRefused
from commons.workflow.transitions import transition
from tenants.needs import errors
from tenants.needs.actions import clusters as actions
from tenants.needs.clustering import proposals
from tenants.needs.enums import ClusterState, NeedState
from tenants.needs.machines.cluster import CLUSTER, ClusterEvent
from tenants.needs.models import Need, NeedCluster
from tenants.needs.selectors import clusters as reading
from tenants.needs.selectors import needs as reading_needs
from tests.factories.needs import need as make
from tests.tenants.needs import matrix
from tests.tenants.needs.conftest import USCC


def test_the_lines_and_who(kaifu: TradeUnion) -> None:
    row = make.cluster()
    assert matrix.lines(CLUSTER) == {
        ("draft", "publish", "published"),
        ("withdrawn", "publish", "published"),
        ("published", "withdraw", "withdrawn"),
    }
    allowed = matrix.who(CLUSTER, lambda state: row, matrix.actors("430105", USCC))
    assert set(map(frozenset, allowed.values())) == {frozenset({"union_admin", "union_staff", "secretariat"})}


def gathered(*persons: int, **fields: object) -> NeedCluster:
    row = make.cluster(**fields)
    for count in persons:
        make.need(state=NeedState.CLUSTERED, cluster=row, persons_estimate=count, groups=["outdoor"])
    return row


def publish(row: NeedCluster, by: Actor, at: datetime) -> None:
    transition(CLUSTER, row, ClusterEvent.PUBLISH, by=by, at=at)
    row.refresh_from_db()


@pytest.mark.parametrize(
    ("persons", "needs", "total", "groups"),
    [
        ((1, 1, 1, 1, 1), 5, 5, ["outdoor"]),
        ((5,), None, 5, ["outdoor"]),
        ((300, 20), None, 320, ["outdoor"]),
    ],
)
def test_counts_below_five_are_not_published(
    staff: Actor, at: datetime, persons: tuple[int, ...], needs: int | None, total: int, groups: list[str]
) -> None:
    row = gathered(*persons)
    publish(row, staff, at)
    assert (row.state, row.published_on) == (ClusterState.PUBLISHED, date(2026, 11, 20))
    assert (row.published_needs, row.published_persons, row.published_groups) == (needs, total, groups)


def test_a_group_of_few_is_not_named(staff: Actor, at: datetime) -> None:
    row = gathered(200)
    make.need(state=NeedState.CLUSTERED, cluster=row, persons_estimate=3, groups=["disabled"])
    publish(row, staff, at)
    assert row.published_groups == ["outdoor"]


@pytest.mark.parametrize(
    ("persons", "fields", "code"),
    [
        ((), {}, "NEEDS.CLUSTER_EMPTY"),
        ((4,), {}, "NEEDS.CLUSTER_TOO_SMALL"),
        ((2, 2), {}, "NEEDS.CLUSTER_TOO_SMALL"),
        ((40,), {"summary": " "}, "NEEDS.CLUSTER_NO_SUMMARY"),
        ((40,), {"summary": "联系人王某，13812345678"}, "NEEDS.CLUSTER_NOT_ANONYMOUS"),
        ((40,), {"summary": "430105199001011234 反映"}, "NEEDS.CLUSTER_NOT_ANONYMOUS"),
    ],
)
def test_what_is_not_ready_is_refused(
    staff: Actor, at: datetime, untouched: Any, persons: tuple[int, ...], fields: dict[str, str], code: str
) -> None:
    row = gathered(*persons, **fields)
    kept = untouched(row)
    with pytest.raises(GuardRefused) as problem:
        publish(row, staff, at)
    assert problem.value.code == code
    kept()


def test_later_needs_change_nothing_that_was_read(staff: Actor, at: datetime) -> None:
    row = gathered(100)
    publish(row, staff, at)
    Need.objects.filter(cluster=row).update(persons_estimate=900)
    row.refresh_from_db()
    assert row.published_persons == 100
    assert reading.counted(staff).get(pk=row.pk).persons_now == 900


def test_withdrawn_it_is_gone_for_organizations(staff: Actor, provider: Actor, leader: Actor, at: datetime) -> None:
    row = gathered(100)
    make.cluster("未公布")
    publish(row, staff, at)
    assert [one.pk for one in reading.clusters(provider)] == [row.pk] == [one.pk for one in reading.published(provider)]
    assert reading.cluster(provider, row.pk) == row
    assert list(reading.needs_in(provider, row)) == []
    assert list(reading.counted(provider)) == []
    assert len(reading.clusters(leader)) == 2

    transition(CLUSTER, row, ClusterEvent.WITHDRAW, by=staff, at=at, reason="数据有误")

    assert list(reading.published(provider)) == []
    with pytest.raises(NotFound):
        reading.cluster(provider, row.pk)
    row.refresh_from_db()
    assert (row.state, row.published_on, row.published_persons) == (ClusterState.WITHDRAWN, None, None)


def test_a_neighbours_cluster_is_not_seen(neighbour: Actor, kaifu: TradeUnion, country: dict[str, TradeUnion]) -> None:
    row = make.published()
    with door.inside(country["430111"]):
        assert list(reading.clusters(neighbour)) == list(reading.published(neighbour)) == []
        with pytest.raises(NotFound):
            reading.cluster(neighbour, row.pk)


class TestGathering:
    def test_several_needs_begin_a_cluster_together(self, staff: Actor, at: datetime) -> None:
        rows = [make.need(f"心理疏导{n}", NeedState.SORTED) for n in range(3)]
        made = actions.gather(needs=rows, title="心理疏导", by=staff, at=at)
        assert (made.title, made.field, made.year, made.needs.count()) == ("心理疏导", "psychological", 2026, 3)
        assert set(Need.objects.values_list("state", flat=True)) == {NeedState.CLUSTERED}

    def test_fields_are_not_mixed_and_all_go_or_none(self, staff: Actor, at: datetime) -> None:
        one, other = make.need(state=NeedState.SORTED), make.need(state=NeedState.SORTED, field="legal_service")
        collected = make.need()
        with pytest.raises(Invalid):
            actions.gather(needs=[one, other], title="混", by=staff, at=at)
        with pytest.raises(StateRefused):
            actions.gather(needs=[one, collected], title="心理", by=staff, at=at)
        assert NeedCluster.objects.count() == 0
        one.refresh_from_db()
        assert one.state == NeedState.SORTED

    def test_two_clusters_of_a_year_have_two_names(self, staff: Actor, at: datetime) -> None:
        actions.create(title="心理疏导", field="psychological", year=2026, by=staff, at=at)
        with pytest.raises(Invalid):
            actions.create(title=" 心理疏导", field="other", year=2026, by=staff, at=at)
        actions.create(title="心理疏导", field="psychological", year=2027, by=staff, at=at)

    def test_edits(self, staff: Actor, leader: Actor, at: datetime) -> None:
        row = make.cluster()
        assert actions.edit(cluster=row, version=1, summary="新", by=staff, at=at).summary == "新"
        with pytest.raises(Conflict):
            actions.edit(cluster=row, version=1, summary="旧", by=staff, at=at)
        with pytest.raises(Refused):
            actions.edit(cluster=row, version=2, summary="旧", by=leader, at=at)
        with pytest.raises(errors.WrongState):
            actions.edit(cluster=make.published(), version=1, summary="旧", by=staff, at=at)


class TestProposals:
    def test_like_titles_of_one_field_belong_together(self, staff: Actor, leader: Actor) -> None:
        one = make.need("希望开展夜班司机心理疏导", NeedState.SORTED, groups=["outdoor"], persons_estimate=10)
        two = make.need("外卖骑手心理疏导活动", NeedState.SORTED, groups=["outdoor"], persons_estimate=90)
        make.need("心理疏导", NeedState.SORTED, field="legal_service")
        make.need("心理疏导", NeedState.SORTED, year=2025)
        make.need("暑期托管班", NeedState.SORTED)
        make.need("骑手心理疏导", NeedState.COLLECTED)

        [proposal] = reading_needs.suggested(staff)

        assert proposal.needs == (one, two)
        assert (proposal.title, proposal.persons) == ("外卖骑手心理疏导活动", 100)
        assert proposal.why == "同为2026年“心理疏导/咨询”领域，名称相近（都提到“心理”“理疏”“疏导”），都面向户外劳动者。"
        assert reading_needs.suggested(leader) == []

    def test_a_chain_is_one_proposal(self, kaifu: TradeUnion) -> None:
        rows = [make.need(title, NeedState.SORTED) for title in ("电焊", "电焊培训班", "培训班安排")]
        assert [len(one.needs) for one in proposals(rows)] == [3]

    def test_nothing_alike_is_no_proposal(self, kaifu: TradeUnion) -> None:
        assert proposals([make.need("法律咨询", NeedState.SORTED), make.need("暑期托管", NeedState.SORTED)]) == []
