"""Contracts by the API: drafted, parted, paid; a neighbour's and another organization's are not there."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from api.kit.ids import to_global
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy import door
from tenants.purchasing.enums import ContractState, MilestoneState
from tests.api.conftest import ask
from tests.factories.purchasing import contracts as make

CREATE = """mutation($input: CreateContractInput!) { createContract(input: $input) {
    errors { code } contract { id version amount state } } }"""
PARTS = """mutation($input: SetMilestonesInput!) { setMilestones(input: $input) {
    errors { code } contract { milestones { no amount state } } } }"""
PAY = "mutation($input: TransitionInput!) { transition(input: $input) { errors { code } state } }"


def test_a_contract_is_drafted_and_parted(country: dict[str, TradeUnion], client_of: Callable[..., Client]) -> None:
    staff = client_of("430105", Role.UNION_STAFF)
    with door.inside(country["430105"]):
        make.template()
        project, provider = make.awarded(), make.provider()
    given = {"kind": "PROJECT", "project": str(project.pk), "provider": str(provider.pk)}
    made = ask(staff, CREATE, {"input": given})["data"]["createContract"]
    assert made["errors"] == []
    assert (made["contract"]["amount"], made["contract"]["state"]) == ("100000.00", "DRAFT")
    parts = [
        {"condition": "SIGNED", "share": "33.33", "plannedOn": "2026-12-01"},
        {"condition": "PERFORMANCE_PASSED", "share": "66.67", "plannedOn": "2027-01-01"},
    ]
    whole = {"id": made["contract"]["id"], "version": made["contract"]["version"], "parts": parts}
    told = ask(staff, PARTS, {"input": whole})["data"]["setMilestones"]
    assert told == {
        "errors": [],
        "contract": {
            "milestones": [
                {"no": 1, "amount": "33330.00", "state": "PLANNED"},
                {"no": 2, "amount": "66670.00", "state": "PLANNED"},
            ]
        },
    }


def test_finance_pays_by_the_one_entry(country: dict[str, TradeUnion], client_of: Callable[..., Client]) -> None:
    with door.inside(country["430105"]):
        row = make.at(make.contract(state=ContractState.PERFORMING), MilestoneState.APPROVED)
    with door.inside(country["430111"]):
        theirs = make.at(make.contract(state=ContractState.PERFORMING), MilestoneState.APPROVED)
    data = {"amount": "30000", "paidOn": "2026-11-01", "voucherNo": "记-1", "fundSource": "union_funds"}
    teller = client_of("430105", Role.LEADER, Role.FINANCE)
    given = {"id": to_global("PaymentMilestone", row.pk), "event": "pay", "data": data}
    assert ask(teller, PAY, {"input": given})["data"]["transition"] == {"errors": [], "state": "paid"}
    other = {**given, "id": to_global("PaymentMilestone", theirs.pk)}
    assert ask(teller, PAY, {"input": other})["data"]["transition"]["errors"] == [{"code": "NOT_FOUND"}]
    listed = ask(teller, "{ contracts { totalCount edges { node { payments { amount kind } } } } }")
    assert listed["data"]["contracts"] == {
        "totalCount": 1,
        "edges": [{"node": {"payments": [{"amount": "30000.00", "kind": "PAYMENT"}]}}],
    }
