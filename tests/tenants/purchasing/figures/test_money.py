"""PUR-02 to PUR-05, PUR-18, PUR-25, ENT-02, ENT-06: money, to the cent."""

from datetime import date
from decimal import Decimal

from commons.hierarchy.models import TradeUnion
from commons.tenancy.door import inside
from tenants.purchasing.models import Contract
from tests.factories import purchase_rows as make
from tests.tenants.purchasing.figures.asking import exact, figure, figures, fold_all, items

Country = dict[str, TradeUnion]


def test_a_reversal_takes_back_what_was_paid_to_the_cent_up_to_the_nation(country: Country) -> None:
    with inside(country["430105"]):
        contract = make.purchase(amount=Decimal("100.01"))
        make.payment(contract, "33.34", date(2026, 3, 31))
        wrong = make.payment(contract, "66.67", date(2026, 4, 1), fund_source="fiscal")
        make.reversal(wrong, date(2026, 5, 9))
    with inside(country["440304"]):
        make.payment(make.purchase(), "7.00", date(2026, 4, 30))
    fold_all(country)
    expected = {"2026-03": "33.34", "2026-04": "73.67", "2026-05": "-66.67", "2026-Q2": "7.00", "2026": "40.34"}
    assert {period: figure(country, "000000", "PUR-03", period) for period in expected} == {
        period: Decimal(amount) for period, amount in expected.items()
    }
    assert figure(country, "430000", "PUR-03", "2026") == Decimal("33.34")
    assert items(country, "430000", "PUR-03", "2026-04", "FS") == {"fiscal": Decimal("66.67")}
    assert items(country, "430000", "PUR-03", "2026", "FS") == {"union_funds": Decimal("33.34")}
    assert items(country, "000000", "PUR-03", "2026", "PK") == {"social_org": Decimal("40.34")}
    assert items(country, "430000", "PUR-03", "2026", "SF") == {"psychological": Decimal("33.34")}
    exact()


def test_of_a_joint_purchase_the_own_share_alone_counts_and_never_exceeds_the_contract(country: Country) -> None:
    with inside(country["430105"]):
        contract = make.purchase(amount=Decimal("99.99"), own_share=50)
        paid = [make.payment(contract, "33.33", date(2026, month, 8)) for month in (4, 5, 6)]
    fold_all(country)
    assert figure(country, "430100", "PUR-02", "2026-03") == Decimal("50.00")
    # Rounded each alone, three times 16.665 would be a cent more than the contract.
    assert [figure(country, "430100", "PUR-03", f"2026-0{month}") for month in (4, 5, 6)] == [
        Decimal("16.67"),
        Decimal("16.66"),
        Decimal("16.67"),
    ]
    assert figure(country, "000000", "PUR-03", "2026") == Decimal("50.00")
    with inside(country["430105"]):
        for one in paid:
            make.reversal(one, date(2026, 7, 1))
    fold_all(country)
    assert figure(country, "000000", "PUR-03", "2026") == 0
    assert figure(country, "430100", "PUR-03", "2026-07") == Decimal("-50.00")
    exact()


def test_a_contract_is_told_by_the_sources_of_its_projects_money_and_they_add_up(country: Country) -> None:
    with inside(country["430105"]):
        contract = make.purchase(amount=Decimal("100.00"), of={"budget": Decimal("3.00")})
        assert contract.project is not None
        for source in ("union_funds", "fiscal", "donation"):
            make.funding(contract.project, source, "1.00")
        make.purchase(amount=Decimal("50.00"))
    fold_all(country)
    by_source = items(country, "430100", "PUR-02", "2026-03", "FS")
    assert by_source == {
        "donation": Decimal("33.33"),
        "fiscal": Decimal("33.34"),
        "union_funds": Decimal("33.33"),
    }
    assert figure(country, "430100", "PUR-02", "2026-03") == 150
    assert items(country, "430100", "PUR-02", "2026-03", "PC") == {"life_service": 150}
    assert items(country, "430100", "PUR-02", "2026-03", "FM") == {"independent": 150}
    assert items(country, "430100", "PUR-18", "2026-03", "FS") == {"donation": 1, "fiscal": 1, "union_funds": 1}
    assert figure(country, "430100", "PUR-18", "2026") == 3
    exact()


def test_what_is_a_contract_of_a_project_and_in_which_month(country: Country) -> None:
    with inside(country["430105"]):
        ends = [make.purchase(day, amount=Decimal("1.00")) for day in (date(2026, 1, 31), date(2026, 2, 1))]
        make.purchase(amount=Decimal("10.00"), state="to_sign")
        make.contract(make.project(), None, amount=Decimal("20.00"))
        make.contract(ends[0].project, kind="supervision", amount=Decimal("40.00"))
        make.contract(None, kind="post", posts_count=3, amount=Decimal("80.00"))
        # A signed amendment: its terms stand in the contract that it amends.
        make.contract(ends[1].project, amends=ends[1], amount=Decimal("160.00"))
        make.purchase(date(2026, 2, 28), amount=Decimal("5.00"), state="terminated")
    fold_all(country)
    assert [figure(country, "430000", "PUR-02", month) for month in ("2026-01", "2026-02", "2026-03")] == [1, 6, 0]
    assert figure(country, "440000", "PUR-02", "2026") == 0
    with inside(country["430105"]):
        Contract.objects.filter(pk=ends[1].pk).update(amount=Decimal("2.50"))
    fold_all(country)
    assert figure(country, "430000", "PUR-02", "2026") == Decimal("8.50")
    exact()


def test_the_budget_stands_in_january_and_is_executed_over_the_year(country: Country) -> None:
    with inside(country["430105"]):
        make.capacity(2025, purchase_budget=Decimal("300.00"))
        make.capacity(2026, purchase_budget=Decimal("400.00"))
        make.payment(make.purchase(), "150.00", date(2026, 6, 1))
    with inside(country["430100"]):
        make.capacity(2026, union_members_count=9)
    fold_all(country)
    assert figures(country, "430100", "2026", "PUR-04", "PUR-05") == {"PUR-04": 400, "PUR-05": Decimal("37.50")}
    assert figures(country, "430100", "2026-06", "PUR-04", "PUR-05") == {"PUR-04": 0, "PUR-05": None}
    assert figure(country, "430000", "PUR-04", "2025-01..2026-12") == 700
    exact()


def test_the_cost_of_a_service_is_what_was_paid_per_person_time(country: Country) -> None:
    with inside(country["430105"]):
        contract = make.purchase()
        assert contract.project is not None
        make.payment(contract, "100.00", date(2026, 4, 1))
        make.record(contract.project, date(2026, 5, 1), person_times=8)
        make.record(contract.project, date(2026, 5, 2), person_times=99, is_void=True)
    fold_all(country)
    assert figure(country, "000000", "PUR-25", "2026") == Decimal("12.50")
    assert figure(country, "000000", "PUR-25", "2026-04") is None
    exact()


def test_what_enterprises_buy_is_part_of_all_that_is_contracted(country: Country) -> None:
    with inside(country["430105"]):
        make.purchase(amount=Decimal("300.00"))
        make.purchase(amount=Decimal("75.00"), buyer_kind="enterprise", buyer_name="湘江机械厂")
        make.contract(None, amount=Decimal("25.00"), buyer_kind="enterprise", buyer_name="湘江机械厂")
        make.contract(None, amount=Decimal("9.00"), buyer_kind="enterprise", kind="cooperation")
    fold_all(country)
    told = figures(country, "430100", "2026-03", "PUR-01", "PUR-02", "ENT-01", "ENT-02", "ENT-06")
    assert told == {"PUR-01": 2, "PUR-02": 400, "ENT-01": 2, "ENT-02": 100, "ENT-06": 25}
    assert items(country, "430100", "PUR-01", "2026-03", "BK") == {"union": 1, "enterprise": 1}
    assert items(country, "430100", "PUR-02", "2026-03", "BK") == {"union": 300, "enterprise": 100}
    assert items(country, "430100", "ENT-01", "2026-03", "SF") == {"psychological": 1}
    assert figure(country, "440000", "ENT-02", "2026") == 0
    exact()
