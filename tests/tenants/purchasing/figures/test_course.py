"""PUR-07, 08, 12-15 and NED-07: service, satisfaction, evaluations."""

from datetime import date
from decimal import Decimal

from commons.hierarchy.models import TradeUnion
from commons.tenancy.door import inside
from tests.factories import need_rows as needs
from tests.factories import purchase_rows as make
from tests.tenants.purchasing.figures.asking import exact, figure, figures, fold_all, items

Country = dict[str, TradeUnion]


def test_service_counts_on_its_day_and_a_void_record_never(country: Country) -> None:
    with inside(country["430105"]):
        project = make.project(category="work_service")
        make.record(project, date(2026, 3, 31), person_times=20, persons_new=12, groups=["women", "injured"])
        make.record(project, date(2026, 4, 1), person_times=7, persons_new=0, field="legal_aid")
        make.record(project, date(2026, 4, 2), person_times=500, persons_new=400, is_void=True, void_reason="重复登记")
    with inside(country["440304"]):
        make.record(make.project(), date(2026, 4, 2), person_times=3)
    fold_all(country)
    assert figures(country, "430000", "2026-03", "PUR-07", "PUR-08") == {"PUR-07": 20, "PUR-08": 12}
    assert figures(country, "430000", "2026-04", "PUR-07", "PUR-08") == {"PUR-07": 7, "PUR-08": 0}
    assert figure(country, "000000", "PUR-07", "2026") == 30
    assert items(country, "430000", "PUR-07", "2026", "SF") == {"psychological": 20, "legal_aid": 7}
    assert items(country, "430000", "PUR-07", "2026", "TG") == {"women": 20, "injured": 20}
    assert items(country, "430000", "PUR-07", "2026", "PC") == {"work_service": 27}
    assert items(country, "430000", "PUR-08", "2026", "TG") == {"women": 12, "injured": 12}
    exact()


def test_satisfaction_is_of_services_and_orders_by_how_many_gave_a_mark(country: Country) -> None:
    with inside(country["430105"]):
        project = make.project()
        make.record(project, date(2026, 3, 1), satisfaction_sum=40, satisfaction_count=9)
        make.record(project, date(2026, 3, 2))
        make.record(project, date(2026, 3, 3), satisfaction_sum=5, satisfaction_count=5, is_void=True)
        item = needs.menu_item(field="legal_aid")
        needs.order(item, date(2026, 2, 1), "rated", rating=2, rated_on=date(2026, 3, 31))
        needs.order(item, date(2026, 2, 1), "delivered")
    fold_all(country)
    assert figure(country, "430000", "NED-07", "2026-03") == Decimal("4.20")
    assert figure(country, "430000", "NED-07", "2026-02") is None
    assert items(country, "430000", "NED-07", "2026-03", "SF") == {"psychological": Decimal("4.44"), "legal_aid": 2}
    exact()


def test_a_midterm_evaluation_is_on_time_on_its_planned_day(country: Country) -> None:
    planned = date(2026, 6, 30)
    with inside(country["430105"]):
        for done in (planned, date(2026, 7, 1), None):
            project = make.project(midterm_on=planned)
            make.evaluation(project, "midterm", done)
        make.evaluation(make.project(midterm_on=planned), "performance", date(2026, 6, 1))
        make.project(midterm_on=planned, state="terminated", ended_on=date(2026, 6, 29))
        make.project(midterm_on=planned, state="approved")
        make.project()
    fold_all(country)
    assert figure(country, "430000", "PUR-12", "2026-06") == 25
    assert figure(country, "430000", "PUR-12", "2026-07") is None
    exact()


def test_conclusions_count_when_they_are_drawn(country: Country) -> None:
    with inside(country["430105"]):
        project = make.project(category="career_service")
        make.evaluation(project, "midterm", date(2026, 6, 1), conclusion="rectify")
        make.evaluation(project, "midterm", date(2026, 6, 30))
        make.evaluation(project, "midterm", date(2026, 6, 30), state="scored", conclusion="")
        for total, conclusion in (("92.5050", "excellent"), ("80.0000", "good"), ("59.0000", "unqualified")):
            make.evaluation(
                make.project(), "performance", date(2026, 6, 2), total=Decimal(total), conclusion=conclusion
            )
        make.evaluation(project, "performance", date(2026, 7, 1), total=Decimal("70"), conclusion="qualified")
    fold_all(country)
    told = figures(country, "430000", "2026-06", "PUR-13", "PUR-14", "PUR-15")
    assert told == {"PUR-13": 50, "PUR-14": Decimal("77.17"), "PUR-15": Decimal("33.33")}
    assert figures(country, "430000", "2026-07", "PUR-13", "PUR-14", "PUR-15") == {
        "PUR-13": None,
        "PUR-14": 70,
        "PUR-15": 0,
    }
    assert items(country, "430000", "PUR-14", "2026", "PC") == {
        "life_service": Decimal("77.17"),
        "career_service": 70,
    }
    exact()
