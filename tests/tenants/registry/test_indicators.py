"""What each indicator of the ledger counts, and what it does not; a neighbour's rows never count."""

from datetime import UTC, date, datetime
from decimal import Decimal

from commons.access import actors
from commons.hierarchy.models import TradeUnion
from commons.kit.ids import uuid7
from commons.rollup import selectors
from commons.rollup.enums import Scope
from commons.rollup.fold import fold_many
from commons.rollup.selectors import Span
from commons.rollup.verify import verify
from commons.tenancy.door import inside
from tenants.registry.enums import ContactFrequency, ContactKind, FoundingMode, LedgerState
from tenants.registry.models import ContactLog, ContactPlan, OrgRating, OrgYearFact, SocialOrganization
from tests.factories import organizations as make

Country = dict[str, TradeUnion]
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def figure(country: Country, code: str, indicator: str, period: str, *, by: str = "", item: str = "") -> Decimal | None:
    found = selectors.values(
        actors.system("test", country["000000"]),
        unions=[country[code]],
        indicators=[indicator],
        span=Span.parse(period),
        scope=Scope.SUBTREE,
        by=by or None,
    )
    return next(value.value for value in found if value.item == item)


def contact(entry: SocialOrganization, on: date, kind: ContactKind = ContactKind.VISIT) -> None:
    ContactLog.objects.create(
        organization=entry,
        contacted_on=on,
        kind=kind,
        topics="走访",
        created_at=MOMENT,
        updated_at=MOMENT,
        created_by_name="李敏",
    )


def fold_all(country: Country) -> None:
    fold_many(list(country.values()))


def test_regular_contact_lasts_twelve_months_and_counts_an_organization_once(country: Country) -> None:
    code = make.credit_code()
    with inside(country["430105"]):
        entry = make.organization(uscc=code, active_on=date(2024, 1, 1))
        contact(entry, date(2025, 1, 20))
        contact(entry, date(2025, 3, 2), ContactKind.PHONE)
    with inside(country["430111"]):
        contact(make.organization(uscc=code, active_on=date(2024, 1, 1)), date(2025, 3, 9))
        contact(make.organization(), date(2025, 3, 9))
    fold_all(country)
    expected = {"2024-12": 0, "2025-01": 1, "2025-02": 1, "2025-03": 2, "2026-02": 2, "2026-03": 0}
    assert {month: figure(country, "430100", "ORG-04", month) for month in expected} == expected
    assert figure(country, "430105", "ORG-04", "2025-03") == 1
    assert figure(country, "430105", "ORG-04", "2025-02", by="K", item="phone") == 0
    assert figure(country, "430105", "ORG-04", "2025-03", by="K", item="phone") == 1
    assert figure(country, "430105", "ORG-04", "2026-01", by="K", item="visit") == 0
    assert figure(country, "440000", "ORG-04", "2025-03") == 0


def test_leaving_counts_in_its_month(country: Country) -> None:
    with inside(country["430105"]):
        for day in (date(2026, 4, 1), date(2026, 4, 30)):
            make.organization(active_on=date(2024, 1, 1)).spans.update(until_on=day)
        make.organization(active_on=date(2024, 1, 1))
    fold_all(country)
    assert [figure(country, "430000", "ORG-06", month) for month in ("2026-03", "2026-04", "2026-05")] == [0, 2, 0]
    assert figure(country, "430000", "ORG-06", "2026") == 2
    assert figure(country, "430111", "ORG-06", "2026") == 0


def test_growth_is_against_the_same_month_a_year_ago(country: Country) -> None:
    with inside(country["430105"]):
        for day in (date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1), date(2025, 1, 1)):
            make.organization(active_on=day)
    fold_all(country)
    assert figure(country, "430000", "ORG-07", "2025-03") == Decimal("33.33")
    assert figure(country, "430000", "ORG-07", "2025-02") == 100
    assert figure(country, "430000", "ORG-07", "2024-03") is None
    [*_, last] = selectors.series(
        actors.system("test", country["000000"]),
        union=country["430000"],
        indicators=["ORG-07"],
        first_month=2025 * 12,
        last_month=2025 * 12 + 2,
    )
    assert (last.value, last.numerator, last.denominator) == (Decimal("33.33"), 1, 3)


def test_the_latest_assessment_decides_who_is_rated_3a(country: Country) -> None:
    code = make.credit_code()
    for union, grade, on in (("430105", "A4", date(2024, 5, 1)), ("430111", "A2", date(2025, 5, 1))):
        with inside(country[union]):
            entry = make.organization(uscc=code, active_on=date(2024, 1, 1))
            OrgRating.objects.create(
                organization=entry,
                grade=grade,
                state="granted",
                assessor="省社会组织评估委员会",
                certificate_number="A-1",
                assessed_on=on,
                valid_until=date(2030, 1, 1),
            )
    with inside(country["430111"]):
        make.organization(active_on=date(2024, 1, 1))
    fold_all(country)
    assert figure(country, "430105", "ORG-11", "2025-06") == 100
    assert figure(country, "430111", "ORG-11", "2025-06") == 0
    assert figure(country, "430100", "ORG-11", "2025-04") == 50
    assert figure(country, "430100", "ORG-11", "2025-05") == 0
    assert figure(country, "440000", "ORG-11", "2025-05") is None


def test_hubs_are_counted_while_on_a_ledger(country: Country) -> None:
    with inside(country["430105"]):
        make.organization(is_hub=True, active_on=date(2026, 1, 1)).spans.update(until_on=date(2026, 5, 1))
        make.organization(is_hub=False, active_on=date(2026, 1, 1))
    fold_all(country)
    assert [figure(country, "430000", "ORG-12", month) for month in ("2025-12", "2026-04", "2026-05")] == [0, 1, 0]


def test_one_day_of_heads_meetings_is_one_meeting(country: Country) -> None:
    with inside(country["430105"]):
        first, second = make.organization(), make.organization()
        for entry in (first, second):
            contact(entry, date(2026, 3, 3), ContactKind.HEADS_MEETING)
        contact(first, date(2026, 3, 9), ContactKind.HEADS_MEETING)
        contact(first, date(2026, 3, 10), ContactKind.MEETING)
    fold_all(country)
    assert figure(country, "430000", "CTC-02", "2026-03") == 2
    assert figure(country, "430000", "CTC-01", "2026-03") == 4


def test_dependence_takes_an_organizations_latest_statement_and_needs_both_sides(country: Country) -> None:
    code = make.credit_code()
    for union, income, own, minute in (("430105", 100, 80, 1), ("430111", 200, 50, 2)):
        with inside(country[union]):
            OrgYearFact.objects.create(
                organization=make.organization(uscc=code),
                year=2025,
                income=income,
                income_from_union=own,
                updated_at=MOMENT.replace(minute=minute),
            )
            OrgYearFact.objects.create(organization=make.organization(), year=2025, income=999, updated_at=MOMENT)
    fold_all(country)
    assert figure(country, "430105", "FAIR-06", "2025-07") == 80
    assert figure(country, "430100", "FAIR-06", "2025-07") == 25
    assert figure(country, "430100", "FAIR-06", "2026-01") is None


def test_the_base_survey_is_complete_from_the_day_of_verification(country: Country) -> None:
    with inside(country["430105"]):
        # The factory writes entries down on 2026-01-01.
        make.organization(active_on=date(2026, 3, 1))
        make.organization(active_on=date(2025, 6, 1)).spans.update(until_on=date(2026, 5, 9))
        make.organization(state=LedgerState.DRAFT)
        make.organization(state=LedgerState.TO_VERIFY)
        make.organization(state=LedgerState.REMOVED)
    with inside(country["440304"]):
        make.organization(state=LedgerState.DRAFT)
    fold_all(country)
    expected = {"2025-05": None, "2025-06": 100, "2026-01": 25, "2026-02": 25, "2026-03": 50, "2026-04": 50}
    assert {month: figure(country, "430100", "ORG-09", month) for month in expected} == expected
    assert figure(country, "430100", "ORG-09", "2026-05") == Decimal("33.33")
    assert figure(country, "440000", "ORG-09", "2026-05") == 0


def test_organizations_founded_by_a_union_are_counted_once(country: Country) -> None:
    code = make.credit_code()
    for union in ("430105", "430111"):
        with inside(country[union]):
            make.organization(uscc=code, active_on=date(2026, 2, 1), founding_mode=FoundingMode.UNION_FOUNDED)
            make.organization(active_on=date(2026, 2, 1), founding_mode=FoundingMode.GOVERNMENT)
            make.organization(state=LedgerState.DRAFT, founding_mode=FoundingMode.UNION_FOUNDED)
    fold_all(country)
    assert [figure(country, "430100", "INC-04", month) for month in ("2026-01", "2026-02")] == [0, 1]
    assert figure(country, "440000", "INC-04", "2026-02") == 0


def test_party_members_are_those_of_the_latest_year_of_what_stands_on_a_ledger(country: Country) -> None:
    code = make.credit_code()
    for union, facts in (("430105", {2024: 5, 2025: 3}), ("430111", {2024: 9})):
        with inside(country[union]):
            entry = make.organization(uscc=code, active_on=date(2024, 3, 1))
            for year, members in facts.items():
                OrgYearFact.objects.create(organization=entry, year=year, party_members=members, updated_at=MOMENT)
            OrgYearFact.objects.create(
                organization=make.organization(state=LedgerState.DRAFT), year=2024, party_members=7, updated_at=MOMENT
            )
    fold_all(country)
    expected = {"2024-02": 0, "2024-12": 9 if country["430111"].pk > country["430105"].pk else 5, "2025-01": 3}
    assert {month: figure(country, "430100", "PTY-03", month) for month in expected} == expected
    assert figure(country, "430111", "PTY-03", "2025-01") == 9
    assert figure(country, "440000", "PTY-03", "2025-01") == 0


def test_a_plan_is_kept_by_a_contact_within_each_stretch(country: Country) -> None:
    officer = {"officer_id": uuid7(), "officer_name": "李敏"}
    with inside(country["430105"]):
        entry = make.organization()
        plan = ContactPlan.objects.create(
            organization=entry, frequency=ContactFrequency.MONTHLY, from_on=date(2026, 1, 31), **officer
        )
        # Due on 28 February, 31 March, 30 April, 31 May …
        for day in ("2026-01-30", "2026-02-28", "2026-03-01", "2026-03-31", "2026-05-01", "2026-05-31"):
            contact(entry, date.fromisoformat(day))
        yearly = make.organization()
        ContactPlan.objects.create(
            organization=yearly,
            frequency=ContactFrequency.YEARLY,
            from_on=date(2025, 4, 1),
            until_on=date(2027, 4, 1),
            **officer,
        )
        contact(yearly, date(2026, 4, 2))
    with inside(country["440304"]):
        contact(make.organization(), date(2026, 3, 1))
    fold_all(country)
    expected = {"2026-01": None, "2026-02": 100, "2026-03": 100, "2026-04": 0, "2026-05": 100, "2026-06": 0}
    assert {month: figure(country, "430000", "CTC-03", month) for month in expected} == expected
    # February to April, of which the yearly plan was due in April too.
    assert figure(country, "430000", "CTC-03", "2026-01..2026-04") == 50
    assert figure(country, "440000", "CTC-03", "2026") is None
    with inside(country["430105"]):
        ContactPlan.objects.filter(pk=plan.pk).update(until_on=date(2026, 3, 31))
    fold_all(country)
    assert [figure(country, "430000", "CTC-03", month) for month in ("2026-02", "2026-03", "2026-05")] == [
        100,
        None,
        None,
    ]
    assert verify().differences == []
