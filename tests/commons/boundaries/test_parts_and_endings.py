"""Splits and closings: dated, told before, in force on their day, and nothing before a second person has agreed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.test import Client

from commons.access.actors import Actor, system
from commons.boundaries import actions, calendar, plans, standing
from commons.boundaries.enums import ChangeKind, ChangeState
from commons.boundaries.errors import (
    AlreadyPlanned,
    AnotherPersonNeeded,
    BothChosen,
    DivisionMisshapen,
    HasChildren,
    LevelNotLower,
    NationStands,
    NothingChosen,
    NothingToConfirm,
    NotOnTheLedger,
    NotStanding,
    OtherEnds,
    StillReceives,
)
from commons.boundaries.models import TreeChange
from commons.boundaries.transfer.enums import Mode, TransferState
from commons.boundaries.transfer.errors import SameUnion, TransferRunning
from commons.boundaries.transfer.models import Transfer
from commons.hierarchy.actions import Answerable
from commons.hierarchy.enums import Kind, Level, Line, UnionState
from commons.hierarchy.errors import ParentEnds
from commons.hierarchy.models import Ancestry, Parentage, TradeUnion
from commons.jobs.enums import JobState
from commons.jobs.models import Job
from commons.kit.clock import month_index, today
from commons.kit.errors import NotFound
from commons.onboarding import actions as onboarding
from commons.onboarding.actions import Wish
from commons.people.enums import Role
from commons.rollup import selectors as rollup
from commons.rollup.fold import fold, fold_many
from commons.rollup.selectors import Lens
from commons.rollup.verify import verify
from commons.tenancy.door import inside
from tenants.registry.models import SocialOrganization
from tests.api.test_reading import ask
from tests.commons.boundaries.conftest import first_of
from tests.commons.boundaries.transfer.ledgers import settle
from tests.factories import organizations as make

Country = dict[str, TradeUnion]
ActorOf = Callable[..., Actor]
ClientOf = Callable[..., Client]
SAID = {"reason": "区划调整", "document": "民函〔2026〕8号"}


def figure(code: str, month: int, *, line: Line = Line.REGIONAL) -> Decimal | None:
    union = TradeUnion.objects.get(code=code)
    nation = system("测试", TradeUnion.objects.get(code="000000"))
    [value] = rollup.values(nation, unions=[union], indicators=["ORG-01"], month=month, lens=Lens(line=line))
    return value.value


def filled(country: Country) -> None:
    with inside(country["430105"]):
        for name, region in (("四方坪社团", "430105"), ("芙蓉社团", "430102"), ("蔡锷社团", "430102")):
            make.organization(name=name, region_code=region, active_on=date(2026, 1, 5))
    fold(country["430105"])


def names(union: TradeUnion) -> list[str]:
    with inside(union):
        return list(SocialOrganization.objects.order_by("name").values_list("name", flat=True))


def test_a_part_goes_to_a_union_that_was_newly_founded(country: Country, admin: Actor, at: datetime) -> None:
    filled(country)
    month = month_index(first_of())
    wish = Wish(
        code="430102",
        parent=country["430100"],
        answerable=Answerable("周建国", "基层工作部", "李敏"),
        admin_name="王芳",
    )
    onboarding.onboard(wish=wish, by=admin, at=at)
    settle("430102")
    founded = TradeUnion.objects.get(code="430102")
    assert founded.state == UnionState.ACTIVE
    above = {code: figure(code, month) for code in ("430100", "430000", "000000")}
    change = actions.split(
        union=country["430105"], receiver=founded, rule={"regions": ["430102"]}, on=first_of(), by=admin, at=at, **SAID
    )
    assert change.state == ChangeState.APPLIED
    settle("430105", "430102")
    transfer = Transfer.objects.get(change_id=change.pk)
    assert (transfer.state, transfer.total, transfer.rule) == (TransferState.DONE, 2, {"regions": ["430102"]})
    assert names(founded) == ["芙蓉社团", "蔡锷社团"]
    assert [figure(code, month) for code in ("430105", "430102")] == [1, 2]
    assert [figure(code, month - 1) for code in ("430105", "430102")] == [3, 0]
    assert {code: figure(code, month) for code in above} == above
    assert verify().differences == []


def test_a_split_that_lies_ahead_moves_nothing_before_its_day(country: Country, admin: Actor, at: datetime) -> None:
    filled(country)
    day = first_of(1)
    change = actions.split(
        union=country["430105"],
        receiver=country["430111"],
        rule=plans.rule_of(country["430105"], regions="430102", names=""),
        on=day,
        by=admin,
        at=at,
        **SAID,
    )
    settle("430105", "430111")
    assert (change.state, Transfer.objects.count(), Job.objects.count()) == (ChangeState.PLANNED, 0, 0)
    assert calendar.look(at) == 0
    assert calendar.look(datetime(day.year, day.month, 1, 1, tzinfo=UTC)) == 1
    [job] = Job.objects.filter(kind=calendar.HAND_OVER)
    assert (job.key, job.union, job.state) == (str(change.pk), country["430105"], JobState.QUEUED)


def test_parts_go_to_several_but_once_to_each(country: Country, admin: Actor, at: datetime) -> None:
    said = {"union": country["430105"], "on": first_of(1), "by": admin, "at": at, **SAID}
    actions.split(receiver=country["430111"], rule={"regions": ["430102"]}, **said)
    actions.split(receiver=country["430100"], rule={"regions": ["430103"]}, **said)
    with pytest.raises(AlreadyPlanned):
        actions.split(receiver=country["430111"], rule={"regions": ["430104"]}, **said)
    assert TreeChange.objects.count() == 2


def test_a_merger_with_nothing_to_move_is_done_at_once(country: Country, admin: Actor, at: datetime) -> None:
    """Into its own parent, which needs no other place in the tree."""
    change = actions.merge(union=country["430111"], successor=country["430100"], on=first_of(), by=admin, at=at, **SAID)
    settle("430111", "430100")
    assert (change.state, Transfer.objects.count()) == (ChangeState.APPLIED, 0)
    assert Job.objects.get(kind=calendar.HAND_OVER).state == JobState.DONE
    gone = TradeUnion.objects.get(code="430111")
    assert (gone.state, gone.successor, gone.parent) == (UnionState.MERGED, country["430100"], country["430100"])
    assert verify().differences == []


def test_closing_needs_two_and_ends_the_months_from_its_day(
    country: Country, admin: Actor, second: Actor, at: datetime, client_of: ClientOf
) -> None:
    filled(country)
    day, this = first_of(1), month_index(first_of())
    lineage = set(Ancestry.objects.values_list("union", "ancestor", "line", "from_month", "until_month"))
    change = actions.close(union=country["430105"], on=day, by=admin, at=at, **SAID)
    on_the_day = datetime(day.year, day.month, 1, 1, tzinfo=UTC)
    # One person alone has decided nothing, whatever the day.
    assert calendar.look(on_the_day) == 0
    assert figure("430100", this + 1) == 3
    with pytest.raises(AnotherPersonNeeded) as told:
        actions.confirm(change=change, by=admin, at=at)
    assert told.value.message == "终止工会须由两名全国管理员先后办理，请由另一名全国管理员确认。"
    change = actions.confirm(change=change, by=second, at=at)
    assert (change.state, change.confirmed_by_id) == (ChangeState.PLANNED, second.user_id)
    with pytest.raises(NothingToConfirm):
        actions.confirm(change=change, by=second, at=at)
    assert TradeUnion.objects.get(code="430105").state == UnionState.ACTIVE
    for code in ("430100", "430000", "000000"):
        assert [figure(code, month) for month in (this, this + 1)] == [3, 0], code
        # By today's boundaries the past is the same: the union stood there until it ended.
        assert [figure(code, month, line=Line.TODAY) for month in (this, this + 1)] == [3, 0], code
    assert not Ancestry.objects.filter(line=Line.TODAY).exists(), "no other subtree is told apart"
    assert verify().differences == []
    calendar.forget()
    assert calendar.look(on_the_day) == 1
    closed = TradeUnion.objects.get(code="430105")
    assert (closed.state, closed.parent) == (UnionState.ARCHIVED, country["430100"])
    assert list(closed.state_changes.order_by("pk").values_list("event", flat=True))[-3:] == [
        "suspend",
        "propose_archive",
        "archive",
    ]
    assert figure("430105", this + 1) == 3, "its own archive can be read"
    assert names(closed) == ["四方坪社团", "芙蓉社团", "蔡锷社团"]
    assert lineage - set(Ancestry.objects.values_list("union", "ancestor", "line", "from_month", "until_month")) == {
        (closed.pk, country[code].pk, "regional", 0, 9999 * 12 + 11) for code in ("430100", "430000", "000000")
    }
    assert verify().differences == []
    with pytest.raises(NotStanding) as refused:
        actions.move(union=closed, parent=country["440300"], on=first_of(2), by=admin, at=at, **SAID)
    assert refused.value.message == "“长沙市开福区总工会”目前是“已归档”状态，不能再调整。"


def test_a_closing_can_be_given_up_before_and_after_it_was_confirmed(
    country: Country, admin: Actor, second: Actor, at: datetime
) -> None:
    rows = list(Parentage.objects.order_by("pk").values_list("union", "parent", "line", "until_on"))
    lineage = set(Ancestry.objects.values_list("union", "ancestor", "line", "from_month", "until_month"))
    for confirmed in (False, True):
        change = actions.close(union=country["430105"], on=first_of(1), by=admin, at=at, **SAID)
        if confirmed:
            actions.confirm(change=change, by=second, at=at)
        actions.cancel(change=change, by=admin, at=at, reason="文件撤回")
        assert list(Parentage.objects.order_by("pk").values_list("union", "parent", "line", "until_on")) == rows
        assert set(Ancestry.objects.values_list("union", "ancestor", "line", "from_month", "until_month")) == lineage


def test_nobody_joins_under_a_union_that_will_end(country: Country, admin: Actor, second: Actor, at: datetime) -> None:
    change = actions.close(union=country["430105"], on=first_of(1), by=admin, at=at, **SAID)
    wish = Wish(
        code="430105_01",
        parent=country["430105"],
        name_zh="开福高新区总工会",
        kind=Kind.ZONE,
        level=Level.DISTRICT,
        answerable=Answerable("周建国", "基层工作部", "李敏"),
        admin_name="王芳",
    )
    TradeUnion.objects.filter(code="430105").update(level=Level.CITY)
    wish = replace(wish, parent=TradeUnion.objects.get(code="430105"))
    actions.confirm(change=change, by=second, at=at)
    with pytest.raises(ParentEnds) as told:
        onboarding.onboard(wish=wish, by=admin, at=at)
    assert told.value.message == (
        f"上级工会“长沙市开福区总工会”将自 {first_of(1):%Y-%m-%d} 起终止，不能再接收下级工会，请另选上级。"
    )


def test_giving_up_one_of_two_leaves_the_other(country: Country, admin: Actor, at: datetime) -> None:
    """A move, and later a merger: without the move, the union stays where it is until the merger."""
    said = {"union": country["430105"], "by": admin, "at": at, **SAID}
    move = actions.move(parent=country["440300"], on=first_of(1), **said)
    actions.merge(successor=country["430111"], on=first_of(2), **said)
    actions.cancel(change=move, by=admin, at=at, reason="文件撤回")
    rows = Parentage.objects.filter(union=country["430105"]).order_by("from_on")
    assert list(rows.values_list("parent__code", "until_on")) == [("430100", first_of(2)), ("430111", None)]
    assert verify().differences == []


def test_what_cannot_be(country: Country, admin: Actor, second: Actor, at: datetime) -> None:
    said = {"by": admin, "at": at, **SAID}
    kaifu, yuhua, changsha, nation = (country[code] for code in ("430105", "430111", "430100", "000000"))
    with pytest.raises(SameUnion):
        actions.split(union=kaifu, receiver=kaifu, rule={"regions": ["430102"]}, on=first_of(), **said)
    with pytest.raises(NothingChosen) as told:
        actions.split(union=kaifu, receiver=yuhua, rule={}, on=first_of(), **said)
    assert told.value.message == "请选择要划出的记录：填写行政区划代码，或列出统一社会信用代码、台账编号。"
    for refused in (
        lambda: actions.close(union=nation, on=first_of(), **said),
        lambda: actions.split(union=nation, receiver=yuhua, rule={"regions": ["430102"]}, on=first_of(), **said),
    ):
        with pytest.raises(NationStands):
            refused()
    with pytest.raises(HasChildren):
        actions.close(union=changsha, on=first_of(), **said)
    actions.close(union=yuhua, on=first_of(3), **said)
    with pytest.raises(AlreadyPlanned):
        actions.merge(union=yuhua, successor=kaifu, on=first_of(3), **said)
    with pytest.raises(OtherEnds) as ends:
        actions.merge(union=kaifu, successor=yuhua, on=first_of(1), **said)
    day = f"{first_of(3):%Y-%m-%d}"
    assert ends.value.message == (
        f"“长沙市雨花区总工会”已安排自 {day} 起终止，不能接收“长沙市开福区总工会”，请另选一家。"
    )
    actions.split(union=country["440304"], receiver=kaifu, rule={"regions": ["440304"]}, on=first_of(1), **said)
    with pytest.raises(StillReceives):
        actions.close(union=kaifu, on=first_of(2), **said)
    assert TreeChange.objects.filter(state=ChangeState.PLANNED).count() == 2


@pytest.mark.parametrize("side", ["source", "target"])
def test_a_union_with_records_on_their_way_is_not_closed(
    country: Country, actor_of: ActorOf, at: datetime, side: str
) -> None:
    first, second = (actor_of("000000", Role.NATIONAL_ADMIN) for _ in range(2))
    yuhua, kaifu = country["430111"], country["430105"]
    said = {"at": at, "reason": "试验"}
    ends = {"source": kaifu, "target": kaifu, side: yuhua}
    moving = Transfer.objects.create(
        mode=Mode.SPLIT, **ends, month=month_index(today()), state=TransferState.COPYING, by_name="王芳", at=at
    )
    with pytest.raises(TransferRunning):
        actions.close(union=yuhua, on=first_of(), by=first, **said)
    assert TreeChange.objects.count() == 0
    Transfer.objects.filter(pk=moving.pk).update(state=TransferState.DONE)
    change = actions.close(union=yuhua, on=first_of(), by=first, **said)
    Transfer.objects.filter(pk=moving.pk).update(state=TransferState.RETURNING)
    with pytest.raises(TransferRunning):
        actions.confirm(change=change, by=second, at=at)
    change.refresh_from_db()
    assert (change.state, change.confirmed_at) == (ChangeState.PLANNED, None)
    Transfer.objects.filter(pk=moving.pk).update(state=TransferState.DONE)
    assert actions.confirm(change=change, by=second, at=at).confirmed_at == at


def test_a_rule_as_it_is_written(country: Country) -> None:
    filled(country)
    kaifu = country["430105"]
    assert plans.rule_of(kaifu, regions=" 430102，430103 430102", names="") == {"regions": ["430102", "430103"]}
    with inside(kaifu):
        first, other, _ = SocialOrganization.objects.order_by("serial")
    listed = f"{first.number}\n{other.uscc.lower()}\n{first.uscc}"
    assert plans.rule_of(kaifu, regions="", names=listed) == {"ids": [str(first.pk), str(other.pk)]}
    assert plans.rule_of(kaifu, regions="", names=" \n") == {}
    with pytest.raises(BothChosen):
        plans.rule_of(kaifu, regions="430102", names=first.number)
    with pytest.raises(DivisionMisshapen, match="430"):
        plans.rule_of(kaifu, regions="4301", names="")
    with pytest.raises(NotOnTheLedger) as told:
        plans.rule_of(kaifu, regions="", names=f"{first.number} SO-99999")
    assert told.value.message == "“长沙市开福区总工会”的台账中没有：SO-99999。请核对统一社会信用代码或台账编号。"
    with pytest.raises(NotOnTheLedger):
        plans.rule_of(country["430111"], regions="", names=first.number)


def test_a_county_becomes_a_city_under_the_province(country: Country, admin: Actor, at: datetime) -> None:
    """Move and new level on one day: what stands on that day is what counts, in either order of planning."""
    said = {"union": country["430111"], "on": first_of(1), "by": admin, "at": at, **SAID}
    with pytest.raises(LevelNotLower):
        actions.redefine(level=Level.CITY, **said)
    actions.move(parent=country["430000"], **said)
    actions.redefine(level=Level.CITY, name_zh="雨花市总工会", **said)
    assert standing.parent_on(country["430111"], first_of(1)) == country["430000"]
    assert standing.level_on(country["430111"], first_of()) == Level.DISTRICT
    day = first_of(1)
    assert calendar.look(datetime(day.year, day.month, 1, 1, tzinfo=UTC)) == 2
    risen = TradeUnion.objects.get(code="430111")
    assert (risen.level, risen.parent, risen.name_zh) == (Level.CITY, country["430000"], "雨花市总工会")
    # And down again: a city becomes a district of another city once it has no districts.
    actions.redefine(union=risen, level=Level.DISTRICT, on=first_of(2), by=admin, at=at, **SAID)
    down = actions.move(union=risen, parent=country["430100"], on=first_of(2), by=admin, at=at, **SAID)
    assert down.state == ChangeState.PLANNED


ADMITTED = [("000000", Role.NATIONAL_ADMIN, True)]
REFUSED = [
    ("000000", Role.LEADER, False),
    ("000000", Role.UNION_ADMIN, False),
    ("430000", Role.UNION_ADMIN, False),
    ("430100", Role.UNION_ADMIN, False),
    ("430105", Role.UNION_ADMIN, False),
    ("430105", Role.LEADER, False),
    ("440304", Role.UNION_STAFF, False),
]


@pytest.mark.parametrize(("code", "role", "may"), [*ADMITTED, *REFUSED])
def test_who_may(
    country: Country, admin: Actor, actor_of: ActorOf, at: datetime, code: str, role: Role, may: bool
) -> None:
    """(actor, action): one table for all verbs; who may not is told what somebody is told of what does not exist."""
    planned = actions.close(union=country["440304"], on=first_of(1), by=admin, at=at, **SAID)
    by = actor_of(code, role)
    kaifu, yuhua = country["430105"], country["430111"]
    said = {"union": kaifu, "on": first_of(1), "by": by, "at": at, **SAID}
    verbs: dict[ChangeKind | str, Callable[[], object]] = {
        ChangeKind.MOVE: lambda: actions.move(parent=country["440300"], **said),
        ChangeKind.REDEFINE: lambda: actions.redefine(name_zh="新名总工会", **said),
        ChangeKind.SPLIT: lambda: actions.split(receiver=yuhua, rule={"regions": ["430102"]}, **said),
        ChangeKind.CLOSE: lambda: actions.close(**{**said, "union": yuhua, "on": first_of(4)}),
        "confirm": lambda: actions.confirm(change=planned, by=by, at=at),
        "cancel": lambda: actions.cancel(change=planned, by=by, at=at, reason="撤回"),
    }
    if may:
        # The receiver of a split cannot be closed as well.
        del verbs[ChangeKind.CLOSE]
    before = list(TreeChange.objects.order_by("pk").values())
    for act in verbs.values():
        if may:
            act()
        else:
            with pytest.raises(NotFound):
                act()
    if not may:
        assert list(TreeChange.objects.order_by("pk").values()) == before


def test_rights_follow_at_the_moment_of_the_day(
    country: Country, admin: Actor, at: datetime, client_of: ClientOf
) -> None:
    """No page, no figure for the old parent's leader from the first request of the day; all for the new one's."""
    filled(country)
    old, new = client_of("430100", Role.LEADER), client_of("440300", Role.LEADER)
    paths = {old: "/u/430100/numbers/430105", new: "/u/440300/numbers/430105"}
    assert [client.get(path).status_code for client, path in paths.items()] == [200, 404]
    actions.move(union=country["430105"], parent=country["440300"], on=first_of(), by=admin, at=at, **SAID)
    assert [client.get(path).status_code for client, path in paths.items()] == [404, 200]
    question = '{ union(code: "430105") { rollup(indicators: ["ORG-01"]) { value } } }'
    assert ask(old, question)["data"]["union"] is None
    assert ask(new, question)["data"]["union"] == {"rollup": [{"value": 3}]}


def test_no_fact_counts_twice_along_one_line(country: Country, admin: Actor, at: datetime) -> None:
    """A union in both lines, and its organization in a second union of the same line: once along each."""
    nation = country["000000"]
    for code, name, level, parent in (
        ("000000_i01", "全国邮电工会", Level.PROVINCE, None),
        ("430000_i01", "湖南省邮电工会", Level.CITY, "430000"),
    ):
        wish = Wish(
            code=code,
            parent=country[parent] if parent else nation,
            name_zh=name,
            kind=Kind.INDUSTRIAL,
            level=level,
            answerable=Answerable("周建国", "基层工作部", "李敏"),
            admin_name="王芳",
        )
        onboarding.onboard(wish=wish, by=admin, at=at)
    settle("000000_i01", "430000_i01")
    head, province = (TradeUnion.objects.get(code=code) for code in ("000000_i01", "430000_i01"))
    said = {"on": date(2020, 1, 1), "by": admin, "at": at, **SAID}
    actions.join_industry(union=province, head=head, **said)
    for code in ("430105", "430111"):
        actions.join_industry(union=country[code], head=province, **said)
    shared = make.credit_code()
    for union in (country["430105"], country["430111"], province):
        with inside(union):
            make.organization(uscc=shared, active_on=date(2026, 1, 5))
    with inside(country["430105"]):
        make.organization(active_on=date(2026, 1, 5))
    fold_many([country["430105"], country["430111"], province])
    this = month_index(today())
    assert [figure(code, this) for code in ("430100", "430000", "000000")] == [2, 2, 2]
    assert [figure(code, this, line=Line.INDUSTRIAL) for code in ("430000_i01", "000000_i01")] == [2, 2]
    assert [figure(code, this) for code in ("430000_i01", "000000_i01")] == [1, 0], (
        "the regional line knows no industry"
    )
    assert figure("000000_i01", month_index(date(2019, 12, 1)), line=Line.INDUSTRIAL) == 0
    actions.join_industry(union=country["430105"], head=None, **{**said, "on": first_of()})
    assert [figure(code, this, line=Line.INDUSTRIAL) for code in ("430000_i01", "000000_i01")] == [1, 1]
    assert [figure(code, this - 1, line=Line.INDUSTRIAL) for code in ("430000_i01", "000000_i01")] == [2, 2]
    assert verify().differences == []
