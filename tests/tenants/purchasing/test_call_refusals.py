"""What calls, bids, questions and scores refuse beside the guards of their machines: by its code, and nothing has moved. Source: SM-16, SM-17."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from commons.access import actors
from commons.access.actors import Actor
from commons.audit.models import AuditEvent
from commons.hierarchy.models import TradeUnion
from commons.kit import clock
from commons.kit.errors import DomainError
from commons.people.enums import Role
from commons.people.models import User
from commons.tenancy.door import inside
from tenants.history.models import Change
from tenants.purchasing import offers
from tenants.purchasing.actions import bids, calls, notes, reviews
from tenants.purchasing.enums import BidState, CallState, MemberState, NoteKind, ProjectState
from tenants.purchasing.models import Bid, Call, CallNote, PanelMember, Review
from tenants.purchasing.offers import Enclosed
from tests.factories import organizations, people
from tests.factories.purchasing import calls as make
from tests.factories.purchasing import projects

CODE = "430105"
Act = Callable[[], object]
MARKS: list[int | str] = [90, 80, 70, 60, 50, 40]


@pytest.fixture
def kaifu(country: dict[str, TradeUnion]) -> Iterator[TradeUnion]:
    with inside(country[CODE]) as union:
        yield union


@pytest.fixture
def staff(kaifu: TradeUnion, actor_of: Callable[..., Actor]) -> Actor:
    return actor_of(CODE, Role.UNION_STAFF)


@pytest.fixture
def bidder(kaifu: TradeUnion) -> Actor:
    return people.organization(CODE, organizations.credit_code())


def everything() -> list[Any]:
    tables = (Call, Bid, CallNote, PanelMember, Review)
    rows = [list(table.objects.order_by("pk").values()) for table in tables]
    return [*rows, Change.objects.count(), AuditEvent.objects.count()]


def refused(code: str, act: Act) -> DomainError:
    """The refusal, having seen that nothing moved."""
    before = everything()
    with pytest.raises(DomainError) as told:
        act()
    assert told.value.code == code
    assert everything() == before
    return told.value


def as_reviewer(holder: User, union: TradeUnion) -> Actor:
    found = actors.acting(holder, union)
    assert found is not None
    return found


# A call that is drafted


@pytest.mark.parametrize("state", [one for one in ProjectState if one != ProjectState.APPROVED])
def test_no_call_is_drafted_for_a_project_that_is_not_approved(staff: Actor, state: ProjectState) -> None:
    project = make.sourcing(state=state)
    draft = calls.Draft(title="招募公告", ceiling=project.budget)
    told = refused(
        "PURCHASING.PROJECT_NOT_APPROVED",
        partial(calls.create, project_id=project.pk, draft=draft, by=staff, at=clock.now()),
    )
    assert told.params == {"state": ProjectState(state).label}


@pytest.mark.parametrize("state", [one for one in CallState if one not in calls.ENDED])
def test_a_project_has_one_call_under_way(staff: Actor, state: CallState) -> None:
    project = make.sourcing(state=ProjectState.APPROVED)
    under_way = make.call(project=project, state=state)
    draft = calls.Draft(title="再次招募", ceiling=project.budget)
    told = refused(
        "PURCHASING.CALL_UNDER_WAY",
        partial(calls.create, project_id=project.pk, draft=draft, by=staff, at=clock.now()),
    )
    assert told.params == {"title": under_way.title}


@pytest.mark.parametrize("state", [one for one in CallState if one != CallState.DRAFT])
def test_what_is_published_is_not_edited(staff: Actor, state: CallState) -> None:
    row = make.call(state=state)
    draft = calls.Draft(title="改过的公告", ceiling=row.ceiling)
    refused(
        "PURCHASING.CALL_NOT_DRAFT",
        partial(calls.edit, call_id=row.pk, draft=draft, version=row.version, by=staff, at=clock.now()),
    )


# Bids and questions


def writing(call: Call, by: Actor, version: int | None = None, **fields: Any) -> Act:
    offer = make.offer(by.organization, **fields)
    return partial(bids.save, call_id=call.pk, offer=offer, version=version, by=by, at=clock.now())


@pytest.mark.parametrize("state", [one for one in CallState if one not in (CallState.DRAFT, CallState.PUBLISHED)])
def test_a_call_that_is_closed_takes_neither_bids_nor_questions(bidder: Actor, state: CallState) -> None:
    # Its deadline has not come: the state alone refuses.
    row = make.call(state=state, deadline=clock.now() + timedelta(days=10))
    refused("PURCHASING.CALL_NOT_OPEN", writing(row, bidder))
    asking = partial(notes.ask, call_id=row.pk, text="可否联合申报？", by=bidder, at=clock.now())
    refused("PURCHASING.CALL_NOT_OPEN", asking)


def test_nor_does_one_whose_deadline_has_come_and_that_nobody_has_closed(bidder: Actor) -> None:
    row = make.call(deadline=clock.now() - timedelta(seconds=1))
    assert row.bid_deadline is not None
    told = refused("PURCHASING.CALL_NOT_OPEN", writing(row, bidder))
    assert told.params == {"deadline": f"{row.bid_deadline.astimezone(clock.BEIJING):%Y年%m月%d日 %H:%M}"}
    # Whatever moment a caller names, the database's clock has passed it.
    earlier = clock.now() - timedelta(days=1)
    refused(
        "PURCHASING.CALL_NOT_OPEN",
        partial(notes.ask, call_id=row.pk, text="可否联合申报？", by=bidder, at=earlier),
    )


@pytest.mark.parametrize("state", [BidState.SUBMITTED, BidState.WITHDRAWN, BidState.LAPSED])
def test_a_bid_that_is_handed_in_is_not_edited(bidder: Actor, state: BidState) -> None:
    call = make.call()
    row = make.sealed(call, bidder.organization, state=state)
    told = refused("PURCHASING.BID_NOT_EDITABLE", writing(call, bidder, version=row.version))
    assert told.params == {"state": state.label}


PDF = b"%PDF-1.4 "
FULL = PDF.ljust(offers.MAX_FILE_BYTES, b"0")


@pytest.mark.parametrize(
    ("files", "name", "why"),
    [
        ([Enclosed(f"{no}.pdf", PDF) for no in range(9)], "8.pdf", "附件最多 8 个"),
        ([Enclosed(f"{no}.pdf", FULL) for no in range(3)] + [Enclosed("末.pdf", PDF)], "末.pdf", "附件合计超过 30 MB"),
        ([Enclosed("空.pdf", b"")], "空.pdf", "文件为空或超过 10 MB"),
        ([Enclosed("大.pdf", FULL + b"0")], "大.pdf", "文件为空或超过 10 MB"),
        ([Enclosed("程序.exe", b"MZ")], "程序.exe", "只接收 PDF、Word、Excel 文件和 PNG、JPEG 图片"),
        ([Enclosed("改名.pdf", b"MZ")], "改名.pdf", "只接收 PDF、Word、Excel 文件和 PNG、JPEG 图片"),
        ([Enclosed("没有后缀", PDF)], "没有后缀", "只接收 PDF、Word、Excel 文件和 PNG、JPEG 图片"),
    ],
    ids=["nine", "too much", "empty", "too large", "program", "renamed", "nameless"],
)
def test_a_file_that_cannot_be_enclosed(bidder: Actor, files: list[Enclosed], name: str, why: str) -> None:
    told = refused("PURCHASING.BID_FILE_REFUSED", writing(make.call(), bidder, files=tuple(files)))
    assert (told.params, told.path) == ({"name": name, "why": why}, ("files",))


# Objections and answers

TODAY = date(2026, 11, 20)


def objecting(call: Call, by: Actor, at: Any) -> Act:
    return partial(notes.object_to, call_id=call.pk, text="对评分有异议。", by=by, at=at)


def of(by: Actor, state: CallState, until: date | None, bid: BidState | None) -> Call:
    call = make.call(state=state, publicity_until=until)
    if bid in (BidState.SUBMITTED, BidState.WITHDRAWN, BidState.LAPSED):
        make.sealed(call, by.organization, state=bid)
    elif bid is not None:
        make.bid(call, projects.provider(uscc=by.organization), state=bid)
    return call


@pytest.mark.parametrize(
    ("state", "until", "bid"),
    [
        (CallState.REVIEW, None, BidState.QUALIFIED),
        (CallState.CONFIRMED, TODAY + timedelta(days=1), BidState.LOST),
        (CallState.PUBLICISED, None, BidState.SCORED),
        (CallState.PUBLICISED, TODAY, BidState.SCORED),
        (CallState.PUBLICISED, TODAY + timedelta(days=1), None),
        (CallState.PUBLICISED, TODAY + timedelta(days=1), BidState.LAPSED),
        (CallState.PUBLICISED, TODAY + timedelta(days=1), BidState.WITHDRAWN),
    ],
)
def test_who_may_not_object(bidder: Actor, at: Any, state: CallState, until: date | None, bid: BidState | None) -> None:
    refused("PURCHASING.CANNOT_OBJECT", objecting(of(bidder, state, until, bid), bidder, at))


def test_who_bid_objects_until_the_last_day_of_the_publicity(bidder: Actor, at: Any) -> None:
    call = of(bidder, CallState.PUBLICISED, TODAY + timedelta(days=1), BidState.DISQUALIFIED)
    objecting(call, bidder, at)()
    note = CallNote.objects.get()
    assert (note.kind, note.by_uscc, note.call) == (NoteKind.OBJECTION, bidder.organization, call)
    other = people.organization(CODE, organizations.credit_code())
    refused("PURCHASING.CANNOT_OBJECT", objecting(call, other, at))


@pytest.mark.parametrize("kind", [NoteKind.QUESTION, NoteKind.OBJECTION])
def test_what_was_answered_is_not_answered_again(staff: Actor, at: Any, kind: NoteKind) -> None:
    note = CallNote.objects.create(call=make.call(), kind=kind, text="可否联合申报？", created_at=at)
    notes.answer(note_id=note.pk, text="可以。", by=staff, at=at)
    again = partial(notes.answer, note_id=note.pk, text="不可以。", by=staff, at=at)
    refused("PURCHASING.ALREADY_ANSWERED", again)
    note.refresh_from_db()
    assert note.answer == "可以。"


# Scores


def scoring(bid: Bid, by: Actor, version: int | None = None) -> Act:
    points = {str(item["code"]): "60" for item in make.ITEMS}
    return partial(reviews.score, bid_id=bid.pk, scores=points, version=version, by=by, at=clock.now())


@pytest.mark.parametrize(
    ("call", "bid"),
    [
        (CallState.QUALIFICATION, BidState.QUALIFIED),
        (CallState.PUBLICISED, BidState.QUALIFIED),
        (CallState.REVIEW, BidState.DISQUALIFIED),
        (CallState.REVIEW, BidState.OPENED),
        (CallState.REVIEW, BidState.SCORED),
    ],
)
def test_scores_are_given_in_the_review_to_who_is_qualified(kaifu: TradeUnion, call: CallState, bid: BidState) -> None:
    row = make.call(state=call)
    member, holder = make.member(row, kaifu)
    entry = make.bid(row, state=bid)
    by = as_reviewer(holder, kaifu)
    refused("PURCHASING.NOT_SCORING", scoring(entry, by))
    kept = make.review(member, entry, MARKS, locked=False)
    refused("PURCHASING.NOT_SCORING", scoring(entry, by, kept.version))
    locking = partial(reviews.lock, bid_id=entry.pk, version=kept.version, by=by, at=clock.now())
    refused("PURCHASING.NOT_SCORING", locking)


@pytest.mark.parametrize("state", [one for one in MemberState if one != MemberState.CONFIRMED])
def test_nor_by_whoever_has_not_declared(kaifu: TradeUnion, state: MemberState) -> None:
    row = make.call(state=CallState.REVIEW)
    _, holder = make.member(row, kaifu, state=state)
    refused("NOT_FOUND", scoring(make.bid(row, state=BidState.QUALIFIED), as_reviewer(holder, kaifu)))


def test_locked_scores_stand(kaifu: TradeUnion) -> None:
    row = make.call(state=CallState.REVIEW)
    member, holder = make.member(row, kaifu)
    entry = make.bid(row, state=BidState.QUALIFIED)
    kept = make.review(member, entry, MARKS)
    by = as_reviewer(holder, kaifu)
    refused("PURCHASING.SCORES_LOCKED", scoring(entry, by, kept.version))
    locking = partial(reviews.lock, bid_id=entry.pk, version=kept.version, by=by, at=clock.now())
    refused("PURCHASING.SCORES_LOCKED", locking)
