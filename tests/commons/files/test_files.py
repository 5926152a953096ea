"""Files of a union: sealed, limited, fetched only through rights."""

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.audit.models import AuditEvent
from commons.files import actions, purposes, sealing, selectors
from commons.files.errors import Damaged, Empty, TooLarge
from commons.files.models import StoredFile
from commons.files.purposes import Purpose
from commons.kit.clock import now
from commons.kit.errors import NotFound
from commons.people.enums import Role

pytestmark = pytest.mark.django_db
CONTENT = "张三 13800001234".encode() * 40_000


@pytest.fixture(autouse=True)
def _purposes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purposes, "_purposes", dict(purposes._purposes))
    purposes.register(
        Purpose("test.shared", "共享", Permission.LEDGER_VIEW, own_only=False, kept_for=timedelta(days=1)),
        Purpose("test.own", "本人", Permission.LEDGER_EXPORT, own_only=True, kept_for=timedelta(days=1)),
        Purpose("test.small", "小", Permission.LEDGER_VIEW, False, timedelta(days=1), max_bytes=10),
    )


@pytest.fixture
def staff(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of("430105", Role.UNION_STAFF)


def store(by: Actor, purpose: str = "test.shared", content: object = CONTENT, name: str = "台账.txt") -> StoredFile:
    assert by.union is not None
    return actions.store(
        union=by.union,
        purpose=purpose,
        name=name,
        content_type="text/plain",
        content=content,
        by=by,
        at=now(),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("form", ["bytes", "stream", "pieces"])
def test_what_is_stored_comes_back_and_lies_sealed(staff: Actor, form: str) -> None:
    def pieces() -> Iterator[bytes]:
        yield from (CONTENT[:5], CONTENT[5:])

    content = {"bytes": CONTENT, "stream": io.BytesIO(CONTENT), "pieces": pieces()}[form]
    file = store(staff, content=content)

    assert selectors.content(file) == CONTENT
    assert file.size == len(CONTENT)
    with default_storage.open(file.path) as stored:
        assert b"13800001234" not in stored.read()
    assert file.path == f"430105/{file.pk}"


def test_altered_moved_and_missing_bytes_are_found_out(staff: Actor) -> None:
    file = store(staff)
    with default_storage.open(file.path) as stored:
        lines = stored.readlines()
    assert len(lines) > 1

    for spoilt in (lines[::-1], lines[:-1], [lines[0][:-10] + b"0000000000\n", *lines[1:]]):
        default_storage.delete(file.path)
        default_storage.save(file.path, io.BytesIO(b"".join(spoilt)))  # type: ignore[arg-type]
        with pytest.raises(Damaged):
            selectors.content(file)
    default_storage.delete(file.path)
    with pytest.raises(Damaged):
        selectors.content(file)


def test_too_large_and_empty_are_refused_and_leave_no_row(staff: Actor) -> None:
    with pytest.raises(TooLarge):
        store(staff, "test.small", b"x" * 11)
    with pytest.raises(Empty):
        store(staff, content=b"")
    assert StoredFile.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\台账\\甲.xlsx", "甲.xlsx"),
        ('a"b\r\nc.csv', "abc.csv"),
        ("...", "文件"),
        ("长" * 200 + ".xlsx", "长" * 150 + ".xlsx"),
    ],
)
def test_names_end_no_path_and_no_header(staff: Actor, name: str, kept: str) -> None:
    assert store(staff, name=name).name == kept


def test_who_may_fetch(staff: Actor, actor_of: Callable[..., Actor]) -> None:
    shared, own = store(staff), store(staff, "test.own")
    colleague, leader = actor_of("430105", Role.UNION_STAFF), actor_of("430105", Role.LEADER)
    neighbour, above = actor_of("430111", Role.UNION_ADMIN), actor_of("430100", Role.UNION_ADMIN)
    at = now()

    assert selectors.file(leader, shared.pk, at=at) == shared
    assert selectors.file(staff, own.pk, at=at) == own
    for actor, file in ((colleague, own), (leader, own), (neighbour, shared), (above, shared), (neighbour, own)):
        with pytest.raises(NotFound):
            selectors.file(actor, file.pk, at=at)
    with pytest.raises(NotFound):
        selectors.file(staff, uuid4(), at=at)
    with pytest.raises(NotFound):
        selectors.file(staff, shared.pk, at=at + timedelta(days=1))


def test_a_download_is_saved_and_never_shown(client_of: Callable[..., Client]) -> None:
    client = client_of("430105", Role.UNION_STAFF)
    file = store(client.actor)  # type: ignore[attr-defined]
    answer = client.get(f"/u/430105/files/{file.pk}")

    assert answer.content == CONTENT
    assert answer["Content-Disposition"] == (
        "attachment; filename=\"download.txt\"; filename*=UTF-8''%E5%8F%B0%E8%B4%A6.txt"
    )
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert AuditEvent.objects.filter(event="file.fetched", object_id=str(file.pk)).count() == 1

    neighbour = client_of("430111", Role.UNION_STAFF)
    assert neighbour.get(f"/u/430105/files/{file.pk}").status_code == 404
    assert neighbour.get(f"/u/430111/files/{file.pk}").status_code == 404
    assert Client().get(f"/u/430105/files/{file.pk}").status_code == 302


def test_the_expired_and_the_nameless_are_cleaned(staff: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh, old = store(staff), store(staff)
    StoredFile.objects.filter(pk=old.pk).update(expires_at=now())
    nameless = default_storage.save(f"430105/{uuid4()}", io.BytesIO(b"x"))  # type: ignore[arg-type]
    at = now()
    actions.clean(at=at)

    assert set(StoredFile.objects.values_list("pk", flat=True)) == {fresh.pk}
    assert default_storage.exists(nameless), "it may be a file being written"
    monkeypatch.setattr(default_storage, "get_modified_time", lambda path: at - timedelta(days=2))
    actions.clean(at=at)
    assert not default_storage.exists(nameless)
    assert default_storage.exists(fresh.path)


def test_a_piece_sealed_with_another_key_is_refused(settings: object) -> None:
    from cryptography.fernet import Fernet

    line = next(sealing.sealed([b"abc"]))
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]  # type: ignore[attr-defined]
    with pytest.raises(Damaged):
        list(sealing.opened([line]))


def test_a_key_can_be_changed_while_files_stay_readable(settings: object) -> None:
    from cryptography.fernet import Fernet

    line = next(sealing.sealed([b"abc"]))
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_KEYS]  # type: ignore[attr-defined]
    assert list(sealing.opened([line])) == [b"abc"]
