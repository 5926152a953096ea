"""INF-04: who signed in, where they hold a role; and signing in leaves marks, nothing else does."""

from datetime import UTC, date, datetime
from decimal import Decimal

from django.db import connection
from django.test import Client

from commons.access import actors
from commons.access.actors import Actor
from commons.audit.recording import record
from commons.hierarchy.models import TradeUnion
from commons.people.enums import AccountKind, Role
from commons.people.models import RoleAssignment, User
from commons.rollup import selectors
from commons.rollup.fold import fold_many
from commons.rollup.selectors import Span
from commons.rollup.verify import verify
from tests.factories import people

Country = dict[str, TradeUnion]
# The last evening of October in Greenwich is November in Beijing.
OCTOBER, NOVEMBER = datetime(2026, 10, 31, 15, 59, tzinfo=UTC), datetime(2026, 10, 31, 16, 0, tzinfo=UTC)


def sign_in(actor: Actor, at: datetime) -> None:
    record("account.signed_in", by=actor, at=at, on=actor.user)


def marked() -> set[tuple[str, str]]:
    """(family, union) of the marks in `public`, which are taken away."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM rollup_publicmark RETURNING family, union_id")
        codes = dict(TradeUnion.objects.values_list("pk", "code"))
        return {(family, codes[union]) for family, union in cursor.fetchall()}


def figure(country: Country, code: str, period: str, *, item: str = "") -> Decimal | None:
    found = selectors.values(
        actors.system("test", country["000000"]),
        unions=[country[code]],
        indicators=["INF-04"],
        span=Span.parse(period),
        by="K" if item else None,
    )
    return next(value.value for value in found if value.item == item)


def test_an_account_counts_once_a_month_in_each_union_where_it_holds_a_role(country: Country) -> None:
    clerk, leader, absent = (people.actor("430105", Role.UNION_STAFF) for _ in range(3))
    neighbour = people.actor("440304", Role.UNION_STAFF)
    assert clerk.user
    assert leader.user
    people.assign(clerk.user, country["430111"], Role.LEADER)
    RoleAssignment.objects.filter(user=leader.user).update(from_on=date(2026, 11, 2))
    for actor, moments in (
        (clerk, [OCTOBER, NOVEMBER, datetime(2026, 11, 9, tzinfo=UTC)]),
        (leader, [NOVEMBER]),
        (neighbour, [NOVEMBER]),
    ):
        for at in moments:
            sign_in(actor, at)
    record("account.sign_in_failed", by=absent, at=NOVEMBER, result="refused")
    fold_many(list(country.values()))
    for code, october, november in (
        ("430105", 1, 1),
        ("430111", 1, 1),
        ("430100", 2, 2),
        ("440304", 0, 1),
        ("000000", 2, 3),
        ("310000", 0, 0),
    ):
        assert [figure(country, code, month) for month in ("2026-10", "2026-11")] == [october, november], code
    assert figure(country, "430000", "2026-10..2026-11") == 4
    assert figure(country, "430000", "2026-11", item=AccountKind.UNION_STAFF) == 2
    assert figure(country, "430000", "2026-11", item=AccountKind.EXPERT) == 0
    # On the second she does hold the role.
    sign_in(leader, datetime(2026, 11, 2, tzinfo=UTC))
    User.objects.filter(pk=clerk.user.pk).update(kind=AccountKind.EXPERT)
    fold_many(list(country.values()))
    assert figure(country, "430105", "2026-11") == 2
    assert figure(country, "430105", "2026-11", item=AccountKind.EXPERT) == 1
    # A role that ended before the day of signing in takes the account with it.
    RoleAssignment.objects.filter(user=clerk.user, union=country["430111"]).update(until_on=date(2026, 11, 1))
    fold_many(list(country.values()))
    assert [figure(country, "430111", month) for month in ("2026-10", "2026-11")] == [1, 0]
    assert verify().differences == []


def test_signing_in_by_the_page_marks_the_unions_of_the_account_and_nobody_elses(country: Country) -> None:
    actor = people.actor("430105", Role.UNION_STAFF)
    people.actor("440304", Role.UNION_STAFF)
    assert actor.user
    people.assign(actor.user, country["430111"], Role.LEADER)
    marked()
    client = Client()
    client.post("/sign-in", {"username": actor.user.username, "password": "wrong"})
    assert marked() == set()
    client.post("/sign-in", {"username": actor.user.username, "password": people.PASSWORD})
    assert marked() == {("activity", "430105"), ("activity", "430111")}
    record("account.signed_out", by=actor, at=NOVEMBER)
    User.objects.filter(pk=actor.user.pk).update(name="李敏")
    assert marked() == set()
