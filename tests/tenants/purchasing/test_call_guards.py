"""Each guard of SM-16 refuses by its own code, and nothing has moved. Source: DOMAIN §3.6 SM-16."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from commons.access.actors import Actor
from commons.audit.models import AuditEvent
from commons.boundaries.enums import ChangeKind
from commons.boundaries.models import TreeChange
from commons.hierarchy.models import TradeUnion
from commons.kit import clock
from commons.people.enums import Role
from commons.tenancy.door import inside
from commons.workflow.errors import GuardRefused
from commons.workflow.transitions import transition
from tenants.history.models import Change
from tenants.purchasing.enums import (
    BidState,
    CallState,
    MemberState,
    NoteKind,
    ProcurementMethod,
    ProjectState,
    RuleKind,
)
from tenants.purchasing.machines.call import CALL, CallEvent
from tenants.purchasing.models import Bid, Call, CallNote, PanelMember, ServiceProject
from tests.factories.purchasing import calls as factory
from tests.factories.purchasing import projects
from tests.tenants.purchasing import making

S, E = CallState, CallEvent
Country = dict[str, TradeUnion]
ActorOf = Callable[..., Actor]
Make = Callable[[TradeUnion], Call]
FIT = {"vetting_result": "clear", "vetting_until": date(2030, 1, 1)}


def of(state: CallState, **fields: Any) -> Make:
    return lambda union: factory.call(state=state, **fields)


def draft(**fields: Any) -> Make:
    def make(union: TradeUnion) -> Call:
        project = factory.sourcing(state=ProjectState.APPROVED)
        due = clock.now() + timedelta(days=60)
        return factory.call(**{"state": S.DRAFT, "project": project, "deadline": due, **fields})

    return make


def above_budget(union: TradeUnion) -> Call:
    project = factory.sourcing(state=ProjectState.APPROVED, budget=100_000)
    return draft(project=project, ceiling=Decimal("100000.01"))(union)


def no_admission(union: TradeUnion) -> Call:
    row = draft()(union)
    Call.objects.filter(pk=row.pk).update(admission={})
    return row


def no_system(union: TradeUnion) -> Call:
    return draft(project=factory.sourcing(state=ProjectState.APPROVED, bid_system=None))(union)


def ending(union: TradeUnion) -> Call:
    TreeChange.objects.create(
        kind=ChangeKind.MERGE,
        union=union,
        other=union.parent,
        effective_on=date(2030, 1, 1),
        by_name="王芳",
        at=clock.now(),
    )
    return draft()(union)


def seated(state: CallState, count: int, member: MemberState, bid: BidState | None = None) -> Make:
    def make(union: TradeUnion) -> Call:
        row = factory.call(state=state)
        for _ in range(count):
            factory.member(row, union, state=member)
        if bid is not None:
            factory.bid(row, state=bid)
        return row

    return make


def publicised(until: date, objection: bool = False, **provider: Any) -> Make:
    def make(union: TradeUnion) -> Call:
        row = factory.call(state=S.PUBLICISED, publicity_until=until)
        factory.bid(row, projects.provider(**{**FIT, **provider}), state=BidState.SCORED, rank=1, score=90)
        if objection:
            CallNote.objects.create(call=row, kind=NoteKind.OBJECTION, text="对评分有异议。", created_at=clock.now())
        return row

    return make


def confirmed(project: ProjectState, reserve: bool = True, **provider: Any) -> Make:
    def make(union: TradeUnion) -> Call:
        row = factory.call(state=S.CONFIRMED, project=factory.sourcing(state=project))
        factory.bid(row, state=BidState.WON, rank=1)
        if reserve:
            factory.bid(row, projects.provider(**{**FIT, **provider}), state=BidState.RESERVE, rank=2)
        return row

    return make


def short_of_experts(union: TradeUnion) -> Call:
    """Five were announced, three are left."""
    row = seated(S.OPENING, 3, MemberState.CONFIRMED)(union)
    Call.objects.filter(pk=row.pk).update(panel_size=5)
    return row


def supervised(union: TradeUnion) -> Call:
    """The project contract is signed; the project waits for that of the supervisor."""
    row = confirmed(ProjectState.AWARDED)(union)
    making.contract(row.project, projects.provider())
    return row


def measured(**measures: object) -> Make:
    """A draft whose project keeps measures of its own."""

    def make(union: TradeUnion) -> Call:
        kept = {"measures": projects.rule(RuleKind.MEASURES, content=measures)}
        return draft(project=factory.sourcing(state=ProjectState.APPROVED, ruled=kept))(union)

    return make


PAST, FUTURE = date(2026, 1, 5), date(2099, 1, 5)
STAFF, ADMIN, CLOCK = Role.UNION_STAFF, Role.UNION_ADMIN, None
UNVETTED = {"vetting_until": date(2026, 1, 1)}

CASES: list[tuple[str, Make, CallEvent, Role | None, dict[str, str]]] = [
    ("CALL_NO_ADMISSION", no_admission, E.PUBLISH, STAFF, {}),
    ("CALL_NO_TEXT", draft(text=" "), E.PUBLISH, STAFF, {}),
    ("CALL_CEILING", above_budget, E.PUBLISH, STAFF, {}),
    ("CALL_TOO_SHORT", draft(deadline=clock.now() + timedelta(days=1)), E.PUBLISH, STAFF, {}),
    ("CALL_INVITED", draft(method=ProcurementMethod.DIRECT, invited=[]), E.PUBLISH, STAFF, {}),
    ("CALL_INVITED", draft(method=ProcurementMethod.INVITED, invited=["x"]), E.PUBLISH, STAFF, {}),
    ("CALL_TOO_SHORT", measured(min_days=61), E.PUBLISH, STAFF, {}),
    ("CALL_INVITED", draft(method=ProcurementMethod.INVITED, invited=["x"], round=2, min_bids=1), E.PUBLISH, STAFF, {}),
    ("CALL_INVITED", draft(method=ProcurementMethod.NEGOTIATION, invited=["x", "y"]), E.PUBLISH, STAFF, {}),
    ("CALL_METHOD", draft(method=ProcurementMethod.NEGOTIATION), E.PUBLISH, STAFF, {}),
    ("CALL_METHOD", draft(method=ProcurementMethod.INVITED, invited=["x", "y", "z"]), E.PUBLISH, STAFF, {}),
    ("CALL_METHOD", draft(method=ProcurementMethod.DIRECT, invited=["x"]), E.PUBLISH, STAFF, {}),
    ("CALL_PANEL_SIZE", draft(panel_size=4), E.PUBLISH, STAFF, {}),
    ("CALL_PANEL_SIZE", measured(panel_size=5), E.PUBLISH, STAFF, {}),
    ("CALL_NO_BID_SYSTEM", no_system, E.PUBLISH, STAFF, {}),
    ("UNION_ENDS", ending, E.PUBLISH, STAFF, {}),
    ("CALL_ALREADY_DUE", of(S.PUBLISHED, deadline=clock.now() - timedelta(days=1)), E.AMEND, STAFF, {"text": "补充"}),
    ("CALL_DEADLINE_EARLIER", of(S.PUBLISHED), E.AMEND, STAFF, {"text": "补充", "later": "2026-01-01T00:00"}),
    (
        "CALL_NO_TIME_TO_ANSWER",
        of(S.PUBLISHED, deadline=clock.now() + timedelta(days=1)),
        E.AMEND,
        STAFF,
        {"text": "补充", "material": "on"},
    ),
    ("CALL_NOT_DUE", of(S.PUBLISHED), E.CLOSE, CLOCK, {}),
    ("CALL_ALREADY_DRAWN", of(S.OPENING, draw_record={"seed": "0"}), E.DRAW, STAFF, {}),
    ("CALL_TOO_FEW_EXPERTS", of(S.OPENING), E.DRAW, STAFF, {}),
    ("CALL_PANEL_INCOMPLETE", seated(S.OPENING, 2, MemberState.CONFIRMED), E.QUALIFY, STAFF, {}),
    ("CALL_PANEL_INCOMPLETE", short_of_experts, E.QUALIFY, STAFF, {}),
    ("CALL_NOT_DECLARED", seated(S.OPENING, 3, MemberState.DRAWN), E.QUALIFY, STAFF, {}),
    ("CALL_BIDS_UNCHECKED", seated(S.QUALIFICATION, 3, MemberState.CONFIRMED, BidState.OPENED), E.REVIEW, STAFF, {}),
    ("CALL_NONE_QUALIFIED", of(S.QUALIFICATION), E.REVIEW, STAFF, {}),
    ("CALL_SCORES_OPEN", seated(S.REVIEW, 3, MemberState.CONFIRMED, BidState.QUALIFIED), E.PUBLICISE, STAFF, {}),
    ("CALL_PUBLICITY", publicised(FUTURE), E.CONFIRM, ADMIN, {}),
    ("CALL_OBJECTIONS", publicised(PAST, objection=True), E.CONFIRM, ADMIN, {}),
    ("CALL_WINNER_UNFIT", publicised(PAST, **UNVETTED), E.CONFIRM, ADMIN, {}),
    ("CALL_AMOUNT", publicised(PAST), E.CONFIRM, ADMIN, {"amount": "80000.01"}),
    ("CALL_NO_NEXT", publicised(PAST), E.SET_ASIDE, ADMIN, {"code": "false_statement", "note": "业绩材料不实"}),
    ("CALL_NO_RESERVE", confirmed(ProjectState.AWARDED, reserve=False), E.NEXT_RESERVE, ADMIN, {}),
    ("CALL_CONTRACTED", confirmed(ProjectState.RUNNING), E.NEXT_RESERVE, ADMIN, {}),
    ("CALL_CONTRACTED", supervised, E.NEXT_RESERVE, ADMIN, {}),
    ("CALL_CONTRACTED", supervised, E.FAIL, ADMIN, {}),
    ("CALL_RESERVE_LEFT", confirmed(ProjectState.AWARDED), E.FAIL, ADMIN, {}),
    ("CALL_RESERVE_UNFIT", confirmed(ProjectState.AWARDED, **UNVETTED), E.NEXT_RESERVE, ADMIN, {}),
    ("CALL_NOT_CONTRACTED", confirmed(ProjectState.AWARDED), E.FINISH, STAFF, {}),
]
REFUSED = {f"PURCHASING.{code}" for code, *_ in CASES}


def everything() -> list[Any]:
    """All rows that a step of a call may touch, and how long history and audit log are."""
    tables = (Call, Bid, PanelMember, CallNote, ServiceProject)
    return [Change.objects.count(), AuditEvent.objects.count(), *(list(one.objects.order_by("pk").values()) for one in tables)]  # fmt: skip


@pytest.mark.parametrize(("code", "make", "event", "role", "data"), CASES, ids=[f"{one[0]}-{n}" for n, one in enumerate(CASES)])  # fmt: skip
def test_each_guard_refuses_by_its_code_and_nothing_moves(
    code: str,
    make: Make,
    event: CallEvent,
    role: Role | None,
    data: dict[str, str],
    country: Country,
    actor_of: ActorOf,
) -> None:
    union = country["430105"]
    by = actor_of("430105", role) if role else Actor(user=None, union=union, system="workflow.alarm")
    with inside(union):
        row = make(union)
        before = everything()
        with pytest.raises(GuardRefused) as refusal:
            transition(CALL, row, event, by=by, at=clock.now(), reason="原中标单位放弃", data=data)
        after = everything()
    assert refusal.value.code == f"PURCHASING.{code}"
    assert after == before


def test_every_guard_of_the_machine_is_refused_here() -> None:
    declared = {guard.code for line in CALL.transitions for guard in line.guards}
    assert declared == REFUSED
