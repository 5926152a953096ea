"""Attachments as a part of an object's page, and their own addresses."""

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import pytest
from django.test import Client

from commons.access.actors import Actor
from commons.audit.models import AuditEvent
from commons.files.models import StoredFile
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy import door
from tenants.attachments import actions
from tenants.attachments.models import Attachment
from tenants.registry.models import SocialOrganization
from tests.factories import organizations
from tests.factories.uploads import PDF, PNG, upload

pytestmark = pytest.mark.django_db
ClientOf = Callable[..., Client]


@pytest.fixture
def entry(country: dict[str, TradeUnion]) -> SocialOrganization:
    with door.inside(country["430105"]):
        return organizations.organization(name="启航职工服务中心")


@pytest.fixture
def staff(client_of: ClientOf) -> Client:
    return client_of("430105", Role.UNION_STAFF)


def attached(
    country: dict[str, TradeUnion], entry: SocialOrganization, by: Actor, at: datetime, **other: str
) -> Attachment:
    with door.inside(country["430105"]):
        return actions.attach(on=entry, upload=upload(), by=by, at=at, **{"label": "签字合同", **other})


def page_of(entry: SocialOrganization) -> str:
    return f"/u/430105/organizations/{entry.pk}"


def adding(entry: SocialOrganization, kind: str = "registry.socialorganization", code: str = "430105") -> str:
    return f"/u/{code}/attachments/{kind}/{entry.pk}"


def given(content: bytes = PDF, name: str = "合同.pdf", **other: object) -> dict[str, object]:
    return {"file": upload(content, name), "label": "签字合同", "classification": "internal", **other}


def test_a_file_is_added_from_the_objects_page_and_read_there(
    entry: SocialOrganization, staff: Client, country: dict[str, TradeUnion]
) -> None:
    before = staff.get(page_of(entry)).content.decode()
    assert "还没有可以查看的附件。" in before
    assert f'action="{adding(entry)}"' in before

    response = staff.post(adding(entry), given())

    assert (response.status_code, response["Location"]) == (302, page_of(entry))
    with door.inside(country["430105"]):
        made = Attachment.objects.get()
    after = staff.get(page_of(entry)).content.decode()
    assert f'<a href="/u/430105/attachments/{made.pk}">签字合同</a>' in after
    assert "已添加附件“签字合同”。" in after
    assert "添加附件</strong>" in after


def test_a_download_is_safe_and_written_down(
    entry: SocialOrganization, staff: Client, country: dict[str, TradeUnion], at: datetime
) -> None:
    made = attached(country, entry, staff.actor, at)  # type: ignore[attr-defined]

    response = staff.get(f"/u/430105/attachments/{made.pk}")

    assert (response.status_code, response.content) == (200, PDF)
    assert response["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''%E5%90%88%E5%90%8C.pdf" in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "application/pdf"
    assert "no-store" in response["Cache-Control"]
    event = AuditEvent.objects.get(event="attachment.read")
    assert (event.object_id, event.user_id) == (str(made.pk), staff.actor.user_id)  # type: ignore[attr-defined]
    assert event.data["owner_id"] == str(entry.pk)


def test_the_file_itself_has_no_address(
    entry: SocialOrganization, staff: Client, country: dict[str, TradeUnion], at: datetime
) -> None:
    made = attached(country, entry, staff.actor, at)  # type: ignore[attr-defined]
    assert StoredFile.objects.filter(pk=made.file_id).count() == 1

    assert staff.get(f"/u/430105/files/{made.file_id}").status_code == 404
    assert staff.get(f"/u/430105/files/{uuid4()}").status_code == 404


def test_a_refused_file_returns_with_its_sentence(
    entry: SocialOrganization, staff: Client, country: dict[str, TradeUnion]
) -> None:
    response = staff.post(adding(entry), given(PNG, "合同.pdf"))

    assert response.status_code == 422
    assert "内容是“PNG 图片”，文件名却不是以 .png 结尾。" in response.content.decode()
    empty = staff.post(adding(entry), {"label": "", "classification": "internal"})
    assert empty.status_code == 422
    assert "请选择文件。" in empty.content.decode()
    with door.inside(country["430105"]):
        assert not Attachment.objects.exists()


def test_who_only_views_is_offered_nothing_and_may_nothing(
    entry: SocialOrganization, staff: Client, client_of: ClientOf, country: dict[str, TradeUnion], at: datetime
) -> None:
    made = attached(country, entry, staff.actor, at)  # type: ignore[attr-defined]
    leader = client_of("430105", Role.LEADER)

    page = leader.get(page_of(entry)).content.decode()
    assert f"/u/430105/attachments/{made.pk}" in page
    assert adding(entry) not in page
    assert f"{made.pk}/remove" not in page
    assert leader.get(f"/u/430105/attachments/{made.pk}").status_code == 200
    assert leader.post(adding(entry), given()).status_code == 403
    assert leader.post(f"/u/430105/attachments/{made.pk}/remove", {"reason": "不要了"}).status_code == 403
    with door.inside(country["430105"]):
        assert Attachment.objects.present().count() == 1


def test_a_removal_asks_why_and_the_file_is_gone_from_sight(
    entry: SocialOrganization, staff: Client, country: dict[str, TradeUnion], at: datetime
) -> None:
    made = attached(country, entry, staff.actor, at)  # type: ignore[attr-defined]
    here = f"/u/430105/attachments/{made.pk}/remove"

    assert "移除附件：签字合同（合同.pdf）" in staff.get(here).content.decode()
    assert staff.post(here, {"reason": " "}).status_code == 422
    response = staff.post(here, {"reason": "传错了"})

    assert (response.status_code, response["Location"]) == (302, page_of(entry))
    assert staff.get(f"/u/430105/attachments/{made.pk}").status_code == 404
    assert staff.get(here).status_code == 404
    with door.inside(country["430105"]):
        assert Attachment.objects.get().removed_reason == "传错了"


def test_a_confidential_one_of_others_is_like_none(
    entry: SocialOrganization, staff: Client, client_of: ClientOf, country: dict[str, TradeUnion], at: datetime
) -> None:
    """V13."""
    secret = {"label": "举报材料", "classification": "confidential"}
    made = attached(country, entry, staff.actor, at, **secret)  # type: ignore[attr-defined]
    admin = client_of("430105", Role.UNION_ADMIN)

    page = admin.get(page_of(entry)).content.decode()
    assert "举报材料" not in page
    assert str(made.pk) not in page
    for path in (f"/u/430105/attachments/{made.pk}", f"/u/430105/attachments/{made.pk}/remove"):
        absent = path.replace(str(made.pk), str(uuid4()))
        assert admin.get(path).status_code == admin.get(absent).status_code == 404
    assert not AuditEvent.objects.filter(event="attachment.read").exists()
    assert "举报材料" in staff.get(page_of(entry)).content.decode()


def test_a_neighbour_gets_what_nobody_has(
    entry: SocialOrganization, staff: Client, client_of: ClientOf, country: dict[str, TradeUnion], at: datetime
) -> None:
    made = attached(country, entry, staff.actor, at)  # type: ignore[attr-defined]
    neighbour = client_of("430111", Role.UNION_ADMIN)

    for path in (f"attachments/{made.pk}", f"attachments/{made.pk}/remove"):
        assert neighbour.get(f"/u/430111/{path}").status_code == 404
        assert neighbour.get(f"/u/430105/{path}").status_code == 404
    assert neighbour.post(adding(entry, code="430111"), given()).status_code == 404
    with door.inside(country["430111"]):
        assert not Attachment.objects.exists()


@pytest.mark.parametrize("kind", ["people.user", "registry.orgperson", "nothing", "attachments.attachment"])
def test_an_unknown_kind_of_object_is_not_found(entry: SocialOrganization, staff: Client, kind: str) -> None:
    assert staff.get(adding(entry, kind)).status_code == 404
    assert staff.post(adding(entry, kind), given()).status_code == 404
