"""The portal as an organization's account walks through it. Source: DOMAIN §3.12, §4.1, S6."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from commons import portal
from commons.access.actors import Actor, system
from commons.calls import actions as calls
from commons.files.models import StoredFile
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now
from commons.people import organizations
from commons.people.enums import AccountKind, LinkState, Role
from commons.people.models import OrgAccountLink
from commons.web.desk import Card, Line
from tests.commons.calls.test_calls import notice
from tests.factories import people
from tests.factories.organizations import credit_code

ClientOf = Callable[..., Client]
Country = dict[str, TradeUnion]
USCC = credit_code(711)


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def signed_in(holder: Any) -> Client:
    client = Client()
    client.force_login(holder, backend="django.contrib.auth.backends.ModelBackend")
    return client


def told(**changes: object) -> dict[str, object]:
    proof = SimpleUploadedFile("授权书.pdf", b"%PDF-1.7 x", content_type="application/pdf")
    return {"uscc": USCC, "organization_name": "星城公益服务中心", "proof": proof, **changes}


@pytest.fixture
def verified(country: Country, at: datetime) -> Client:
    """An account verified by 开福, whose organization 雨花 deals with too."""
    actor = people.organization("430105", USCC)
    for code in ("430105", "430111"):
        organizations.present(USCC, country[code], at)
    return signed_in(actor.user)


def test_an_invited_account_claims_from_its_portal(client_of: ClientOf) -> None:
    client = client_of("430105", Role.ORG_USER)
    start = client.get("/portal").content.decode()
    assert "还没有认领社会组织" in start
    assert 'href="/portal/claim"' in start
    answer = client.post("/portal/claim", told())
    assert (answer.status_code, answer["Location"]) == (302, "/portal")
    assert OrgAccountLink.objects.get().state == LinkState.CLAIMED
    after = client.get("/portal").content.decode()
    assert "待核验" in after
    assert "等待台账上有该组织的工会核验" in after
    # The proof is its union's to read, through the claim; not even its maker fetches it by the file's own address.
    assert client.get(f"/u/430105/files/{StoredFile.objects.get().pk}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"uscc": "123"}, "应为18位"),
        ({"uscc": ""}, "请填写统一社会信用代码。"),
        ({"proof": SimpleUploadedFile("a.exe", b"MZ", content_type="application/pdf")}, "证明材料只接收 PDF"),
        ({"proof": ""}, "请选择证明材料。"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(client_of: ClientOf, changes: dict[str, object], sentence: str) -> None:
    answer = client_of("430105", Role.ORG_USER).post("/portal/claim", told(**changes))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not OrgAccountLink.objects.exists()


@pytest.mark.parametrize("role", [Role.UNION_STAFF, Role.UNION_ADMIN, Role.REVIEWER])
def test_a_unions_people_have_no_portal(client_of: ClientOf, role: Role) -> None:
    client = client_of("430105", role)
    for address in ("/portal", "/portal/claim", "/u/430105/portal"):
        assert client.get(address).status_code == 404, address
    assert client.post("/portal/claim", told()).status_code == 404
    assert not OrgAccountLink.objects.exists()


def test_whoever_is_both_is_told_to_use_another_account(country: Country, client_of: ClientOf) -> None:
    client = client_of("430105", Role.ORG_USER)
    people.assign(client.actor.user, country["430111"], Role.UNION_STAFF)  # type: ignore[attr-defined]
    assert 'href="/portal/claim"' not in client.get("/portal").content.decode()
    answer = client.post("/portal/claim", told())
    assert "您的账号在工会担任其他角色" in answer.content.decode()
    assert not OrgAccountLink.objects.exists()


def test_an_account_without_an_invitation_claims_nothing(db: None) -> None:
    client = signed_in(people.user(kind=AccountKind.SOCIAL_ORG))
    assert client.get("/portal/claim").status_code == 404


def test_signing_in_leads_to_the_portal_and_a_desk_to_the_unions_portal(verified: Client) -> None:
    assert verified.get("/")["Location"] == "/portal"
    assert verified.get("/u/430105/")["Location"] == "/u/430105/portal"


def test_an_account_that_waits_is_led_to_the_portal_too(client_of: ClientOf) -> None:
    assert client_of("430105", Role.ORG_USER).get("/u/430105/")["Location"] == "/portal"


def test_the_portal_shows_the_organization_its_unions_and_the_calls_of_the_country(
    verified: Client, country: Country, at: datetime
) -> None:
    calls.publish(notice=notice(), by=system("测试", country["440304"]), at=at)
    calls.publish(
        notice=notice(title="过期的公告", deadline_at=now() - timedelta(days=1)),
        by=system("测试", country["430105"]),
        at=at,
    )
    page = verified.get("/portal").content.decode()
    assert USCC in page
    assert 'href="/u/430105/portal"' in page
    assert 'href="/u/430111/portal"' in page
    assert 'href="/u/430100/portal"' not in page
    assert "职工心理关爱服务" in page
    assert "过期的公告" not in page
    assert "认领社会组织" not in page


def test_its_menu_has_the_portal_and_nothing_of_the_unions_work(verified: Client, country: Country) -> None:
    here = country["430111"].short_name_zh
    menu = verified.get("/u/430111/portal").context["navigation"]
    (section,) = menu.sections
    assert (section.title, menu.here) == ("", here)
    assert [(entry.label, entry.url) for entry in section.entries] == [
        ("我的门户", "/portal"),
        (here, "/u/430111/portal"),
        ("公开招募", "/calls"),
        ("登记库", "/directory"),
    ]
    assert [entry.label for entry in section.entries if entry.current] == [here]


def test_sections_come_from_features_in_order(verified: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portal, "_makers", [])
    asked: list[tuple[str, str]] = []

    def second(actor: Actor, at: datetime) -> Card:
        asked.append((actor.organization, actor.union.code if actor.union else ""))
        return Card("合同", (Line("待签合同", count=1),))

    def first(actor: Actor, at: datetime) -> Card:
        return Card("申报", (Line("已提交的申报书"),))

    def nothing(actor: Actor, at: datetime) -> None:
        return None

    for order, maker in ((20, second), (10, first), (15, nothing), (20, second)):
        portal.register(order, maker)
    page = verified.get("/u/430111/portal").content.decode()
    assert page.index("申报") < page.index("待签合同")
    assert asked == [(USCC, "430111")]


def test_sections_are_for_organizations_alone(db: None, at: datetime) -> None:
    assert portal.of(people.actor("430105", Role.ORG_USER), at) == []


def test_a_revoked_account_sees_why(verified: Client) -> None:
    OrgAccountLink.objects.update(state=LinkState.REVOKED, reason="联络人已更换")
    page = verified.get("/portal").content.decode()
    assert "联络人已更换" in page
    assert "往来的工会" not in page
    assert verified.get("/u/430111/portal").status_code == 404
