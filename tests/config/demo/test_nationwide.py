"""Load-test records: exactly as many as planned, valid, and never twice."""

from datetime import UTC, datetime

from django.core.management import call_command
from django.db import connection

from commons.directory.credit_code import validated
from commons.directory.models import RegisteredOrganization
from commons.hierarchy.enums import Level
from commons.hierarchy.models import TradeUnion
from commons.rollup import marks
from commons.rollup.fold import fold_many
from commons.rollup.verify import verify
from commons.tenancy.door import inside
from config.demo.scale import nationwide
from config.demo.scale.nationwide import Filled, Size
from tenants.registry.models import ContactLog, LedgerSpan, SocialOrganization

AT = datetime(2026, 11, 20, tzinfo=UTC)


def counted() -> dict[str, tuple[int, int, int]]:
    found = {}
    for union in TradeUnion.objects.order_by("code"):
        with inside(union):
            found[union.code] = (
                SocialOrganization.objects.count(),
                LedgerSpan.objects.count(),
                ContactLog.objects.count(),
            )
    return found


def test_every_union_gets_what_was_planned_once_and_the_numbers_follow(own_database: str) -> None:
    size = Size(organizations=80, entries=250, contacts=500)
    told: list[tuple[int, int]] = []
    made = nationwide.build(size, at=AT, processes=1, on_progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (10, 10)
    found = counted()
    assert made == Filled(
        RegisteredOrganization.objects.count(),
        sum(entries for entries, _, _ in found.values()),
        sum(contacts for _, _, contacts in found.values()),
    )
    assert all(entries == spans and contacts == entries * 2 for entries, spans, contacts in found.values())
    districts = TradeUnion.objects.filter(level=Level.DISTRICT).values_list("code", flat=True)
    assert all(found[code][0] > 0 for code in districts)
    assert all(validated(code) == code for code in RegisteredOrganization.objects.values_list("uscc", flat=True))
    with inside(TradeUnion.objects.get(code="430100")):
        shared = set(SocialOrganization.objects.values_list("uscc", flat=True))
    assert shared
    assert shared <= set(RegisteredOrganization.objects.values_list("uscc", flat=True))
    assert len(marks.survey().pending) == 10
    fold_many(list(TradeUnion.objects.all()))
    assert verify().differences == []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subtree FROM rollup_cell c JOIN hierarchy_tradeunion u ON u.id = c.union_id "
            "WHERE u.code = '000000' AND measure = 'org_ledger' AND dim = '' AND line = 'regional' "
            "ORDER BY month DESC LIMIT 1"
        )
        (nation,) = cursor.fetchone()
    # Organizations on several ledgers count once; a few have left all of them.
    assert 0.7 * made.organizations < nation <= made.organizations
    assert nationwide.build(size, at=AT, processes=1, on_progress=lambda done, total: None) == Filled(0, 0, 0)
    assert counted() == found


def test_the_command_fills_a_country(own_database: str, capsys: object) -> None:
    call_command("seed_demo", "--country", "--organizations=8", "--entries=30", "--contacts=30", "--processes=1")
    assert sum(entries for entries, _, _ in counted().values()) > 8
