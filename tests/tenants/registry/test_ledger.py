"""SM-02, line by line."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from commons.access.actors import Actor
from commons.directory.models import RegisteredOrganization
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import Refused
from commons.people.enums import Role
from tenants.history.models import Change
from tenants.registry import errors
from tenants.registry.actions import entries, ledger
from tenants.registry.enums import LedgerState
from tenants.registry.models import Confirmation, LedgerSpan, OrgYearFact, SocialOrganization
from tenants.registry.transitions import TRANSITIONS, Event
from tests.factories import organizations as factory
from tests.tenants.registry.conftest import entry_fields

TODAY = date(2026, 11, 20)


def spans() -> list[tuple[date, date | None]]:
    return list(LedgerSpan.objects.order_by("from_on", "id").values_list("from_on", "until_on"))


def test_submit_needs_a_domain(staff: Actor, at: datetime) -> None:
    draft = entries.create(fields=entry_fields(rights_domains=[]), by=staff, at=at)

    with pytest.raises(errors.DomainMissing) as refused:
        ledger.submit(organization=draft, by=staff, at=at)

    assert refused.value.message == "还不能提交：请至少选择一项权益领域（劳动就业、技能培训、收入分配等）。"
    draft.refresh_from_db()
    assert (draft.state, draft.version) == ("draft", 1)


def test_verify_puts_the_entry_on_the_ledger_from_today(
    to_verify: SocialOrganization, staff: Actor, at: datetime
) -> None:
    row = ledger.verify(organization=to_verify, by=staff, at=at)

    row.refresh_from_db()
    assert (row.state, row.first_active_on, row.last_verified_on, row.version) == ("active", TODAY, TODAY, 3)
    assert spans() == [(TODAY, None)]
    assert list(Confirmation.objects.values_list("confirmed_on", "by_name")) == [(TODAY, "张三")]
    public = RegisteredOrganization.objects.get()
    assert (public.uscc, public.name, public.source) == (row.uscc, row.name, "union")
    last = Change.objects.get(event="verify")
    assert (last.from_state, last.to_state) == ("to_verify", "active")


def test_verify_names_every_missing_fact_group(staff: Actor, at: datetime) -> None:
    bare = {"founding_mode", "org_domains", "activity_content", "working_mode", "funding_sources", "staff", "industry"}
    fields = {name: value for name, value in entry_fields().items() if name not in bare}
    row = ledger.submit(organization=entries.create(fields=fields, by=staff, at=at), by=staff, at=at)

    with pytest.raises(errors.FactsMissing) as refused:
        ledger.verify(organization=row, by=staff, at=at)

    assert refused.value.message == (
        "还不能列为在册：缺少规模状况（从业人员数）、地域（行业）分布（所属行业）、活动内容、工作方式、资金来源、组建方式、业务领域。请补充后再核实。"
    )
    row.refresh_from_db()
    assert (row.state, spans(), RegisteredOrganization.objects.count()) == ("to_verify", [], 0)


@pytest.mark.parametrize(("year", "enough"), [(2026, True), (2025, True), (2024, False)])
def test_the_scale_is_that_of_this_year_or_the_last(
    year: int, enough: bool, to_verify: SocialOrganization, staff: Actor, at: datetime
) -> None:
    OrgYearFact.objects.update(year=year)

    if enough:
        assert ledger.verify(organization=to_verify, by=staff, at=at).state == "active"
    else:
        with pytest.raises(errors.FactsMissing):
            ledger.verify(organization=to_verify, by=staff, at=at)


def test_verify_needs_the_directory_or_a_certificate(staff: Actor, at: datetime) -> None:
    draft = entries.create(fields=entry_fields(certificate_number=""), by=staff, at=at)
    row = ledger.submit(organization=draft, by=staff, at=at)

    with pytest.raises(errors.RegistrationNotProven):
        ledger.verify(organization=row, by=staff, at=at)

    assert (
        ledger.verify(organization=row, by=staff, at=at, certificate_number="证字1号").certificate_number == "证字1号"
    )


def test_an_unregistered_group_is_verified_without_a_certificate_and_stays_out_of_the_directory(
    staff: Actor, at: datetime
) -> None:
    fields = entry_fields(uscc="", org_type="unregistered", certificate_number="")
    row = ledger.submit(organization=entries.create(fields=fields, by=staff, at=at), by=staff, at=at)

    assert ledger.verify(organization=row, by=staff, at=at).state == "active"
    assert RegisteredOrganization.objects.count() == 0


def test_send_back_needs_a_reason(to_verify: SocialOrganization, staff: Actor, at: datetime) -> None:
    with pytest.raises(errors.ReasonMissing) as refused:
        ledger.send_back(organization=to_verify, reason="  ", by=staff, at=at)
    assert refused.value.message == "请填写退回的原因。"

    assert ledger.send_back(organization=to_verify, reason="名称有误", by=staff, at=at).state == "draft"
    assert Change.objects.get(event="send_back").reason == "名称有误"


def test_confirm_makes_a_stale_entry_fresh(active: SocialOrganization, staff: Actor, at: datetime) -> None:
    later = at + timedelta(days=366)
    active.refresh_from_db()
    assert active.shown_state(date(2027, 11, 20)) is LedgerState.ACTIVE
    assert active.shown_state(date(2027, 11, 21)) is LedgerState.STALE

    row = ledger.confirm(organization=active, by=staff, at=later)

    assert row.last_verified_on == date(2027, 11, 21)
    assert row.shown_state(date(2027, 11, 21)) is LedgerState.ACTIVE
    assert Confirmation.objects.count() == 2
    ledger.confirm(organization=active, by=staff, at=later)
    assert Confirmation.objects.count() == 2


def test_close_ends_the_span_on_the_day_and_reopening_opens_another(
    active: SocialOrganization, staff: Actor, admin: Actor, at: datetime
) -> None:
    later = at + timedelta(days=10)

    row = ledger.close(organization=active, reason="已办理注销登记", on=date(2026, 11, 25), by=staff, at=later)
    assert (row.state, row.registration_status, spans()) == ("closed", "cancelled", [(TODAY, date(2026, 11, 25))])
    assert RegisteredOrganization.objects.get().registration_status == "cancelled"

    row = ledger.reopen(organization=row, reason="注销有误", by=admin, at=later)
    assert (row.state, row.registration_status) == ("to_verify", "registered")
    row = ledger.verify(organization=row, by=staff, at=later)
    assert spans() == [(TODAY, date(2026, 11, 25)), (date(2026, 11, 30), None)]
    assert row.first_active_on == TODAY


@pytest.mark.parametrize(
    ("on", "problem"),
    [
        (date(2026, 11, 21), "日期2026-11-21不正确：不能晚于今天。"),
        (date(2026, 11, 19), "日期2026-11-19不正确：不能早于列为在册的日期2026-11-20。"),
    ],
)
def test_a_day_of_closing_outside_the_span_is_refused(
    on: date, problem: str, active: SocialOrganization, staff: Actor, at: datetime
) -> None:
    with pytest.raises(errors.DayRefused) as refused:
        ledger.close(organization=active, reason="注销", on=on, by=staff, at=at)

    assert refused.value.message == problem
    assert spans() == [(TODAY, None)]


def test_only_the_administrator_removes(active: SocialOrganization, staff: Actor, admin: Actor, at: datetime) -> None:
    with pytest.raises(Refused):
        ledger.remove(organization=active, reason="重复", by=staff, at=at)
    assert spans() == [(TODAY, None)]

    row = ledger.remove(organization=active, reason="重复", by=admin, at=at + timedelta(days=3))
    assert (row.state, row.registration_status, spans()) == ("removed", "registered", [(TODAY, date(2026, 11, 23))])


ACTIONS: dict[Event, Callable[..., SocialOrganization]] = {
    Event.SUBMIT: ledger.submit,
    Event.VERIFY: ledger.verify,
    Event.SEND_BACK: ledger.send_back,
    Event.CONFIRM: ledger.confirm,
    Event.CLOSE: ledger.close,
    Event.REMOVE: ledger.remove,
    Event.REOPEN: ledger.reopen,
}


FORBIDDEN = [
    (event, state)
    for event in ACTIONS
    for state in LedgerState
    if state is not LedgerState.STALE and state not in TRANSITIONS[event].sources
]


@pytest.mark.parametrize(("event", "state"), FORBIDDEN)
def test_an_event_outside_its_states_is_refused_and_nothing_moves(
    event: Event, state: LedgerState, admin: Actor, at: datetime
) -> None:
    row = factory.organization(state=state)
    row.refresh_from_db()
    extra: dict[str, object] = {"reason": "原因"} if TRANSITIONS[event].needs_reason else {}
    extra |= {"on": TODAY} if event is Event.CLOSE else {}

    with pytest.raises(errors.StateRefused) as refused:
        ACTIONS[event](organization=row, by=admin, at=at, **extra)

    assert event.label in refused.value.message
    before = row.version
    row.refresh_from_db()
    assert (row.state, row.version, Change.objects.count()) == (state, before, 0)


MATRIX = {
    Role.UNION_ADMIN: set(TRANSITIONS),
    Role.UNION_STAFF: set(TRANSITIONS) - {Event.REMOVE, Event.REOPEN},
    Role.LEADER: set(),
    Role.REVIEWER: set(),
    Role.ORG_USER: set(),
    Role.SUPERVISOR: set(),
}


@pytest.mark.parametrize("role", MATRIX)
@pytest.mark.parametrize("event", ACTIONS)
def test_who_may(role: Role, event: Event, kaifu: TradeUnion, actor_of: Callable[..., Actor], at: datetime) -> None:
    """DOMAIN §4.2."""
    actor = actor_of("430105", role)
    row = factory.organization(state=next(iter(TRANSITIONS[event].sources)))
    extra: dict[str, object] = {"reason": "原因"} if TRANSITIONS[event].needs_reason else {}
    extra |= {"on": TODAY} if event is Event.CLOSE else {}
    try:
        ACTIONS[event](organization=row, by=actor, at=at, **extra)
        refused = False
    except Refused:
        refused = True
    except errors.FactsMissing:
        refused = False

    assert refused is (event not in MATRIX[role])
