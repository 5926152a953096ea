"""The pages of the public directory."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from commons.access.actors import system
from commons.directory import actions
from commons.directory.enums import OrgType, RatingGrade, Source
from commons.directory.facts import Facts
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy import door
from tests.factories.organizations import organization

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
CODE = "51430105MJJ000012N"


@pytest.fixture(autouse=True)
def listed(country: dict[str, TradeUnion]) -> None:
    told = Facts(uscc=CODE, name="开福区物流行业协会", org_type=OrgType.SOCIAL_GROUP, region_code="430105")
    actions.upsert(facts=told, source=Source.IMPORT, by=system("民政数据导入"), at=AT)
    actions.set_rating(uscc=CODE, grade=RatingGrade.A4, valid_until=date(2099, 1, 1), at=AT)
    with door.inside(country["430105"]):
        organization(name="开福区物流行业协会", uscc=CODE, contact_phone="13800001234", note="内部意见")


@pytest.mark.parametrize("start", ["/directory", "/u/310115/directory"])
@pytest.mark.parametrize("role", [Role.UNION_STAFF, Role.LEADER, Role.NATIONAL_ADMIN, Role.REVIEWER])
def test_every_union_finds_the_card_and_only_public_facts(
    client_of: Callable[..., Client], start: str, role: Role
) -> None:
    client = client_of("310115", role)
    found = client.get(start, {"text": "物流", "grade": "A4", "region": "430000", "org_type": "social_group"})
    assert [row.url for row in found.context["page"].rows] == [f"{start}/{CODE}"]

    card = client.get(f"{start}/{CODE}")
    shown = card.content.decode()
    assert card.status_code == 200
    assert card.context["page"].rule == "V2"
    assert "公开名片" in shown
    assert "4A" in shown
    assert "13800001234" not in shown
    assert "内部意见" not in shown


def test_what_is_not_there_is_told(client_of: Callable[..., Client]) -> None:
    client = client_of("310115", Role.LEADER)

    assert "没有找到符合条件的社会组织" in client.get("/directory", {"text": "没有这个"}).content.decode()
    assert "没有这个地区" in client.get("/directory", {"region": "999999"}).content.decode()
    assert "有几个同名的地区" in client.get("/directory", {"region": "鼓楼区"}).content.decode()
    assert len(client.get("/directory", {"region": "长沙市"}).context["page"].rows) == 1
    assert client.get("/directory/52430111MJJ0000204").status_code == 404
    assert client.get("/directory", {"after": "x"}).status_code == 400


def test_strangers_sign_in_first(client_of: Callable[..., Client]) -> None:
    assert Client().get("/directory")["Location"].startswith("/sign-in")
    assert client_of("310115", Role.LEADER).get("/u/430105/directory").status_code == 404


def test_differences_are_listed_for_the_union_that_differs(
    client_of: Callable[..., Client], country: dict[str, TradeUnion]
) -> None:
    client = client_of("430105", Role.UNION_STAFF)
    other = Facts(uscc=CODE, name="开福物流协会", org_type=OrgType.SOCIAL_GROUP)
    actions.upsert(facts=other, source=Source.UNION, by=client.actor, at=AT)  # type: ignore[attr-defined]

    shown = client.get("/u/430105/directory/differences").content.decode()
    assert "开福物流协会" in shown
    assert "与登记库不一致（1）" in client.get("/u/430105/directory").content.decode()
    neighbour = client_of("430111", Role.UNION_STAFF)
    assert "没有不一致的内容" in neighbour.get("/u/430111/directory/differences").content.decode()
