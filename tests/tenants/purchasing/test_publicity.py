"""The publicity of a result over holidays and weekends worked in exchange. Source: SM-16 publicised ≥ 5 working days; 国办关于部分节假日安排的通知."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import BEIJING
from commons.people.enums import Role
from commons.tenancy.door import inside
from commons.workflow.errors import GuardRefused
from commons.workflow.transitions import transition
from tenants.purchasing.enums import CallState, ProjectState
from tenants.purchasing.machines.call import CALL, CallEvent
from tenants.purchasing.models import Call, ServiceProject
from tests.factories.purchasing import calls as factory
from tests.factories.purchasing import projects
from tests.tenants.purchasing import outcomes
from tests.tenants.purchasing.outcomes import CODE, Bidder

Country = dict[str, TradeUnion]
ActorOf = Callable[..., Actor]


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=BEIJING)


# (publicised, the whole working days that count, the first day on which it may be confirmed)
HOLIDAYS = [
    # 2026, National Day 1 to 7 October; Saturday the 10th is worked.
    (date(2026, 9, 28), "09-29 09-30 10-08 10-09 10-10", date(2026, 10, 11)),
    # 2026, Mid-Autumn on Friday 25 September.
    (date(2026, 9, 24), "09-28 09-29 09-30 10-08 10-09", date(2026, 10, 10)),
    # 2025, National Day 1 to 8 October; Sunday 28 September and Saturday 11 October are worked.
    (date(2025, 9, 26), "09-28 09-29 09-30 10-09 10-10", date(2025, 10, 11)),
    (date(2025, 9, 30), "10-09 10-10 10-11 10-13 10-14", date(2025, 10, 15)),
    # On a day off within it: the count begins with the first day at work.
    (date(2025, 10, 3), "10-09 10-10 10-11 10-13 10-14", date(2025, 10, 15)),
    # 2026, Spring Festival 15 to 23 February; Saturdays the 14th and the 28th are worked.
    (date(2026, 2, 12), "02-13 02-14 02-24 02-25 02-26", date(2026, 2, 27)),
    (date(2026, 2, 24), "02-25 02-26 02-27 02-28 03-02", date(2026, 3, 3)),
    # An ordinary week.
    (date(2026, 11, 16), "11-17 11-18 11-19 11-20 11-23", date(2026, 11, 24)),
]


@pytest.mark.parametrize(("day", "counted", "first"), HOLIDAYS, ids=[str(one[0]) for one in HOLIDAYS])
def test_five_whole_working_days_pass_before_the_award(
    country: Country, actor_of: ActorOf, day: date, counted: str, first: date
) -> None:
    union, staff, admin = country[CODE], actor_of(CODE, Role.UNION_STAFF), actor_of(CODE, Role.UNION_ADMIN)
    # The last of the days counted is the last of the publicity.
    assert f"{first - timedelta(days=1):%m-%d}" == counted.split()[-1]
    with inside(union):
        call, _ = outcomes.in_review(union, [Bidder(90), Bidder(85)])
        transition(CALL, call, CallEvent.PUBLICISE, by=staff, at=noon(day))
        call.refresh_from_db()
        assert (call.publicity_from, call.publicity_until) == (day, first)

        begins = datetime(first.year, first.month, first.day, tzinfo=BEIJING)
        for early in (noon(day), noon(first - timedelta(days=1)), begins - timedelta(seconds=1)):
            with pytest.raises(GuardRefused) as refusal:
                transition(CALL, call, CallEvent.CONFIRM, by=admin, at=early)
            assert (refusal.value.code, refusal.value.message) == (
                "PURCHASING.CALL_PUBLICITY",
                f"公示期尚未结束，{first:%Y年%m月%d日}起才能定标。",
            )
        assert Call.objects.get(pk=call.pk).state == CallState.PUBLICISED
        assert outcomes.states(call) == {1: "scored", 2: "scored"}
        assert ServiceProject.objects.get(pk=call.project_id).state == ProjectState.SOURCING

        transition(CALL, call, CallEvent.CONFIRM, by=admin, at=begins)
        call.refresh_from_db()
        assert (call.state, call.confirmed_on) == (CallState.CONFIRMED, first)
        assert outcomes.states(call) == {1: "won", 2: "reserve"}


def test_the_day_is_that_of_beijing(country: Country, actor_of: ActorOf) -> None:
    """At five in the afternoon of Sunday in Greenwich it is Monday."""
    union, staff = country[CODE], actor_of(CODE, Role.UNION_STAFF)
    with inside(union):
        call, _ = outcomes.in_review(union, [Bidder(90)])
        transition(CALL, call, CallEvent.PUBLICISE, by=staff, at=datetime(2026, 9, 27, 17, tzinfo=UTC))
        call.refresh_from_db()
    assert (call.publicity_from, call.publicity_until) == (date(2026, 9, 28), date(2026, 10, 11))


@pytest.mark.parametrize(("days", "first"), [("3", date(2026, 11, 24)), ("7", date(2026, 11, 26))])
def test_measures_may_ask_for_more_days_not_for_fewer(
    country: Country, actor_of: ActorOf, days: str, first: date
) -> None:
    union, staff = country[CODE], actor_of(CODE, Role.UNION_STAFF)
    with inside(union):
        project = factory.sourcing(ruled=projects.rules(publicity_days=days))
        call, _ = outcomes.in_review(union, [Bidder(90)], project=project)
        transition(CALL, call, CallEvent.PUBLICISE, by=staff, at=noon(date(2026, 11, 16)))
        call.refresh_from_db()
    assert call.publicity_until == first
