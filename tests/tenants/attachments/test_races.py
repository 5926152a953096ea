"""Uploads to one object at once: none overlooks the others when they are counted."""

import dataclasses
from datetime import UTC, datetime

import pytest

from commons.hierarchy.models import TradeUnion
from commons.tenancy import door, objects
from tenants.attachments import actions, owners
from tenants.attachments.errors import TooMany
from tenants.attachments.models import Attachment
from tests.factories import organizations
from tests.factories.uploads import upload
from tests.tenants.registry.test_races import together

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
KIND = "registry.socialorganization"


def test_the_limit_holds_when_many_upload_at_once(own_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "_owned", {KIND: dataclasses.replace(owners.rights_of(KIND), most=2)})
    union = TradeUnion.objects.get(code="430105")
    with door.inside(union):
        entry = organizations.organization()

    refusals = together(
        "430105", [lambda by: actions.attach(on=entry, upload=upload(), label="签字合同", by=by, at=AT)] * 5
    )

    assert refusals == [TooMany] * 3
    with door.inside(union):
        assert Attachment.objects.filter(object_id=entry.pk).count() == 2
