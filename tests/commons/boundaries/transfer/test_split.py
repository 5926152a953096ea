"""A split moves what a rule chooses; the rest stays, open to changes, and both unions go on."""

from collections.abc import Callable
from datetime import date

import orjson
import pytest
from django.core import checks
from django.db import IntegrityError, transaction
from django.test import Client

from api.kit.ids import to_global
from commons.access.actors import system
from commons.boundaries.transfer import actions, guard, hanging, rehearsal
from commons.boundaries.transfer.enums import Mode, TransferState
from commons.boundaries.transfer.errors import BelongedBefore, GiverEnded, NothingToMove, ShapesDiffer
from commons.boundaries.transfer.models import Transfer
from commons.boundaries.transfer.subjects import SUBJECTS
from commons.hierarchy.enums import UnionState
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now
from commons.people.enums import Role
from commons.rollup.verify import verify
from commons.tenancy.door import inside
from tenants.registry.intake import plan
from tenants.registry.models import ContactLog, ImportBatch, SocialOrganization
from tests.commons.boundaries.transfer.ledgers import NOVEMBER, figures, full, run, schema_text, settle
from tests.factories import organizations as make

Country = dict[str, TradeUnion]
ABOVE = ("430100", "430000", "000000")


@pytest.fixture
def ledgers(country: Country) -> Country:
    with inside(country["430105"]):
        full("四方坪社团", active_on=date(2026, 3, 1), region_code="430105")
        full("浏阳河社团", active_on=date(2026, 3, 1), region_code="430181")
        full("芙蓉社团", active_on=date(2026, 3, 1), region_code="430102")
        ImportBatch.objects.create(file_name="台账.xlsx", sha256="0" * 64, created_at=now(), created_by_name="张三")
    with inside(country["440304"]):
        full("福田社团", active_on=date(2026, 3, 1), region_code="430181")
    settle("430105", "430111", "440304")
    return country


def split(country: Country, **rule: list[str]) -> Transfer:
    return actions.start(
        source=country["430105"],
        target=country["430111"],
        month=NOVEMBER,
        mode=Mode.SPLIT,
        rule=rule,
        by=system("测试"),
        at=now(),
    )


def names(union: TradeUnion) -> list[str]:
    with inside(union):
        return list(SocialOrganization.objects.order_by("name").values_list("name", flat=True))


def test_by_division(ledgers: Country) -> None:
    before, neighbour = figures(*ABOVE), schema_text(ledgers["440304"])
    transfer = run(split(ledgers, regions=["430181", "430102"]))
    assert (transfer.state, transfer.total) == (TransferState.DONE, 2)
    assert names(ledgers["430111"]) == ["浏阳河社团", "芙蓉社团"]
    assert transfer.report["renumbered"] == 0, "numbers that are free are kept"
    after = figures("430105", "430111", own=True)
    assert (after[("430105", "ORG-01", "2026-10")][0], after[("430111", "ORG-01", "2026-10")][0]) == (3, 0)
    assert (after[("430105", "ORG-01", "2026-11")][0], after[("430111", "ORG-01", "2026-11")][0]) == (1, 2)
    assert (after[("430105", "CTC-01", "2026-11")][0], after[("430111", "CTC-01", "2026-11")][0]) == (1, 2)
    assert figures(*ABOVE) == before
    assert verify().differences == []
    assert schema_text(ledgers["440304"]) == neighbour


def test_one_city_covers_its_districts(ledgers: Country) -> None:
    assert run(split(ledgers, regions=["430100"])).total == 3


def test_by_ids_and_then_the_others(ledgers: Country) -> None:
    before = figures(*ABOVE)
    with inside(ledgers["430105"]):
        chosen = SocialOrganization.objects.get(name="芙蓉社团").pk
    assert run(split(ledgers, ids=[str(chosen)])).total == 1
    assert names(ledgers["430111"]) == ["芙蓉社团"]
    with pytest.raises(NothingToMove):
        split(ledgers, ids=[str(chosen)])
    told = rehearsal.rehearse(
        actor=system("测试"), source=ledgers["430105"], target=ledgers["430111"], month=NOVEMBER, at=now()
    )
    assert (told.records, told.left) == (2, {"批量导入批次": 1})
    assert run(split(ledgers, regions=["430105", "430181"])).total == 2
    assert names(ledgers["430111"]) == ["四方坪社团", "浏阳河社团", "芙蓉社团"]
    assert figures(*ABOVE) == before
    assert verify().differences == []


def test_records_do_not_come_home_by_another_transfer(ledgers: Country) -> None:
    run(split(ledgers, regions=["430181"]))
    with pytest.raises(BelongedBefore) as told:
        actions.start(
            source=ledgers["430111"],
            target=ledgers["430105"],
            month=NOVEMBER,
            mode=Mode.MERGE,
            by=system("测试"),
            at=now(),
        )
    assert "其中1条记录原本就是从长沙市开福区总工会划出的" in told.value.message


def test_nothing_goes_back_to_a_union_that_was_merged_since(ledgers: Country) -> None:
    transfer = run(split(ledgers, regions=["430181"]))
    TradeUnion.objects.filter(code="430105").update(state=UnionState.MERGED, successor=ledgers["430100"])
    before = schema_text(ledgers["430105"]), schema_text(ledgers["430111"])
    with pytest.raises(GiverEnded) as refused:
        actions.undo(transfer=transfer, by=system("测试"), at=now())
    assert "长沙市开福区总工会已撤并或撤销" in refused.value.message
    assert Transfer.objects.get().state == TransferState.DONE
    assert (schema_text(ledgers["430105"]), schema_text(ledgers["430111"])) == before
    with inside(ledgers["430105"]), pytest.raises(IntegrityError) as closed, transaction.atomic():
        make.organization()
    told = guard.departed(closed.value)
    assert told is not None
    assert "长沙市总工会" in told.message


def test_nothing_goes_back_to_a_union_that_was_closed_since(ledgers: Country) -> None:
    transfer = run(split(ledgers, regions=["430181"]))
    TradeUnion.objects.filter(code="430105").update(state=UnionState.ARCHIVED)
    before = schema_text(ledgers["430105"]), schema_text(ledgers["430111"])
    with pytest.raises(GiverEnded):
        actions.undo(transfer=transfer, by=system("测试"), at=now())
    assert Transfer.objects.get().state == TransferState.DONE
    assert (schema_text(ledgers["430105"]), schema_text(ledgers["430111"])) == before


def test_a_code_that_was_taken_meanwhile_is_named_when_going_back(ledgers: Country) -> None:
    transfer = run(split(ledgers, regions=["430181"]))
    code = make.credit_code()
    with inside(ledgers["430111"]):
        moved = SocialOrganization.objects.get(name="浏阳河社团")
        SocialOrganization.objects.filter(pk=moved.pk).update(uscc=code)
    with inside(ledgers["430105"]):
        make.organization(uscc=code)
    with pytest.raises(actions.CannotReturn) as told:
        actions.undo(transfer=transfer, by=system("测试"), at=now())
    assert moved.number in told.value.message
    assert names(ledgers["430111"]) == ["浏阳河社团"]


def test_two_schemas_of_different_versions(ledgers: Country) -> None:
    TradeUnion.objects.filter(code="430111").update(schema_fingerprint="older")
    ledgers["430111"].refresh_from_db()
    with pytest.raises(ShapesDiffer):
        split(ledgers, regions=["430181"])


def test_an_officer_is_told_where_a_record_has_gone(ledgers: Country, client_of: Callable[..., Client]) -> None:
    run(split(ledgers, regions=["430181"]))
    with inside(ledgers["430105"]):
        gone = SocialOrganization.objects.get(name="浏阳河社团")
        logs = ContactLog.objects.filter(organization=gone).count()
    client = client_of("430105", Role.UNION_STAFF)
    sentence = "这条记录已随工会撤并划转到长沙市雨花区总工会，这里只保留存档，不能修改。"
    answer = client.post(
        f"/u/430105/organizations/{gone.pk}/plans/new",
        {"officer": str(client.actor.user_id), "frequency": "monthly", "from_on": "2026-11-20"},  # type: ignore[attr-defined]
    )
    assert answer.status_code == 409
    assert sentence in answer.content.decode()
    query = "mutation($input: LogContactInput!) { logContact(input: $input) { errors { code message } } }"
    told = {
        "organization": to_global("SocialOrganization", gone.pk),
        "contactedOn": "2026-11-20",
        "kind": "VISIT",
        "topics": "走访了解诉求",
    }
    body = orjson.dumps({"query": query, "variables": {"input": told}})
    found = orjson.loads(client.post("/graphql", body, content_type="application/json").content)
    [error] = found["data"]["logContact"]["errors"]
    assert error["code"] == "TRANSFER.DEPARTED"
    assert error["message"].startswith(sentence)
    with inside(ledgers["430105"]):
        assert ContactLog.objects.filter(organization=gone).count() == logs


def test_a_sheet_that_names_what_has_gone(ledgers: Country) -> None:
    run(split(ledgers, regions=["430181"]))
    with inside(ledgers["430105"]):
        gone = SocialOrganization.objects.get(name="浏阳河社团")
        row = {
            "uscc": gone.uscc,
            "name": gone.name,
            "org_type": gone.org_type,
            "region_code": "430105",
            "alias": "另名",
        }
        [planned] = plan([row], verified=False, today=date(2026, 11, 20))
    assert planned.problems == {
        "uscc": [f"该组织（{gone.number}）已随工会撤并划转到长沙市雨花区总工会，这里只保留存档，请从表中删去这一行。"]
    }


def test_every_table_of_a_union_moves_stays_or_is_known() -> None:
    """A new table that hangs on an entry moves with it by itself; one that hangs on nothing is to be named here."""
    [subject] = SUBJECTS.values()
    moving = {table.model._meta.label for table in hanging.tables(subject)}
    assert moving == {
        "registry.SocialOrganization",
        "registry.LedgerSpan",
        "registry.Confirmation",
        "registry.OrgYearFact",
        "registry.OrgPerson",
        "registry.OrgRating",
        "registry.ContactPlan",
        "registry.ContactLog",
        "registry.ContactLogGrant",
        "attachments.Attachment",
        "discussion.Comment",
    }
    staying = {model._meta.label for model in hanging.models_of_unions()} - moving
    known = ("registry.", "attachments.", "discussion.", "notices.", "views.", "history.", "marks.")
    assert {label for label in staying if label.startswith(known)} == {
        "notices.Notice",
        "registry.ImportBatch",
        "views.SavedView",
        "history.Change",
        "marks.Mark",
        "marks.Tenure",
    }
    assert [found for found in checks.run_checks() if str(found.id).startswith("transfer.")] == []
