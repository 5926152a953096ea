"""Moves, mergers and new names of unions: dated, exact, and in force on their day without anybody remembering."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commons.access.actors import Actor, system
from commons.boundaries import actions, calendar, rehearsing, selectors
from commons.boundaries.enums import ChangeState
from commons.boundaries.errors import (
    AlreadyPlanned,
    BeforeTheLastChange,
    HasChildren,
    LevelNotLower,
    NotAMonthsBeginning,
    NotIndustrial,
    NotPlanned,
    SameAsNow,
    WouldCircle,
)
from commons.boundaries.models import FormerCode, TreeChange
from commons.boundaries.transfer.enums import TransferState
from commons.boundaries.transfer.models import Transfer
from commons.hierarchy.enums import Level, Line, UnionState
from commons.hierarchy.models import Ancestry, Division, Parentage, TradeUnion
from commons.kit.clock import month_index, today
from commons.kit.errors import NotFound
from commons.people.enums import Role
from commons.rollup import selectors as rollup
from commons.rollup.fold import fold, fold_many
from commons.rollup.selectors import Lens
from commons.rollup.verify import verify
from commons.tenancy import provision, template
from commons.tenancy.door import inside
from tests.api.test_reading import ask
from tests.commons.boundaries.conftest import first_of
from tests.commons.boundaries.transfer.ledgers import settle
from tests.factories import country as countries
from tests.factories import organizations as make

Country = dict[str, TradeUnion]
ActorOf = Callable[..., Actor]
ClientOf = Callable[..., Client]


def next_month(count: int = 1) -> date:
    return first_of(count)


def figure(
    country: Country, code: str, month: int, *, line: Line = Line.REGIONAL, indicator: str = "ORG-01"
) -> Decimal | None:
    union = TradeUnion.objects.get(code=code)
    nation = system("test", TradeUnion.objects.get(code="000000"))
    [value] = rollup.values(nation, unions=[union], indicators=[indicator], month=month, lens=Lens(line=line))
    return value.value


def test_laiwu(
    country: Country,
    admin: Actor,
    client_of: ClientOf,
    at: datetime,
) -> None:
    """莱芜市 (1992-2018) became 莱芜区 and 钢城区 of 济南市 on the first of January 2019."""
    for code, name, level, parent in (
        ("371200", "莱芜市", Level.CITY, "370000"),
        ("371202", "莱城区", Level.DISTRICT, "371200"),
        ("371203", "钢城区", Level.DISTRICT, "371200"),
    ):
        Division.objects.create(code=code, name=name, level=level, parent_id=parent)
    unions: Country = {"000000": country["000000"]}
    shape = template.current()
    for code, name, level, parent in (
        ("370000", "山东省总工会", Level.PROVINCE, "000000"),
        ("370100", "济南市总工会", Level.CITY, "370000"),
        ("370102", "济南市历下区总工会", Level.DISTRICT, "370100"),
        ("371200", "莱芜市总工会", Level.CITY, "370000"),
        ("371202", "莱芜市莱城区总工会", Level.DISTRICT, "371200"),
        ("371203", "莱芜市钢城区总工会", Level.DISTRICT, "371200"),
    ):
        unions[code] = countries.union(code, name, level, unions[parent])
        provision.create_schema(unions[code], shape=shape)
    shared = make.credit_code()
    for code, uscc in (("370102", None), ("371200", None), ("371202", shared), ("371203", shared), ("371203", None)):
        with inside(unions[code]):
            make.organization(uscc=uscc, active_on=date(2015, 3, 1))
    fold_many([unions[code] for code in unions])
    day = date(2019, 1, 1)
    said = {"on": day, "by": admin, "at": at, "reason": "国务院批复撤销莱芜市", "document": "鲁政字〔2018〕303号"}
    for code, new, name in (("371202", "370116", "莱芜区"), ("371203", "370117", "钢城区")):
        actions.move(union=unions[code], parent=unions["370100"], **said)
        actions.redefine(union=unions[code], code=new, name_zh=f"济南市{name}总工会", short_name_zh=name, **said)
    with pytest.raises(HasChildren):
        actions.merge(union=unions["370100"], successor=unions["371200"], **said)
    actions.merge(union=unions["371200"], successor=unions["370100"], **said)
    settle("371200", "370100")
    assert Transfer.objects.get().state == TransferState.DONE
    before, after = month_index(date(2018, 12, 1)), month_index(day)
    # Old boundaries: until 2018 under 莱芜市 (three organizations, one of them on two ledgers), then under 济南市.
    assert [figure(country, "371200", month) for month in (before, after)] == [3, 0]
    assert [figure(country, "370100", month) for month in (before, after)] == [1, 4]
    # Today's boundaries: always under 济南市.
    assert [figure(country, "370100", month, line=Line.TODAY) for month in (before, after)] == [4, 4]
    for line in (Line.REGIONAL, Line.TODAY):
        for code in ("370000", "000000"):
            assert [figure(country, code, month, line=line) for month in (before, after)] == [4, 4], (line, code)
    assert verify().differences == []
    # Through the API, by the old code as well, and the old address leads to the new one.
    leader = client_of("000000", Role.LEADER)
    found = ask(
        leader,
        """{ old: union(code: "371202") { code nameZh parent { code } }
             city: union(code: "370100") {
               dated: rollup(indicators: ["ORG-01"], period: "2018-12") { value }
               today: rollup(indicators: ["ORG-01"], period: "2018-12", boundaries: TODAY) { value } }
             gone: union(code: "371200") { state } }""",
    )["data"]
    assert found["old"] == {"code": "370116", "nameZh": "济南市莱芜区总工会", "parent": {"code": "370100"}}
    assert found["city"] == {"dated": [{"value": 1}], "today": [{"value": 4}]}
    assert found["gone"] == {"state": "MERGED"}
    staff = client_of("370116", Role.LEADER)
    moved = staff.get("/u/371202/numbers?period=2018-12")
    assert (moved.status_code, moved["Location"]) == (301, "/u/370116/numbers?period=2018-12")
    page = staff.get("/u/370116/numbers?period=2018-12").content.decode()
    assert "济南市莱芜区总工会" in page
    # For anybody else the old code is as absent as any other.
    stranger = client_of("430105", Role.LEADER)
    assert stranger.get("/u/371202/numbers").status_code == stranger.get("/u/999999/numbers").status_code == 404


def test_nothing_happens_before_the_day_and_everything_on_it(
    country: Country, admin: Actor, client_of: ClientOf, at: datetime
) -> None:
    with inside(country["430105"]):
        make.organization(active_on=date(2026, 1, 5))
    fold(country["430105"])
    day = next_month()
    change = actions.move(
        union=country["430105"], parent=country["440300"], on=day, by=admin, at=at, reason="调整隶属关系"
    )
    this = month_index(today())
    assert change.state == ChangeState.PLANNED
    assert [figure(country, code, this) for code in ("430100", "440300")] == [1, 0]
    # The months to come are told already; nobody is asked for them before they begin.
    assert [figure(country, code, this + 1) for code in ("430100", "440300")] == [0, 1]
    old, new = client_of("430100", Role.LEADER), client_of("440300", Role.LEADER)
    question = '{ union(code: "430105") { code } }'
    assert ask(old, question)["data"]["union"] is not None
    assert ask(new, question)["data"]["union"] is None
    assert calendar.look(at) == 0
    on_the_day = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
    calendar.forget()
    assert calendar.look(on_the_day) == 1
    assert calendar.look(on_the_day) == 0
    change.refresh_from_db()
    assert change.state == ChangeState.APPLIED
    assert ask(old, question)["data"]["union"] is None
    assert ask(new, question)["data"]["union"] is not None
    assert [figure(country, code, this) for code in ("430100", "440300")] == [1, 0]
    assert [figure(country, code, this, line=Line.TODAY) for code in ("430100", "440300")] == [0, 1]
    assert verify().differences == []


def test_a_planned_change_can_be_cancelled_and_leaves_no_trace(country: Country, admin: Actor, at: datetime) -> None:
    with inside(country["430105"]):
        make.organization(active_on=date(2026, 1, 5))
    fold(country["430105"])
    rows = list(Parentage.objects.order_by("pk").values_list("union", "parent", "until_on"))
    lineage = set(Ancestry.objects.values_list("union", "ancestor", "line", "from_month", "until_month"))
    said = {"union": country["430105"], "parent": country["440300"], "by": admin, "at": at, "reason": "调整"}
    change = actions.move(on=next_month(), **said)
    with pytest.raises(AlreadyPlanned):
        actions.move(on=next_month(2), **said)
    actions.cancel(change=change, by=admin, at=at, reason="文件撤回")
    assert list(Parentage.objects.order_by("pk").values_list("union", "parent", "until_on")) == rows
    assert set(Ancestry.objects.values_list("union", "ancestor", "line", "from_month", "until_month")) == lineage
    assert figure(country, "440300", month_index(next_month())) == 0
    with pytest.raises(NotPlanned):
        actions.cancel(change=change, by=admin, at=at, reason="再取消")
    assert verify().differences == []


def test_what_cannot_be(country: Country, admin: Actor, actor_of: ActorOf, at: datetime) -> None:
    said = {"by": admin, "at": at, "reason": "调整"}
    kaifu, changsha, hunan = country["430105"], country["430100"], country["430000"]
    with pytest.raises(NotAMonthsBeginning, match=r"-01"):
        actions.move(union=kaifu, parent=country["440300"], on=date(2026, 3, 2), **said)
    with pytest.raises(WouldCircle):
        actions.move(union=changsha, parent=kaifu, on=next_month(), **said)
    with pytest.raises(LevelNotLower):
        actions.move(union=changsha, parent=country["440300"], on=next_month(), **said)
    with pytest.raises(SameAsNow):
        actions.move(union=kaifu, parent=changsha, on=next_month(), **said)
    with pytest.raises(HasChildren, match=r"开福区|雨花区"):
        actions.merge(union=changsha, successor=hunan, on=next_month(), **said)
    with pytest.raises(NotIndustrial):
        actions.join_industry(union=kaifu, head=hunan, on=next_month(), **said)
    with pytest.raises(SameAsNow):
        actions.redefine(union=kaifu, name_zh=kaifu.name_zh, on=next_month(), **said)
    actions.move(union=kaifu, parent=country["440300"], on=date(2026, 3, 1), **said)
    with pytest.raises(BeforeTheLastChange):
        actions.move(union=kaifu, parent=changsha, on=date(2026, 2, 1), **said)
    for other in (
        actor_of("430000", Role.UNION_ADMIN),
        actor_of("000000", Role.LEADER),
        actor_of("430105", Role.UNION_ADMIN),
    ):
        with pytest.raises(NotFound):
            actions.move(union=kaifu, parent=changsha, on=next_month(), by=other, at=at, reason="调整")
        assert list(selectors.changes(other)) == []
    assert TreeChange.objects.count() == 1


def test_a_rehearsal_tells_and_touches_nothing(country: Country, admin: Actor, at: datetime) -> None:
    with inside(country["430105"]):
        make.organization(active_on=date(2026, 1, 5))
    fold(country["430105"])
    this = month_index(today())

    def change() -> None:
        actions.move(
            union=country["430105"],
            parent=country["440300"],
            on=today().replace(day=1),
            by=admin,
            at=at,
            reason="调整",
        )

    found = rehearsing.compared(
        change, [country[code] for code in ("430100", "440300", "000000")], this, ["ORG-01", "ORG-08"]
    )
    assert [(one.union, one.indicator, one.before, one.after) for one in found][::2] == [
        ("长沙市总工会", "ORG-01", 1, 0),
        ("深圳市总工会", "ORG-01", 0, 1),
        ("中华全国总工会", "ORG-01", 1, 1),
    ]
    assert TreeChange.objects.count() == 0
    assert TradeUnion.objects.get(code="430105").parent == country["430100"]
    assert figure(country, "430100", this) == 1
    assert verify().differences == []


def test_a_merged_union_hands_over_and_is_closed(country: Country, admin: Actor, at: datetime) -> None:
    change = actions.merge(
        union=country["430111"],
        successor=country["430105"],
        on=today().replace(day=1),
        by=admin,
        at=at,
        reason="两区合并",
    )
    assert change.state == ChangeState.APPLIED
    gone = TradeUnion.objects.get(code="430111")
    assert (gone.state, gone.successor, gone.parent) == (UnionState.MERGED, country["430105"], country["430105"])


def test_former_codes_are_not_given_again(country: Country, admin: Actor, at: datetime) -> None:
    said = {"by": admin, "at": at, "reason": "更名", "on": today().replace(day=1)}
    actions.redefine(union=country["430105"], code="430102", **said)
    assert FormerCode.objects.get().code == "430105"
    assert selectors.by_any_code("430105") == country["430105"]
    actions.redefine(union=country["430105"], code="430105", **{**said, "at": at + timedelta(days=1)})
    assert selectors.by_any_code("430102") == country["430105"]
    assert set(FormerCode.objects.values_list("code", flat=True)) == {"430102"}


def test_what_was_known_before_a_change_stays_known_by_both_boundaries(
    country: Country, admin: Actor, at: datetime
) -> None:
    """A city that is told apart by today's boundaries from now on was shown as it was, before anything was told apart."""
    with inside(country["430105"]):
        make.organization(active_on=date(2026, 1, 5))
    fold(country["430105"])
    with inside(country["430105"]):
        make.organization(active_on=date(2026, 2, 5))
    before = rollup.known_at()
    fold(country["430105"])
    between = rollup.known_at()
    actions.move(
        union=country["430105"], parent=country["440300"], on=first_of(), by=admin, at=at, reason="调整隶属关系"
    )
    nation, month = system("测试", country["000000"]), month_index(first_of(-1))

    def shown(code: str, line: Line, as_of: datetime | None) -> Decimal | None:
        union = TradeUnion.objects.get(code=code)
        lens = Lens(line=line, as_of=as_of)
        [value] = rollup.values(nation, unions=[union], indicators=["ORG-01"], month=month, lens=lens)
        return value.value

    for line in (Line.REGIONAL, Line.TODAY):
        assert [shown("430100", line, moment) for moment in (before, between)] == [1, 2], line
        assert [shown("440300", line, moment) for moment in (before, between)] == [0, 0], line
    assert [shown("430100", line, None) for line in (Line.REGIONAL, Line.TODAY)] == [2, 0]
    assert [shown("440300", line, None) for line in (Line.REGIONAL, Line.TODAY)] == [0, 2]
    assert verify().differences == []


def test_a_change_reads_only_what_moves(country: Country, admin: Actor, at: datetime) -> None:
    """The number of statements does not follow the number of unions."""
    said = {"by": admin, "at": at, "reason": "调整"}
    with CaptureQueriesContext(connection) as asked:
        actions.move(union=country["430105"], parent=country["440300"], on=next_month(), **said)
    once = len(asked)
    for number in range(12):
        countries.union(f"4401{number:02d}", f"第{number}区总工会", Level.DISTRICT, country["440000"])
    with CaptureQueriesContext(connection) as asked:
        actions.move(union=country["430111"], parent=country["440300"], on=next_month(), **said)
    assert len(asked) <= once
