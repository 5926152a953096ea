"""The desk: whose union, which figures, what needs doing; nothing of anybody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import cast

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commons.access.actors import Actor
from commons.directory.enums import OrgType
from commons.hierarchy.models import TradeUnion
from commons.jobs.enums import JobState
from commons.jobs.models import Job
from commons.kit.clock import now, today
from commons.people.enums import Role
from commons.rollup.models import HistoricalFigure
from commons.tenancy import door
from commons.web.desk import Card, cards
from commons.web.desk.page import Desk, _greeting
from tenants.registry.enums import LedgerState
from tenants.registry.models import SocialOrganization

ClientOf = Callable[..., Client]
Country = dict[str, TradeUnion]


def desk_of(client: Client, code: str) -> Desk:
    answer = client.get(f"/u/{code}/")
    assert answer.status_code == 200
    return cast(Desk, answer.context["page"])


def entry(union: TradeUnion, serial: int, state: LedgerState, *, verified_on: date | None = None) -> None:
    at = now()
    with door.inside(union):
        SocialOrganization.objects.create(
            serial=serial,
            name=f"组织{serial}",
            org_type=OrgType.UNREGISTERED,
            region_code=union.code,
            state=state,
            first_active_on=verified_on,
            last_verified_on=verified_on,
            created_at=at,
            updated_at=at,
        )


def lines(desk: Desk, title: str) -> dict[str, int | None]:
    [card] = [card for card in desk.cards if card.title == title]
    return {line.label: line.count for line in card.lines}


def test_the_ledgers_card_counts_this_unions_entries_only(client_of: ClientOf, country: Country) -> None:
    day = today(now())
    entry(country["430105"], 1, LedgerState.TO_VERIFY)
    entry(country["430105"], 2, LedgerState.TO_VERIFY)
    entry(country["430105"], 3, LedgerState.ACTIVE, verified_on=day - timedelta(days=400))
    entry(country["430105"], 4, LedgerState.ACTIVE, verified_on=day - timedelta(days=10))
    entry(country["430105"], 5, LedgerState.DRAFT)
    found = lines(desk_of(client_of("430105", Role.UNION_STAFF), "430105"), "本级台账")
    assert (found["待核实的台账"], found["满一年未确认、待更新的台账"], found["草稿"]) == (2, 1, 1)
    found = lines(desk_of(client_of("430111", Role.UNION_STAFF), "430111"), "本级台账")
    assert (found["待核实的台账"], found["满一年未确认、待更新的台账"], found["草稿"]) == (0, 0, 0)


def test_a_neighbours_desk_looks_absent(client_of: ClientOf, country: Country) -> None:
    client = client_of("430111", Role.UNION_ADMIN)
    assert client.get("/u/430105/").status_code == client.get("/u/999999/").status_code == 404


def test_each_role_finds_its_own_cards(client_of: ClientOf, country: Country) -> None:
    national = desk_of(client_of("000000", Role.NATIONAL_ADMIN), "000000")
    assert [card.title for card in national.cards] == ["工会入驻", "区划调整", "平台运行"]
    assert lines(national, "工会入驻")["已启用的工会"] == len(country)
    leader = desk_of(client_of("430105", Role.LEADER), "430105")
    assert [card.title for card in leader.cards] == ["本级台账", "数据质量"]
    assert "登记一家社会组织" not in lines(leader, "本级台账")
    reviewer = desk_of(client_of("430105", Role.REVIEWER), "430105")
    assert (reviewer.numbers, reviewer.cards, reviewer.jobs) == (None, (), ())


def test_jobs_are_the_unions_own_and_shown_without_their_content(client_of: ClientOf, country: Country) -> None:
    for code in ("430105", "430111"):
        Job.objects.create(
            kind="some.kind",
            union=country[code],
            key=code,
            state=JobState.DONE,
            run_after=now(),
            asked_at=now(),
            asked_by_name="李敏",
            payload={"secret": f"CANARY-{code}"},
        )
    client = client_of("430105", Role.UNION_STAFF)
    assert [job.state for job in desk_of(client, "430105").jobs] == ["done"]
    assert "CANARY" not in client.get("/u/430105/").content.decode()
    assert desk_of(client_of("430105", Role.LEADER), "430105").jobs == ()


def test_historical_figures_are_flagged_and_never_added(client_of: ClientOf, country: Country) -> None:
    HistoricalFigure.objects.create(
        figure="F021",
        union=country["440000"],
        title="购买服务投入",
        value_text="2500余万元",
        value=25000000,
        unit="元",
        as_of="五年累计",
        indicator="ORG-01",
        quality="?",
        note="年份不详",
    )
    client = client_of("440000", Role.LEADER)
    desk = desk_of(client, "440000")
    assert [(row.title, row.value, row.quality) for row in desk.historical] == [("购买服务投入", "2500余万元", "存疑")]
    assert desk.numbers is not None
    assert {figure.code: figure.value for figure in desk.numbers.figures}["ORG-01"] == 0
    assert "不计入实时统计" in client.get("/u/440000/").content.decode()
    assert desk_of(client_of("430000", Role.LEADER), "430000").historical == ()


@pytest.fixture
def empty_register(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards, "_makers", [])
    return


@pytest.mark.usefixtures("empty_register")
def test_cards_come_in_their_order_and_once(actor_of: Callable[..., Actor]) -> None:
    actor = actor_of("430105", Role.LEADER)

    def second(actor: Actor, at: datetime) -> Card | None:
        return Card("second", ())

    def first(actor: Actor, at: datetime) -> Card | None:
        return Card("first", ())

    def none(actor: Actor, at: datetime) -> Card | None:
        return None

    for order, maker in ((20, second), (10, first), (15, none), (20, second)):
        cards.register(order, maker)
    assert [card.title for card in cards.of(actor, now())] == ["first", "second"]


@pytest.mark.parametrize(("hour", "words"), [(20, "夜深了"), (1, "上午好"), (6, "下午好"), (11, "晚上好")])
def test_the_greeting_is_that_of_beijing(hour: int, words: str) -> None:
    assert _greeting(datetime(2026, 11, 20, hour, 0, tzinfo=UTC)) == words


def test_the_desk_costs_the_same_few_statements(client_of: ClientOf, country: Country) -> None:
    client = client_of("430105", Role.UNION_STAFF)
    client.get("/u/430105/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/u/430105/")
    statements = [
        query["sql"] for query in asked if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "SET search"))
    ]
    assert len(statements) == 15, "\n".join(statements)
