"""A change in one union's records reaches every union above it, exactly."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection

from commons.access import actors
from commons.directory.enums import OrgType
from commons.hierarchy.enums import Level
from commons.hierarchy.models import Responsibility, TradeUnion
from commons.kit.clock import parse_month
from commons.rollup import selectors
from commons.rollup.enums import Scope
from commons.rollup.fold import Outcome, fold, rebuild
from commons.rollup.verify import verify
from commons.tenancy.door import inside
from tenants.registry.models import ContactLog, LedgerSpan, OrgRating, OrgYearFact, SocialOrganization
from tests.factories import country as countries
from tests.factories import organizations as make

Country = dict[str, TradeUnion]
NOVEMBER = "2026-11"


def figure(
    country: Country,
    code: str,
    indicator: str,
    *,
    month: str = NOVEMBER,
    own: bool = False,
    item: str = "",
    by: str = "",
) -> Decimal | None:
    found = selectors.values(
        actors.system("test", country["000000"]),
        unions=[country[code]],
        indicators=[indicator],
        month=parse_month(month),
        scope=Scope.OWN if own else Scope.SUBTREE,
        by=by or None,
    )
    return next(value.value for value in found if value.item == item)


def test_an_entry_counts_for_its_union_and_each_above(country: Country) -> None:
    with inside(country["430105"]):
        make.organization(active_on=date(2026, 3, 9))
    assert fold(country["430105"]) is Outcome.FOLDED
    assert fold(country["430105"]) is Outcome.CLEAN
    for code in ("430105", "430100", "430000", "000000"):
        assert figure(country, code, "ORG-01") == 1
        assert figure(country, code, "ORG-01", month="2026-02") == 0
        assert figure(country, code, "ORG-05", month="2026-03") == 1
        assert figure(country, code, "ORG-05") == 0
    assert figure(country, "430105", "ORG-01", own=True) == 1
    assert figure(country, "430100", "ORG-01", own=True) == 0
    assert figure(country, "430111", "ORG-01") == 0
    assert figure(country, "440000", "ORG-01") == 0


def test_the_same_organization_on_two_ledgers_counts_once_above(country: Country) -> None:
    code = make.credit_code()
    with inside(country["430105"]):
        make.organization(uscc=code, active_on=date(2026, 1, 5))
    with inside(country["430111"]):
        make.organization(uscc=code, active_on=date(2026, 4, 5))
        make.organization(active_on=date(2026, 4, 5))
    fold(country["430105"])
    fold(country["430111"])
    assert figure(country, "430105", "ORG-01") == 1
    assert figure(country, "430111", "ORG-01") == 2
    assert figure(country, "430100", "ORG-01") == 2
    assert figure(country, "430100", "ORG-01", month="2026-02") == 1
    with inside(country["430105"]):
        LedgerSpan.objects.update(until_on=date(2026, 6, 10))
    fold(country["430105"])
    assert figure(country, "430105", "ORG-01") == 0
    assert figure(country, "430100", "ORG-01") == 2
    with inside(country["430111"]):
        LedgerSpan.objects.filter(organization__uscc=code).delete()
    fold(country["430111"])
    assert figure(country, "000000", "ORG-01") == 1
    assert figure(country, "000000", "ORG-01", month="2026-05") == 2


def test_nothing_in_public_names_the_organization(country: Country) -> None:
    with inside(country["430105"]):
        entry = make.organization()
    fold(country["430105"])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p::text FROM public.rollup_presence p UNION ALL SELECT c::text FROM public.rollup_cell c"
        )
        text = "".join(row[0] for row in cursor.fetchall())
    assert text
    assert entry.uscc not in text
    assert entry.uscc.encode().hex() not in text
    assert entry.name not in text


def test_the_latest_word_gives_the_staff(country: Country) -> None:
    code = make.credit_code()
    for union, year, staff in (("430105", 2024, 10), ("430111", 2025, 30)):
        with inside(country[union]):
            entry = make.organization(uscc=code, active_on=date(2024, 1, 1))
            OrgYearFact.objects.create(
                organization=entry, year=year, staff=staff, updated_at=datetime(2026, 1, 1, tzinfo=UTC)
            )
        fold(country[union])
    assert figure(country, "430100", "ORG-14", month="2024-06") == 10
    assert figure(country, "430100", "ORG-14", month="2025-06") == 30
    assert figure(country, "430105", "ORG-14") == 10
    assert figure(country, "430100", "ORG-14", by="OT", item="social_group") == 30


def test_ratings_are_dated(country: Country) -> None:
    with inside(country["430105"]):
        entry = make.organization(active_on=date(2024, 1, 1))
        for grade, state, on, until in (
            ("A3", "superseded", date(2024, 2, 1), date(2029, 2, 1)),
            ("A4", "granted", date(2025, 5, 20), date(2026, 10, 20)),
            ("A5", "revoked", date(2024, 6, 1), date(2029, 6, 1)),
        ):
            OrgRating.objects.create(
                organization=entry, grade=grade, state=state, assessor="民政局", assessed_on=on, valid_until=until
            )
    fold(country["430105"])
    for indicator in ("ORG-10", "ORG-01"):
        assert figure(country, "430000", indicator, month="2025-04", by="RG", item="A3") == 1
        assert figure(country, "430000", indicator, month="2025-05", by="RG", item="A3") == 0
        assert figure(country, "430000", indicator, month="2025-05", by="RG", item="A4") == 1
        assert figure(country, "430000", indicator, month="2026-10", by="RG", item="A4") == 0
        assert figure(country, "430000", indicator, month="2025-05", by="RG", item="A5") == 0
    assert figure(country, "430000", "ORG-10", month="2026-09") == 1
    assert figure(country, "430000", "ORG-10", month="2026-10") == 0
    assert figure(country, "430000", "ORG-01", month="2026-10") == 1


def test_ratio_from_rolled_up_parts_and_none_of_nothing(country: Country) -> None:
    with inside(country["430105"]):
        make.organization(active_on=date(2025, 6, 1))
        make.organization(active_on=date(2026, 6, 1))
    with inside(country["430111"]):
        make.organization(active_on=date(2026, 8, 1))
    fold(country["430105"])
    fold(country["430111"])
    assert figure(country, "430105", "ORG-08") == 50
    assert figure(country, "430100", "ORG-08") == Decimal("66.67")
    assert figure(country, "430100", "ORG-08", month="2026-05") == 100
    assert figure(country, "440000", "ORG-08") is None


def test_groups_without_code_add_up(country: Country) -> None:
    for code in ("430105", "430111"):
        with inside(country[code]):
            make.organization(org_type=OrgType.UNREGISTERED, active_on=date(2026, 3, 1))
        fold(country[code])
    assert figure(country, "430100", "ORG-02") == 2
    assert figure(country, "430100", "ORG-02", by="D", item="skills_training") == 2
    assert figure(country, "430100", "ORG-01") == 0


def test_contacts_move_with_their_day(country: Country) -> None:
    with inside(country["430105"]):
        entry = make.organization()
        log = ContactLog.objects.create(
            organization=entry,
            contacted_on=date(2026, 10, 31),
            kind="visit",
            topics="走访",
            created_at=datetime.now(UTC),
            updated_at=datetime.now(UTC),
            created_by_name="李敏",
        )
    fold(country["430105"])
    assert figure(country, "000000", "CTC-01", month="2026-10") == 1
    assert figure(country, "000000", "CTC-01") == 0
    with inside(country["430105"]):
        ContactLog.objects.filter(pk=log.pk).update(contacted_on=date(2026, 11, 1))
    fold(country["430105"])
    assert figure(country, "000000", "CTC-01", month="2026-10") == 0
    assert figure(country, "000000", "CTC-01", by="K", item="visit") == 1


def test_a_union_without_responsible_people_is_not_counted(country: Country) -> None:
    for union in country.values():
        fold(union, everything=True)
    assert figure(country, "430000", "GOV-01") == 4
    assert figure(country, "430000", "GOV-01", by="LV", item="district") == 2
    assert figure(country, "430000", "GOV-01", own=True) == 1
    Responsibility.objects.filter(union=country["430111"]).update(until_on=date(2026, 11, 3))
    assert fold(country["430111"]) is Outcome.FOLDED
    assert figure(country, "430000", "GOV-01") == 3
    assert figure(country, "430000", "GOV-01", month="2026-10") == 4


def test_rebuild_mends_what_was_tampered_with(country: Country) -> None:
    with inside(country["430105"]):
        make.organization()
    fold(country["430105"])
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE public.rollup_cell SET subtree = subtree + 7, own = own + 3 WHERE measure = 'org_ledger'"
        )
    assert figure(country, "430000", "ORG-01") == 8
    rebuild([country["430105"]])
    assert figure(country, "430000", "ORG-01") == 1
    assert figure(country, "430105", "ORG-01", own=True) == 1


def test_a_fold_that_dies_leaves_its_marks(country: Country, monkeypatch: pytest.MonkeyPatch) -> None:
    from commons.rollup.fold import stored

    with inside(country["430105"]):
        make.organization()

    def dies(self: object, known_at: datetime) -> int:
        raise RuntimeError("killed")

    with monkeypatch.context() as broken:
        broken.setattr(stored.Changes, "write", dies)
        with pytest.raises(RuntimeError):
            fold(country["430105"])
    assert figure(country, "430105", "ORG-01") == 0
    assert fold(country["430105"]) is Outcome.FOLDED
    assert figure(country, "430105", "ORG-01") == 1


def test_raw_sql_and_truncate_count(country: Country) -> None:
    with inside(country["430105"]), connection.cursor() as cursor:
        make.organization()
        fold(country["430105"])
        cursor.execute("UPDATE registry_ledgerspan SET from_on = '2026-11-01'")
        fold(country["430105"])
        assert figure(country, "430000", "ORG-01", month="2026-10") == 0
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE registry_ledgerspan")
    fold(country["430105"])
    assert figure(country, "430000", "ORG-01") == 0


def test_an_empty_statement_leaves_no_mark(country: Country) -> None:
    fold(country["430105"])
    with inside(country["430105"]):
        SocialOrganization.objects.filter(name="没有").update(note="x")
        LedgerSpan.objects.filter(until_on=date(1990, 1, 1)).delete()
    assert fold(country["430105"]) is Outcome.CLEAN


def test_a_union_without_a_schema_yet_is_counted_by_what_public_knows(country: Country) -> None:
    applied = countries.union("430102", "长沙市芙蓉区总工会", Level.DISTRICT, country["430100"])
    assert fold(applied) is Outcome.FOLDED
    assert fold(applied, everything=True) is Outcome.FOLDED
    assert figure(country, "430100", "GOV-01") == 1
    assert verify().differences == []
    assert figure(country, "430100", "GOV-01") == 4
