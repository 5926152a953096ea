"""SM-18 progress and expense reports: what is due, handed in, taken or sent back, and what is left of the money."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from commons.hierarchy.models import TradeUnion
from commons.tenancy import door
from commons.workflow import todo
from commons.workflow.transitions import transition
from tenants.history.models import Change
from tenants.purchasing.actions.course import periods, schedule
from tenants.purchasing.enums import ContractKind, ReportKind, ReportState, RuleKind
from tenants.purchasing.machines.report import REPORT, overdue, shifted
from tenants.purchasing.models import Report
from tests.factories.purchasing import course as make
from tests.tenants.purchasing.course.conftest import Course
from tests.tenants.purchasing.course.proving import may, refused

PROGRESS = {"text": "完成团体辅导两场", "sessions": 2, "person_times": 60, "persons": 45}


def test_periods_are_cut_at_the_ends_of_quarters_and_months() -> None:
    assert list(periods(date(2026, 2, 10), date(2026, 8, 15), 3)) == [
        (date(2026, 2, 10), date(2026, 3, 31)),
        (date(2026, 4, 1), date(2026, 6, 30)),
        (date(2026, 7, 1), date(2026, 8, 15)),
    ]
    assert list(periods(date(2026, 12, 31), date(2027, 1, 1), 1)) == [
        (date(2026, 12, 31), date(2026, 12, 31)),
        (date(2027, 1, 1), date(2027, 1, 1)),
    ]
    assert list(periods(date(2026, 2, 2), date(2026, 2, 1), 3)) == []


def test_signing_makes_what_will_be_due(course: Course) -> None:
    made = schedule(course.contract, by=course.staff, at=course.at)

    assert [(row.kind, row.until_on, row.due_on) for row in made if isinstance(row, Report)] == [
        ("progress", date(2026, 3, 31), date(2026, 4, 10)),
        ("expense", date(2026, 3, 31), date(2026, 4, 10)),
        ("progress", date(2026, 6, 30), date(2026, 7, 10)),
        ("expense", date(2026, 6, 30), date(2026, 7, 10)),
        ("progress", date(2026, 8, 15), date(2026, 8, 25)),
        ("expense", date(2026, 8, 15), date(2026, 8, 25)),
        ("final_expense", date(2026, 8, 15), date(2026, 9, 14)),
    ]
    assert Report.objects.get(kind="final_expense").lines == [{"name": "项目经费", "budget": "180000.00"}]
    assert Change.objects.filter(event="create").count() == 7
    # Asked again it adds nothing.
    assert schedule(course.contract, by=course.staff, at=course.at) == []
    assert Report.objects.count() == 7


def test_the_measures_of_the_project_set_the_rhythm(course: Course) -> None:
    course.project.measures = make.rule(
        RuleKind.MEASURES, {"report_months": 1, "report_due_days": 5, "final_report_due_days": 20}
    )
    course.project.save()

    schedule(course.contract, by=course.staff, at=course.at)

    progress = Report.objects.filter(kind="progress").order_by("until_on")
    assert progress.count() == 7
    assert progress[0].due_on == date(2026, 3, 5)
    assert Report.objects.get(kind="final_expense").due_on == date(2026, 9, 4)


def test_other_contracts_ask_for_no_reports(course: Course) -> None:
    post = make.contract(course.project, kind=ContractKind.POST)
    assert schedule(post, by=course.staff, at=course.at) == []
    assert Report.objects.count() == 0


def test_who_may_do_what_with_a_progress_report(course: Course) -> None:
    row = make.report(course.contract)
    assert may(REPORT, row, course.everybody()) == {
        "submit": {"provider"},
        "accept": {"admin", "staff"},
        "return": {"admin", "staff"},
        "give_back": set(),
    }


def test_who_may_do_what_with_an_expense_report(course: Course) -> None:
    row = make.report(course.contract, ReportKind.EXPENSE)
    assert may(REPORT, row, course.everybody()) == {
        "submit": {"provider"},
        "accept": {"supervisor", "finance"},
        "return": {"supervisor", "finance"},
        "give_back": {"finance"},
    }


def test_a_progress_report_is_handed_in_and_taken(course: Course) -> None:
    row = make.report(course.contract)
    make.served(course.project, person_times=60)

    step = transition(REPORT, row, "submit", by=course.provider, at=course.at, data=PROGRESS)
    assert step.warnings == []
    transition(REPORT, row, "accept", by=course.staff, at=course.at + timedelta(hours=1), reason="内容完整")

    row.refresh_from_db()
    assert (row.state, row.version) == (ReportState.ACCEPTED, 3)
    assert (row.text, row.sessions, row.person_times, row.persons) == ("完成团体辅导两场", 2, 60, 45)
    assert (row.submitted_at, row.decided_at) == (course.at, course.at + timedelta(hours=1))
    assert (row.decided_by_name, row.opinion) == (course.staff.name, "内容完整")
    assert row.spent is None
    assert list(Change.objects.order_by("at").values_list("event", "from_state", "to_state")) == [
        ("submit", "due", "submitted"),
        ("accept", "submitted", "accepted"),
    ]


def test_figures_that_differ_from_the_records_are_told(course: Course) -> None:
    row = make.report(course.contract)
    make.served(course.project, person_times=40)
    make.served(course.project, person_times=7, served_on=date(2026, 4, 1))
    make.served(course.project, person_times=9, is_void=True)

    step = transition(REPORT, row, "submit", by=course.provider, at=course.at, data=PROGRESS)

    assert step.warnings == ["报告的服务人次为60，本期服务记录合计为40，请核对。"]
    row.refresh_from_db()
    assert row.state == ReportState.SUBMITTED


def test_a_report_that_was_sent_back_is_handed_in_again(course: Course) -> None:
    row = make.report(course.contract, state=ReportState.SUBMITTED, text="初稿")
    refused(REPORT, row, "return", "WORKFLOW.REASON_MISSING", by=course.staff, at=course.at)

    transition(REPORT, row, "return", by=course.staff, at=course.at, reason="请补充人数")
    row.refresh_from_db()
    assert (row.state, row.opinion) == (ReportState.RETURNED, "请补充人数")

    transition(REPORT, row, "submit", by=course.provider, at=course.at, data=PROGRESS)
    row.refresh_from_db()
    assert (row.state, row.text, row.opinion) == (ReportState.SUBMITTED, "完成团体辅导两场", "")


def test_an_expense_report_sums_up_its_lines(course: Course) -> None:
    row = make.report(course.contract, ReportKind.EXPENSE)

    step = transition(
        REPORT, row, "submit", by=course.provider, at=course.at, data={"spent_1": "40000", "spent_2": "12000.50"}
    )

    row.refresh_from_db()
    assert step.warnings == []
    assert row.spent == Decimal("52000.50")
    assert row.unused is None
    assert row.lines == [
        {"name": "人员经费", "budget": "100000.00", "spent": "40000"},
        {"name": "活动经费", "budget": "80000.00", "spent": "12000.50"},
    ]


@pytest.mark.parametrize(
    ("spent", "lines"),
    [
        (("110000.00", "70000.00"), []),
        (("110000.01", "69999.00"), ["人员经费"]),
        (("90000.00", "88000.01"), ["活动经费"]),
        (("", ""), []),
    ],
)
def test_more_than_a_tenth_of_a_line_is_moved(spent: tuple[str, str], lines: list[str]) -> None:
    budget = ("100000.00", "80000.00")
    names = ("人员经费", "活动经费")
    told = [{"name": n, "budget": b, "spent": s} for n, b, s in zip(names, budget, spent, strict=True)]
    assert shifted(told, Decimal(10)) == lines


def test_a_larger_shift_is_told_and_not_taken_without_approval(course: Course) -> None:
    row = make.report(course.contract, ReportKind.EXPENSE)
    data = {"spent_1": "120000", "spent_2": "50000"}
    step = transition(REPORT, row, "submit", by=course.provider, at=course.at, data=data)
    assert step.warnings == ["“人员经费”的支出超过预算10%以上，须经批准；请向工会说明批准依据。"]

    problem = refused(REPORT, row, "accept", "PURCHASING.LINE_SHIFT_UNAPPROVED", by=course.finance, at=course.at)
    assert problem.message == "“人员经费”的支出超过预算10%以上。请填写批准依据后再接收，或者退回报告。"

    approved = {"shift_approval": "2026年5月6日主席办公会"}
    transition(REPORT, row, "accept", by=course.supervisor, at=course.at, data=approved)
    row.refresh_from_db()
    assert (row.state, row.shift_approval) == (ReportState.ACCEPTED, "2026年5月6日主席办公会")


def test_more_than_the_contract_is_not_spent(course: Course) -> None:
    row = make.report(course.contract, ReportKind.EXPENSE)
    data = {"spent_1": "100000", "spent_2": "80000.01"}
    problem = refused(
        REPORT, row, "submit", "PURCHASING.SPENT_ABOVE_CONTRACT", by=course.provider, at=course.at, data=data
    )
    assert "180,000.01元，超过合同金额180,000.00元" in problem.message


def test_what_was_spent_never_falls(course: Course) -> None:
    make.report(course.contract, ReportKind.EXPENSE, state=ReportState.ACCEPTED, spent=Decimal("50000"))
    row = make.report(course.contract, ReportKind.EXPENSE, from_on=date(2026, 4, 1), until_on=date(2026, 6, 30))
    data = {"spent_1": "40000", "spent_2": "9999.99"}
    refused(REPORT, row, "submit", "PURCHASING.SPENT_BELOW_EARLIER", by=course.provider, at=course.at, data=data)


def test_what_is_left_is_reckoned_and_given_back_once(course: Course) -> None:
    row = make.report(course.contract, ReportKind.FINAL_EXPENSE, until_on=date(2026, 8, 15))
    data = {"spent_1": "100000", "spent_2": "76500.25"}
    transition(REPORT, row, "submit", by=course.provider, at=course.at, data=data)
    transition(REPORT, row, "accept", by=course.finance, at=course.at)
    row.refresh_from_db()
    assert (row.spent, row.unused, row.returned_on) == (Decimal("176500.25"), Decimal("3499.75"), None)

    later = {"returned_on": "2026-11-21"}
    refused(REPORT, row, "give_back", "PURCHASING.GIVEN_BACK_LATER", by=course.finance, at=course.at, data=later)
    transition(REPORT, row, "give_back", by=course.finance, at=course.at, data={"returned_on": "2026-11-20"})
    row.refresh_from_db()
    assert (row.state, row.returned_on) == (ReportState.ACCEPTED, date(2026, 11, 20))
    again = {"returned_on": "2026-11-20"}
    refused(REPORT, row, "give_back", "PURCHASING.NOTHING_TO_GIVE_BACK", by=course.finance, at=course.at, data=again)


def test_nothing_is_given_back_where_all_was_spent(course: Course) -> None:
    row = make.report(course.contract, ReportKind.FINAL_EXPENSE, state=ReportState.ACCEPTED, unused=Decimal(0))
    data = {"returned_on": "2026-11-20"}
    refused(REPORT, row, "give_back", "PURCHASING.NOTHING_TO_GIVE_BACK", by=course.finance, at=course.at, data=data)


def test_overdue_is_told_from_its_day(course: Course) -> None:
    row = make.report(course.contract, due_on=date(2026, 11, 19))
    assert overdue(row, course.at)
    assert not overdue(make.report(course.contract, until_on=date(2026, 4, 1), due_on=date(2026, 11, 20)), course.at)
    row.state = ReportState.SUBMITTED
    assert not overdue(row, course.at)


def test_each_finds_what_waits_for_them_and_a_neighbour_finds_nothing(
    course: Course, country: dict[str, TradeUnion]
) -> None:
    due = make.report(course.contract)
    spent = make.report(course.contract, ReportKind.EXPENSE, state=ReportState.SUBMITTED)

    assert [(one.id, one.waiting.label) for one in todo.mine(course.provider)] == [(str(due.pk), "待提交报告")]
    assert [one.id for one in todo.mine(course.finance)] == [str(spent.pk)]
    assert [one.id for one in todo.mine(course.supervisor)] == [str(spent.pk)]
    assert [one.id for one in todo.mine(course.stranger)] == []
    assert [one.id for one in todo.mine(course.other_provider)] == []
    with door.inside(country["430111"]):
        assert todo.mine(course.staff) == []
        assert Report.objects.count() == 0
