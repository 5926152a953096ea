"""A COPY inserts what the rows hold, whatever their characters."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from commons.hierarchy.models import TradeUnion
from commons.kit.copying import copy_models, copy_rows, insert_missing
from commons.kit.ids import uuid7
from commons.tenancy import door
from tenants.history.models import Change
from tenants.registry.models import LedgerSpan, SocialOrganization
from tenants.rollup.models import Mark
from tests.factories import organizations as factory

AT = datetime(2026, 11, 20, 2, 0, 30, 123456, tzinfo=UTC)
ODD = "反斜杠\\N 制表\t换行\n回车\r引号\"'逗号,括号{}美元$1 \\. 表情😀"


@pytest.fixture(autouse=True)
def kaifu(country: dict[str, TradeUnion]) -> Iterator[TradeUnion]:
    with door.inside(country["430105"]) as union:
        yield union


def entry(**fields: object) -> SocialOrganization:
    return SocialOrganization(
        **{
            "serial": 1,
            "name": "甲",
            "org_type": "unregistered",
            "region_code": "430105",
            "created_at": AT,
            "updated_at": AT,
            **fields,
        }
    )


def test_every_kind_of_value_arrives() -> None:
    row = entry(
        note=ODD,
        rights_domains=['a"b', "c,d", "{e}", "\\f", ""],
        contact_phone="13812345678",
        registered_on=date(2018, 6, 1),
        is_hub=True,
    )
    copy_models([row])

    found = SocialOrganization.objects.get()
    for field in SocialOrganization._meta.concrete_fields:
        assert getattr(found, field.attname) == getattr(row, field.attname), field.attname
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact_phone FROM registry_socialorganization")
        assert "138" not in cursor.fetchone()[0]


def test_json_arrives() -> None:
    change = Change(
        object_kind="x",
        object_id=uuid7(),
        event="edit",
        by_name="张三",
        at=AT,
        changes={"note": [ODD, None], "数": [1, True]},
    )
    copy_models([change])
    assert Change.objects.get().changes == change.changes


def test_constraints_hold() -> None:
    copy_models([entry()])
    with pytest.raises(IntegrityError), transaction.atomic():
        copy_models([entry()])
    assert SocialOrganization.objects.count() == 1


def test_triggers_fire() -> None:
    row = factory.organization()
    Mark.objects.all().delete()
    LedgerSpan.objects.all().delete()
    Mark.objects.all().delete()
    with connection.cursor() as cursor:
        # As in a new transaction: a table is marked once in each.
        cursor.execute("SELECT set_config('rollup.marked', '', true)")
    copy_rows(LedgerSpan, ["id", "organization_id", "from_on", "until_on"], [(uuid7(), row.pk, date(2026, 1, 1), None)])
    assert "ledger" in set(Mark.objects.values_list("family", flat=True))


def test_no_rows_are_no_statement() -> None:
    copy_models([])
    copy_rows(LedgerSpan, ["id"], [])
    assert LedgerSpan.objects.count() == 0


def test_what_is_there_already_is_left_and_not_told() -> None:
    copy_models([entry(name="先")])

    inserted = insert_missing(
        [entry(name="后"), entry(serial=2, name="新" + ODD, rights_domains=['a"b', "{}"])], key="serial"
    )

    assert inserted == {"2"}
    assert list(SocialOrganization.objects.order_by("serial").values_list("name", "rights_domains", "created_at")) == [
        ("先", [], AT),
        ("新" + ODD, ['a"b', "{}"], AT),
    ]
