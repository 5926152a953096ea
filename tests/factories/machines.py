"""A row of each machine in each of its states, made directly: for the tests that try every state, event and role."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from commons.kit.ids import uuid7
from commons.tenancy import door
from tenants.needs.models import NeedCluster
from tenants.purchasing.enums import BidState, CallState, ContractState, MatchState, ProjectState, RuleKind
from tenants.purchasing.enums import MilestoneState as M
from tenants.purchasing.policies import SEALED_STATES
from tests.factories import need_rows
from tests.factories.purchasing import calls, contracts, course, market, projects

DAY = date(2026, 10, 8)


def _in(row: Any, state: str, **fields: Any) -> Any:
    """The row brought to a state past every rule, as only a test may."""
    type(row)._base_manager.filter(pk=row.pk).update(state=state, **fields)
    return row


def _bid(state: str, at: datetime) -> Any:
    call = calls.call(state=CallState.REVIEW)
    if state in SEALED_STATES:
        return calls.sealed(calls.call(), "52430111MJJ0000204", state=BidState(state))
    return _in(calls.bid(call), state)


def _member(state: str, at: datetime) -> Any:
    union = door.current()
    assert union is not None
    return _in(calls.member(calls.call(state=CallState.OPENING), union)[0], state)


def _milestone(state: str, at: datetime) -> Any:
    contract = contracts.contract(state=ContractState.PERFORMING)
    return contracts.at(contract, M(state))


def _match(state: str, at: datetime) -> Any:
    told = {"introduced_on": DAY, "demand_consented_at": at, "offer_consented_at": at}
    if state == MatchState.CONTRACTED:
        told |= {"contract": contracts.contract(), "contracted_on": DAY}
    return _in(market.match(state=MatchState.RECOMMENDED), state, **told)


def _cluster(state: str, at: datetime) -> Any:
    base = {"created_at": at, "updated_at": at, "created_by_name": "赵六", "created_by_id": uuid7()}
    return NeedCluster.objects.create(title="心理疏导", field="psychological", year=2026, state=state, **base)


Made = Callable[[str, datetime], Any]

ROWS: dict[str, Made] = {
    "appeal": lambda state, at: _in(need_rows.appeal(DAY, date(2026, 10, 23)), state),
    "need": lambda state, at: _in(need_rows.need(DAY), state),
    "needcluster": _cluster,
    "needsurvey": lambda state, at: _in(need_rows.survey(DAY), state),
    "serviceorder": lambda state, at: _in(need_rows.order(need_rows.menu_item(), DAY), state),
    "bid": _bid,
    "call": lambda state, at: _in(calls.call(), state),
    "contract": lambda state, at: _in(contracts.contract(), state, signed_on=DAY),
    "evaluation": lambda state, at: _in(course.evaluation(course.project()), state),
    "listing": lambda state, at: _in(market.demand(), state),
    "match": _match,
    "panelmember": _member,
    "paymentmilestone": _milestone,
    "purchaserule": lambda state, at: _in(projects.rule(RuleKind.FUNDS), state),
    "report": lambda state, at: _in(course.report(course.contract(course.project())), state),
    "serviceproject": lambda state, at: projects.project(state=ProjectState(state)),
    "visit": lambda state, at: _in(course.visit(course.project()), state),
}
