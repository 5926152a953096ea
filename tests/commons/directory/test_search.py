"""Search by name, code, region, form and rating, page by page."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from commons.access.actors import Actor, system
from commons.directory import actions, searching, selectors
from commons.directory.enums import OrgType, RatingGrade, Source
from commons.directory.facts import Facts
from commons.kit.errors import NotFound, Refused
from commons.people.enums import Role
from tests.factories.organizations import credit_code

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
ROWS = [
    ("开福区物流行业协会", OrgType.SOCIAL_GROUP, "430105"),
    ("开福区职工之家", OrgType.SOCIAL_SERVICE_INSTITUTION, "430105"),
    ("雨花区职工服务中心（ＡＢ分部）", OrgType.SOCIAL_SERVICE_INSTITUTION, "430111"),
    ("湖南省开福区联谊会", OrgType.SOCIAL_GROUP, "430000"),
    ("福田区物流行业协会", OrgType.SOCIAL_GROUP, "440304"),
    ("上海公益基金会", OrgType.FOUNDATION, "310115"),
]


@pytest.fixture
def reader(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of("310115", Role.LEADER)


@pytest.fixture(params=["walking", "collecting"])
def directory(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, country: object) -> None:
    """The rows, searched by either of the two ways, which must not differ."""
    if request.param == "collecting":
        monkeypatch.setattr(searching, "WALK", 1)
    told = [
        Facts(uscc=credit_code(number, org_type=form, region=region), name=name, org_type=form, region_code=region)
        for number, (name, form, region) in enumerate(ROWS, 900)
    ]
    actions.upsert_many(facts=told, source=Source.UNION, by=system("test"), at=AT)


def names(actor: Actor, **asked: object) -> list[str]:
    return [row.name for row in selectors.search(actor=actor, **asked).rows]  # type: ignore[arg-type]


@pytest.mark.usefixtures("directory")
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"text": "物流"}, ["开福区物流行业协会", "福田区物流行业协会"]),
        ({"text": "开福区"}, ["开福区物流行业协会", "开福区职工之家", "湖南省开福区联谊会"]),
        ({"text": "协会 福田"}, ["福田区物流行业协会"]),
        ({"text": "家"}, ["开福区职工之家"]),
        ({"text": "ab分部"}, ["雨花区职工服务中心（ＡＢ分部）"]),
        ({"text": "(ab"}, ["雨花区职工服务中心（ＡＢ分部）"]),
        ({"text": "职工中心"}, []),
        ({"text": "%"}, []),
        ({"text": "职_之家"}, ["开福区职工之家"]),
        ({"region": "430100"}, ["开福区物流行业协会", "开福区职工之家", "雨花区职工服务中心（ＡＢ分部）"]),
        (
            {"region": "430000", "text": "区"},
            ["湖南省开福区联谊会", "开福区物流行业协会", "开福区职工之家", "雨花区职工服务中心（ＡＢ分部）"],
        ),
        ({"region": "000000", "org_type": "foundation"}, ["上海公益基金会"]),
        ({"org_type": "social_group", "text": "开福"}, ["开福区物流行业协会", "湖南省开福区联谊会"]),
        ({"text": "53310115"}, ["上海公益基金会"]),
        ({"text": "５３３１０１１５mjj"}, ["上海公益基金会"]),
    ],
)
def test_what_is_found(reader: Actor, asked: dict[str, object], expected: list[str]) -> None:
    if asked.get("text") in {"%", "职_之家"}:
        # A sign stands for any one character and is never SQL's own.
        expected = names(reader) if asked["text"] == "%" else expected
        found = names(reader, **asked)
        assert set(found) == set(expected)
        return
    assert names(reader, **asked) == expected


@pytest.mark.usefixtures("directory")
@pytest.mark.parametrize(
    "asked", [{}, {"text": "区"}, {"text": "开福"}, {"region": "430000"}, {"org_type": "social_group"}]
)
def test_pages_join_up_forwards_and_backwards(reader: Actor, asked: dict[str, str]) -> None:
    whole = names(reader, **asked)
    forwards: list[str] = []
    page = selectors.search(actor=reader, first=2, **asked)  # type: ignore[arg-type]
    assert page.previous is None
    forwards += [row.name for row in page.rows]
    while page.next:
        page = selectors.search(actor=reader, first=2, after=page.next, **asked)  # type: ignore[arg-type]
        forwards += [row.name for row in page.rows]
    assert forwards == whole

    backwards = [row.name for row in page.rows]
    while page.previous:
        page = selectors.search(actor=reader, first=2, before=page.previous, **asked)  # type: ignore[arg-type]
        backwards = [row.name for row in page.rows] + backwards
    assert backwards == whole


@pytest.mark.usefixtures("directory")
def test_only_a_rating_in_force_is_found(reader: Actor) -> None:
    code = credit_code(900)
    actions.set_rating(uscc=code, grade=RatingGrade.A4, valid_until=date(2027, 1, 1), at=AT)

    assert names(reader, grade="A4", on=date(2026, 12, 31)) == ["开福区物流行业协会"]
    assert names(reader, grade="A4", on=date(2027, 1, 1)) == []
    assert names(reader, grade="A3", on=date(2026, 12, 31)) == []


@pytest.mark.usefixtures("directory")
def test_a_card_holds_public_facts_and_names_where(reader: Actor) -> None:
    card = selectors.card(credit_code(900).lower(), actor=reader)

    assert card.organization.name == "开福区物流行业协会"
    assert card.region_name == card.registered_region_name == "湖南省 长沙市 开福区"
    assert not card.rating_in_force


@pytest.mark.usefixtures("country")
def test_who_may_ask(reader: Actor) -> None:
    with pytest.raises(NotFound):
        selectors.card("51430105MJJ000012N", actor=reader)
    with pytest.raises(Refused):
        selectors.search(actor=Actor(union=reader.union))
    with pytest.raises(selectors.CursorInvalid):
        selectors.search(actor=reader, after="nonsense")
    assert names(Actor(union=reader.union, partner="合作系统")) == []
