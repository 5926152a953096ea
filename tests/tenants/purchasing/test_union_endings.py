"""No union ends while its purchases are open: refused by how many, and nothing moved. Source: SM-01 archive, no open contracts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from commons.access.actors import Actor
from commons.audit.models import AuditEvent
from commons.boundaries import actions as boundaries
from commons.boundaries.enums import ChangeState
from commons.boundaries.models import TreeChange
from commons.hierarchy.enums import UnionState
from commons.hierarchy.models import Parentage, TradeUnion, UnionStateChange
from commons.jobs.models import Job
from commons.kit.clock import today
from commons.onboarding import actions as onboarding
from commons.people.enums import Role
from commons.tenancy.door import current, inside
from commons.tenancy.errors import Unfinished
from commons.workflow.transitions import transition
from tenants.purchasing.enums import BuyerKind, CallState, ContractState, MilestoneState
from tenants.purchasing.machines.call import CALL
from tenants.purchasing.machines.contract import CONTRACT
from tenants.purchasing.models import Call, Contract
from tests.factories import people
from tests.factories.purchasing import calls
from tests.factories.purchasing import contracts as make
from tests.tenants.purchasing.contracting import drafted, everybody, won
from tests.tenants.purchasing.contracting import refused as told_no

Country = dict[str, TradeUnion]
ActorOf = Callable[..., Actor]
SAID = {"reason": "机构调整", "document": "民函〔2026〕8号"}
KAIFU = "长沙市开福区总工会"
C, M = ContractState, MilestoneState


def following() -> date:
    """The first of next month."""
    now = today()
    return date(now.year + now.month // 12, now.month % 12 + 1, 1)


@pytest.fixture
def first(actor_of: ActorOf) -> Actor:
    return actor_of("000000", Role.NATIONAL_ADMIN)


@pytest.fixture
def second(actor_of: ActorOf) -> Actor:
    return actor_of("000000", Role.NATIONAL_ADMIN)


def everything() -> list[Any]:
    """All that an ending could have changed."""
    states = sorted(TradeUnion.objects.values_list("code", "state", "parent__code", "successor__code", "path"))
    parents = sorted(Parentage.objects.values_list("union", "parent", "line", "from_on", "until_on"), key=str)
    return [states, parents, *(one.objects.count() for one in (TreeChange, UnionStateChange, AuditEvent, Job))]


def refused(end: Callable[[], object], left: str) -> None:
    before = everything()
    with pytest.raises(Unfinished) as told:
        end()
    assert told.value.message == (f"“{KAIFU}”还有{left}没有办结，不能撤并、终止或归档。请先由该会办结、取消或终止。")
    assert told.value.code == "TENANCY.UNFINISHED"
    assert everything() == before
    assert current() is None


def open_business(union: TradeUnion) -> None:
    """One call, two contracts, and of one of them two parts that are neither paid nor withheld."""
    with inside(union):
        calls.call(state=CallState.PUBLICISED)
        calls.call(state=CallState.DRAFT)
        calls.call(state=CallState.DONE)
        calls.call(state=CallState.FAILED)
        make.contract(state=C.LEGAL_CHECK)
        make.contract(state=C.DRAFT)
        under_way = make.contract(state=C.PERFORMING)
        make.at(under_way, M.PAID, no=1)
        make.at(under_way, M.REQUESTED, no=2)
        over = make.contract(state=C.FULFILLED)
        for no, state in enumerate((M.PAID, M.PAID, M.WITHHELD), 1):
            make.at(over, state, no=no)


LEFT = "招募公告1份、合同2份、未付清的款项2笔"


def test_a_merger_is_refused_and_names_how_many(country: Country, first: Actor, at: datetime) -> None:
    open_business(country["430105"])
    said = {"union": country["430105"], "successor": country["430111"], "by": first, "at": at, **SAID}
    for day in (today().replace(day=1), following()):
        refused(lambda on=day: boundaries.merge(on=on, **said), LEFT)  # type: ignore[misc]
    # A neighbour's business is no reason.
    change = boundaries.merge(**{**said, "union": country["430111"], "successor": country["430105"]}, on=following())
    assert change.state == ChangeState.PLANNED


def test_a_closing_is_refused_when_it_is_planned_and_when_it_is_confirmed(
    country: Country, first: Actor, second: Actor, at: datetime
) -> None:
    kaifu = country["430105"]
    change = boundaries.close(union=kaifu, on=following(), by=first, at=at, **SAID)
    open_business(kaifu)
    refused(lambda: boundaries.confirm(change=change, by=second, at=at), LEFT)
    boundaries.cancel(change=change, by=first, at=at, reason="尚有合同")
    refused(lambda: boundaries.close(union=kaifu, on=following(), by=first, at=at, **SAID), LEFT)


def test_archiving_is_refused_to_the_first_and_to_the_second(
    country: Country, first: Actor, second: Actor, at: datetime
) -> None:
    kaifu = country["430105"]
    onboarding.suspend(union=kaifu, reason="机构调整", by=first, at=at)
    onboarding.propose_archive(union=kaifu, reason="机构调整", by=first, at=at)
    open_business(kaifu)
    refused(lambda: onboarding.archive(union=TradeUnion.objects.get(pk=kaifu.pk), by=second, at=at), LEFT)
    again = TradeUnion.objects.get(pk=kaifu.pk)
    refused(lambda: onboarding.propose_archive(union=again, reason="机构调整", by=first, at=at), LEFT)
    assert TradeUnion.objects.get(pk=kaifu.pk).state == UnionState.SUSPENDED


@pytest.mark.parametrize("state", [one for one in CallState if one not in (CallState.DRAFT,)])
def test_which_calls_are_open(country: Country, first: Actor, at: datetime, state: CallState) -> None:
    with inside(country["430105"]):
        calls.call(state=state)
    end = lambda: boundaries.close(union=country["430105"], on=following(), by=first, at=at, **SAID)  # noqa: E731
    if state in (CallState.DONE, CallState.CANCELLED, CallState.FAILED):
        assert end().state == ChangeState.PLANNED
    else:
        refused(end, "招募公告1份")


@pytest.mark.parametrize(
    ("state", "left"),
    [
        (C.DRAFT, ""),
        (C.LEGAL_CHECK, "合同1份"),
        (C.TO_SIGN, "合同1份"),
        (C.SIGNED, "合同1份、未付清的款项3笔"),
        (C.PERFORMING, "合同1份、未付清的款项3笔"),
        # A payment that was reversed after the end is owed once more.
        (C.FULFILLED, "未付清的款项3笔"),
        (C.TERMINATED, "未付清的款项3笔"),
        (C.EXPIRED, "未付清的款项3笔"),
    ],
)
def test_which_contracts_are_open(country: Country, first: Actor, at: datetime, state: C, left: str) -> None:
    with inside(country["430105"]):
        row = make.contract(state=state)
    end = lambda: boundaries.close(union=country["430105"], on=following(), by=first, at=at, **SAID)  # noqa: E731
    if not left:
        assert end().state == ChangeState.PLANNED
        return
    refused(end, left)
    with inside(country["430105"]):
        Contract.objects.filter(pk=row.pk).update(state=C.TERMINATED, signed_on=date(2026, 2, 1))
        for no, of in enumerate((M.PAID, M.WITHHELD, M.WITHHELD), 1):
            make.at(row, of, no=no)
    assert end().state == ChangeState.PLANNED


def test_an_amendment_and_what_an_enterprise_bought_are_not_counted(
    country: Country, first: Actor, at: datetime
) -> None:
    with inside(country["430105"]):
        row = make.contract(state=C.SIGNED)
        make.contract(state=C.SIGNED, project=row.project, to=row.provider, amends=row)
        make.contract(state=C.SIGNED, parts=())
        Contract.objects.exclude(pk=row.pk).filter(amends__isnull=True).update(
            project=None, buyer_kind=BuyerKind.ENTERPRISE, buyer_name="长沙星河电子有限公司", amount=Decimal("1000.00")
        )
    refused(
        lambda: boundaries.close(union=country["430105"], on=following(), by=first, at=at, **SAID),
        "合同1份、未付清的款项3笔",
    )


@pytest.mark.parametrize("kind", ["merge", "close"])
def test_a_union_that_is_to_end_begins_nothing_new(
    country: Country, first: Actor, second: Actor, at: datetime, kind: str
) -> None:
    kaifu, day = country["430105"], following()
    with inside(kaifu):
        who = everybody()
        make.template()
        row = drafted(who, at, won()[0])
        call = calls.call(state=CallState.DRAFT, deadline=at + timedelta(days=60))
        Call.objects.filter(project=row.project).update(state=CallState.DONE)
    if kind == "merge":
        boundaries.merge(union=kaifu, successor=country["430111"], on=day, by=first, at=at, **SAID)
    else:
        change = boundaries.close(union=kaifu, on=day, by=first, at=at, **SAID)
        with inside(kaifu), transaction.atomic():
            # Until a second person has agreed, nothing has been decided.
            transition(CALL, call, "publish", by=who.staff, at=at)
            transaction.set_rollback(True)
        boundaries.confirm(change=change, by=second, at=at)
    what = {"merge": "撤并到另一工会", "close": "终止"}[kind]
    with inside(kaifu):
        for machine, one, event in ((CONTRACT, row, "submit"), (CALL, call, "publish")):
            told = told_no(machine, one, event, by=who.staff, at=at)
            assert (told.code, told.message) == (
                "PURCHASING.UNION_ENDS",
                f"本会已安排自{day:%Y年%m月%d日}起{what}，不能再发布招募公告或签订合同。请由承接工作的工会办理。",
            )
    with inside(country["430111"]):
        neighbour = people.actor("430111", Role.UNION_STAFF)
        free = calls.call(state=CallState.DRAFT, deadline=at + timedelta(days=60))
        transition(CALL, free, "publish", by=neighbour, at=at)
        free.refresh_from_db()
        assert free.state == CallState.PUBLISHED


def test_the_page_says_so(country: Country, client_of: Callable[..., Client]) -> None:
    open_business(country["430105"])
    client = client_of("000000", Role.NATIONAL_ADMIN)
    given = {"union": "430105", "other": "430111", "effective_on": f"{following():%Y-%m-%d}", **SAID}
    answer = client.post("/u/000000/boundaries/new/merge", given)
    assert answer.status_code == 200
    assert f"“{KAIFU}”还有{LEFT}没有办结" in answer.content.decode()
    assert TreeChange.objects.count() == 0
