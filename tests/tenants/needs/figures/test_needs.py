"""NED-01 to 06 and 08 to 10: surveys, needs, orders, appeals."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.rollup import selectors
from commons.rollup.behind import Question, behind, described, parts_of
from commons.rollup.declaration import CATALOGUE
from commons.rollup.enums import Scope
from commons.rollup.selectors import Span
from commons.tenancy.door import inside
from tests.factories import need_rows as make
from tests.factories import purchase_rows as purchases
from tests.tenants.purchasing.figures.asking import exact, figure, figures, fold_all, items

Country = dict[str, TradeUnion]


def test_surveys_count_when_they_close_and_answers_when_given(country: Country) -> None:
    with inside(country["430105"]):
        for state in ("closed", "analysed", "published"):
            make.survey(date(2026, 3, 31), state=state)
        make.survey(date(2026, 4, 1))
        running = make.survey()
        for day, group, valid in (
            (date(2026, 3, 31), "women", True),
            (date(2026, 3, 1), "", True),
            (date(2026, 4, 1), "women", True),
            (date(2026, 3, 2), "injured", False),
        ):
            make.response(running, day, group=group, is_valid=valid)
    fold_all(country)
    assert figures(country, "430000", "2026-03", "NED-01", "NED-02") == {"NED-01": 3, "NED-02": 2}
    assert figures(country, "430000", "2026-04", "NED-01", "NED-02") == {"NED-01": 1, "NED-02": 1}
    assert items(country, "430000", "NED-02", "2026-03", "TG") == {"women": 1}
    assert figure(country, "440000", "NED-02", "2026") == 0
    exact()


def test_needs_count_when_collected_and_are_turned_when_adopted(country: Country) -> None:
    sorted_on = date(2026, 3, 20)
    with inside(country["430105"]):
        make.need(date(2026, 3, 1), groups=["women", "injured"])
        make.need(date(2026, 3, 31), state="sorted", sorted_on=sorted_on)
        make.need(date(2026, 3, 2), state="rejected", sorted_on=sorted_on, field="legal_aid")
        for state in ("adopted", "satisfied"):
            make.need(date(2026, 2, 1), state=state, sorted_on=sorted_on, adopted_on=date(2026, 3, 31))
        make.need(date(2026, 2, 1), state="adopted", sorted_on=date(2026, 2, 2), adopted_on=date(2026, 4, 1))
    fold_all(country)
    assert [figure(country, "430000", "NED-03", month) for month in ("2026-02", "2026-03")] == [3, 3]
    assert items(country, "430000", "NED-03", "2026-03", "SF") == {"psychological": 2, "legal_aid": 1}
    assert items(country, "430000", "NED-03", "2026-03", "TG") == {"women": 1, "injured": 1}
    assert figure(country, "430000", "NED-04", "2026-03") == 50
    assert figure(country, "430000", "NED-04", "2026-03", by="SF", item="legal_aid") == 0
    assert figure(country, "430000", "NED-04", "2026-04") is None
    assert figure(country, "430000", "NED-04", "2026") == 60
    exact()


def test_orders_count_in_the_month_in_which_they_were_placed(country: Country) -> None:
    with inside(country["430105"]):
        item = make.menu_item()
        states = (
            "ordered",
            "approved",
            "refused",
            "dispatched",
            "delivered",
            "rated",
            "settled",
            "cancelled",
        )
        for state in states:
            make.order(item, date(2026, 3, 31), state, delivered_on=date(2026, 5, 1))
        make.order(make.menu_item(field="legal_aid"), date(2026, 4, 1), "approved")
    fold_all(country)
    assert figures(country, "430000", "2026-03", "NED-05", "NED-06") == {"NED-05": 5, "NED-06": Decimal("42.86")}
    assert figures(country, "430000", "2026-05", "NED-05", "NED-06") == {"NED-05": 0, "NED-06": None}
    assert items(country, "430000", "NED-05", "2026", "SF") == {"psychological": 5, "legal_aid": 1}
    with inside(country["430105"]):
        type(item).objects.filter(pk=item.pk).update(field="legal_aid")
    fold_all(country)
    assert items(country, "430000", "NED-05", "2026", "SF") == {"legal_aid": 6}
    exact()


def test_appeals_are_closed_on_time_on_their_due_day(country: Country) -> None:
    due = date(2026, 4, 30)
    with inside(country["430105"]):
        make.appeal(date(2026, 3, 31), due, state="closed", closed_on=due)
        make.appeal(date(2026, 4, 1), due, state="closed", closed_on=date(2026, 5, 1), category="safety")
        make.appeal(date(2026, 4, 2), due, state="reopened", closed_on=date(2026, 4, 3))
        make.appeal(date(2026, 4, 2), due, state="handling")
        make.appeal(date(2026, 4, 2), due, state="transferred", closed_on=date(2026, 4, 3))
    fold_all(country)
    assert [figure(country, "430000", "NED-08", month) for month in ("2026-03", "2026-04")] == [1, 4]
    assert items(country, "430000", "NED-08", "2026", "K") == {"wage": 4, "safety": 1}
    assert [figure(country, "430000", "NED-09", month) for month in ("2026-04", "2026-05")] == [25, None]
    exact()


def test_the_gap_is_needs_for_each_project_of_a_field(country: Country) -> None:
    with inside(country["430105"]):
        for _ in range(3):
            make.need(date(2026, 3, 1))
        make.need(date(2026, 5, 1), field="legal_aid")
        for _ in range(2):
            purchases.purchase()
    fold_all(country)
    assert figure(country, "430000", "NED-10", "2026") == 2
    assert figure(country, "430000", "NED-10", "2026", by="SF", item="psychological") == Decimal("1.50")
    # Needed, but nothing was bought.
    assert figure(country, "430000", "NED-10", "2026", by="SF", item="legal_aid") is None
    exact()


def test_small_counts_of_appeals_are_hidden_from_two_levels_up(
    country: Country, actor_of: Callable[..., Actor]
) -> None:
    """V9."""
    with inside(country["430105"]):
        make.appeal(date(2026, 3, 1), date(2026, 4, 1))
        for _ in range(7):
            make.appeal(date(2026, 3, 1), date(2026, 4, 1), category="safety")
    fold_all(country)

    def told(code: str) -> dict[str, tuple[Decimal | None, bool]]:
        found = selectors.values(
            actor_of(code, Role.LEADER),
            unions=[country["430105"]],
            indicators=["NED-08"],
            span=Span.parse("2026-03"),
            by="K",
        )
        return {value.item: (value.value, value.suppressed) for value in found if value.value != 0}

    assert told("430105") == {"wage": (1, False), "safety": (7, False)}
    assert told("430000")["wage"] == (None, True)


def _rows(actor: Actor, union: TradeUnion, indicator: str) -> tuple[list[str], Decimal]:
    found = CATALOGUE.indicator(indicator)
    [part, *_] = parts_of(found, Span.parse("2026-03")).values()
    with inside(union):
        seen = behind(actor, Question(union, found, part, Scope.OWN))
        told = described(actor, seen, seen.shown)
    return sorted(row.label for row in told.values()), seen.hidden


def test_appeals_and_answers_are_rows_of_nobody_who_may_not_read_them(
    country: Country, actor_of: Callable[..., Actor]
) -> None:
    with inside(country["430105"]):
        appeal = make.appeal(date(2026, 3, 1), date(2026, 4, 1))
        make.response(make.survey(), date(2026, 3, 1))
        need = make.need(date(2026, 3, 1))
    with inside(country["430111"]):
        make.need(date(2026, 3, 1))
    fold_all(country)
    union = country["430105"]
    expected = {
        Role.UNION_ADMIN: ([appeal.number], 0),
        Role.UNION_STAFF: ([], 1),
        Role.LEADER: ([], 1),
    }
    assert {role: _rows(actor_of("430105", role), union, "NED-08") for role in expected} == expected
    for role in expected:
        assert _rows(actor_of("430105", role), union, "NED-02") == ([], 1)
        assert _rows(actor_of("430105", role), union, "NED-03") == ([need.title], 0)
