"""SM-14: an appeal is read by those it is assigned to, and by nobody else. Source: DOMAIN §3.5, §4.2; F05; V6."""

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from commons.access import grants
from commons.access.actors import Actor
from commons.audit.models import AuditEvent
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import Conflict, DomainError, Invalid, NotFound, Refused
from commons.people.enums import Role
from commons.tenancy import door
from commons.workflow.errors import GuardRefused, ReasonMissing, StateRefused
from commons.workflow.todo import mine
from commons.workflow.transitions import transition
from tenants.history.models import Change
from tenants.needs import errors
from tenants.needs.actions import appeals as actions
from tenants.needs.enums import AppealCategory, AppealChannel, AppealState, LinkPurpose
from tenants.needs.machines.appeal import APPEAL, AppealEvent
from tenants.needs.models import Appeal, AppealGrant, WorkerLink
from tenants.needs.policies import APPEALS
from tenants.needs.selectors import appeals as reading
from tests.factories import people
from tests.factories.needs import appeal as make
from tests.factories.needs.survey import link
from tests.tenants.needs import matrix
from tests.tenants.needs.conftest import USCC

ASSIGNERS, HANDLERS = {"union_admin", "union_staff"}, {"union_admin", "union_staff"}
WHO = {
    ("received", "assign"): ASSIGNERS,
    ("reopened", "assign"): ASSIGNERS,
    ("assigned", "reassign"): ASSIGNERS,
    ("handling", "reassign"): ASSIGNERS,
    ("assigned", "start"): HANDLERS,
    ("handling", "reply"): HANDLERS,
    ("replied", "close"): HANDLERS,
    **{(state, "transfer"): HANDLERS for state in ("received", "assigned", "handling", "reopened")},
    **{(state, "reopen"): ASSIGNERS | {"org_user"} for state in ("replied", "closed", "transferred")},
    ("replied", "feedback"): {"org_user"},
    ("closed", "feedback"): {"org_user"},
}
GIVEN: dict[str, Any] = {"category": AppealCategory.WAGE, "text": " 拖欠加班工资三个月 "}


def test_the_lines_are_those_of_the_dossier() -> None:
    assert matrix.lines(APPEAL) == {
        ("received", "assign", "assigned"),
        ("reopened", "assign", "assigned"),
        ("assigned", "reassign", "assigned"),
        ("handling", "reassign", "handling"),
        ("assigned", "start", "handling"),
        ("handling", "reply", "replied"),
        ("replied", "close", "closed"),
        *((state, "transfer", "transferred") for state in ("received", "assigned", "handling", "reopened")),
        *((state, "reopen", "reopened") for state in ("replied", "closed", "transferred")),
        ("replied", "feedback", "replied"),
        ("closed", "feedback", "closed"),
    }


def test_who_causes_what_when_named(kaifu: TradeUnion) -> None:
    asked = matrix.actors("430105", USCC)
    row = make.appeal(AppealState.HANDLING, asked["union_staff"], by_uscc=USCC)
    assert matrix.who(APPEAL, lambda state: row, asked) == WHO


def test_staff_who_are_not_named_assign_and_no_more(
    kaifu: TradeUnion, staff: Actor, at: datetime, untouched: Any
) -> None:
    for state, event in (
        (AppealState.ASSIGNED, AppealEvent.START), (AppealState.HANDLING, AppealEvent.REPLY),
        (AppealState.REPLIED, AppealEvent.CLOSE), (AppealState.HANDLING, AppealEvent.TRANSFER),
    ):  # fmt: skip
        row = make.appeal(state)
        kept = untouched(row)
        with pytest.raises(Refused):
            transition(APPEAL, row, event, by=staff, at=at, reason="x", data={"reply": "x", "transferred_to": "x"})
        kept()


def test_from_the_phone_call_to_the_end(staff: Actor, other_staff: Actor, at: datetime) -> None:
    row = actions.receive(
        channel=AppealChannel.PHONE, by=staff, at=at, is_anonymous=False, appellant="刘强", phone="13812345678", **GIVEN
    )
    assert (row.number, row.text, row.due_on, row.by_uscc) == ("SQ-00001", "拖欠加班工资三个月", date(2026, 12, 5), "")

    officers = {"officers": [str(other_staff.user_id)]}
    transition(APPEAL, row, AppealEvent.ASSIGN, by=staff, at=at, data=officers)
    assert [user.pk for user in grants.officers(row)] == [other_staff.user_id]
    transition(APPEAL, row, AppealEvent.START, by=other_staff, at=at)
    row.refresh_from_db()
    actions.note(appeal=row, version=row.version, handling_note="已约谈用人单位", by=other_staff, at=at)
    transition(APPEAL, row, AppealEvent.REPLY, by=other_staff, at=at, data={"reply": "工资已补发。"})
    transition(APPEAL, row, AppealEvent.CLOSE, by=other_staff, at=at)

    row.refresh_from_db()
    assert (row.state, row.reply, row.replied_on, row.closed_on) == (
        AppealState.CLOSED, "工资已补发。", date(2026, 11, 20), date(2026, 11, 20),
    )  # fmt: skip
    history = str(list(Change.objects.values_list("changes", "reason")))
    audit = str(list(AuditEvent.objects.values()))
    for secret in ("拖欠", "刘强", "13812345678", "约谈", "补发"):
        assert secret not in history
        assert secret not in audit
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM needs_appeal t")
        stored = cursor.fetchone()[0]
    assert not any(secret in stored for secret in ("拖欠", "刘强", "13812345678", "约谈", "补发"))


class TestReading:
    def test_officers_and_the_administrator_read_and_are_told_of(
        self, kaifu: TradeUnion, staff: Actor, admin: Actor, at: datetime
    ) -> None:
        row = make.appeal(AppealState.HANDLING, staff, appellant="刘强", is_anonymous=False)
        for actor in (staff, admin):
            content = actions.read(appeal=row, by=actor, at=at)
            assert (content.text, content.appellant, content.officers) == (make.TEXT, "刘强", (staff.name,))
            assert (
                AuditEvent.objects.filter(
                    event="needs.appeal.read", user_id=actor.user_id, object_id=str(row.pk)
                ).count()
                == 1
            )

    def test_nobody_else_does(
        self,
        kaifu: TradeUnion,
        staff: Actor,
        other_staff: Actor,
        leader: Actor,
        provider: Actor,
        unit: Actor,
        at: datetime,
    ) -> None:
        row = make.appeal(AppealState.HANDLING, other_staff)
        secretary = people.actor("430105", Role.SECRETARIAT, Role.REVIEWER)
        for actor in (staff, leader, provider, unit, secretary):
            with pytest.raises(Refused):
                actions.read(appeal=row, by=actor, at=at)
        assert not AuditEvent.objects.filter(event="needs.appeal.read").exists()

    def test_who_is_no_longer_named_or_no_longer_staff_does_not(
        self, staff: Actor, other_staff: Actor, at: datetime
    ) -> None:
        row = make.appeal(AppealState.HANDLING, staff)
        data = {"officers": [str(other_staff.user_id)]}
        transition(APPEAL, row, AppealEvent.REASSIGN, by=staff, at=at, data=data)
        assert (APPEALS.may_read(staff, row).allowed, APPEALS.may_read(other_staff, row).allowed) == (False, True)
        former = people.actor("430105", Role.REVIEWER, holder=other_staff.user)
        assert not APPEALS.may_read(Actor(former.union, former.user, frozenset({Role.REVIEWER})), row)

    def test_who_wrote_it_down_does_not_read_it_again(self, staff: Actor, at: datetime) -> None:
        row = actions.receive(channel=AppealChannel.VISIT, by=staff, at=at, **GIVEN)
        with pytest.raises(Refused):
            actions.read(appeal=row, by=staff, at=at)

    def test_an_organization_reads_its_own_without_the_unions_notes(
        self, kaifu: TradeUnion, provider: Actor, staff: Actor, at: datetime
    ) -> None:
        row = make.appeal(AppealState.REPLIED, staff, by_uscc=USCC, handling_note="内部意见")
        foreign = make.appeal(by_uscc="52430105MJX0000252")
        content = actions.read(appeal=row, by=provider, at=at)
        assert (content.text, content.handling_note, content.officers) == (make.TEXT, "", ())
        assert content.reply == "已安装降温设备。"
        with pytest.raises(Refused):
            actions.read(appeal=foreign, by=provider, at=at)
        assert set(reading.appeals(provider)) == {row}


class TestSight:
    def test_lists_counts_and_nothing(
        self, kaifu: TradeUnion, staff: Actor, leader: Actor, provider: Actor, unit: Actor
    ) -> None:
        make.appeal()
        make.appeal(AppealState.CLOSED, received_on=date(2026, 9, 1))
        late = make.appeal(AppealState.HANDLING, received_on=date(2026, 10, 1), category=AppealCategory.WAGE)
        assert reading.appeals(staff).count() == 3
        for actor in (leader, provider, unit):
            assert list(reading.appeals(actor)) == []
            with pytest.raises(NotFound):
                reading.appeal(actor, late.pk)
        told = reading.counts(leader, date(2026, 11, 20))
        assert told is not None
        assert (told.total, told.open, told.overdue) == (3, 2, 1)
        assert told.by_state == {AppealState.RECEIVED: 1, AppealState.HANDLING: 1, AppealState.CLOSED: 1}
        assert told.by_category == {AppealCategory.WAGE: 1, AppealCategory.SAFETY: 2}
        assert reading.counts(provider, date(2026, 11, 20)) is None
        assert reading.is_overdue(late, date(2026, 11, 20))
        assert not reading.is_overdue(late, late.due_on)

    def test_a_list_loads_nothing_sealed(self, staff: Actor) -> None:
        make.appeal(appellant="刘强")
        [row] = reading.appeals(staff)
        assert set(reading.SEALED) <= row.get_deferred_fields()

    def test_secretariat_raises_and_sees_what_it_raised(self, kaifu: TradeUnion, at: datetime) -> None:
        secretary = people.actor("430105", Role.SECRETARIAT, Role.REVIEWER)
        make.appeal()
        row = actions.receive(channel=AppealChannel.CONFERENCE, by=secretary, at=at, **GIVEN)
        assert list(reading.appeals(secretary)) == [row]
        assert reading.counts(secretary, at.date()) is None

    def test_a_neighbour_finds_nothing(
        self, kaifu: TradeUnion, neighbour: Actor, country: dict[str, TradeUnion], at: datetime
    ) -> None:
        row = make.appeal()
        with door.inside(country["430111"]):
            assert list(reading.appeals(neighbour)) == []
            told = reading.counts(neighbour, at.date())
            assert told is not None
            assert told.total == 0
            with pytest.raises(NotFound):
                reading.appeal(neighbour, row.pk)
        with pytest.raises(RuntimeError):
            actions.read(appeal=row, by=neighbour, at=at)

    def test_the_desk_names_what_waits_for_whom(
        self, staff: Actor, other_staff: Actor, admin: Actor, leader: Actor
    ) -> None:
        received, handled = make.appeal(), make.appeal(AppealState.HANDLING, staff)

        def waits(actor: Actor) -> dict[str, str]:
            return {one.title: one.waiting.label for one in mine(actor) if one.machine is APPEAL}

        assert waits(staff) == {received.number: "待分派", handled.number: "待答复"}
        assert waits(other_staff) == waits(admin) == {received.number: "待分派"}
        assert waits(leader) == {}


class TestSteps:
    def test_nothing_is_closed_without_a_reply(self, admin: Actor, at: datetime, untouched: Any) -> None:
        row = make.appeal(AppealState.REPLIED, reply="", replied_on=None)
        kept = untouched(row)
        with pytest.raises(GuardRefused) as problem:
            transition(APPEAL, row, AppealEvent.CLOSE, by=admin, at=at)
        assert problem.value.code == "NEEDS.APPEAL_NO_REPLY"
        kept()

    def test_officers_are_of_this_union_and_handle_appeals(
        self, staff: Actor, leader: Actor, neighbour: Actor, at: datetime, untouched: Any
    ) -> None:
        row = make.appeal()
        kept = untouched(row)
        for wrong in ([str(leader.user_id)], [str(neighbour.user_id)], [], ["x"]):
            with pytest.raises(Invalid):
                transition(APPEAL, row, AppealEvent.ASSIGN, by=staff, at=at, data={"officers": wrong})
        kept()
        assert AppealGrant.objects.count() == 0

    def test_a_transfer_says_whereto_and_why(self, admin: Actor, at: datetime) -> None:
        row = make.appeal()
        with pytest.raises(ReasonMissing):
            transition(APPEAL, row, AppealEvent.TRANSFER, by=admin, at=at, data={"transferred_to": "劳动监察大队"})
        transition(
            APPEAL,
            row,
            AppealEvent.TRANSFER,
            by=admin,
            at=at,
            reason="属劳动监察职责",
            data={"transferred_to": "劳动监察大队"},
        )
        row.refresh_from_db()
        assert (row.state, row.transferred_to, row.closed_on) == (AppealState.TRANSFERRED, "劳动监察大队", None)

    def test_reopened_it_is_due_anew(self, staff: Actor, at: datetime) -> None:
        row = make.appeal(AppealState.CLOSED)
        transition(APPEAL, row, AppealEvent.REOPEN, by=staff, at=at, reason="问题再次出现")
        row.refresh_from_db()
        assert (row.state, row.due_on, row.closed_on, row.replied_on, row.reopened_count) == (
            AppealState.REOPENED, date(2026, 12, 5), None, None, 1,
        )  # fmt: skip

    def test_an_organization_raises_reopens_and_rates_its_own(self, provider: Actor, at: datetime) -> None:
        row = actions.receive(channel=AppealChannel.PHONE, by=provider, at=at, phone="0731-88880000", **GIVEN)
        assert (row.channel, row.is_anonymous, row.by_uscc, row.appellant) == (
            AppealChannel.ORGANIZATION, False, USCC, provider.name,
        )  # fmt: skip
        replied = make.appeal(AppealState.REPLIED, by_uscc=USCC)
        transition(APPEAL, replied, AppealEvent.FEEDBACK, by=provider, at=at, data={"satisfaction": "2"})
        transition(APPEAL, replied, AppealEvent.REOPEN, by=provider, at=at, reason="没有解决")
        replied.refresh_from_db()
        assert (replied.satisfaction, replied.state) == (2, AppealState.REOPENED)
        foreign = make.appeal(AppealState.REPLIED)
        for event in AppealEvent:
            with pytest.raises(Refused):
                transition(APPEAL, foreign, event, by=provider, at=at, reason="x")

    def test_notes_are_the_officers_and_end_with_it(
        self, staff: Actor, other_staff: Actor, provider: Actor, at: datetime, untouched: Any
    ) -> None:
        row, closed = make.appeal(AppealState.HANDLING, staff, by_uscc=USCC), make.appeal(AppealState.CLOSED, staff)
        kept, kept_too = untouched(row), untouched(closed)
        for actor in (other_staff, provider):
            with pytest.raises(Refused):
                actions.note(appeal=row, version=1, handling_note="x", by=actor, at=at)
        with pytest.raises(Conflict):
            actions.note(appeal=row, version=9, handling_note="x", by=staff, at=at)
        with pytest.raises(errors.WrongState):
            actions.note(appeal=closed, version=1, handling_note="x", by=staff, at=at)
        kept()
        kept_too()

    @pytest.mark.parametrize(
        ("given", "where"),
        [
            ({"text": " "}, "text"),
            ({"text": "长" * 4001}, "text"),
            ({"appellant": "刘强"}, "appellant"),
            ({"phone": "138"}, "appellant"),
            ({"is_anonymous": False}, "appellant"),
            ({"received_on": date(2026, 11, 21)}, "received_on"),
        ],
    )
    def test_what_is_no_appeal(self, staff: Actor, at: datetime, given: dict[str, Any], where: str) -> None:
        with pytest.raises(Invalid) as problem:
            actions.receive(channel=AppealChannel.PHONE, by=staff, at=at, **{**GIVEN, **given})
        assert list(problem.value.problems) == [where]
        assert Appeal.objects.count() == 0

    def test_who_may_raise(self, kaifu: TradeUnion, leader: Actor, unit: Actor, at: datetime) -> None:
        for actor in (leader, unit):
            with pytest.raises(Refused):
                actions.receive(channel=AppealChannel.PHONE, by=actor, at=at, **GIVEN)


class TestWorkers:
    def test_raise_by_a_link_and_follow_by_a_code(self, kaifu: TradeUnion, at: datetime) -> None:
        token = link(LinkPurpose.APPEAL)
        row, code = actions.receive_by_link(union=kaifu, token=token, at=at, **GIVEN)
        assert (row.channel, row.is_anonymous, row.created_by_id, row.created_by_name) == (
            AppealChannel.ONLINE,
            True,
            None,
            "职工",
        )
        with pytest.raises(NotFound):
            actions.receive_by_link(union=kaifu, token=token, at=at, **GIVEN)
        assert Appeal.objects.count() == 1
        assert code not in str(list(WorkerLink.objects.values()))
        with pytest.raises(StateRefused):
            actions.reopen_by_code(union=kaifu, appeal=row, text="还没有解决", at=at)

    def test_ask_again_and_rate(self, kaifu: TradeUnion, at: datetime) -> None:
        row = make.appeal(AppealState.CLOSED)
        actions.feedback_by_code(union=kaifu, appeal=row, satisfaction=1, at=at)
        with pytest.raises(Invalid):
            actions.reopen_by_code(union=kaifu, appeal=row, text=" ", at=at)
        actions.reopen_by_code(union=kaifu, appeal=row, text="又停了", at=at)
        row.refresh_from_db()
        assert (row.state, row.satisfaction) == (AppealState.REOPENED, 1)
        assert row.text == f"{make.TEXT}\n\n【2026-11-20 补充】又停了"
        assert "又停了" not in str(list(Change.objects.values()))


def test_two_officers_reply_at_once_and_one_stands(own_database: str) -> None:
    union = TradeUnion.objects.get(code="430105")
    at = datetime(2026, 11, 20, tzinfo=UTC)
    with door.inside(union):
        officers = [people.actor("430105", Role.UNION_STAFF) for _ in range(2)]
        row = make.appeal(AppealState.HANDLING, *officers)
    start, refusals = threading.Barrier(2), []

    def reply(by: Actor) -> None:
        try:
            with door.inside(TradeUnion.objects.get(code="430105")):
                start.wait(10)
                transition(
                    APPEAL,
                    row,
                    AppealEvent.REPLY,
                    by=by,
                    at=at + timedelta(hours=1),
                    data={"reply": by.name},
                    version=1,
                )
        except DomainError as refusal:
            refusals.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=reply, args=[by]) for by in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert refusals == ["CONFLICT"]
    with door.inside(union):
        assert Change.objects.filter(object_id=row.pk, event="reply").count() == 1
