"""A merger moves every record; every month counts once, and an undone one leaves no trace in any figure."""

from collections.abc import Callable
from datetime import date

import pytest
from django.contrib.auth.models import Permission as AuthPermission
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from commons.access.actors import Actor, system
from commons.boundaries.transfer import actions, guard, rehearsal
from commons.boundaries.transfer.enums import Mode, TransferState
from commons.boundaries.transfer.errors import (
    CannotReturn,
    NotUndoable,
    SameUnion,
    TooEarly,
    TransferRunning,
)
from commons.boundaries.transfer.models import Transfer
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import month_index, now
from commons.kit.errors import NotFound
from commons.people.enums import Role
from commons.rollup.models import Cell, Watermark
from commons.rollup.verify import verify
from commons.tenancy.door import inside
from tenants.history.models import Change
from tenants.registry.enums import LedgerState
from tenants.registry.models import (
    ContactLog,
    ContactLogGrant,
    ContactPlan,
    LedgerSpan,
    OrgPerson,
    OrgRating,
    OrgYearFact,
    SocialOrganization,
)
from tests.commons.boundaries.transfer.ledgers import (
    NOVEMBER,
    contact,
    figures,
    full,
    run,
    schema_text,
    settle,
)
from tests.factories import organizations as make

Country = dict[str, TradeUnion]
ABOVE = ("430100", "430000", "000000")


def merge(country: Country, source: str = "430105", target: str = "430111", month: int = NOVEMBER) -> Transfer:
    return actions.start(
        source=country[source], target=country[target], month=month, mode=Mode.MERGE, by=system("测试"), at=now()
    )


def grant(log: ContactLog, row: SocialOrganization) -> None:
    """Name an officer on a log."""
    permission = AuthPermission.objects.get(codename="view_contactlog")
    ContactLogGrant.objects.create(user_id=row.pk, permission=permission, content_object=log)


@pytest.fixture
def ledgers(country: Country) -> Country:
    """开福 with three entries, 雨花 with one and its numbers overlapping, 福田 as the neighbour."""
    with inside(country["430105"]):
        full("长沙市启航职工服务中心", active_on=date(2026, 3, 1))
        full("开福区家政从业人员联合会", active_on=date(2026, 9, 1), staff=40)
        make.organization(name="浏阳河互助队", org_type="unregistered", uscc="", active_on=date(2026, 4, 1))
        SocialOrganization.objects.filter(name="长沙市启航职工服务中心").update(serial=900_001)
    with inside(country["430111"]):
        row = full("雨花区职工文体协会", active_on=date(2026, 2, 1), staff=7)
        SocialOrganization.objects.filter(pk=row.pk).update(serial=900_001)
    with inside(country["440304"]):
        full("福田区职工之家", active_on=date(2026, 2, 1))
    settle("430105", "430111", "440304")
    return country


def test_every_month_counts_once_and_under_the_right_union(ledgers: Country) -> None:
    before, own = figures(*ABOVE), figures("430105", "430111", own=True)
    neighbour = schema_text(ledgers["440304"])
    moment = Watermark.objects.get().known_at
    transfer = run(merge(ledgers))
    assert (transfer.state, transfer.total, transfer.moved) == (TransferState.DONE, 3, 3)
    changed = Cell.objects.filter(known_from__gt=moment)
    assert set(changed.values_list("union__code", flat=True)) == {"430105", "430111"}
    assert changed.values("known_from").distinct().count() == 1, "all figures change at one moment"
    assert figures(*ABOVE) == before
    after = figures("430105", "430111", own=True)
    for indicator in ("ORG-01", "ORG-02", "ORG-14", "CTC-01"):
        for month in ("2026-02", "2026-04", "2026-09", "2026-10"):
            for code in ("430105", "430111"):
                assert after[(code, indicator, month)] == own[(code, indicator, month)]
        for month in ("2026-11", "2026-12", "2027-02"):
            assert after[("430105", indicator, month)][0] == 0
            both = own[("430105", indicator, month)][0] + own[("430111", indicator, month)][0]
            assert after[("430111", indicator, month)][0] == both
    assert own[("430105", "CTC-01", "2026-11")][0] == 2
    assert own[("430105", "ORG-14", "2026-11")][0] == 52
    assert after[("430111", "ORG-14", "2026-11")][0] == 59
    assert verify().differences == []
    assert schema_text(ledgers["440304"]) == neighbour


def test_every_row_arrives_as_it_was_and_a_taken_number_is_replaced(ledgers: Country) -> None:
    with inside(ledgers["430105"]):
        row = SocialOrganization.objects.get(serial=900_001)
        log = ContactLog.objects.filter(organization=row).first()
        assert log is not None
        grant(log, row)
        kept = schema_text(ledgers["430105"])
    transfer = run(merge(ledgers))
    with inside(ledgers["430111"]):
        moved = SocialOrganization.objects.get(pk=row.pk)
        assert moved.serial > 900_001
        assert moved.note == "原编号SO-900001（长沙市开福区总工会）"
        assert (moved.uscc, moved.version, moved.updated_at) == (row.uscc, row.version, row.updated_at)
        assert OrgPerson.objects.get(organization=moved).phone == "13800001111"
        assert str(OrgYearFact.objects.get(organization=moved).income) == "12345678901.23"
        assert ContactLogGrant.objects.get(content_object=log.pk).user_id == row.pk
        told = Change.objects.get(event="transfer_in", object_id=row.pk)
        assert told.changes == {"union": [None, "长沙市开福区总工会"], "serial": [900_001, moved.serial]}
        assert SocialOrganization.objects.get(name="浏阳河互助队").note == ""
    assert transfer.report["renumbered"] == 1
    assert transfer.report["tables"]["registry.ContactLog"] == 6
    archive = schema_text(ledgers["430105"])
    assert [line for line in kept.splitlines() if line not in archive] == []


def test_what_departed_is_read_only_and_the_rest_is_not(ledgers: Country) -> None:
    run(merge(ledgers))
    with inside(ledgers["430105"]):
        row = SocialOrganization.objects.get(name="长沙市启航职工服务中心")
        log = ContactLog.objects.filter(organization=row).first()
        assert log is not None
        for attempt in (
            lambda: SocialOrganization.objects.filter(pk=row.pk).update(name="改名"),
            lambda: contact(row, date(2026, 11, 5)),
            lambda: ContactLog.objects.filter(pk=log.pk).delete(),
            lambda: grant(log, row),
        ):
            with pytest.raises(IntegrityError) as refused, transaction.atomic():
                attempt()
            told = guard.departed(refused.value)
            assert told is not None
            assert told.message.startswith("这条记录已随工会撤并划转到长沙市雨花区总工会，")
        contact(make.organization(name="新入册协会"), date(2026, 11, 6))
    with inside(ledgers["430111"]):
        SocialOrganization.objects.filter(pk=row.pk).update(name="改名")


def test_while_records_are_on_their_way_nobody_changes_them_and_no_figure_moves(ledgers: Country) -> None:
    from commons.jobs import engine

    before = figures("430105", "430111", *ABOVE), figures("430105", "430111", own=True)
    merge(ledgers)
    assert engine.run_due(limit=2) == 2
    with inside(ledgers["430111"]):
        copied = SocialOrganization.objects.get(name="开福区家政从业人员联合会")
        with pytest.raises(IntegrityError), transaction.atomic():
            contact(copied, date(2026, 11, 6))
        make.organization(name="雨花新会", active_on=date(2026, 12, 1))
    settle()
    with inside(ledgers["430111"]):
        SocialOrganization.objects.filter(name="雨花新会").delete()
    settle()
    after = figures("430105", "430111", *ABOVE), figures("430105", "430111", own=True)
    assert {key: one for key, one in after[0].items() if key[0] in ABOVE} == {
        key: one for key, one in before[0].items() if key[0] in ABOVE
    }


def test_two_entries_of_one_organization_become_one(country: Country) -> None:
    code = make.credit_code()
    with inside(country["430105"]):
        theirs = full("启航中心", uscc=code, active_on=date(2026, 3, 1), staff=50)
        theirs_log = ContactLog.objects.get(organization=theirs, contacted_on=date(2026, 11, 3))
        OrgYearFact.objects.filter(organization=theirs).update(updated_at=now())
        grant(theirs_log, theirs)
    with inside(country["430111"]):
        mine = full("启航中心", uscc=code, active_on=date(2026, 6, 1), staff=45)
    settle()
    before, kept = figures(*ABOVE), schema_text(country["430111"])
    own = figures("430105", "430111", own=True)
    told = rehearsal.rehearse(
        actor=system("测试"), source=country["430105"], target=country["430111"], month=NOVEMBER, at=now()
    )
    assert [(one.code, one.number, one.other) for one in told.clashes] == [(code, theirs.number, mine.number)]
    transfer = run(merge(country))
    assert transfer.report["joined"] == [{"code": code, "number": theirs.number}]
    # One entry on the ledger instead of two, of which both were confirmed within the year; and one plan, due each quarter.
    changed = transfer.report["changed_by_joining"]
    assert set(changed.pop("contacts_due").values()) == {"-1"}
    assert changed == {
        "contacts_on_time": {str(NOVEMBER + 2): "-1"},
        "org_entries": {str(NOVEMBER): "-1"},
        "org_fresh": {str(NOVEMBER): "-1", "24326": "1"},
        "org_recorded": {str(NOVEMBER): "-1"},
    }
    after = figures(*ABOVE)
    assert {key: one for key, one in after.items() if key[1] != "ORG-08"} == {
        key: one for key, one in before.items() if key[1] != "ORG-08"
    }
    with inside(country["430111"]):
        assert not SocialOrganization.objects.filter(pk=theirs.pk).exists()
        assert OrgYearFact.objects.get(organization=mine).staff == 50
        assert ContactLog.objects.get(pk=theirs_log.pk).organization_id == mine.pk
        assert ContactLog.objects.filter(organization=mine).count() == 4
        assert LedgerSpan.objects.filter(organization=mine).count() == 1
        assert ContactPlan.objects.get(organization=mine).from_on == date(2026, 4, 1)
    assert verify().differences == []
    with inside(country["430111"]):
        gone_along = ContactLog.objects.get(pk=theirs_log.pk)
        assert ContactLogGrant.objects.get(content_object=gone_along).user_id == theirs.pk
        grant(gone_along, mine)
        ContactLog.objects.filter(pk=theirs_log.pk).update(topics="更正后的内容")
    undone = run(actions.undo(transfer=transfer, by=system("测试"), at=now()))
    assert undone.state == TransferState.UNDONE
    with inside(country["430105"]):
        back = ContactLog.objects.get(pk=theirs_log.pk)
        assert (back.organization_id, back.topics) == (theirs.pk, "更正后的内容")
        named = ContactLogGrant.objects.filter(content_object=back).values_list("user_id", flat=True)
        assert set(named) == {theirs.pk, mine.pk}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert figures(*ABOVE) == before
    assert figures("430105", "430111", own=True) == own
    assert without_history(schema_text(country["430111"])) == without_history(kept)


def test_an_entry_that_was_no_more_than_a_draft_takes_the_place_of_the_joined_one(country: Country) -> None:
    code = make.credit_code()
    with inside(country["430105"]):
        theirs = full("启航中心", uscc=code, active_on=date(2026, 3, 1), staff=50)
    with inside(country["430111"]):
        mine = make.organization(name="启航中心", uscc=code, state=LedgerState.DRAFT)
        OrgRating.objects.create(
            organization=mine,
            grade="A2",
            state="granted",
            assessor="长沙市民政局",
            assessed_on=date(2025, 1, 6),
            valid_until=date(2030, 1, 6),
        )
    settle()
    before, own = figures(*ABOVE), figures("430105", "430111", own=True)
    kept = schema_text(country["430111"])
    transfer = run(merge(country))
    with inside(country["430111"]):
        mine.refresh_from_db()
        assert (mine.state, mine.first_active_on, mine.version) == (LedgerState.ACTIVE, date(2026, 3, 1), 2)
        assert LedgerSpan.objects.get(organization=mine).from_on == date(2026, 11, 1)
        ratings = OrgRating.objects.filter(organization=mine).order_by("assessed_on")
        assert list(ratings.values_list("grade", "state")) == [("A2", "superseded"), ("A3", "granted")]
    # Two entries were written down, now there is one. Its plan goes on in its stretches, so nothing is due otherwise than
    # before for as long as a plan without an end is followed.
    changed = transfer.report["changed_by_joining"]
    assert min(map(int, changed.pop("contacts_due"))) > month_index(date(2036, 4, 1))
    assert changed == {"org_recorded": {str(NOVEMBER): "-1"}}
    with inside(country["430111"]):
        assert ContactPlan.objects.get(organization=mine).from_on == date(2026, 10, 1)
    assert transfer.report["receiver_changed_by_joining"]["org_ledger"] == {str(NOVEMBER): "1"}
    assert transfer.report["receiver_changed_by_joining"]["org_new"] == {"24314": "1", "24315": "-1"}
    assert figures(*ABOVE) == before
    assert verify().differences == []
    undone = run(actions.undo(transfer=transfer, by=system("测试"), at=now()))
    assert (undone.state, undone.report["kept"]) == (TransferState.UNDONE, [])
    assert figures(*ABOVE) == before
    assert figures("430105", "430111", own=True) == own
    with inside(country["430111"]):
        SocialOrganization.objects.filter(pk=mine.pk).update(version=1)
    assert without_history(schema_text(country["430111"])) == without_history(kept)
    with inside(country["430105"]):
        contact(theirs, date(2026, 11, 9))


def without_history(text: str) -> list[str]:
    kept, skip = [], False
    for line in text.splitlines():
        if line.startswith(("history_change", "registry_", "marks_", "guardian_", "django_")):
            skip = line == "history_change"
        if not skip:
            kept.append(line)
    return kept


def test_undoing_brings_back_what_was_attached_since(ledgers: Country) -> None:
    before, own = figures(*ABOVE), figures("430105", "430111", own=True)
    receiver = schema_text(ledgers["430111"])
    transfer = run(merge(ledgers))
    with inside(ledgers["430111"]):
        row = SocialOrganization.objects.get(name="长沙市启航职工服务中心")
        SocialOrganization.objects.filter(pk=row.pk).update(contact_name="赵强")
        new = contact(row, date(2026, 11, 12))
        ContactLog.objects.filter(organization=row, contacted_on=date(2026, 9, 8)).update(topics="更正后的内容")
    settle()
    undone = run(actions.undo(transfer=transfer, by=system("测试"), at=now(), reason="区划调整取消"))
    assert undone.state == TransferState.UNDONE
    with inside(ledgers["430105"]):
        back = SocialOrganization.objects.get(pk=row.pk)
        assert (back.serial, back.note, back.contact_name) == (900_001, "", "赵强")
        assert ContactLog.objects.filter(pk=new.pk).exists()
        assert ContactLog.objects.get(organization=back, contacted_on=date(2026, 9, 8)).topics == "更正后的内容"
        contact(back, date(2026, 10, 12)).delete()
        ContactLog.objects.filter(pk=new.pk).delete()
    settle()
    assert figures(*ABOVE) == before
    assert figures("430105", "430111", own=True) == own
    assert without_history(schema_text(ledgers["430111"])) == without_history(receiver)
    assert verify().differences == []
    # And it can be done again, the histories being there already.
    assert run(merge(ledgers)).state == TransferState.DONE
    assert figures(*ABOVE) == before


def test_what_went_on_to_a_third_union_is_named_and_nothing_goes_back(ledgers: Country) -> None:
    transfer = run(merge(ledgers))
    run(merge(ledgers, "430111", "440304"))
    with inside(ledgers["430111"]):
        number = SocialOrganization.objects.get(name="浏阳河互助队").number
    with pytest.raises(CannotReturn) as told:
        actions.undo(transfer=transfer, by=system("测试"), at=now())
    assert number in told.value.message
    assert Transfer.objects.get(pk=transfer.pk).state == TransferState.DONE


def test_refusals_by_name(ledgers: Country) -> None:
    with pytest.raises(SameUnion):
        merge(ledgers, "430105", "430105")
    with pytest.raises(TooEarly) as early:
        merge(ledgers, month=NOVEMBER + 2)
    assert "2027年1月" in early.value.message
    first = merge(ledgers)
    with pytest.raises(TransferRunning) as running:
        merge(ledgers, "430111", "440304")
    assert "雨花区" in running.value.message
    run(first)
    undone = run(actions.undo(transfer=first, by=system("测试"), at=now()))
    with pytest.raises(NotUndoable):
        actions.undo(transfer=undone, by=system("测试"), at=now())


def test_a_transfer_stopped_half_way_is_undone(ledgers: Country) -> None:
    from commons.jobs import engine

    before, own = figures(*ABOVE), figures("430105", "430111", own=True)
    transfer = merge(ledgers)
    engine.run_due(limit=2)
    undone = run(actions.undo(transfer=transfer, by=system("测试"), at=now()))
    assert undone.state == TransferState.UNDONE
    assert figures(*ABOVE) == before
    assert figures("430105", "430111", own=True) == own
    with inside(ledgers["430105"]):
        contact(SocialOrganization.objects.get(serial=900_001), date(2026, 11, 7))
    with inside(ledgers["430111"]):
        assert SocialOrganization.objects.count() == 1


@pytest.mark.parametrize(
    ("code", "role"),
    [
        ("430000", Role.UNION_ADMIN),
        ("430105", Role.UNION_ADMIN),
        ("000000", Role.LEADER),
        ("430000", Role.NATIONAL_ADMIN),
    ],
)
def test_only_the_nations_administrator(
    ledgers: Country, actor_of: Callable[..., Actor], code: str, role: Role
) -> None:
    actor = actor_of(code, role)
    pair = {"source": ledgers["430105"], "target": ledgers["430111"], "month": NOVEMBER, "at": now()}
    with pytest.raises(NotFound):
        actions.start(mode=Mode.MERGE, by=actor, **pair)
    with pytest.raises(NotFound):
        rehearsal.rehearse(actor=actor, **pair)
    transfer = actions.start(mode=Mode.MERGE, by=actor_of("000000", Role.NATIONAL_ADMIN), **pair)
    with pytest.raises(NotFound):
        actions.undo(transfer=transfer, by=actor, at=now())


def test_a_rehearsal_tells_all_and_touches_nothing(ledgers: Country) -> None:
    texts = [schema_text(ledgers[code]) for code in ("430105", "430111")]
    with CaptureQueriesContext(
        connection,
    ) as asked:
        told = rehearsal.rehearse(
            actor=system("测试"), source=ledgers["430105"], target=ledgers["430111"], month=NOVEMBER, at=now()
        )
    assert [one["sql"][:40] for one in asked if not one["sql"].lstrip().startswith(("SELECT", "SET search_path"))] == []
    assert (told.records, told.renumbered, told.clashes) == (3, 1, [])
    assert told.tables["联系记录"] == 6
    by_code = {one.indicator.code: one for one in told.figures}
    staff = by_code["ORG-14"]
    assert (staff.source_before, staff.source_after, staff.target_before, staff.target_after) == (52, 0, 7, 59)
    visits = by_code["CTC-01"]
    assert (visits.source_before, visits.source_after, visits.target_before, visits.target_after) == (2, 0, 1, 3)
    assert {one.difference for one in told.figures} == {0}
    assert [schema_text(ledgers[code]) for code in ("430105", "430111")] == texts
    run(merge(ledgers))
    after = figures("430105", "430111", own=True)
    for code in ("ORG-01", "ORG-02", "ORG-03", "ORG-05", "ORG-10", "ORG-14", "CTC-01"):
        figure = by_code[code]
        assert after[("430105", code, "2026-11")][0] == figure.source_after
        assert after[("430111", code, "2026-11")][0] == figure.target_after
