"""What wins in the public directory. Source: DOMAIN S4; B17, Q29."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from commons.access.actors import Actor, system
from commons.directory import actions, selectors
from commons.directory.enums import OrgType, RatingGrade, Source
from commons.directory.facts import Facts
from commons.directory.models import Disagreement, RegisteredOrganization, RegisteredOrganizationChange
from commons.kit.errors import NotFound
from commons.people.enums import Role

pytestmark = pytest.mark.django_db
CODE = "51430105MJJ000012N"


def facts(**other: object) -> Facts:
    told: dict[str, object] = {
        "uscc": CODE,
        "name": "开福区物流行业协会",
        "org_type": OrgType.SOCIAL_GROUP,
        "region_code": "430105",
    }
    return Facts(**{**told, **other})  # type: ignore[arg-type]


@pytest.fixture
def kaifu(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of("430105", Role.UNION_STAFF)


@pytest.fixture
def yuhua(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of("430111", Role.UNION_STAFF)


def test_two_unions_share_one_row(kaifu: Actor, yuhua: Actor, at: datetime) -> None:
    first = actions.upsert(facts=facts(), source=Source.UNION, by=kaifu, at=at)
    second = actions.upsert(facts=facts(), source=Source.UNION, by=yuhua, at=at + timedelta(days=1))

    assert first.pk == second.pk
    assert RegisteredOrganization.objects.count() == 1
    assert RegisteredOrganizationChange.objects.count() == 0
    assert second.verified_at == at


def test_a_later_verification_wins_and_the_earlier_value_is_kept(kaifu: Actor, yuhua: Actor, at: datetime) -> None:
    actions.upsert(facts=facts(address="芙蓉北路1号"), source=Source.UNION, by=kaifu, at=at)
    row = actions.upsert(facts=facts(address="芙蓉北路2号"), source=Source.UNION, by=yuhua, at=at + timedelta(days=1))

    assert row.address == "芙蓉北路2号"
    assert row.source_on == date(2026, 11, 21)
    assert [change.changes for change in row.changes.all()] == [{"address": ["芙蓉北路1号", "芙蓉北路2号"]}]


def test_what_is_not_said_overwrites_nothing(kaifu: Actor, at: datetime) -> None:
    actions.upsert(
        facts=facts(address="芙蓉北路1号", registered_on=date(2018, 6, 1)), source=Source.UNION, by=kaifu, at=at
    )
    row = actions.upsert(facts=facts(), source=Source.UNION, by=kaifu, at=at)

    assert (row.address, row.registered_on) == ("芙蓉北路1号", date(2018, 6, 1))


def test_a_union_never_writes_over_the_register_but_finds_the_difference(
    kaifu: Actor, yuhua: Actor, at: datetime
) -> None:
    actions.upsert(facts=facts(), source=Source.IMPORT, by=system("民政数据导入"), at=at)
    row = actions.upsert(
        facts=facts(name="开福物流协会", address="芙蓉北路1号"),
        source=Source.UNION,
        by=kaifu,
        at=at + timedelta(days=1),
    )

    assert row.name == "开福区物流行业协会"
    assert row.address == "芙蓉北路1号", "what the register left empty is filled"
    assert row.source == Source.IMPORT
    assert row.verified_at == at
    assert [found.facts for found in selectors.disagreements(kaifu)] == [
        {"name": ["开福区物流行业协会", "开福物流协会"]}
    ]
    assert list(selectors.disagreements(yuhua)) == []


def test_a_difference_is_gone_when_the_union_agrees(kaifu: Actor, at: datetime) -> None:
    actions.upsert(facts=facts(), source=Source.IMPORT, by=system("民政数据导入"), at=at)
    actions.upsert(facts=facts(name="开福物流协会"), source=Source.UNION, by=kaifu, at=at)
    actions.upsert(facts=facts(name="开福物流学会"), source=Source.UNION, by=kaifu, at=at)
    assert [found.facts["name"][1] for found in Disagreement.objects.all()] == ["开福物流学会"]

    actions.upsert(facts=facts(), source=Source.UNION, by=kaifu, at=at)
    assert Disagreement.objects.count() == 0


def test_a_later_import_settles_what_it_now_agrees_with(kaifu: Actor, at: datetime) -> None:
    by = system("民政数据导入")
    actions.upsert(facts=facts(address="甲路1号"), source=Source.IMPORT, by=by, at=at)
    actions.upsert(facts=facts(name="开福物流协会", address="乙路2号"), source=Source.UNION, by=kaifu, at=at)

    actions.upsert(facts=facts(name="开福物流协会", address="丙路3号"), source=Source.IMPORT, by=by, at=at)
    assert [found.facts for found in selectors.disagreements(kaifu)] == [{"address": ["丙路3号", "乙路2号"]}]
    actions.upsert(facts=facts(name="开福物流协会", address="乙路2号"), source=Source.IMPORT, by=by, at=at)
    assert list(selectors.disagreements(kaifu)) == []


def test_an_import_wins_over_a_union_and_over_an_earlier_import(kaifu: Actor, at: datetime) -> None:
    by = system("民政数据导入")
    actions.upsert(facts=facts(name="甲协会"), source=Source.UNION, by=kaifu, at=at)
    actions.upsert(facts=facts(name="乙协会"), source=Source.IMPORT, by=by, at=at)
    row = actions.upsert(facts=facts(name="丙协会"), source=Source.IMPORT, by=by, at=at + timedelta(days=30))

    assert (row.name, row.source, row.verified_at) == ("丙协会", Source.IMPORT, at + timedelta(days=30))
    assert [change.changes for change in row.changes.order_by("id")] == [
        {"name": ["甲协会", "乙协会"]},
        {"name": ["乙协会", "丙协会"]},
    ]


def test_many_are_entered_in_few_statements(
    kaifu: Actor, at: datetime, django_assert_max_num_queries: Callable[..., object]
) -> None:
    from tests.factories.organizations import credit_code

    many = [facts(uscc=credit_code(number), name=f"第{number}职工服务中心") for number in range(10_000, 10_400)]
    with django_assert_max_num_queries(9):  # type: ignore[attr-defined]
        rows = actions.upsert_many(facts=many, source=Source.UNION, by=kaifu, at=at)

    assert len(rows) == RegisteredOrganization.objects.count() == 400


def test_a_rating_is_shown_taken_off_and_its_past_kept(kaifu: Actor, at: datetime) -> None:
    actions.upsert(facts=facts(), source=Source.UNION, by=kaifu, at=at)
    row = actions.set_rating(uscc=CODE, grade=RatingGrade.A4, valid_until=date(2030, 1, 1), at=at)
    assert (row.rating_grade, row.rating_valid_until, "r:A4" in row.grams) == ("A4", date(2030, 1, 1), True)

    row = actions.set_rating(uscc=CODE, grade="", valid_until=None, at=at)
    assert (row.rating_grade, row.rating_valid_until, "r:A4" in row.grams) == ("", None, False)
    assert row.changes.count() == 2

    with pytest.raises(NotFound):
        actions.set_rating(uscc="52430111MJJ0000204", grade="A1", valid_until=None, at=at)
