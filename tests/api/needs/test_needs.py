"""Needs and clusters by the API: recorded, sorted, gathered, published; organizations read what is published and no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from api.kit.ids import to_global
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy import door
from tenants.needs.enums import NeedState
from tenants.needs.models import Need, NeedCluster
from tests.api.conftest import ask
from tests.api.needs.conftest import SECRETARIAT, UNIT, codes, done, step, written
from tests.factories.needs import appeal as appeals
from tests.factories.needs import need as make
from tests.factories.needs import order as orders

REGISTER = """mutation($input: RegisterNeedInput!) { registerNeed(input: $input) { errors { code path }
    need { id number version title source field groups personsEstimate state } } }"""
UPDATE = (
    "mutation($input: UpdateNeedInput!) { updateNeed(input: $input) { errors { code path } need { title version } } }"
)
GATHER = """mutation($input: GatherNeedsInput!) { gatherNeeds(input: $input) { errors { code path }
    cluster { id title field year needsNow personsNow state } } }"""
CLUSTER = """mutation($input: CreateNeedClusterInput!) { createNeedCluster(input: $input) { errors { code path }
    cluster { id version title state } } }"""
CORRECT = """mutation($input: UpdateNeedClusterInput!) { updateNeedCluster(input: $input) { errors { code }
    cluster { title summary version } } }"""
CLUSTERS = """{ needClusters { totalCount edges { node { title publishedNeeds publishedPersons publishedGroups needsNow
    personsNow } } } }"""
SORTED = {
    "field": "psychological",
    "groups": ["outdoor"],
    "personsEstimate": "40",
    "intensity": "4",
    "comparativeBenefit": "3",
    "fitForSo": "5",
}
GIVEN = {
    "title": "夜班心理疏导",
    "source": "UNIT_REPORT",
    "field": "PSYCHOLOGICAL",
    "groups": ["OUTDOOR"],
    "personsEstimate": 40,
}


def test_from_the_need_to_the_published_cluster(kaifu: TradeUnion, staff: Client, organization: Client) -> None:
    ids = []
    for number in range(5):
        made = ask(staff, REGISTER, {"input": {**GIVEN, "title": f"夜班心理疏导{number}"}})["data"]["registerNeed"]
        assert made["errors"] == []
        ids.append(made["need"]["id"])
        assert done(staff, ids[-1], "sort", data=SORTED) == "sorted"
    assert made["need"] == {
        "id": ids[-1],
        "number": "XQ-00005",
        "version": 1,
        "title": "夜班心理疏导4",
        "source": "UNIT_REPORT",
        "field": "PSYCHOLOGICAL",
        "groups": ["OUTDOOR"],
        "personsEstimate": 40,
        "state": "COLLECTED",
    }
    gathered = ask(staff, GATHER, {"input": {"needs": ids, "title": "夜班职工心理服务"}})["data"]["gatherNeeds"]
    cluster = gathered["cluster"]
    assert gathered["errors"] == []
    assert cluster == {
        "id": cluster["id"],
        "title": "夜班职工心理服务",
        "field": "PSYCHOLOGICAL",
        "year": 2026,
        "needsNow": 5,
        "personsNow": 200,
        "state": "DRAFT",
    }
    listed = ask(
        staff, "query($c: ID) { needs(filter: {cluster: $c, group: OUTDOOR}) { totalCount } }", {"c": cluster["id"]}
    )
    assert listed["data"] == {"needs": {"totalCount": 5}}
    assert ask(organization, CLUSTERS)["data"] == {"needClusters": {"totalCount": 0, "edges": []}}
    assert step(staff, cluster["id"], "publish")["errors"] == [{"code": "NEEDS.CLUSTER_NO_SUMMARY", "path": []}]
    version = NeedCluster.objects.get().version
    change = {"id": cluster["id"], "version": version, "summary": "夜班多，希望就近疏导。"}
    assert ask(staff, CORRECT, {"input": change})["data"]["updateNeedCluster"] == {
        "errors": [],
        "cluster": {"title": "夜班职工心理服务", "summary": "夜班多，希望就近疏导。", "version": version + 1},
    }
    assert done(staff, cluster["id"], "publish") == "published"
    seen = {
        "title": "夜班职工心理服务",
        "publishedNeeds": 5,
        "publishedPersons": 200,
        "publishedGroups": ["OUTDOOR"],
    }
    read = ask(organization, CLUSTERS)["data"]["needClusters"]
    assert read == {"totalCount": 1, "edges": [{"node": {**seen, "needsNow": None, "personsNow": None}}]}
    own = ask(staff, CLUSTERS)["data"]["needClusters"]["edges"]
    assert own == [{"node": {**seen, "needsNow": 5, "personsNow": 200}}]


def test_an_organization_reads_published_clusters_alone(kaifu: TradeUnion, organization: Client) -> None:
    draft, published = make.cluster(), make.published(published_needs=None)
    need = make.need(cluster=published, state=NeedState.CLUSTERED)
    listed = ask(organization, CLUSTERS)["data"]["needClusters"]
    assert [edge["node"]["title"] for edge in listed["edges"]] == ["外卖骑手夜间心理热线"]
    assert listed["edges"][0]["node"]["publishedNeeds"] is None
    query = "query($id: ID!) { node(id: $id) { id } }"
    asked = [to_global("NeedCluster", published.pk), to_global("NeedCluster", draft.pk), to_global("Need", need.pk)]
    assert [ask(organization, query, {"id": id})["data"]["node"] for id in asked] == [{"id": asked[0]}, None, None]
    assert codes(ask(organization, "{ needs { totalCount } }")) == ["REFUSED"]
    before = written(kaifu, Need, NeedCluster)
    given = {"title": "甲", "field": "PSYCHOLOGICAL", "year": 2026}
    assert ask(organization, CLUSTER, {"input": given})["data"]["createNeedCluster"]["errors"][0]["code"] == "REFUSED"
    assert step(organization, asked[0], "withdraw")["errors"][0]["code"] == "REFUSED"
    assert written(kaifu, Need, NeedCluster) == before


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"title": " "}, "title"),
        ({"collectedOn": "2099-01-01"}, "collectedOn"),
        ({"personsEstimate": -1}, "personsEstimate"),
        ({"intensity": 6}, "intensity"),
        ({"fitForSo": 0}, "fitForSo"),
    ],
)
def test_what_cannot_be_is_not_written(kaifu: TradeUnion, staff: Client, change: dict[str, Any], path: str) -> None:
    row = make.need()
    before = written(kaifu, Need)
    told = ask(staff, REGISTER, {"input": {**GIVEN, **change}})["data"]["registerNeed"]
    assert told == {"errors": [{"code": "INVALID", "path": ["input", path]}], "need": None}
    given = {"id": to_global("Need", row.pk), "version": 1, **change}
    told = ask(staff, UPDATE, {"input": given})["data"]["updateNeed"]
    assert told == {"errors": [{"code": "INVALID", "path": ["input", path]}], "need": None}
    assert written(kaifu, Need) == before


def test_corrected_with_the_version_that_was_read(kaifu: TradeUnion, staff: Client) -> None:
    row = make.need()
    given = {"id": to_global("Need", row.pk), "version": 1, "title": "夜班疏导"}
    assert ask(staff, UPDATE, {"input": given})["data"]["updateNeed"] == {
        "errors": [],
        "need": {"title": "夜班疏导", "version": 2},
    }
    assert ask(staff, UPDATE, {"input": given})["data"]["updateNeed"]["errors"] == [{"code": "CONFLICT", "path": []}]
    decided = make.need(state=NeedState.ADOPTED)
    late = {**given, "id": to_global("Need", decided.pk)}
    assert ask(staff, UPDATE, {"input": late})["data"]["updateNeed"]["errors"][0]["code"] == "NEEDS.WRONG_STATE"


def test_of_another_field_nothing_is_gathered(kaifu: TradeUnion, staff: Client) -> None:
    one, other = make.need(state=NeedState.SORTED), make.need(state=NeedState.SORTED, field="legal_aid")
    before = written(kaifu, Need, NeedCluster)
    ids = [to_global("Need", row.pk) for row in (one, other)]
    told = ask(staff, GATHER, {"input": {"needs": ids, "title": "甲"}})["data"]["gatherNeeds"]
    assert told == {"errors": [{"code": "INVALID", "path": ["input", "needs"]}], "cluster": None}
    assert written(kaifu, Need, NeedCluster) == before


def test_what_might_be_gathered_is_proposed(kaifu: TradeUnion, staff: Client, leader: Client) -> None:
    one, other = make.need("夜班心理疏导", NeedState.SORTED), make.need("夜班心理咨询", NeedState.SORTED)
    make.need("篮球赛", NeedState.SORTED)
    query = "{ suggestedGatherings { title field year persons needs { id } } }"
    assert ask(staff, query)["data"]["suggestedGatherings"] == [
        {
            "title": "夜班心理疏导",
            "field": "PSYCHOLOGICAL",
            "year": 2026,
            "persons": 80,
            "needs": [{"id": to_global("Need", row.pk)} for row in (one, other)],
        }
    ]
    assert codes(ask(leader, query)) == ["REFUSED"]


def test_a_need_comes_only_from_what_one_may_read(kaifu: TradeUnion, staff: Client, admin: Client) -> None:
    appeal, order = appeals.appeal(), orders.order(orders.item())
    from_appeal = {**GIVEN, "source": "APPEAL", "origin": to_global("Appeal", appeal.pk)}
    before = written(kaifu, Need)
    for given in (from_appeal, {**from_appeal, "source": "UNIT_REPORT"}):
        told = ask(staff, REGISTER, {"input": given})["data"]["registerNeed"]
        assert told == {"errors": [{"code": "NOT_FOUND", "path": []}], "need": None}
    assert written(kaifu, Need) == before
    assert ask(admin, REGISTER, {"input": from_appeal})["data"]["registerNeed"]["errors"] == []
    from_order = {**GIVEN, "source": "WORKER_ORDER", "origin": to_global("ServiceOrder", order.pk)}
    assert ask(staff, REGISTER, {"input": from_order})["data"]["registerNeed"]["errors"] == []
    assert [row.origin_id for row in Need.objects.order_by("serial")] == [appeal.pk, order.pk]


@pytest.mark.parametrize(
    ("roles", "code"),
    [
        ((Role.UNION_ADMIN,), None),
        ((Role.UNION_STAFF,), None),
        (SECRETARIAT, None),
        ((Role.LEADER,), "REFUSED"),
        ((Role.REVIEWER,), "REFUSED"),
        (UNIT, "REFUSED"),
    ],
)
def test_who_records_needs(
    kaifu: TradeUnion, client_of: Callable[..., Client], roles: tuple[Role, ...], code: str | None
) -> None:
    """Source: DOMAIN §4.2."""
    client = client_of("430105", *roles)
    before = written(kaifu, Need)
    told = ask(client, REGISTER, {"input": GIVEN})["data"]["registerNeed"]
    assert [one["code"] for one in told["errors"]] == ([code] if code else [])
    assert Need.objects.count() == (0 if code else 1)
    assert (written(kaifu, Need) == before) == bool(code)


def test_a_neighbours_rows_are_not_there(kaifu: TradeUnion, country: dict[str, TradeUnion], admin: Client) -> None:
    mine = make.need(state=NeedState.SORTED)
    with door.inside(country["430111"]):
        theirs, cluster = make.need(state=NeedState.SORTED), make.published("雨花汇总")
    before = written(country["430111"], Need, NeedCluster)
    listed = ask(admin, "{ needs { totalCount } needClusters { totalCount } }")["data"]
    assert listed == {"needs": {"totalCount": 1}, "needClusters": {"totalCount": 0}}
    for given in (
        {"needs": [to_global("Need", mine.pk), to_global("Need", theirs.pk)], "title": "甲"},
        {"needs": [to_global("Need", mine.pk)], "cluster": to_global("NeedCluster", cluster.pk)},
    ):
        told = ask(admin, GATHER, {"input": given})["data"]["gatherNeeds"]
        assert told == {"errors": [{"code": "NOT_FOUND", "path": []}], "cluster": None}
    assert step(admin, to_global("NeedCluster", cluster.pk), "withdraw")["errors"][0]["code"] == "NOT_FOUND"
    assert written(country["430111"], Need, NeedCluster) == before
