"""The life of a ticket: opened, explained, opened again when figures change, resolved by itself; nothing forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from commons.access.actors import Actor
from commons.audit.models import AuditEvent
from commons.hierarchy.enums import UnionState
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import parse_month
from commons.kit.errors import Invalid, NotFound, Refused
from commons.people.enums import Role
from commons.quality import actions, selectors
from commons.quality.enums import Check, TicketEvent, TicketState
from commons.quality.errors import AlreadyResolved, PersonalInNote
from commons.quality.looking import look
from commons.quality.models import Ticket, TicketChange
from commons.quality.settling import Settled
from commons.quality.transitions import TRANSITIONS
from tests.factories.cells import cell

Country = dict[str, TradeUnion]
NOW = "2026-11"


def odd(country: Country, at: datetime, *, hubs: int = 12, code: str = "430105") -> Ticket:
    """A ticket of 开福: more hubs than organizations."""
    cell(country[code], "org_hub", NOW, hubs)
    look([country[code].pk], at=at, above=False)
    return Ticket.objects.get(union=country[code], indicator="ORG-12")


def states(ticket: Ticket) -> list[tuple[str, str, str]]:
    rows = TicketChange.objects.filter(ticket=ticket).order_by("at", "pk")
    return [(str(row.from_state), str(row.event), str(row.to_state)) for row in rows]


def test_the_table_of_states() -> None:
    table = {(str(state or ""), str(event)): str(after) for (state, event), after in TRANSITIONS.items()}
    assert table == {
        ("", "found"): "open",
        ("resolved", "found"): "reopened",
        ("open", "explained"): "explained",
        ("reopened", "explained"): "explained",
        ("explained", "explained"): "explained",
        ("explained", "changed"): "reopened",
        ("open", "passed"): "resolved",
        ("reopened", "passed"): "resolved",
        ("explained", "passed"): "resolved",
    }
    assert {state for state, _ in TRANSITIONS} == {None, *TicketState}
    assert {event for _, event in TRANSITIONS} == set(TicketEvent)


def test_a_whole_life(country: Country, at: datetime, actor_of: Callable[..., Actor]) -> None:
    ticket = odd(country, at)
    assert (ticket.state, ticket.first_seen_at, ticket.last_seen_at) == (TicketState.OPEN, at, at)
    later = at + timedelta(hours=1)
    by = actor_of("430105", Role.UNION_STAFF)
    actions.explain(ticket_id=ticket.pk, note="  正在核对枢纽型组织。 ", by=by, at=later)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.note, ticket.explained_by_name) == ("explained", "正在核对枢纽型组织。", "张三")
    # The same figures: the explanation stands.
    look([country["430105"].pk], at=at + timedelta(hours=2), above=False)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.last_seen_at) == ("explained", at + timedelta(hours=2))
    ticket = odd(country, at + timedelta(hours=3), hubs=13)
    assert (ticket.state, ticket.figures, ticket.note) == (
        "reopened",
        {"value": "13", "against": "0"},
        "正在核对枢纽型组织。",
    )
    ticket = odd(country, at + timedelta(hours=4), hubs=0)
    assert (ticket.state, ticket.resolved_at) == ("resolved", at + timedelta(hours=4))
    ticket = odd(country, at + timedelta(hours=5), hubs=2)
    assert (ticket.state, ticket.resolved_at, ticket.first_seen_at) == ("reopened", None, at)
    assert states(ticket) == [
        ("", "found", "open"),
        ("open", "explained", "explained"),
        ("explained", "changed", "reopened"),
        ("reopened", "passed", "resolved"),
        ("resolved", "found", "reopened"),
    ]
    rows = TicketChange.objects.filter(ticket=ticket).order_by("at")
    assert [(row.by_name, row.note) for row in rows][:3] == [
        ("数据核对", ""),
        ("张三", "正在核对枢纽型组织。"),
        ("数据核对", ""),
    ]
    [event] = AuditEvent.objects.filter(event="quality.explained")
    assert (event.user_id, event.union_code, event.object_id, event.data) == (by.user_id, "430105", str(ticket.pk), {})


def test_a_look_counts_what_it_did(country: Country, at: datetime) -> None:
    pk = country["430105"].pk
    cell(country["430105"], "org_hub", NOW, 3)
    assert look([pk], at=at, above=False) == Settled(opened=1)
    assert look([pk], at=at, above=False) == Settled()
    cell(country["430105"], "org_hub", NOW, 0)
    assert look([pk], at=at, above=False) == Settled(resolved=1)
    cell(country["430105"], "org_hub", NOW, 3)
    assert look([pk], at=at, above=False) == Settled(reopened=1)
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize(("figure", "state"), [(1090, "explained"), (1101, "reopened"), (890, "reopened")])
def test_an_unlikely_figure_stays_explained_within_a_tenth(
    country: Country, at: datetime, actor_of: Callable[..., Actor], figure: int, state: str
) -> None:
    cell(country["430105"], "contacts", "2025-11", 100)
    cell(country["430105"], "contacts", NOW, 1000)
    look([country["430105"].pk], at=at, above=False)
    ticket = Ticket.objects.get()
    actions.explain(ticket_id=ticket.pk, note="集中走访。", by=actor_of("430105", Role.UNION_STAFF), at=at)
    cell(country["430105"], "contacts", NOW, figure)
    look([country["430105"].pk], at=at, above=False)
    ticket.refresh_from_db()
    assert ticket.state == state


def test_an_old_ticket_is_looked_at_until_it_is_resolved(country: Country, at: datetime) -> None:
    ticket = odd(country, at)
    cell(country["430105"], "contacts", "2026-01", 1)
    much_later = at + timedelta(days=400)
    look([country["430105"].pk], at=much_later, above=False)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.last_seen_at) == ("open", much_later)
    # Still odd a year on, so told once more; an old month is no occasion for tickets of anything else.
    assert sorted(Ticket.objects.values_list("month", flat=True)) == [parse_month(NOW), parse_month("2027-11")]
    cell(country["430105"], "org_hub", NOW, 0)
    assert look([country["430105"].pk], at=much_later, above=False) == Settled(resolved=2)


def test_a_union_that_is_over_has_nothing_to_explain(country: Country, at: datetime) -> None:
    ticket = odd(country, at)
    for state, expected in ((UnionState.SUSPENDED, "open"), (UnionState.MERGED, "resolved")):
        TradeUnion.objects.filter(code="430105").update(state=state)
        look([country["430105"].pk], at=at, above=False)
        ticket.refresh_from_db()
        assert ticket.state == expected


def test_only_the_own_union_explains(country: Country, at: datetime, actor_of: Callable[..., Actor]) -> None:
    """V14, V7: not those above, not those beside; absent and forbidden look alike."""
    ticket = odd(country, at)
    for code in ("430100", "430000", "430111", "000000"):
        with pytest.raises(NotFound):
            actions.explain(ticket_id=ticket.pk, note="x", by=actor_of(code, Role.UNION_ADMIN), at=at)
    with pytest.raises(NotFound):
        actions.explain(ticket_id=uuid4(), note="x", by=actor_of("430105", Role.UNION_ADMIN), at=at)
    for role in (Role.LEADER, Role.REVIEWER):
        with pytest.raises(Refused):
            actions.explain(ticket_id=ticket.pk, note="x", by=actor_of("430105", role), at=at)
    ticket.refresh_from_db()
    assert (ticket.state, states(ticket)) == ("open", [("", "found", "open")])
    actions.explain(ticket_id=ticket.pk, note="x", by=actor_of("430105", Role.UNION_ADMIN), at=at)


@pytest.mark.parametrize("note", ["", "  ", "长" * 501, "a\x00b"])
def test_a_note_is_needed(country: Country, at: datetime, actor_of: Callable[..., Actor], note: str) -> None:
    ticket = odd(country, at)
    with pytest.raises(Invalid) as refused:
        actions.explain(ticket_id=ticket.pk, note=note, by=actor_of("430105", Role.UNION_STAFF), at=at)
    sentence = "请填写说明：数据为什么是这样，或者准备怎样更正。" if not note.strip() else "说明不能超过 500 个字。"
    assert refused.value.problems == {"note": [sentence]}
    assert states(ticket) == [("", "found", "open")]


@pytest.mark.parametrize(
    ("note", "personal"),
    [
        ("请联系13800001234核对", True),
        ("身份证43010519900101123X", True),
        ("代码51430000MJJ0000000", False),
        ("金额13800001234567元", False),
    ],
)
def test_a_note_carries_nobodys_data(
    country: Country, at: datetime, actor_of: Callable[..., Actor], note: str, personal: bool
) -> None:
    """V6: those above read it."""
    ticket, by = odd(country, at), actor_of("430105", Role.UNION_STAFF)
    if personal:
        with pytest.raises(PersonalInNote):
            actions.explain(ticket_id=ticket.pk, note=note, by=by, at=at)
    else:
        assert actions.explain(ticket_id=ticket.pk, note=note, by=by, at=at).note == note


def test_what_is_resolved_needs_no_explanation(country: Country, at: datetime, actor_of: Callable[..., Actor]) -> None:
    odd(country, at)
    ticket = odd(country, at, hubs=0)
    with pytest.raises(AlreadyResolved):
        actions.explain(ticket_id=ticket.pk, note="x", by=actor_of("430105", Role.UNION_STAFF), at=at)


def test_the_database_keeps_one_ticket_per_matter_and_all_its_steps(country: Country, at: datetime) -> None:
    ticket = odd(country, at)
    with pytest.raises(IntegrityError, match="quality_ticket_once"), transaction.atomic():
        Ticket.objects.create(
            union=ticket.union,
            kind=ticket.kind,
            indicator=ticket.indicator,
            rule=ticket.rule,
            month=ticket.month,
            first_seen_at=at,
            last_seen_at=at,
        )
    with pytest.raises(IntegrityError, match="quality_ticket_explained"), transaction.atomic():
        Ticket.objects.update(state=TicketState.EXPLAINED)
    with pytest.raises(IntegrityError, match="quality_ticket_resolved"), transaction.atomic():
        Ticket.objects.update(state=TicketState.RESOLVED)
    for statement in ("UPDATE quality_ticketchange SET note = ''", "DELETE FROM quality_ticketchange"):
        refused = pytest.raises(IntegrityError, match="only ever added")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_who_sees_which(country: Country, at: datetime, actor_of: Callable[..., Actor]) -> None:
    """V1: those above; V7, V8: nobody beside or below; V9: what tells of items stays on the own desk."""
    here = odd(country, at)
    beside = odd(country, at, code="430111")
    items = Ticket.objects.create(
        union=country["430105"],
        kind=Check.ITEMS,
        indicator="ORG-01",
        rule="OT",
        month=parse_month(NOW),
        figures={"value": "3", "against": "2"},
        first_seen_at=at,
        last_seen_at=at,
    )
    seen = {
        code: {ticket.pk for ticket in selectors.tickets(actor_of(code, Role.LEADER), below=True)}
        for code in ("430105", "430111", "430100", "000000", "440304", "440000")
    }
    assert seen == {
        "430105": {here.pk, items.pk},
        "430111": {beside.pk},
        "430100": {here.pk, beside.pk},
        "000000": {here.pk, beside.pk},
        "440304": set(),
        "440000": set(),
    }
    city = actor_of("430100", Role.LEADER)
    assert list(selectors.tickets(city)) == []
    assert selectors.load(city) == selectors.Load(waiting=0, explained=0, below=2)
    assert [(row.code, row.waiting, row.explained) for row in selectors.desks_below(city)] == [
        ("430105", 1, 0),
        ("430111", 1, 0),
    ]
    with pytest.raises(NotFound):
        selectors.ticket(city, items.pk)
    for stranger in ("430111", "440000"):
        with pytest.raises(NotFound):
            selectors.ticket(actor_of(stranger, Role.UNION_ADMIN), here.pk)
        with pytest.raises(NotFound):
            selectors.tickets(actor_of(stranger, Role.UNION_ADMIN), union=country["430105"])
    for role in (Role.NATIONAL_ADMIN, Role.REVIEWER):
        with pytest.raises(Refused):
            selectors.tickets(actor_of("430105" if role is Role.REVIEWER else "000000", role))
