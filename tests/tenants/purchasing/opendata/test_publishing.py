"""Which steps are told, and what a release says. Source: OCDS 1.1.5 release tags; SM-15P, SM-16, SM-18."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import StringIO
from types import SimpleNamespace

import orjson
import pytest
from django.core.management import call_command

from commons.hierarchy.models import TradeUnion
from commons.opendata.models import OcdsRelease
from commons.tenancy import door
from tenants.purchasing.enums import BidState, CallState, ContractState, ProjectState
from tenants.purchasing.opendata import publishing
from tests.factories import opendata

Country = dict[str, TradeUnion]


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
