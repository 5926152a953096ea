"""A file is hung on an object and taken off again, by whom the owning feature lets."""

import dataclasses
import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from commons.access.actors import Actor
from commons.audit.models import AuditEvent
from commons.files.errors import Empty, KindRefused, TooLarge
from commons.files.models import StoredFile
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import DomainError, Invalid, NotFound, Refused
from commons.people.enums import Role
from commons.tenancy import door, objects
from tenants.attachments import actions, owners, selectors
from tenants.attachments.enums import Classification
from tenants.attachments.errors import AlreadyRemoved, ReasonMissing, TooMany
from tenants.attachments.models import Attachment
from tenants.history.models import Change
from tenants.registry.models import SocialOrganization
from tests.factories import organizations
from tests.factories.uploads import PDF, PNG, upload

pytestmark = pytest.mark.django_db
KIND = "registry.socialorganization"


def attach(on: SocialOrganization, by: Actor, at: datetime, **other: Any) -> Attachment:
    given: dict[str, Any] = {"upload": upload(), "label": "签字合同", **other}
    return actions.attach(on=on, by=by, at=at, **given)


def limited(monkeypatch: pytest.MonkeyPatch, **limits: int) -> None:
    rights = dataclasses.replace(owners.rights_of(KIND), **limits)
    monkeypatch.setattr(objects, "_owned", {KIND: rights})


def nothing_happened() -> bool:
    return not (Attachment.objects.exists() or Change.objects.exists() or StoredFile.objects.exists())


def test_what_is_attached_comes_back_and_is_told(entry: SocialOrganization, staff: Actor, at: datetime) -> None:
    made = attach(entry, staff, at, label="  签字 合同 ")

    assert (made.object_kind, made.object_id, made.name, made.label) == (KIND, entry.pk, "合同.pdf", "签字 合同")
    assert (made.content_type, made.size) == ("application/pdf", len(PDF))
    assert made.sha256 == hashlib.sha256(PDF).hexdigest()
    assert (made.created_at, made.created_by_id, made.created_by_name) == (at, staff.user_id, staff.name)
    assert made.classification == Classification.INTERNAL
    assert selectors.content(made) == PDF
    file = StoredFile.objects.get(pk=made.file_id)
    assert file.expires_at is None
    with default_storage.open(file.path) as stored:
        assert PDF not in stored.read()
    change = Change.objects.get()
    assert (change.object_id, change.event, change.by_name) == (entry.pk, "attach", staff.name)
    assert change.changes == {"attachment": [None, "签字 合同（合同.pdf）"]}
    event = AuditEvent.objects.get(event="attachment.attach")
    assert (event.object_id, event.user_id, event.union_code) == (str(made.pk), staff.user_id, "430105")
    assert event.data == {"owner_kind": KIND, "owner_id": str(entry.pk), "sha256": made.sha256}


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"upload": upload(b"", "空.pdf")}, Empty, "这个文件是空的，请重新选择文件。"),
        ({"upload": upload(PNG, "合同.pdf")}, KindRefused, None),
        ({"upload": upload(b"<html>", "合同.pdf")}, KindRefused, None),
        ({"label": " "}, Invalid, None),
        ({"label": "长" * 61}, Invalid, None),
        ({"label": "签字\x00合同"}, Invalid, None),
        ({"classification": "secret"}, Invalid, None),
    ],
)
def test_what_is_wrong_is_refused_and_leaves_nothing(
    entry: SocialOrganization,
    staff: Actor,
    at: datetime,
    given: dict[str, Any],
    error: type[DomainError],
    message: str | None,
) -> None:
    with pytest.raises(error) as refused:
        attach(entry, staff, at, **given)

    assert message is None or refused.value.message == message
    assert nothing_happened()


def test_a_file_beyond_the_limit_of_its_object_is_refused(
    entry: SocialOrganization, staff: Actor, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(monkeypatch, max_bytes=1024 * 1024)
    padding = b"%" + b" " * 1024 * 1024 + b"\n"

    with pytest.raises(TooLarge) as refused:
        attach(entry, staff, at, upload=upload(PDF.replace(b"trailer", padding + b"trailer")))

    assert refused.value.message == "文件超过1 MB，请拆分后分批上传。"
    assert nothing_happened()


def test_no_more_than_the_object_may_have_and_removed_ones_make_room(
    entry: SocialOrganization, staff: Actor, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(monkeypatch, most=2)
    first = attach(entry, staff, at)
    attach(entry, staff, at, classification=Classification.CONFIDENTIAL)
    other = organizations.organization()

    with pytest.raises(TooMany) as refused:
        attach(entry, staff, at)
    assert refused.value.message == "最多可以有2个附件，已经满了。请先移除不需要的，或将几个文件合并后再上传。"
    assert Attachment.objects.count() == 2

    attach(other, staff, at)
    actions.remove(attachment=first, reason="传错了", by=staff, at=at)
    attach(entry, staff, at)
    assert Attachment.objects.filter(object_id=entry.pk).count() == 3


def test_who_only_views_neither_adds_nor_removes(
    entry: SocialOrganization, staff: Actor, leader: Actor, at: datetime
) -> None:
    with pytest.raises(Refused):
        attach(entry, leader, at)
    assert nothing_happened()

    made = attach(entry, staff, at)
    with pytest.raises(Refused):
        actions.remove(attachment=made, reason="不要了", by=leader, at=at)
    made.refresh_from_db()
    assert made.removed_at is None


def test_a_removed_one_keeps_its_row_and_its_bytes(entry: SocialOrganization, staff: Actor, at: datetime) -> None:
    made = attach(entry, staff, at)

    removed = actions.remove(attachment=made, reason=" 传错了 ", by=staff, at=at)

    kept = Attachment.objects.get(pk=made.pk)
    assert (kept.removed_at, kept.removed_by_id, kept.removed_by_name) == (at, staff.user_id, staff.name)
    assert kept.removed_reason == "传错了"
    assert selectors.content(kept) == PDF
    assert selectors.of(staff, entry) == []
    with pytest.raises(NotFound):
        selectors.attachment(staff, made.pk)
    change = Change.objects.get(event="remove_attachment")
    assert (change.object_id, change.reason) == (entry.pk, "传错了")
    assert change.changes == {"attachment": ["签字合同（合同.pdf）", None]}
    assert AuditEvent.objects.filter(event="attachment.remove", object_id=str(made.pk)).count() == 1
    with pytest.raises(AlreadyRemoved):
        actions.remove(attachment=removed, reason="再移除", by=staff, at=at)


@pytest.mark.parametrize(("reason", "error"), [("  ", ReasonMissing), ("长" * 501, Invalid)])
def test_a_removal_says_why(
    entry: SocialOrganization, staff: Actor, at: datetime, reason: str, error: type[DomainError]
) -> None:
    made = attach(entry, staff, at)

    with pytest.raises(error):
        actions.remove(attachment=made, reason=reason, by=staff, at=at)

    assert Attachment.objects.present().count() == 1


def test_a_confidential_one_is_read_and_removed_by_its_author_alone(
    entry: SocialOrganization, staff: Actor, at: datetime, actor_of: Callable[..., Actor]
) -> None:
    """V13, the rule of features that have none of their own."""
    colleague, admin = actor_of("430105", Role.UNION_STAFF), actor_of("430105", Role.UNION_ADMIN)
    made = attach(entry, staff, at, classification=Classification.CONFIDENTIAL)
    open_one = attach(entry, staff, at, label="登记证书", classification=Classification.PUBLIC)

    assert [one.pk for one in selectors.of(staff, entry)] == [made.pk, open_one.pk]
    for other in (colleague, admin):
        assert [one.pk for one in selectors.of(other, entry)] == [open_one.pk]
        with pytest.raises(NotFound):
            selectors.attachment(other, made.pk)
        with pytest.raises(NotFound):
            actions.remove(attachment=made, reason="不要了", by=other, at=at)
    sealed = Change.objects.filter(object_id=entry.pk, event="attach").order_by("id")
    assert [line.changes["attachment"][1] for line in sealed] == ["（保密）", "登记证书（合同.pdf）"]

    actions.remove(attachment=made, reason="含个人信息", by=staff, at=at)
    removal = Change.objects.get(event="remove_attachment")
    assert (removal.reason, removal.changes) == ("（保密）", {"attachment": ["（保密）", None]})


def test_the_lists_of_many_objects_are_one_statement(
    entry: SocialOrganization, staff: Actor, leader: Actor, at: datetime, django_assert_num_queries: Any
) -> None:
    other, bare = organizations.organization(), organizations.organization()
    first, second = attach(entry, staff, at), attach(entry, staff, at)
    third = attach(other, staff, at)
    attach(other, staff, at, classification=Classification.CONFIDENTIAL)

    with django_assert_num_queries(1):
        found = selectors.of_rows(leader, [entry, other, bare])

    assert found == {entry.pk: [first, second], other.pk: [third]}
    assert selectors.of_rows(leader, []) == {}


def test_who_may_not_see_the_object_sees_no_attachment(
    entry: SocialOrganization, staff: Actor, at: datetime, actor_of: Callable[..., Actor]
) -> None:
    made = attach(entry, staff, at)
    nobody = dataclasses.replace(staff, permissions=frozenset())

    assert selectors.of(nobody, entry) == []
    with pytest.raises(NotFound):
        selectors.attachment(nobody, made.pk)
    with pytest.raises(NotFound):
        attach(entry, nobody, at)
    assert Attachment.objects.count() == 1


def test_a_neighbours_attachment_and_object_are_absent(
    entry: SocialOrganization,
    staff: Actor,
    at: datetime,
    country: dict[str, TradeUnion],
    actor_of: Callable[..., Actor],
) -> None:
    made = attach(entry, staff, at)

    with door.inside(country["430111"]):
        neighbour = actor_of("430111", Role.UNION_ADMIN)
        with pytest.raises(NotFound):
            selectors.attachment(neighbour, made.pk)
        with pytest.raises(NotFound):
            attach(entry, neighbour, at)
        with pytest.raises(NotFound):
            actions.remove(attachment=made, reason="不要了", by=neighbour, at=at)
        assert selectors.of(neighbour, entry) == []
        assert not Attachment.objects.exists()
    assert Attachment.objects.present().count() == 1


def test_an_actor_of_another_union_in_this_schema_is_a_bug(
    entry: SocialOrganization, at: datetime, actor_of: Callable[..., Actor]
) -> None:
    with pytest.raises(RuntimeError):
        attach(entry, actor_of("430111", Role.UNION_ADMIN), at)
    assert nothing_happened()


def test_nothing_hangs_on_an_object_of_a_kind_that_is_not_registered(
    entry: SocialOrganization, staff: Actor, at: datetime, kaifu: TradeUnion
) -> None:
    with pytest.raises(NotFound):
        actions.attach(on=kaifu, upload=upload(), label="合同", by=staff, at=at)
    assert nothing_happened()


@pytest.mark.parametrize(
    "given",
    [
        {"removed_by_name": "张三"},
        {"removed_reason": "传错了"},
        {"removed_at": datetime.fromisoformat("2026-11-20T00:00:00Z"), "removed_by_name": "张三"},
        {"classification": "secret"},
    ],
)
def test_the_database_refuses_half_a_removal(
    entry: SocialOrganization, staff: Actor, at: datetime, given: dict[str, Any]
) -> None:
    made = attach(entry, staff, at)

    with pytest.raises(IntegrityError), transaction.atomic():
        Attachment.objects.filter(pk=made.pk).update(**given)
