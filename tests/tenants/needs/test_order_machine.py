"""SM-13 职工点单: the cap, the limit, the two persons, the fourteen days. Source: DOMAIN §3.5; F03; Q25."""

import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from commons.access.actors import Actor, system
from commons.hierarchy.models import TradeUnion
from commons.jobs.context import JobContext
from commons.jobs.models import Job
from commons.kit.errors import Conflict, DomainError, Invalid, NotFound, Refused
from commons.people import organizations
from commons.people.enums import Role
from commons.tenancy import door
from commons.workflow import alarms
from commons.workflow.errors import GuardRefused, StateRefused
from commons.workflow.transitions import transition
from tenants.history.models import Change
from tenants.needs.actions import menu
from tenants.needs.actions import orders as actions
from tenants.needs.enums import LinkPurpose, OrderState
from tenants.needs.machines.order import ORDER, OrderEvent, rating_ends
from tenants.needs.marks import mark_of
from tenants.needs.models import MenuItem, ServiceOrder, WorkerLink
from tenants.needs.selectors import orders as reading
from tests.factories import people
from tests.factories.needs import order as make
from tests.factories.needs.survey import link
from tests.tenants.needs import matrix
from tests.tenants.needs.conftest import USCC

OFFICERS = {"union_admin", "union_staff"}
WHO = {
    ("ordered", "approve"): OFFICERS,
    ("ordered", "refuse"): OFFICERS,
    ("approved", "dispatch"): OFFICERS,
    ("dispatched", "deliver"): {"org_user"},
    ("delivered", "rate"): {"unit_user"},
    ("delivered", "no_rating"): {"system"},
    ("rated", "settle"): OFFICERS | {"finance"},
    ("ordered", "cancel"): OFFICERS | {"unit_user"},
    ("approved", "cancel"): OFFICERS,
    ("dispatched", "cancel"): OFFICERS,
}


def test_the_lines_are_those_of_the_dossier() -> None:
    assert matrix.lines(ORDER) == {
        ("ordered", "approve", "approved"),
        ("ordered", "refuse", "refused"),
        ("approved", "dispatch", "dispatched"),
        ("dispatched", "deliver", "delivered"),
        ("delivered", "rate", "rated"),
        ("delivered", "no_rating", "rated"),
        ("rated", "settle", "settled"),
        ("ordered", "cancel", "cancelled"),
        ("approved", "cancel", "cancelled"),
        ("dispatched", "cancel", "cancelled"),
    }


def test_who_causes_what(kaifu: TradeUnion) -> None:
    asked = matrix.actors("430105", USCC)
    row = make.order(make.item(provider_uscc=USCC), unit_id=asked["unit_user"].user_id)
    assert matrix.who(ORDER, lambda state: row, asked) == WHO


def test_another_organization_and_another_unit_may_nothing(kaifu: TradeUnion, provider: Actor, unit: Actor) -> None:
    row = make.order(make.item(), OrderState.DISPATCHED)
    for actor in (provider, unit):
        assert list(reading.orders(actor)) == []
        with pytest.raises(NotFound):
            reading.order(actor, row.pk)
        for event in OrderEvent:
            with pytest.raises(Refused):
                transition(ORDER, row, event, by=actor, at=datetime(2026, 11, 20, tzinfo=UTC))


def test_from_the_order_to_the_payment(
    staff: Actor, other_staff: Actor, unit: Actor, provider: Actor, at: datetime, kaifu: TradeUnion
) -> None:
    item = make.item(provider_uscc=USCC)
    row = actions.place(item=item, quantity=3, wish="周三晚上", by=unit, at=at)
    assert (row.number, row.unit_id, row.worker_mark, row.ordered_on) == (
        "DD-00001",
        unit.user_id,
        "",
        date(2026, 11, 20),
    )
    assert reading.served_for(provider) == 0
    assert not organizations.unions_dealing_with(USCC).filter(pk=kaifu.pk).exists()

    transition(ORDER, row, OrderEvent.APPROVE, by=staff, at=at)
    transition(ORDER, row, OrderEvent.DISPATCH, by=staff, at=at)
    assert reading.served_for(provider) == 1
    assert organizations.unions_dealing_with(USCC).filter(pk=kaifu.pk).exists()
    data: dict[str, Any] = {"delivered_on": "2026-11-25", "person_times": "3"}
    served = at + timedelta(days=5)
    transition(ORDER, row, OrderEvent.DELIVER, by=provider, at=served, data=data)
    transition(ORDER, row, OrderEvent.RATE, by=unit, at=served, data={"rating": "5", "rating_note": "很专业"})
    paid = {"settled_amount": "600.00", "voucher_no": "记-2026-118"}
    transition(ORDER, row, OrderEvent.SETTLE, by=other_staff, at=served, data=paid)

    row.refresh_from_db()
    assert (row.state, row.approved_amount, row.approved_by_name) == (OrderState.SETTLED, Decimal(600), staff.name)
    assert (row.delivered_on, row.person_times, row.rating, row.rated_on) == (
        date(2026, 11, 25),
        3,
        5,
        date(2026, 11, 25),
    )
    assert (row.settled_amount, row.voucher_no, row.settled_on) == (Decimal(600), "记-2026-118", date(2026, 11, 25))
    assert list(Change.objects.filter(object_id=row.pk).order_by("at", "id").values_list("to_state", flat=True)) == [
        "ordered", "approved", "dispatched", "delivered", "rated", "settled",
    ]  # fmt: skip


class TestGuards:
    def refused(
        self, row: ServiceOrder, event: OrderEvent, by: Actor, at: datetime, data: dict[str, str]
    ) -> GuardRefused:
        with pytest.raises(GuardRefused) as problem:
            transition(ORDER, row, event, by=by, at=at, data=data)
        return problem.value

    def test_the_cap_of_the_year(self, staff: Actor, at: datetime, untouched: Any) -> None:
        item = make.item(cap=Decimal(1000))
        make.order(item, OrderState.SETTLED, approved_amount=Decimal(300))
        make.order(item, OrderState.APPROVED, approved_amount=Decimal(200))
        make.order(item, OrderState.CANCELLED, approved_amount=Decimal(400))
        make.order(item, OrderState.SETTLED, approved_amount=Decimal(900), ordered_on=date(2025, 12, 31))
        make.order(make.item("另一项"), OrderState.SETTLED, approved_amount=Decimal(900))
        row = make.order(item, quantity=3)
        kept = untouched(row)
        problem = self.refused(row, OrderEvent.APPROVE, staff, at, {})
        assert (problem.code, problem.params["left"], problem.params["amount"]) == ("NEEDS.CAP_EXCEEDED", 500, 600)
        assert problem.message == (
            "“职工心理疏导（一对一）”2026 年预算还剩 500.00 元，不足以核定 600.00 元。请核减金额、提高该项预算，或不予通过。"
        )
        kept()
        transition(ORDER, row, OrderEvent.APPROVE, by=staff, at=at, data={"approved_amount": "500"})
        row.refresh_from_db()
        assert row.approved_amount == 500

    def test_not_above_the_price(self, staff: Actor, at: datetime, untouched: Any) -> None:
        row = make.order(make.item())
        kept = untouched(row)
        problem = self.refused(row, OrderEvent.APPROVE, staff, at, {"approved_amount": "200.01"})
        assert problem.code == "NEEDS.ABOVE_PRICE"
        kept()

    @pytest.mark.parametrize("day", ["2026-11-01", "2026-11-21"])
    def test_served_after_the_order_and_not_tomorrow(
        self, provider: Actor, at: datetime, untouched: Any, day: str
    ) -> None:
        row = make.order(make.item(provider_uscc=USCC), OrderState.DISPATCHED)
        kept = untouched(row)
        problem = self.refused(row, OrderEvent.DELIVER, provider, at, {"delivered_on": day, "person_times": "1"})
        assert (problem.code, Job.objects.count()) == ("NEEDS.DELIVERED_ON", 0)
        kept()

    def test_who_approved_does_not_pay(self, staff: Actor, at: datetime, untouched: Any) -> None:
        row = make.order(make.item(), OrderState.RATED, approved_by_id=staff.user_id, approved_by_name="张三")
        kept = untouched(row)
        data = {"settled_amount": "200", "voucher_no": "1"}
        problem = self.refused(row, OrderEvent.SETTLE, staff, at, data)
        assert (problem.code, problem.message) == ("NEEDS.SAME_PERSON", "这张单由张三审核通过，付款须由另一人登记。")
        kept()

    def test_not_more_than_approved(self, staff: Actor, at: datetime, untouched: Any) -> None:
        row = make.order(make.item(), OrderState.RATED)
        kept = untouched(row)
        problem = self.refused(row, OrderEvent.SETTLE, staff, at, {"settled_amount": "200.01", "voucher_no": "1"})
        assert problem.code == "NEEDS.ABOVE_APPROVED"
        with pytest.raises(Invalid) as missing:
            transition(ORDER, row, OrderEvent.SETTLE, by=staff, at=at, data={"settled_amount": "200"})
        assert missing.value.problems == {"voucher_no": ["请填写凭证号。"]}
        kept()

    def test_unserved_or_unrated_nothing_is_paid(self, staff: Actor, at: datetime, untouched: Any) -> None:
        for state in set(OrderState) - {OrderState.RATED}:
            row = make.order(make.item(f"{state}"), state)
            kept = untouched(row)
            with pytest.raises(StateRefused):
                transition(
                    ORDER, row, OrderEvent.SETTLE, by=staff, at=at, data={"settled_amount": "1", "voucher_no": "1"}
                )
            kept()


class TestFourteenDays:
    def test_without_a_rating_it_goes_on(
        self, provider: Actor, kaifu: TradeUnion, at: datetime, untouched: Any
    ) -> None:
        row = make.order(make.item(provider_uscc=USCC), OrderState.DISPATCHED)
        data = {"delivered_on": "2026-11-18", "person_times": "1"}
        transition(ORDER, row, OrderEvent.DELIVER, by=provider, at=at, data=data)
        job = Job.objects.get(kind=alarms.KIND)
        assert job.run_after == datetime(2026, 12, 2, 16, 0, tzinfo=UTC)
        row.refresh_from_db()
        assert rating_ends(row) == job.run_after
        kept = untouched(row)
        early = JobContext(id=job.pk, kind=job.kind, payload=job.payload, union=kaifu, by=system("到期", kaifu), at=at)
        assert alarms.ring(early) == {"rung": False, "why": "NEEDS.RATING_NOT_OVER"}
        kept()
        late = JobContext(
            id=job.pk, kind=job.kind, payload=job.payload, union=kaifu, by=system("到期", kaifu), at=job.run_after
        )
        assert alarms.ring(late) == {"rung": True}
        row.refresh_from_db()
        assert (row.state, row.rating, row.rated_on) == (OrderState.RATED, None, None)


class TestWorkers:
    PHONE = "138 1234-5678"

    def place(self, kaifu: TradeUnion, item: MenuItem, at: datetime, **given: Any) -> tuple[ServiceOrder, str]:
        token = given.pop("token", "") or link(LinkPurpose.ORDER)
        values = {"phone": self.PHONE, "quantity": 1, "wish": "", **given}
        return actions.place_by_link(union=kaifu, token=token, item_id=item.pk, at=at, **values)

    def test_a_worker_is_a_mark_and_no_more(self, kaifu: TradeUnion, at: datetime) -> None:
        row, follow = self.place(kaifu, make.item(), at)
        assert row.worker_mark == mark_of("13812345678", kaifu.pk) != mark_of("13812345678", kaifu.pk + 1)
        assert (row.unit_id, row.created_by_id, row.created_by_name) == (None, None, "职工")
        with connection.cursor() as cursor:
            for table in ("needs_serviceorder", "needs_workerlink", "history_change", "audit_auditevent"):
                cursor.execute(f"SELECT coalesce(string_agg(t::text, ''), '') FROM {table} t")
                assert "13812345678" not in cursor.fetchone()[0].replace(" ", "").replace("-", "")
        assert follow not in str(list(WorkerLink.objects.values()))

    @pytest.mark.parametrize("phone", ["", "123", "0731-85678901", "23812345678"])
    def test_a_number_that_is_none(self, kaifu: TradeUnion, at: datetime, phone: str) -> None:
        with pytest.raises(Invalid) as problem:
            self.place(kaifu, make.item(), at, phone=phone)
        assert problem.value.problems == {"phone": ["请填写 11 位手机号码。"]}

    def test_the_limit_of_a_year_counts_what_stands(self, kaifu: TradeUnion, at: datetime) -> None:
        item, other = make.item(repeat_limit=2), make.item("另一项")
        mark = mark_of("13812345678", kaifu.pk)
        make.order(item, OrderState.SETTLED, worker_mark=mark)
        make.order(item, OrderState.CANCELLED, worker_mark=mark)
        make.order(item, OrderState.SETTLED, worker_mark=mark, ordered_on=date(2025, 12, 31))
        make.order(item, OrderState.SETTLED, worker_mark="f" * 64)
        self.place(kaifu, item, at)
        token = link(LinkPurpose.ORDER)
        with pytest.raises(Invalid) as problem:
            self.place(kaifu, item, at, token=token)
        assert problem.value.problems == {
            "phone": ["每名职工每年最多可点“职工心理疏导（一对一）” 2 次，您已经点过了。"]
        }
        self.place(kaifu, other, at, token=token)

    def test_a_link_serves_as_often_as_it_says_and_not_another_purpose(self, kaifu: TradeUnion, at: datetime) -> None:
        item = make.item(repeat_limit=9)
        token, survey = link(LinkPurpose.ORDER), link(LinkPurpose.SURVEY)
        self.place(kaifu, item, at, token=token)
        for wrong in (token, survey, "x"):
            with pytest.raises(NotFound):
                self.place(kaifu, item, at, token=wrong)
        assert ServiceOrder.objects.count() == 1

    @pytest.mark.parametrize(
        "fields", [{"is_active": False}, {"from_on": date(2026, 12, 1)}, {"until_on": date(2026, 11, 20)}]
    )
    def test_what_is_off_the_menu(self, kaifu: TradeUnion, unit: Actor, at: datetime, fields: dict[str, Any]) -> None:
        item = make.item(**fields)
        with pytest.raises(Invalid):
            self.place(kaifu, item, at)
        with pytest.raises(Invalid):
            actions.place(item=item, quantity=1, wish="", by=unit, at=at)
        assert list(reading.on_offer(date(2026, 11, 20))) == []
        assert ServiceOrder.objects.count() == 0

    def test_rates_once_by_the_link_of_the_order(self, kaifu: TradeUnion, at: datetime) -> None:
        row, follow = self.place(kaifu, make.item(), at)
        with pytest.raises(StateRefused):
            actions.rate_by_link(union=kaifu, token=follow, order=row, rating=5, note="", at=at)
        ServiceOrder.objects.update(state=OrderState.DELIVERED, delivered_on=date(2026, 11, 20))
        actions.rate_by_link(union=kaifu, token=follow, order=row, rating=2, note="等了很久", at=at)
        row.refresh_from_db()
        assert (row.state, row.rating, row.rating_note) == (OrderState.RATED, 2, "等了很久")
        with pytest.raises(StateRefused):
            actions.rate_by_link(union=kaifu, token=follow, order=row, rating=5, note="", at=at)

    def test_takes_back_what_nobody_approved(self, kaifu: TradeUnion, at: datetime) -> None:
        row, _ = self.place(kaifu, make.item(), at)
        actions.cancel_by_link(union=kaifu, order=row, at=at)
        row.refresh_from_db()
        assert row.state == OrderState.CANCELLED


class TestSight:
    def test_each_sees_theirs(
        self, kaifu: TradeUnion, staff: Actor, leader: Actor, provider: Actor, unit: Actor
    ) -> None:
        finance = people.actor("430105", Role.FINANCE, Role.REVIEWER)
        item = make.item(provider_uscc=USCC)
        mine = make.order(item, unit_id=unit.user_id)
        sent, rated = make.order(item, OrderState.DISPATCHED), make.order(item, OrderState.RATED)
        foreign = make.order(make.item("别家"), OrderState.DISPATCHED)

        def seen(actor: Actor) -> set[object]:
            return set(reading.orders(actor).values_list("pk", flat=True))

        assert seen(staff) == seen(leader) == {mine.pk, sent.pk, rated.pk, foreign.pk}
        assert seen(provider) == {sent.pk, rated.pk}
        assert seen(unit) == {mine.pk}
        assert seen(finance) == {rated.pk}

    def test_a_neighbour_sees_nothing(
        self, kaifu: TradeUnion, neighbour: Actor, country: dict[str, TradeUnion], at: datetime
    ) -> None:
        item = make.item()
        row = make.order(item)
        with door.inside(country["430111"]):
            assert (
                list(reading.orders(neighbour))
                == list(reading.menu(neighbour))
                == list(reading.on_offer(at.date()))
                == []
            )
            for find, pk in ((reading.order, row.pk), (reading.menu_item, item.pk)):
                with pytest.raises(NotFound):
                    find(neighbour, pk)


class TestMenu:
    GIVEN: dict[str, Any] = {
        "title": " 心理疏导 ", "field": "psychological", "provider_name": "启航", "provider_uscc": USCC, "price": Decimal(200),
        "cap": Decimal(1000), "from_on": date(2026, 1, 1),
    }  # fmt: skip

    def test_is_made_and_changed(self, staff: Actor, leader: Actor, at: datetime) -> None:
        row = menu.create(by=staff, at=at, **self.GIVEN)
        assert (row.title, row.repeat_limit, row.is_active) == ("心理疏导", 1, True)
        menu.edit(item=row, version=1, cap=Decimal(2000), by=staff, at=at)
        with pytest.raises(Conflict):
            menu.edit(item=row, version=1, cap=Decimal(3000), by=staff, at=at)
        with pytest.raises(Refused):
            menu.create(by=leader, at=at, **self.GIVEN)
        row.refresh_from_db()
        assert (row.cap, row.version) == (Decimal(2000), 2)

    @pytest.mark.parametrize(
        ("given", "where"),
        [
            ({"title": " "}, "title"),
            ({"provider_uscc": "51430105MJX000017X"}, "provider_uscc"),
            ({"price": Decimal(-1)}, "price"),
            ({"until_on": date(2026, 1, 1)}, "until_on"),
            ({"repeat_limit": 0}, "repeat_limit"),
        ],
    )
    def test_what_is_wrong(self, staff: Actor, at: datetime, given: dict[str, Any], where: str) -> None:
        with pytest.raises(Invalid) as problem:
            menu.create(by=staff, at=at, **{**self.GIVEN, **given})
        assert list(problem.value.problems) == [where]
        assert MenuItem.objects.count() == 0

    def test_the_cap_does_not_fall_below_what_was_approved(self, staff: Actor, at: datetime, untouched: Any) -> None:
        row = make.item(provider_uscc=USCC)
        make.order(row, OrderState.APPROVED, approved_amount=Decimal(600))
        kept = untouched(row)
        with pytest.raises(Invalid):
            menu.edit(item=row, version=1, cap=Decimal(500), by=staff, at=at)
        with pytest.raises(Invalid):
            menu.edit(item=row, version=1, provider_uscc="52430105MJX0000252", by=staff, at=at)
        kept()


class TestAtOnce:
    AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)

    def together(self, works: list[Any]) -> list[str]:
        start, refusals = threading.Barrier(len(works)), []

        def work(act: Any) -> None:
            try:
                union = TradeUnion.objects.get(code="430105")
                with door.inside(union):
                    start.wait(10)
                    act(union)
            except DomainError as refusal:
                refusals.append(refusal.code)
            finally:
                connection.close()

        threads = [threading.Thread(target=work, args=[act]) for act in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        return refusals

    def test_two_approvals_do_not_pass_the_cap(self, own_database: str) -> None:
        union = TradeUnion.objects.get(code="430105")
        with door.inside(union):
            item = make.item(cap=Decimal(300))
            rows = [make.order(item) for _ in range(3)]
        approve = [
            lambda union, row=row: transition(ORDER, row, OrderEvent.APPROVE, by=system("并发", union), at=self.AT)
            for row in rows
        ]
        assert self.together(approve) == ["NEEDS.CAP_EXCEEDED"] * 2
        with door.inside(union):
            assert list(
                ServiceOrder.objects.exclude(approved_amount=None).values_list("approved_amount", flat=True)
            ) == [200]

    def test_one_link_and_one_limit_are_used_once(self, own_database: str) -> None:
        union = TradeUnion.objects.get(code="430105")
        with door.inside(union):
            item, token = make.item(repeat_limit=1), link(LinkPurpose.ORDER, uses=5)
            other, single = make.item("另一项"), link(LinkPurpose.ORDER)
        given: dict[str, Any] = {"quantity": 1, "wish": "", "at": self.AT}
        same = [
            lambda union: actions.place_by_link(union=union, token=token, item_id=item.pk, phone="13812345678", **given)
        ] * 3
        assert self.together(same) == ["INVALID"] * 2
        several = [
            lambda union, n=n: actions.place_by_link(
                union=union, token=single, item_id=other.pk, phone=f"1391234567{n}", **given
            )
            for n in range(3)
        ]
        assert self.together(several) == ["NOT_FOUND"] * 2
        with door.inside(union):
            assert sorted(ServiceOrder.objects.values_list("serial", flat=True)) == [1, 2]
            assert ServiceOrder.objects.count() == 2
