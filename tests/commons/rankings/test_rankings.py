"""A published ranking: who sees it, what of it, from when on, and who may publish. Source: V7."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.roles import ROLES
from commons.audit.models import AuditEvent
from commons.hierarchy.enums import UnionState
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import month_index, today
from commons.kit.errors import Refused
from commons.people.enums import Role
from commons.rankings import actions, selectors
from commons.rankings.errors import AlreadyPublished, NobodyBelow, NotPublished
from commons.rankings.models import PublishedRanking
from commons.rollup.errors import UnknownIndicator
from commons.rollup.models import Cell
from commons.rollup.spans import Span
from tests.api.test_reading import ask
from tests.commons.web.test_numbers import cell, statements
from tests.factories.country import union as new_union

ActorOf = Callable[..., Actor]
ClientOf = Callable[..., Client]
Country = dict[str, TradeUnion]

PUBLISHED = datetime(2026, 6, 10, 2, 0, tzinfo=UTC)


@pytest.fixture
def counted(country: Country) -> Country:
    """开福 12, 雨花 5, and 芙蓉 with as many as 雨花; 福田 elsewhere 40."""
    Cell.objects.all().delete()
    from commons.hierarchy.enums import Level

    country["430102"] = new_union("430102", "长沙市芙蓉区总工会", Level.DISTRICT, country["430100"])
    for code, amount in (("430105", 12), ("430111", 5), ("430102", 5), ("440304", 40)):
        cell(country[code], "org_ledger", amount, month=month_index(PUBLISHED.date()))
        cell(country[code], "contacts", 98_765, month=month_index(PUBLISHED.date()))
    return country


@pytest.fixture
def published(counted: Country, actor_of: ActorOf) -> PublishedRanking:
    return actions.publish(indicator="ORG-01", by=actor_of("430100", Role.UNION_ADMIN), at=PUBLISHED)


def month(text: str = "2026-11") -> Span:
    return Span.parse(text)


@pytest.mark.usefixtures("published")
def test_each_child_sees_names_figures_and_ranks_with_its_own_line_marked(actor_of: ActorOf) -> None:
    [found] = selectors.published_to(actor_of("430111", Role.LEADER), month())
    assert (found.indicator.code, found.publisher) == ("ORG-01", "长沙市总工会")
    assert [(place.rank, place.name, place.value.value, place.own) for place in found.places] == [
        (1, "长沙市开福区", 12, False),
        (2, "长沙市芙蓉区", 5, False),
        (2, "长沙市雨花区", 5, True),
    ]


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("code", ["440304", "440300", "430000", "430100", "000000", "310115"])
def test_nobody_else_sees_it(actor_of: ActorOf, code: str) -> None:
    assert selectors.published_to(actor_of(code, Role.LEADER), month()) == []


def test_what_was_not_published_is_absent(
    counted: Country, published: PublishedRanking, client_of: ClientOf, actor_of: ActorOf
) -> None:
    client = client_of("430111", Role.LEADER)
    body = client.get("/u/430111/numbers/430111/ranking?indicator=CTC-01").content.decode()
    assert "上级公布的排名：社会组织台账数" in body
    assert "98,765" not in body
    assert body.count("开福") == 1
    actions.withdraw(indicator="ORG-01", by=actor_of("430100", Role.UNION_ADMIN), at=PUBLISHED)
    body = client.get("/u/430111/numbers/430111/ranking").content.decode()
    assert "开福" not in body
    assert "上级也没有公布过" in body


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(
    ("period", "seen"), [("2026-05", 0), ("2026-Q1", 0), ("2026-06", 1), ("2026-Q2", 1), ("2026", 1)]
)
def test_what_was_over_before_the_publication_stays_closed(actor_of: ActorOf, period: str, seen: int) -> None:
    assert len(selectors.published_to(actor_of("430111", Role.LEADER), month(period))) == seen


def test_a_role_without_numbers_and_a_partner_see_none(published: PublishedRanking, actor_of: ActorOf) -> None:
    assert selectors.published_to(actor_of("430111", Role.REVIEWER), month()) == []
    from dataclasses import replace

    partner = replace(actor_of("430111", Role.LEADER), user=None, roles=frozenset(), partner="合作系统")
    assert selectors.published_to(partner, month()) == []


def test_publishing_and_withdrawing_are_audited_and_happen_once(counted: Country, actor_of: ActorOf) -> None:
    admin = actor_of("430100", Role.UNION_ADMIN)
    before = AuditEvent.objects.count()
    row = actions.publish(indicator="ORG-01", by=admin, at=PUBLISHED)
    with pytest.raises(AlreadyPublished):
        actions.publish(indicator="ORG-01", by=admin, at=PUBLISHED)
    actions.withdraw(indicator="ORG-01", by=admin, at=PUBLISHED)
    with pytest.raises(NotPublished):
        actions.withdraw(indicator="ORG-01", by=admin, at=PUBLISHED)
    actions.publish(indicator="ORG-01", by=admin, at=PUBLISHED)
    assert PublishedRanking.objects.count() == 2
    events = AuditEvent.objects.order_by("at", "pk")[before:]
    assert [(event.event, event.union_code) for event in events] == [
        ("numbers.ranking_published", "430100"),
        ("numbers.ranking_withdrawn", "430100"),
        ("numbers.ranking_published", "430100"),
    ]
    assert (events[0].object_id, events[0].data) == (str(row.pk), {"indicator": "ORG-01"})


def test_who_may_publish_and_what(counted: Country, actor_of: ActorOf) -> None:
    assert {role for role, grant in ROLES.items() if Permission.NUMBERS_PUBLISH in grant.permissions} == {
        Role.UNION_ADMIN
    }
    for role in (Role.LEADER, Role.UNION_STAFF, Role.AUDITOR):
        with pytest.raises(Refused):
            actions.publish(indicator="ORG-01", by=actor_of("430100", role, Role.REVIEWER), at=PUBLISHED)
    with pytest.raises(UnknownIndicator):
        actions.publish(indicator="X-01", by=actor_of("430100", Role.UNION_ADMIN), at=PUBLISHED)
    with pytest.raises(NobodyBelow):
        actions.publish(indicator="ORG-01", by=actor_of("310000", Role.UNION_ADMIN), at=PUBLISHED)
    assert not PublishedRanking.objects.exists()


def test_a_union_that_is_no_more_stands_in_no_ranking(published: PublishedRanking, actor_of: ActorOf) -> None:
    TradeUnion.objects.filter(code="430105").update(state=UnionState.ARCHIVED)
    [found] = selectors.published_to(actor_of("430111", Role.LEADER), month())
    assert [(place.rank, place.name) for place in found.places] == [(1, "长沙市芙蓉区"), (1, "长沙市雨花区")]


def test_the_parents_page_ranks_its_children_and_publishes_by_button(client_of: ClientOf, counted: Country) -> None:
    client = client_of("430100", Role.UNION_ADMIN)
    page = client.get("/u/430100/numbers/430100/ranking").context["page"]
    assert [[cell.text for cell in row.cells] for row in page.rows] == [
        ["1", "开福区", "12"],
        ["2", "芙蓉区", "5"],
        ["2", "雨花区", "5"],
    ]
    assert (page.may_publish, page.is_published) == (True, False)
    answer = client.post("/u/430100/rankings/publish", {"indicator": "ORG-01", "period": "2026-10"}, follow=True)
    assert answer.redirect_chain == [("/u/430100/numbers/430100/ranking?period=2026-10", 302)]
    assert "已公布，下级工会现在可以看到“社会组织台账数”的排名。" in answer.content.decode()
    assert answer.context["page"].is_published
    again = client.post("/u/430100/rankings/publish", {"indicator": "ORG-01"}, follow=True).content.decode()
    assert "“社会组织台账数”的排名已经公布，不用再次公布。" in again
    answer = client.post("/u/430100/rankings/withdraw", {"indicator": "ORG-01"}, follow=True)
    assert "已撤回，下级工会不再看到" in answer.content.decode()
    assert PublishedRanking.objects.get().withdrawn_at is not None


def test_a_leader_sees_the_ranking_of_those_below_but_cannot_publish(client_of: ClientOf, counted: Country) -> None:
    client = client_of("430100", Role.LEADER)
    answer = client.get("/u/430100/numbers/430100/ranking")
    assert not answer.context["page"].may_publish
    assert "公布这项排名" not in answer.content.decode()
    assert client.post("/u/430100/rankings/publish", {"indicator": "ORG-01"}).status_code == 403
    # Above a union, its published rankings are its own affair.
    nation = client_of("000000", Role.UNION_ADMIN).get("/u/000000/numbers/430100/ranking").context["page"]
    assert (len(nation.rows), nation.may_publish, nation.from_above) == (3, False, ())


QUERY = "{ publishedRankings { indicator period publisherZh places { rank nameZh value own } } }"


def test_the_api_tells_the_same(published: PublishedRanking, client_of: ClientOf, counted: Country) -> None:
    found = ask(client_of("430111", Role.LEADER), QUERY)["data"]["publishedRankings"]
    assert found == [
        {
            "indicator": "ORG-01",
            "period": f"{today():%Y-%m}",
            "publisherZh": "长沙市总工会",
            "places": [
                {"rank": 1, "nameZh": "长沙市开福区", "value": 12, "own": False},
                {"rank": 2, "nameZh": "长沙市芙蓉区", "value": 5, "own": False},
                {"rank": 2, "nameZh": "长沙市雨花区", "value": 5, "own": True},
            ],
        }
    ]
    assert ask(client_of("440304", Role.LEADER), QUERY)["data"] == {"publishedRankings": []}


@pytest.mark.usefixtures("published")
def test_the_childs_page_costs_a_fixed_number_of_statements(client_of: ClientOf) -> None:
    client = client_of("430111", Role.LEADER)
    client.get("/u/430111/")
    assert len(statements(client, "/u/430111/numbers/430111/ranking")) == 13
