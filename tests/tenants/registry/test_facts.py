"""Years and persons. Source: B15, B20, B28."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from commons.access.actors import Actor
from commons.kit.errors import Invalid, Refused
from tenants.history.models import Change
from tenants.registry import selectors
from tenants.registry.actions import facts
from tenants.registry.models import OrgPerson, OrgYearFact, SocialOrganization


def test_a_year_is_recorded_and_corrected_in_the_given_figures(
    draft: SocialOrganization, staff: Actor, at: datetime
) -> None:
    facts.record_year(organization=draft, year=2025, fields={"staff": "8", "income": "1,200,000.5"}, by=staff, at=at)
    facts.record_year(organization=draft, year=2025, fields={"members": 30}, by=staff, at=at)

    fact = OrgYearFact.objects.get(year=2025)
    assert (fact.staff, fact.members, fact.income, fact.expense) == (8, 30, Decimal("1200000.50"), None)
    assert [change.changes for change in Change.objects.filter(event="record_year").order_by("id")] == [
        {"staff": [None, 8], "income": [None, "1200000.50"]},
        {"members": [0, 30]},
    ]


@pytest.mark.parametrize(
    ("year", "fields", "problems"),
    [
        (2027, {"staff": 1}, {"year": ["年度须在1949至2026之间。"]}),
        (2025, {}, {"staff": ["请填写从业人员数。"]}),
        (2025, {"staff": "-1"}, {"staff": ["不能小于0。"]}),
        (2025, {"staff": "1.5"}, {"staff": ["请填写整数。"]}),
        (2025, {"staff": 1, "income": "NaN"}, {"income": ["不能小于0。"]}),
        (
            2025,
            {"staff": 1, "income": "10", "income_from_union": "11"},
            {"income_from_union": ["来自工会的收入不能大于年收入。"]},
        ),
        (2025, {"staff": 1, "profit": "1"}, {"profit": ["年度情况中没有这一项。"]}),
    ],
)
def test_figures_that_cannot_be(
    year: int,
    fields: dict[str, object],
    problems: dict[str, list[str]],
    draft: SocialOrganization,
    staff: Actor,
    at: datetime,
) -> None:
    with pytest.raises(Invalid) as refused:
        facts.record_year(organization=draft, year=year, fields=fields, by=staff, at=at)

    assert refused.value.problems == problems
    assert not OrgYearFact.objects.filter(year=2025).exists()


def test_a_person_serves_for_a_time(draft: SocialOrganization, staff: Actor, leader: Actor, at: datetime) -> None:
    person = facts.add_person(
        organization=draft, name="赵六", role="head", phone="0731-84312345", from_on=date(2024, 1, 1), by=staff, at=at
    )
    facts.edit_person(
        person=person, name="赵六", role="secretary", phone="13812345678", from_on=date(2024, 1, 1), by=staff, at=at
    )
    facts.end_person(person=person, on=date(2026, 11, 1), by=staff, at=at)

    person.refresh_from_db()
    assert (person.role, person.phone, person.until_on) == ("secretary", "13812345678", date(2026, 11, 1))
    assert "13812345678" not in str(list(Change.objects.values_list("changes", flat=True)))
    assert selectors.shown_phone(staff, person.phone) == "13812345678"
    assert selectors.shown_phone(leader, person.phone) == "138****5678"


def test_a_person_needs_a_name_a_role_and_a_real_number(draft: SocialOrganization, staff: Actor, at: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        facts.add_person(organization=draft, name=" ", role="king", phone="12345", by=staff, at=at)

    assert refused.value.problems == {
        "name": ["请填写姓名。"],
        "role": ["请选择职务。"],
        "phone": ["不是有效的电话号码，请填写11位手机号，或带区号的固定电话，如0731-84312345。"],
    }
    assert OrgPerson.objects.count() == 0


def test_a_leader_only_reads(draft: SocialOrganization, leader: Actor, at: datetime) -> None:
    with pytest.raises(Refused):
        facts.record_year(organization=draft, year=2025, fields={"staff": 1}, by=leader, at=at)
