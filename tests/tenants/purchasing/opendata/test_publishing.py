"""Which steps are told, and what a release says. Source: OCDS 1.1.5 release tags; SM-15P, SM-16, SM-18."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import StringIO
from types import SimpleNamespace

import orjson
import pytest
from django.core.management import call_command

from commons.access.actors import Actor
from commons.audit.models import AuditEvent
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now
from commons.kit.errors import NotFound, Refused
from commons.opendata.models import OcdsRelease
from commons.people.enums import Role
from commons.tenancy import door
from tenants.purchasing.actions import notes, refunds
from tenants.purchasing.call_errors import AlreadyAnswered
from tenants.purchasing.enums import BidState, CallState, ContractState, NoteKind, ProjectState
from tenants.purchasing.models import CallNote
from tenants.purchasing.opendata import publishing
from tests.factories import opendata, organizations, people
from tests.factories.purchasing import calls

Country = dict[str, TradeUnion]
ActorOf = Callable[..., Actor]


@pytest.mark.parametrize(
    ("before", "after", "tags"),
    [
        (CallState.DRAFT, CallState.PUBLISHED, ["tender"]),
        (CallState.PUBLISHED, CallState.CLOSED, []),
        (CallState.CLOSED, CallState.OPENING, []),
        (CallState.OPENING, CallState.QUALIFICATION, []),
        (CallState.QUALIFICATION, CallState.REVIEW, []),
        (CallState.REVIEW, CallState.PUBLICISED, ["award"]),
        (CallState.PUBLICISED, CallState.CONFIRMED, ["awardUpdate"]),
        (CallState.PUBLISHED, CallState.CANCELLED, ["tenderCancellation"]),
        (CallState.OPENING, CallState.FAILED, ["tenderUpdate"]),
        (CallState.PUBLICISED, CallState.FAILED, ["tenderUpdate", "awardUpdate"]),
        (CallState.CONFIRMED, CallState.FAILED, ["tenderUpdate", "awardUpdate"]),
        (CallState.PUBLICISED, CallState.CANCELLED, ["tenderCancellation", "awardUpdate"]),
    ],
)
def test_steps_of_a_call(country: Country, before: CallState, after: CallState, tags: list[str]) -> None:
    with door.inside(country["430105"]):
        row = opendata.call(opendata.project(), state=after)
        assert publishing.tags_of(row, "step", str(before)) == tags


def test_a_step_is_told_in_its_transaction_and_once(country: Country) -> None:
    with door.inside(country["430105"]):
        row = opendata.project()
        step = SimpleNamespace(row=row, line=SimpleNamespace(event="approve"), at=opendata.AT)
        publishing.listener(step, str(ProjectState.APPROVAL_REVIEW))  # type: ignore[arg-type]
        publishing.listener(step, str(ProjectState.APPROVAL_REVIEW))  # type: ignore[arg-type]
        told = OcdsRelease.objects.get()
    assert (told.union.code, told.tags) == ("430105", ["planning"])
    assert told.release_id == f"ocds-213czf-430105-{row.number}-serviceproject-{row.pk}-1"
    body = orjson.loads(told.body)
    assert body["date"] == "2026-03-02T09:30:00.000+08:00"
    assert body["planning"]["budget"]["amount"] == {"amount": 200000.10, "currency": "CNY"}
    assert body["buyer"] == {"id": "CN-UNION-430105", "name": told.union.name_zh}


@pytest.mark.parametrize("state", [ProjectState.DRAFT, ProjectState.APPROVAL_REVIEW, ProjectState.REJECTED])
def test_what_was_never_approved_is_never_told(country: Country, state: ProjectState) -> None:
    with door.inside(country["430105"]):
        row = opendata.project(state=state)
        assert publishing.publish(row, ["planning"], key="x", at=opendata.AT) is None
    assert not OcdsRelease.objects.exists()


@pytest.mark.parametrize(
    "state", [CallState.PUBLISHED, CallState.CLOSED, CallState.OPENING, CallState.QUALIFICATION, CallState.REVIEW]
)
def test_no_bidder_is_told_before_the_publicity(country: Country, state: CallState) -> None:
    with door.inside(country["430105"]):
        row = opendata.project()
        opendata.bid(opendata.call(row, state=state), 0, "150000.00", BidState.OPENED)
        told = publishing.publish(row, ["tender"], key="x", at=opendata.AT)
    assert told is not None
    assert "bids" not in orjson.loads(told.body)
    assert opendata.PROVIDERS[0] not in told.body
    assert "150000" not in told.body.replace("150000.1", "")


def test_of_a_failed_call_only_the_numbers_are_told(country: Country) -> None:
    with door.inside(country["430105"]):
        row = opendata.project()
        opendata.bid(opendata.call(row, state=CallState.FAILED), 0, "155555.00", BidState.QUALIFIED)
        told = publishing.publish(row, ["tenderUpdate"], key="x", at=opendata.AT)
    assert told is not None
    bids = orjson.loads(told.body)["bids"]
    assert [(one["measure"], one["value"]) for one in bids["statistics"]] == [
        ("bids", 1),
        ("validBids", 1),
        ("bidders", 1),
    ]
    assert "details" not in bids
    assert opendata.PROVIDERS[0] not in told.body


def test_what_was_awarded_and_given_up_is_told_as_cancelled(country: Country) -> None:
    """A record keeps every award it was once told of: one that is left out of later releases would stay active in it."""
    given_up = {"confirmed_on": date(2026, 4, 8)}
    with door.inside(country["430105"]):
        row = opendata.project()
        first = opendata.call(row, state=CallState.FAILED, confirmed_on=date(2026, 4, 8))
        left = opendata.bid(first, 0, "155555.00", BidState.LOST, **given_up)
        opendata.bid(first, 1, "165555.00", BidState.LOST)
        second = opendata.call(row, round=2, state=CallState.CONFIRMED)
        declined = opendata.bid(second, 2, "150000.00", BidState.LOST, **given_up)
        won = opendata.bid(second, 3, "151000.00", BidState.WON, award_amount=Decimal(151000))
        told = publishing.publish(row, ["awardUpdate"], key="x", at=opendata.AT)
    assert told is not None
    body = orjson.loads(told.body)
    assert [(one["id"], one["status"], one["relatedLots"]) for one in body["awards"]] == [
        (f"bid-{left.pk}", "cancelled", ["1"]),
        (f"bid-{declined.pk}", "cancelled", ["2"]),
        (f"bid-{won.pk}", "active", ["2"]),
    ]
    assert {one["relatedLots"][0] for one in body["bids"]["details"]} == {"2"}
    assert opendata.PROVIDERS[1] not in told.body


def test_drafts_of_contracts_and_of_calls_are_not_told(country: Country) -> None:
    with door.inside(country["430105"]):
        row = opendata.project()
        opendata.call(row, state=CallState.DRAFT)
        opendata.contract(row, 0, "77777.00", state=ContractState.TO_SIGN)
        told = publishing.publish(row, ["planning"], key="x", at=opendata.AT)
    assert told is not None
    assert not {"tender", "contracts", "awards"} & orjson.loads(told.body).keys()


def test_an_answered_question_is_told_at_once_and_nobody_who_asked(country: Country, actor_of: ActorOf) -> None:
    bidder = people.organization("430105", organizations.credit_code())
    staff = actor_of("430105", Role.UNION_STAFF)
    with door.inside(country["430105"]):
        call = calls.call()
        note = notes.ask(call_id=call.pk, text="可否联合申报？", by=bidder, at=now())
        notes.ask(call_id=call.pk, text="可否分包？", by=bidder, at=now())
        assert not OcdsRelease.objects.exists()
        asked = AuditEvent.objects.count()
        notes.answer(note_id=note.pk, text="不接受联合申报。", by=staff, at=opendata.AT)
        with pytest.raises(AlreadyAnswered):
            notes.answer(note_id=note.pk, text="改口。", by=staff, at=opendata.AT)
        told = OcdsRelease.objects.get()
        number = call.project.number
    assert AuditEvent.objects.count() == asked + 1
    assert (told.union.code, told.tags, told.date) == ("430105", ["tenderUpdate"], opendata.AT)
    assert told.release_id == f"ocds-213czf-430105-{number}-callnote-{note.pk}"
    body = orjson.loads(told.body)
    assert body["tag"] == ["tenderUpdate"]
    assert body["tender"]["hasEnquiries"] is True
    assert body["tender"]["documents"] == [
        {
            "id": str(note.pk),
            "documentType": "clarifications",
            "title": "答疑",
            "description": "问：可否联合申报？\n答：不接受联合申报。",
            "datePublished": "2026-03-02T09:30:00.000+08:00",
            "language": "zh",
            "relatedLots": ["1"],
        }
    ]
    assert bidder.organization not in told.body
    assert staff.name not in told.body


def test_money_that_came_back_is_told_at_once(country: Country, actor_of: ActorOf) -> None:
    with door.inside(country["430105"]):
        row = opendata.project()
        signed = opendata.contract(row, 0, "180000.55")
        paid = opendata.pay(signed)
        assert not OcdsRelease.objects.exists()
        made = refunds.refund(
            contract=signed, amount=Decimal("1200.50"), returned_on=date(2026, 11, 19), voucher_no="收-0007",
            fund_source="union_funds", reason="结余秘密", by=actor_of("430105", Role.LEADER, Role.FINANCE), at=now(),
        )  # fmt: skip
        told = OcdsRelease.objects.get()
    assert (told.union.code, told.tags) == ("430105", ["implementationUpdate"])
    assert told.release_id == f"ocds-213czf-430105-{row.number}-payment-{made.pk}"
    (contract,) = orjson.loads(told.body)["contracts"]
    assert [(one["id"], one["value"]["amount"]) for one in contract["implementation"]["transactions"]] == [
        (str(paid.pk), 90000.28),
        (str(made.pk), -1200.5),
    ]
    assert "结余秘密" not in told.body


def test_an_answered_objection_is_not_told(country: Country, actor_of: ActorOf) -> None:
    staff = actor_of("430105", Role.UNION_STAFF)
    with door.inside(country["430105"]):
        note = CallNote.objects.create(
            call=calls.call(state=CallState.PUBLICISED), kind=NoteKind.OBJECTION, text="对评分有异议。",
            created_at=opendata.AT, created_by_name="申报单位",
        )  # fmt: skip
        notes.answer(note_id=note.pk, text="评分无误。", by=staff, at=now())
        note.refresh_from_db()
    assert note.answer == "评分无误。"
    assert not OcdsRelease.objects.exists()


def test_an_answer_that_is_refused_tells_nothing(country: Country, actor_of: ActorOf) -> None:
    neighbour = actor_of("430111", Role.UNION_STAFF)
    leader = actor_of("430105", Role.LEADER)
    with door.inside(country["430105"]):
        note = CallNote.objects.create(
            call=calls.call(),
            kind=NoteKind.QUESTION,
            text="可否联合申报？",
            created_at=opendata.AT,
            created_by_name="申报单位",
        )
        with pytest.raises(Refused):
            notes.answer(note_id=note.pk, text="可以。", by=leader, at=now())
    with door.inside(country["430111"]), pytest.raises(NotFound):
        notes.answer(note_id=note.pk, text="可以。", by=neighbour, at=now())
    assert not OcdsRelease.objects.exists()


def test_rebuilding_tells_of_each_project_once(country: Country) -> None:
    for code in ("430105", "430111"):
        with door.inside(country[code]):
            opendata.project()
            opendata.project(state=ProjectState.DRAFT)
    out = StringIO()
    call_command("rebuild_open_data", union="430105", stdout=out)
    assert out.getvalue().strip() == "已补发 1 条。"
    call_command("rebuild_open_data", union="430105", stdout=(again := StringIO()))
    assert again.getvalue().strip() == "已补发 0 条。"
    assert [row.union.code for row in OcdsRelease.objects.all()] == ["430105"]
