"""PUR-01, 06, 09-11, 16, 17, 20-22, 24, 26, 27: what is a purchased project, of which kind, in which month."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from commons.hierarchy.models import TradeUnion
from commons.rollup.enums import Scope
from commons.tenancy.door import inside
from tenants.purchasing.enums import ProjectState
from tenants.purchasing.models import Provider, ServiceProject
from tests.factories import purchase_rows as make
from tests.factories.organizations import credit_code
from tests.tenants.purchasing.figures.asking import exact, figure, figures, fold_all, items

Country = dict[str, TradeUnion]
MARCH = date(2026, 3, 2)


def test_a_project_counts_once_where_its_first_contract_was_signed(country: Country) -> None:
    with inside(country["430105"]):
        first = make.purchase(date(2026, 1, 31))
        make.contract(first.project, date(2026, 4, 1), state="terminated")
        make.contract(first.project, date(2026, 2, 1), amends=first)
        make.purchase(date(2026, 2, 1))
        make.contract(make.project(), None)
        make.contract(None, MARCH)
    with inside(country["430111"]):
        make.purchase(date(2026, 2, 28))
    fold_all(country)
    expected = {"2025-12": 0, "2026-01": 1, "2026-02": 2, "2026-03": 0, "2026-04": 0, "2026-Q1": 3, "2026": 3}
    assert {period: figure(country, "430100", "PUR-01", period) for period in expected} == expected
    assert figure(country, "430105", "PUR-01", "2026") == 2
    assert figure(country, "430100", "PUR-01", "2026", own=True) == 0
    assert figure(country, "440000", "PUR-01", "2026") == 0
    exact()


@pytest.mark.parametrize("state", list(ProjectState))
def test_a_project_counts_from_running_to_archived(country: Country, state: ProjectState) -> None:
    begun = state.value in {
        "running",
        "midterm",
        "rectifying",
        "assessing",
        "completed",
        "failed",
        "terminated",
        "archived",
    }
    with inside(country["430105"]):
        make.purchase(of={"state": state.value})
    fold_all(country)
    assert figure(country, "430100", "PUR-01", "2026-03") == begun


def test_a_project_is_told_by_field_category_group_mode_founding_and_buyer(country: Country) -> None:
    with inside(country["430105"]):
        make.purchase(
            of={
                "fields": ["psychological", "legal_aid"],
                "category": "work_service",
                "target_groups": ["women", "injured"],
                "mode": "entrusted",
            },
            provider=make.provider(founding_mode="union_founded"),
            buyer_kind="joint",
        )
        make.purchase(of={"target_groups": []}, provider=make.provider(kind="enterprise", founding_mode=""))
    fold_all(country)
    told = {by: items(country, "430100", "PUR-01", "2026-03", by) for by in ("SF", "PC", "TG", "MD", "FM", "BK")}
    assert told == {
        "SF": {"psychological": 2, "legal_aid": 1},
        "PC": {"work_service": 1, "life_service": 1},
        "TG": {"women": 1, "injured": 1},
        "MD": {"entrusted": 1, "purchased": 1},
        "FM": {"union_founded": 1},
        "BK": {"joint": 1, "union": 1},
    }
    exact()


def test_kinds_of_purchases_are_parts_of_all(country: Country) -> None:
    with inside(country["430105"]):
        make.purchase(of={"category": "life_service", "principal": "区民政局"})
        make.purchase(of={"category": "work_service", "with_mass_org": True, "fields": ["legal_aid"]})
        make.purchase(of={"category": "work_service", "state": "sourcing", "with_mass_org": True, "principal": "某局"})
    fold_all(country)
    told = figures(country, "430100", "2026-03", "PUR-01", "PUR-20", "PUR-26", "PUR-27")
    assert told == {"PUR-01": 2, "PUR-20": 1, "PUR-26": 1, "PUR-27": 1}
    assert items(country, "430100", "PUR-20", "2026-03", "SF") == {"psychological": 1}
    assert items(country, "430100", "PUR-27", "2026-03", "SF") == {"legal_aid": 1}
    exact()


def test_a_provider_of_several_unions_counts_once_in_any_period(country: Country) -> None:
    code = credit_code()
    for union, days in (("430105", (MARCH, date(2026, 4, 1))), ("430111", (date(2026, 3, 30),))):
        with inside(country[union]):
            one = make.provider(uscc=code, founding_mode="union_founded")
            for day in days:
                make.purchase(day, provider=one)
            make.purchase(provider=make.provider(kind="law_firm", org_type="", founding_mode=""))
    fold_all(country)
    expected = {"2026-03": 1, "2026-04": 1, "2026-05": 0, "2026-Q1": 1, "2026": 1, "2026-03..2026-04": 1}
    assert {period: figure(country, "430100", "PUR-09", period) for period in expected} == expected
    assert figure(country, "430111", "PUR-09", "2026") == 1
    assert items(country, "430100", "PUR-09", "2026", "OT") == {"social_service_institution": 1}
    assert items(country, "430100", "PUR-09", "2026", "FM") == {"union_founded": 1}
    assert figure(country, "440000", "PUR-09", "2026") == 0
    with inside(country["430111"]):
        Provider.objects.filter(uscc=code).update(kind="enterprise")
    with inside(country["430105"]):
        Provider.objects.filter(uscc=code).update(kind="enterprise")
    fold_all(country)
    assert figure(country, "430100", "PUR-09", "2026") == 0
    exact()


def test_a_buyer_counts_once_however_often_it_buys_and_belongs_to_one_union(country: Country) -> None:
    with inside(country["430105"]):
        unit = make.unit()
        for _ in range(2):
            make.purchase()
            make.purchase(date(2026, 4, 1), buyer_kind="unit", buyer_unit=unit)
        make.purchase(buyer_kind="joint")
        make.purchase(buyer_kind="federation", buyer_name="开福区社会组织联合会")
        make.purchase(buyer_kind="enterprise", buyer_name="湘江机械厂")
    with inside(country["430111"]):
        make.purchase()
        make.purchase(buyer_kind="federation", buyer_name="开福区社会组织联合会")
    fold_all(country)
    # Kaifu itself, its unit and its federation; Yuhua itself and its own federation of that name.
    assert [figure(country, "430105", "PUR-10", period) for period in ("2026-03", "2026-04", "2026")] == [2, 1, 3]
    assert figure(country, "430100", "PUR-10", "2026") == 5
    assert items(country, "430100", "PUR-10", "2026", "BK") == {"union": 2, "unit": 1, "federation": 2, "joint": 1}
    exact()


def test_posts_count_from_their_contracts_first_day_until_after_the_last(country: Country) -> None:
    ended = {"kind": "post", "state": "terminated"}
    with inside(country["430105"]):
        make.contract(
            None, date(2026, 1, 5), kind="post", posts_count=4, starts_on=date(2026, 2, 1), ends_on=date(2026, 4, 30)
        )
        make.contract(
            None, date(2026, 3, 31), posts_count=10, starts_on=None, ends_on=None, ended_on=date(2026, 5, 1), **ended
        )
        # Ended in the month in which it began: at no month's end in force.
        make.contract(None, date(2026, 3, 1), posts_count=100, ended_on=date(2026, 3, 30), **ended)
        make.contract(None, None, kind="post", posts_count=1000)
        make.purchase(posts_count=7)
    fold_all(country)
    expected = {"2026-01": 0, "2026-02": 4, "2026-03": 14, "2026-04": 14, "2026-05": 0}
    assert {month: figure(country, "430000", "PUR-06", month) for month in expected} == expected
    exact()


def test_approval_is_of_those_decided(country: Country) -> None:
    with inside(country["430105"]):
        for state, decided, approved in (
            ("approved", date(2026, 3, 1), date(2026, 3, 1)),
            ("running", date(2026, 3, 31), date(2026, 3, 31)),
            ("rejected", date(2026, 3, 5), None),
            ("approval_review", None, None),
            ("rejected", date(2026, 4, 1), None),
        ):
            make.project(state=state, decided_on=decided, approved_on=approved)
    fold_all(country)
    assert [figure(country, "430000", "PUR-11", month) for month in ("2026-02", "2026-03", "2026-04")] == [
        None,
        Decimal("66.67"),
        0,
    ]
    exact()


def test_supervision_is_of_the_projects_purchased(country: Country) -> None:
    with inside(country["430105"]):
        for signed in (date(2026, 8, 1), None, None):
            contract = make.purchase()
            if signed:
                # However often, and however late.
                for _ in range(2):
                    make.contract(contract.project, signed, kind="supervision")
            else:
                make.contract(contract.project, None, kind="supervision")
    fold_all(country)
    assert figure(country, "430000", "PUR-16", "2026-03") == Decimal("33.33")
    assert figure(country, "430000", "PUR-16", "2026-08") is None
    exact()


def test_completed_as_planned_is_within_sixty_days_and_archiving_changes_nothing(country: Country) -> None:
    due = date(2026, 5, 31)
    with inside(country["430105"]):
        for state, days in (
            ("completed", -10),
            ("completed", 60),
            ("completed", 61),
            ("terminated", -30),
            ("failed", 20),
            ("running", None),
        ):
            ended = None if days is None else due + timedelta(days=days)
            make.purchase(of={"ends_on": due, "state": state, "ended_on": ended})
    fold_all(country)
    assert figure(country, "430000", "PUR-17", "2026-05") == Decimal("33.33")
    assert figure(country, "430000", "PUR-24", "2026") == 2
    assert [figure(country, "430000", "PUR-24", month) for month in ("2026-05", "2026-06")] == [1, 1]
    with inside(country["430105"]):
        for project in ServiceProject.objects.filter(state="completed"):
            make.evaluation(project, "performance", date(2026, 6, 1))
        for project in ServiceProject.objects.filter(state="failed"):
            make.evaluation(project, "performance", date(2026, 6, 1), conclusion="unqualified")
        ServiceProject.objects.exclude(ended_on=None).update(state="archived")
    fold_all(country)
    assert figure(country, "430000", "PUR-17", "2026-05") == Decimal("33.33")
    assert [figure(country, "430000", "PUR-24", month) for month in ("2026-05", "2026-06")] == [1, 1]
    exact()


def test_the_catalogue_changes_by_what_is_new_and_what_is_dropped(country: Country) -> None:
    with inside(country["430105"]):
        for change in ("new", "new", "kept", "dropped"):
            make.catalogue_item(2026, change)
        make.catalogue_item(2025, "new", category="work_service")
    fold_all(country)
    assert [figure(country, "430000", "PUR-21", period) for period in ("2025", "2026", "2026-02")] == [1, 3, 0]
    assert items(country, "430000", "PUR-21", "2026", "K") == {"new": 2, "dropped": 1}
    assert items(country, "430000", "PUR-21", "2025", "PC") == {"work_service": 1}
    exact()


def test_the_change_of_a_year_is_against_the_same_period_of_the_year_before(country: Country) -> None:
    with inside(country["430105"]):
        for day in (date(2025, 3, 1), date(2025, 9, 1), date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)):
            make.purchase(day)
    fold_all(country)
    assert figure(country, "430000", "PUR-22", "2026") == 50
    assert figure(country, "430000", "PUR-22", "2026-03") == 0
    assert figure(country, "430000", "PUR-22", "2026-09") == -100
    assert figure(country, "430000", "PUR-22", "2025") is None
    assert figure(country, "430000", "PUR-22", "2026", by="PC", item="life_service") == 50
    exact()


def test_calls_count_in_the_month_of_their_deadline_by_the_clock_of_peking(country: Country) -> None:
    """PUR-23: 2026-03-31 17:00 of UTC is April there. A sealed bid is none yet."""
    with inside(country["430105"]):
        for moment, state, bids in (
            (datetime(2026, 3, 31, 15, tzinfo=UTC), "review", ("qualified", "scored", "disqualified", "withdrawn")),
            (datetime(2026, 3, 31, 17, tzinfo=UTC), "failed", ()),
            (datetime(2026, 3, 1, tzinfo=UTC), "cancelled", ("lapsed",)),
            (datetime(2026, 3, 2, tzinfo=UTC), "closed", ("submitted", "submitted")),
        ):
            call = make.call(make.project(), bid_deadline=moment, state=state, confirmed_on=None)
            for one in bids:
                make.bid(call, one)
        invited = make.call(make.project(), bid_deadline=datetime(2026, 4, 9, tzinfo=UTC), method="invited")
        for one in ("won", "reserve", "lost"):
            make.bid(invited, one)
    fold_all(country)
    assert [figure(country, "430000", "PUR-23", month) for month in ("2026-03", "2026-04", "2026-05")] == [
        1,
        Decimal("1.50"),
        None,
    ]
    assert items(country, "430000", "PUR-23", "2026", "MD") == {"open_call": Decimal("0.67"), "invited": 3}
    exact()


def test_a_union_that_is_missing_is_told(country: Country) -> None:
    """R9."""
    from commons.access import actors
    from commons.rollup import selectors
    from commons.rollup.selectors import Span

    with inside(country["430105"]):
        make.purchase()
    fold_all(country)
    TradeUnion.objects.filter(code="430111").update(state="suspended")
    [value] = selectors.values(
        actors.system("test", country["000000"]),
        unions=[country["430100"]],
        indicators=["PUR-01"],
        span=Span.parse("2026-03"),
        scope=Scope.SUBTREE,
    )
    assert (value.value, value.quality, value.missing_unions) == (1, "partial", 1)
