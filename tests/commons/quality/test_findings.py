"""Each check: what makes a ticket, and what nearly does. Source: DOMAIN §5.2 “Checks to run on every run”."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest

from commons.hierarchy import lineage
from commons.hierarchy.enums import Level, UnionState
from commons.hierarchy.models import Parentage, TradeUnion
from commons.kit.clock import parse_month
from commons.quality import declaration, sentences
from commons.quality.checks import problems
from commons.quality.declaration import Parts, Share
from commons.quality.enums import Check
from commons.quality.findings import comparable, rounded
from commons.quality.looking import look
from commons.quality.models import Ticket
from commons.rollup.declaration import CATALOGUE
from commons.rollup.enums import Aggregation
from tests.factories.cells import cell
from tests.factories.country import union

Country = dict[str, TradeUnion]
NOW, LAST, YEAR_AGO = "2026-11", "2026-10", "2025-11"


@pytest.fixture
def told(country: Country, at: datetime) -> Callable[[str], list[str]]:
    """`told("430105")`: the sentences on the desk of a union after a look at it and at all above it."""

    def look_and_read(code: str) -> list[str]:
        look([country[code].pk], at=at)
        rows = Ticket.objects.filter(union=country[code]).order_by("month", "kind", "indicator", "rule")
        return [sentences.sentence(row) for row in rows]

    return look_and_read


Told = Callable[[str], list[str]]


def test_nothing_odd_is_no_ticket(country: Country, told: Told) -> None:
    assert told("430105") == []
    assert not Ticket.objects.exists()


def test_a_part_above_the_whole(country: Country, told: Told) -> None:
    """ORG-03 ≤ ORG-01."""
    cell(country["430105"], "org_ledger", LAST, 10)
    cell(country["430105"], "org_registered", LAST, 10)
    assert told("430105") == []
    cell(country["430105"], "org_registered", NOW, 12)
    assert told("430105") == ["2026年11月，本级“登记社会组织数”为 12 家，多于“社会组织台账数”的 10 家。"]
    row = Ticket.objects.get(union=country["430105"])
    assert (row.kind, row.indicator, row.rule, row.figures) == (
        Check.PARTS,
        "ORG-03",
        "ORG-03<=ORG-01",
        {"value": "12", "against": "10"},
    )
    assert sentences.advice(row) == "请核对台账中登记状态为“已登记”的组织是否都在册。"


@pytest.mark.parametrize(
    ("part", "whole", "sentence"),
    [
        ("org_rated", "org_ledger", "2026年11月，本级“获评等级社会组织数”为 6 家，多于“社会组织台账数”的 5 家。"),
        ("org_hub", "org_ledger", "2026年11月，本级“枢纽型社会组织数”为 6 家，多于“社会组织台账数”的 5 家。"),
        ("heads_meetings", "contacts", "2026年11月，本级“负责人例会次数”为 6 次，多于“联系次数”的 5 次。"),
        ("org_fresh", "org_entries", "2026年11月，本级“台账更新率”的分子为 6，多于分母 5，比率超过了 100%。"),
        ("org_rated_3a", "org_registered", "2026年11月，本级“3A及以上占比”的分子为 6，多于分母 5，比率超过了 100%。"),
        ("org_income_union", "org_income", "2026年11月，本级“工会收入依赖度”的分子为 6，多于分母 5，比率超过了 100%。"),
    ],
)
def test_each_declared_rule(country: Country, told: Told, part: str, whole: str, sentence: str) -> None:
    cell(country["430105"], "org_ledger", NOW, 5)
    cell(country["430105"], whole, NOW, 5)
    cell(country["430105"], part, NOW, 5)
    assert told("430105") == []
    cell(country["430105"], part, NOW, 6)
    assert told("430105") == [sentence]


def test_several_parts_are_added_up_and_months_where_it_is_said(
    country: Country, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PUR-03 ≤ PUR-02 cumulatively: a month alone may well be above."""
    rule = Parts("CTC-01", ("CTC-02", "ORG-06"), "请核对。", cumulative=True)
    monkeypatch.setattr(declaration, "_rules", {(rule.indicator, rule.rule): rule})
    cell(country["430105"], "contacts", "2026-01", 10)
    cell(country["430105"], "heads_meetings", NOW, 6)
    cell(country["430105"], "org_left", NOW, 4)
    assert told("430105") == []
    cell(country["430105"], "org_left", NOW, 5)
    assert told("430105") == [
        "2026年11月，本级“负责人例会次数”“退出台账数”合计累计为 11 次，多于“联系次数”累计的 10 次。"
    ]


def test_parts_without_others_leave_nothing_over(country: Country, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """DOMAIN acceptance 10: 1,942 + 1,510 + 585 against a total of 4,324 is a ticket (residual 287), not an error."""
    rule = Parts("CTC-01", ("ORG-06", "ORG-02", "CTC-02"), "请核对。", exhaustive=True)
    monkeypatch.setattr(declaration, "_rules", {(rule.indicator, rule.rule): rule})
    for measure, amount in (("org_left", 1942), ("org_unregistered", 1510), ("heads_meetings", 585)):
        cell(country["430105"], measure, NOW, amount)
    cell(country["430105"], "contacts", NOW, 4037)
    assert told("430105") == []
    cell(country["430105"], "contacts", NOW, 4324)
    assert told("430105") == [
        "2026年11月，本级“退出台账数”“草根组织数”“负责人例会次数”合计为 4,037 家，少于“联系次数”的 4,324 次，还差 287 次。"
    ]


def test_items_above_the_total(country: Country, told: Told) -> None:
    """Of a dimension that a record has one item of; of domains it has several."""
    cell(country["430105"], "org_ledger", LAST, 10)
    for item, amount in (("social_group", 6), ("foundation", 4)):
        cell(country["430105"], "org_ledger", LAST, amount, dim="OT", item=item)
    for item in ("skills_training", "legal_aid"):
        cell(country["430105"], "org_ledger", LAST, 9, dim="D", item=item)
    assert told("430105") == []
    cell(country["430105"], "org_ledger", NOW, 5, dim="OT", item="foundation")
    assert told("430105") == ["2026年11月，本级“社会组织台账数”按“组织类型”分组，各组之和为 11 家，多于总数 10 家。"]


@pytest.mark.parametrize(
    ("before", "now", "odd"),
    [
        (20, 81, True),
        (20, 80, False),
        (19, 400, False),
        (1, 5, False),
        (0, 900, False),
        (200, 1000, True),
        (1000, 0, False),
    ],
)
def test_a_jump_of_more_than_300_per_cent(country: Country, told: Told, before: int, now: int, odd: bool) -> None:
    cell(country["430105"], "contacts", YEAR_AGO, before)
    cell(country["430105"], "contacts", NOW, now)
    rise = (now - before) * 100 // before if odd else 0
    expected = [f"2026年11月，本级“联系次数”为 {now:,} 次，上年同期为 {before} 次，增长 {rise}%。"] if odd else []
    assert told("430105") == expected


def test_a_stock_is_told_once_for_the_month_it_began(country: Country, told: Told, at: datetime) -> None:
    cell(country["430105"], "org_ledger", "2025-01", 30)
    cell(country["430105"], "org_ledger", LAST, 300)
    assert told("430105") == ["2026年10月，本级“社会组织台账数”为 300 家，上年同期为 30 家，增长 900%。"]
    look([country["430105"].pk], at=at.replace(year=2027, month=3))
    assert list(Ticket.objects.filter(kind=Check.YEAR).values_list("month", "state")) == [(parse_month(LAST), "open")]


def test_a_flow_is_a_new_matter_each_month(country: Country, told: Told) -> None:
    for month, amount in (("2025-10", 30), ("2025-11", 30), (LAST, 300), (NOW, 310)):
        cell(country["430105"], "contacts", month, amount)
    assert told("430105") == [
        "2026年10月，本级“联系次数”为 300 次，上年同期为 30 次，增长 900%。",
        "2026年11月，本级“联系次数”为 310 次，上年同期为 30 次，增长 933%。",
    ]


def test_far_above_the_siblings(country: Country, told: Told) -> None:
    """From five siblings with a figure on; their median is told with two digits, so that it is no sibling's figure."""
    cell(country["430105"], "contacts", NOW, 4000)
    city = country["430100"]
    others = [country["430111"], *(union(f"43010{n}", f"某{n}区总工会", Level.DISTRICT, city) for n in (2, 3, 4))]
    for one, amount in zip(others, (213, 219, 217, 215), strict=True):
        cell(one, "contacts", NOW, amount)
    assert told("430105") == []
    last = union("430112", "望城区总工会", Level.DISTRICT, city)
    assert told("430105") == []
    cell(last, "contacts", NOW, 5000)
    assert told("430105") == ["2026年11月，本级“联系次数”为 4,000 次，约为同级工会中位数（约 220 次）的 18 倍。"]
    found = Ticket.objects.get(kind=Check.SIBLINGS)
    assert found.figures == {"value": "4000", "against": "220"}
    cell(country["430105"], "contacts", NOW, 2170)
    look([country["430105"].pk], at=found.first_seen_at)
    found.refresh_from_db()
    assert found.state == "resolved"


@pytest.mark.parametrize(("amount", "text"), [(1234, "1200"), (217, "220"), (98, "98"), (7, "7"), (0, "0")])
def test_the_median_is_rounded(amount: int, text: str) -> None:
    assert f"{rounded(Decimal(amount)):f}" == text


def test_a_subtree_below_its_largest_child_is_on_the_parents_desk(country: Country, told: Told) -> None:
    """SUM and STOCK: subtree ≥ max(child)."""
    cell(country["430105"], "contacts", NOW, 9)
    cell(country["430100"], "contacts", NOW, 0, 9)
    cell(country["430000"], "contacts", NOW, 0, 9)
    cell(country["000000"], "contacts", NOW, 0, 9)
    assert told("430105") == []
    assert not Ticket.objects.exists()
    cell(country["430100"], "contacts", NOW, 0, 8)
    assert told("430105") == []
    assert told("430100") == ["2026年11月，全辖“联系次数”为 8 次，少于下级长沙市开福区总工会的 9 次。"]
    assert Ticket.objects.get().kind == Check.BELOW


def test_a_distinct_subtree_lies_between_its_largest_part_and_all_parts_together(country: Country, told: Told) -> None:
    """DIST: max(child, own) ≤ subtree ≤ Σ children + own."""
    for code, own, subtree in (
        ("430105", 9, 9),
        ("430111", 7, 7),
        ("430100", 10, 26),
        ("430000", 0, 26),
        ("000000", 0, 26),
    ):
        cell(country[code], "org_ledger", NOW, own, subtree)
    assert told("430105") == []
    assert not Ticket.objects.exists()
    cell(country["430100"], "org_ledger", NOW, 10, 27)
    cell(country["430000"], "org_ledger", NOW, 0, 27)
    cell(country["000000"], "org_ledger", NOW, 0, 27)
    assert told("430100") == ["2026年11月，全辖“社会组织台账数”为 27 家，多于本级与各下级之和 26 家。"]
    cell(country["430100"], "org_ledger", NOW, 10, 9)
    for code in ("430000", "000000"):
        cell(country[code], "org_ledger", NOW, 0, 9)
    assert "2026年11月，全辖“社会组织台账数”为 9 家，少于本级的 10 家。" in told("430100")


def test_the_latest_word_may_be_a_smaller_one(country: Country, told: Told) -> None:
    """DSUM: 长沙 may have fewer staff than 开福 says, if 雨花 said so later; more than both together never."""
    cell(country["430105"], "org_staff", NOW, 100)
    cell(country["430111"], "org_staff", NOW, 1)
    for code in ("430100", "430000", "000000"):
        cell(country[code], "org_staff", NOW, 0, 1)
    assert told("430100") == []
    for code in ("430100", "430000", "000000"):
        cell(country[code], "org_staff", NOW, 0, 102)
    assert told("430100") == ["2026年11月，全辖“从业人员数”为 102 人，多于本级与各下级之和 101 人。"]


def test_the_children_are_those_of_the_month(country: Country, told: Told) -> None:
    """A union that moved counts under its old parent in the months before."""
    Parentage.objects.filter(union=country["430111"]).update(until_on="2026-11-01")
    Parentage.objects.create(union=country["430111"], parent=country["430000"], from_on="2026-11-01")
    lineage.refresh()
    cell(country["430111"], "org_ledger", "2026-01", 7)
    cell(country["430100"], "org_ledger", "2026-01", 0, 7)
    cell(country["430100"], "org_ledger", NOW, 0, 0)
    for code in ("430000", "000000"):
        cell(country[code], "org_ledger", "2026-01", 0, 7)
    look([country["430111"].pk, country["430100"].pk], at=datetime.fromisoformat("2026-11-20T02:00:00+00:00"))
    assert not Ticket.objects.exists()
    cell(country["430100"], "org_ledger", LAST, 0, 8)
    assert told("430100") == ["2026年10月，全辖“社会组织台账数”为 8 家，多于本级与各下级之和 7 家。"]


def test_a_union_that_is_not_at_work_gets_no_ticket(country: Country, told: Told) -> None:
    cell(country["430105"], "org_registered", NOW, 3)
    TradeUnion.objects.filter(code="430105").update(state=UnionState.SUSPENDED)
    assert told("430105") == []


def test_every_amount_is_compared() -> None:
    """Ratios, means and indices are not: their parts are."""
    compared = {found.code for found, _ in comparable()}
    left_out = [found for code, found in CATALOGUE.indicators.items() if code not in compared]
    assert all(found.measure is None or found.aggregation is Aggregation.INDEX for found in left_out)


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        (Parts("ORG-01", ("ORG-99",), ""), "names ORG-99, which no indicator is."),
        (Parts("ORG-01", ("ORG-08",), ""), "names ORG-08, which is a ratio and has no parts."),
        (Parts("ORG-01", ("CTC-01",), "", cumulative=True), "adds up the months of ORG-01, which is no flow."),
        (Share("ORG-01", ""), "takes ORG-01 for a share, which it is not."),
        (Share("ORG-07", ""), "takes ORG-07 for a share, which it is not."),
    ],
)
def test_a_rule_that_cannot_be_asked_stops_the_start(rule: Parts | Share, problem: str) -> None:
    assert list(problems(rule)) == [f"The rule {rule.rule} {problem}"]


def test_what_is_declared_can_be_asked_and_is_declared_once() -> None:
    rules = declaration.rules()
    assert len(rules) >= 7
    assert [sentence for rule in rules for sentence in problems(rule)] == []
    declaration.register(*rules)
    assert declaration.rules() == rules
    with pytest.raises(ValueError, match="declared twice, differently"):
        declaration.register(Share("ORG-08", "别处"))
