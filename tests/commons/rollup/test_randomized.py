"""
Whatever is done to the records, by whatever means, the numbers are what a recount gives.

Two judges: `verify`, and for three indicators a plain reading of the rows in Python that knows none of the SQL.
"""

from __future__ import annotations

import random
import threading
from collections import defaultdict
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commons.access import actors
from commons.directory.enums import OrgType
from commons.hierarchy.enums import Line
from commons.hierarchy.models import Ancestry, Parentage, TradeUnion
from commons.kit.clock import month_index, month_text
from commons.kit.ids import uuid7
from commons.rollup import selectors
from commons.rollup.fold import engine, fold, redrawing, stored
from commons.rollup.folder import Folder
from commons.rollup.selectors import Lens
from commons.rollup.verify import verify
from commons.tenancy.door import inside
from tenants.registry.enums import ContactFrequency
from tenants.registry.models import (
    Confirmation,
    ContactLog,
    ContactPlan,
    LedgerSpan,
    OrgRating,
    OrgYearFact,
    SocialOrganization,
)
from tenants.rollup.models import Tenure
from tests.commons.rollup.test_fold import figure
from tests.factories import organizations as make

Country = dict[str, TradeUnion]

WRITERS = ["430105", "430111", "430100", "440304"]
CODES = [make.credit_code(900_000 + number) for number in range(5)]
TYPES = [OrgType.SOCIAL_GROUP, OrgType.FOUNDATION, OrgType.SOCIAL_SERVICE_INSTITUTION]
DOMAINS = ["culture_sports", "skills_training", "volunteering"]
DAY = date(2025, 1, 1)
MOMENT = datetime(2026, 11, 1, tzinfo=UTC)


class Killed(Exception):
    """The folder dies here."""


def create(dice: random.Random) -> None:
    code = dice.choice([*CODES, ""])
    if code and SocialOrganization.objects.filter(uscc=code).exists():
        return
    entry = make.organization(
        uscc=code or None,
        org_type=dice.choice(TYPES) if code else OrgType.UNREGISTERED,
        active_on=DAY + timedelta(days=dice.randrange(700)),
    )
    entry.org_domains = dice.sample(DOMAINS, dice.randrange(len(DOMAINS) + 1))
    entry.save(update_fields=["org_domains"])


def _an_entry(dice: random.Random) -> SocialOrganization | None:
    entries = list(SocialOrganization.objects.order_by("serial"))
    return dice.choice(entries) if entries else None


def edit(dice: random.Random) -> None:
    if entry := _an_entry(dice):
        if entry.uscc:
            entry.org_type = dice.choice(TYPES)
            entry.registration_status = dice.choice(["registered", "filed"])
        entry.founding_mode = dice.choice(["", "independent", "government"])
        entry.updated_at = MOMENT + timedelta(seconds=dice.randrange(1000))
        entry.save()


def close(dice: random.Random) -> None:
    for span in LedgerSpan.objects.filter(until_on=None).order_by("pk")[: dice.randrange(1, 3)]:
        span.until_on = span.from_on + timedelta(days=dice.randrange(400))
        span.save()


def reopen(dice: random.Random) -> None:
    if entry := _an_entry(dice):
        last = LedgerSpan.objects.filter(organization=entry).order_by("-from_on").first()
        if last and last.until_on:
            LedgerSpan.objects.create(organization=entry, from_on=last.until_on + timedelta(days=dice.randrange(90)))


def confirm(dice: random.Random) -> None:
    if entry := _an_entry(dice):
        on = DAY + timedelta(days=dice.randrange(700))
        Confirmation.objects.get_or_create(organization=entry, confirmed_on=on, defaults={"by_name": "李敏"})


def rate(dice: random.Random) -> None:
    if entry := _an_entry(dice):
        OrgRating.objects.filter(organization=entry, state="granted").update(
            state=dice.choice(["superseded", "revoked", "expired"])
        )
        on = DAY + timedelta(days=dice.randrange(700))
        OrgRating.objects.create(
            organization=entry,
            grade=dice.choice(["A3", "A4", "A5"]),
            state="granted",
            assessor="民政局",
            assessed_on=on,
            valid_until=on + timedelta(days=dice.randrange(1, 900)),
        )


def make_hub(dice: random.Random) -> None:
    if entry := _an_entry(dice):
        SocialOrganization.objects.filter(pk=entry.pk).update(is_hub=not entry.is_hub)


def state_income(dice: random.Random) -> None:
    if entry := _an_entry(dice):
        OrgYearFact.objects.update_or_create(
            organization=entry,
            year=2024 + dice.randrange(3),
            defaults={
                "income": dice.choice([None, 100, 250]),
                "income_from_union": dice.choice([None, 5, 70]),
                "updated_at": MOMENT + timedelta(minutes=dice.randrange(100)),
            },
        )


def count_staff(dice: random.Random) -> None:
    if entry := _an_entry(dice):
        OrgYearFact.objects.update_or_create(
            organization=entry,
            year=dice.choice([2024, 2025, 2026]),
            defaults={"staff": dice.randrange(50), "updated_at": MOMENT + timedelta(seconds=dice.randrange(1000))},
        )


def plan(dice: random.Random) -> None:
    if entry := _an_entry(dice):
        on = DAY + timedelta(days=dice.randrange(700))
        ContactPlan.objects.create(
            organization=entry,
            officer_id=uuid7(),
            officer_name="李敏",
            frequency=dice.choice([*ContactFrequency]),
            from_on=on,
            until_on=dice.choice([None, on + timedelta(days=dice.randrange(900))]),
        )


def contact_in_bulk(dice: random.Random) -> None:
    if entry := _an_entry(dice):
        ContactLog.objects.bulk_create(
            ContactLog(
                organization=entry,
                contacted_on=DAY + timedelta(days=dice.randrange(700)),
                kind=dice.choice(["visit", "phone"]),
                topics="走访",
                created_at=MOMENT,
                updated_at=MOMENT,
                created_by_name="李敏",
            )
            for _ in range(dice.randrange(1, 6))
        )


def raw_sql(dice: random.Random) -> None:
    statement = dice.choice(
        [
            "UPDATE registry_contactlog SET contacted_on = contacted_on + 31 WHERE kind = 'visit'",
            "DELETE FROM registry_contactlog WHERE kind = 'phone'",
            "UPDATE registry_ledgerspan SET from_on = from_on - 40 WHERE until_on IS NULL",
            "UPDATE registry_orgyearfact SET staff = staff + 1",
            "UPDATE registry_socialorganization SET first_active_on = first_active_on + 20",
            """
            INSERT INTO registry_confirmation (id, organization_id, confirmed_on, by_name)
            SELECT gen_random_uuid(), id, '2026-09-09', '' FROM registry_socialorganization ON CONFLICT DO NOTHING
            """,
        ]
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)


def remove(dice: random.Random) -> None:
    if entry := _an_entry(dice):
        entry.delete()


def undone(dice: random.Random) -> None:
    """Much is written, nothing is committed."""
    with transaction.atomic():
        for step in (create, contact_in_bulk, raw_sql):
            step(dice)
        transaction.set_rollback(True)


STEPS = [create, create, edit, close, reopen, confirm, rate, count_staff, contact_in_bulk, raw_sql, remove, undone]
STEPS += [make_hub, state_income, plan]


def killed_fold(union: TradeUnion, dice: random.Random) -> None:
    """A fold that dies somewhere in the middle, as its process would."""
    place, name = dice.choice(
        [(stored.Changes, "write"), (stored, "replace_words"), (stored, "heard"), (engine, "_take_marks")]
    )

    def dies(*args: object, **kwargs: object) -> None:
        raise Killed

    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(place, name, dies)
        try:
            with transaction.atomic():
                fold(union)
        except Killed:
            pass


def move(country: Country, dice: random.Random) -> None:
    """A district or city comes under another parent from the first of a month on: past, present or ahead."""
    union = TradeUnion.objects.get(code=dice.choice(["430105", "430111", "440304", "430100", "310115"]))
    parents = {"430100": ["430000", "440000"]}.get(union.code, ["430100", "440300", "310000", "430000"])
    parent = TradeUnion.objects.get(code=dice.choice(parents))
    day = date(2024 + dice.randrange(4), dice.randrange(12) + 1, 1)
    current = Parentage.objects.get(union=union, line=Line.REGIONAL, until_on=None)
    if parent.pk == current.parent_id or day <= current.from_on:
        return
    with redrawing():
        current.until_on = day
        current.save()
        Parentage.objects.create(union=union, parent=parent, from_on=day)
        if day <= date(2026, 11, 1):
            old, new = union.path, [*TradeUnion.objects.get(pk=parent.pk).path, union.pk]
            for below in TradeUnion.objects.under(union):
                below.path = [*new, *below.path[len(old) :]]
                below.save(update_fields=["path"])
            TradeUnion.objects.filter(pk=union.pk).update(parent=parent)


def join_industry(country: Country, dice: random.Random) -> None:
    """A union comes under an industrial one besides, or leaves it."""
    union, head = country[dice.choice(WRITERS)], country["310000"]
    if union.pk == head.pk:
        return
    with redrawing():
        gone, _ = Parentage.objects.filter(union=union, line=Line.INDUSTRIAL).delete()
        if not gone:
            Parentage.objects.create(union=union, parent=head, line=Line.INDUSTRIAL, from_on=date(2025, 1, 1))


def bound(country: Country, dice: random.Random) -> None:
    """Some records count in their union in some months only, as after a merge."""
    union = country[dice.choice(WRITERS)]
    with inside(union):
        for record in SocialOrganization.objects.order_by("?").values_list("pk", flat=True)[:3]:
            start = 2024 * 12 + dice.randrange(20)
            Tenure.objects.update_or_create(
                record=record, defaults={"from_month": start, "until_month": start + dice.randrange(30)}
            )
    fold(union, everything=True)


CHANGES_OF_THE_TREE = [move, move, join_industry, bound]


@given(seed=st.integers(0, 2**32), steps=st.lists(st.sampled_from(range(len(STEPS) + 3)), min_size=5, max_size=40))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None)
def test_random_changes_leave_no_difference(country: Country, seed: int, steps: list[int]) -> None:
    dice = random.Random(seed)
    with transaction.atomic():
        for number in steps:
            union = country[dice.choice(WRITERS)]
            if number < len(STEPS):
                with inside(union):
                    STEPS[number](dice)
            elif number == len(STEPS):
                fold(union)
            else:
                killed_fold(union, dice)
        report = verify()
        assert report.differences == []
        assert report.unsettled == []
        _agrees_with_plain_reading(country)
        transaction.set_rollback(True)


@given(seed=st.integers(0, 2**32), steps=st.lists(st.sampled_from(range(len(STEPS) + 5)), min_size=5, max_size=40))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None)
def test_a_tree_that_moves_leaves_no_difference(country: Country, seed: int, steps: list[int]) -> None:
    dice = random.Random(seed)
    with transaction.atomic():
        for number in steps:
            union = country[dice.choice(WRITERS)]
            if number < len(STEPS):
                with inside(union):
                    STEPS[number](dice)
            elif number == len(STEPS):
                fold(union)
            else:
                CHANGES_OF_THE_TREE[number - len(STEPS) - 1](country, dice)
        report = verify()
        assert report.differences == []
        assert report.unsettled == []
        _agrees_with_the_parents(country)
        transaction.set_rollback(True)


def _agrees_with_the_parents(country: Country) -> None:
    """CTC-01 of each month along each line, by walking from parent to parent."""
    made: dict[tuple[str, int], int] = defaultdict(int)
    for union in country.values():
        with inside(union):
            moved = {tenure.record: tenure for tenure in Tenure.objects.all()}
            for log in ContactLog.objects.all():
                month, tenure = month_index(log.contacted_on), moved.get(log.organization_id)
                if tenure is None or tenure.from_month <= month < tenure.until_month:
                    made[(union.code, month)] += 1
    parents = list(Parentage.objects.select_related("union", "parent").order_by("from_on"))

    def above(code: str, line: Line, month: int) -> list[str]:
        chain = [code]
        while True:
            held = [one for one in parents if one.union.code == chain[-1] and one.line == line]
            now = [
                one
                for number, one in enumerate(held)
                if (number == 0 or month_index(one.from_on) <= month)
                and (one.until_on is None or month < month_index(one.until_on))
            ]
            if not now or now[0].parent is None:
                return chain
            chain.append(now[0].parent.code)

    for line in (Line.REGIONAL, Line.INDUSTRIAL):
        expected: dict[tuple[str, int], int] = defaultdict(int)
        for (code, month), count in made.items():
            for node in above(code, line, month):
                expected[(node, month)] += count
        for (node, month), count in expected.items():
            if line is Line.INDUSTRIAL and not Parentage.objects.filter(line=line).exists():
                continue
            if line is Line.INDUSTRIAL and not Ancestry.objects.filter(line=line, ancestor=country[node]).exists():
                continue
            [value] = selectors.values(
                actors.system("test", country["000000"]),
                unions=[country[node]],
                indicators=["CTC-01"],
                month=month,
                lens=Lens(line=line),
            )
            assert value.value == count, (line, node, month_text(month))


def _agrees_with_plain_reading(country: Country) -> None:
    """ORG-01, ORG-14 and CTC-01 of Hunan and the nation, read row by row."""
    for code in ("430000", "000000"):
        under = [union for union in country.values() if union.is_under(country[code])]
        for month in (month_index(date(2025, 3, 1)), month_index(date(2026, 2, 1)), month_index(date(2026, 11, 1))):
            shown = month_text(month)
            codes: set[str] = set()
            staff: dict[str, list[tuple[int, datetime, int, int]]] = defaultdict(list)
            contacts = 0
            for union in under:
                with inside(union):
                    contacts += sum(month_index(log.contacted_on) == month for log in ContactLog.objects.all())
                    for entry in SocialOrganization.objects.exclude(uscc=""):
                        if not any(_covers(span, month) for span in entry.spans.all()):
                            continue
                        codes.add(entry.uscc)
                        facts = [fact for fact in entry.year_facts.all() if fact.year <= month // 12]
                        if facts:
                            fact = max(facts, key=lambda one: one.year)
                            staff[entry.uscc].append((fact.year, fact.updated_at, union.pk, fact.staff))
            assert figure(country, code, "ORG-01", month=shown) == len(codes)
            assert figure(country, code, "ORG-14", month=shown) == sum(max(said)[3] for said in staff.values())
            assert figure(country, code, "CTC-01", month=shown) == contacts


def _covers(span: LedgerSpan, month: int) -> bool:
    """On the ledger at the month's last day."""
    following = date((month + 1) // 12, (month + 1) % 12 + 1, 1)
    last = following - timedelta(days=1)
    return span.from_on <= last and (span.until_on is None or last < span.until_on)


def test_writers_and_folders_at_once_leave_no_difference(own_database: str) -> None:
    """Three writers with rollbacks, two folders, verification in the middle and at the end; everything committed."""
    country = {union.code: union for union in TradeUnion.objects.all()}
    stop = threading.Event()
    failures: list[BaseException] = []

    def write(code: str, seed: int) -> None:
        dice = random.Random(seed)
        try:
            while not stop.is_set():
                # A refused row rolls its transaction back, as so often.
                with suppress(IntegrityError), inside(country[code]), transaction.atomic():
                    for _ in range(dice.randrange(1, 4)):
                        dice.choice(STEPS)(dice)
                    if dice.random() < 0.2:
                        transaction.set_rollback(True)
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    def run_folder() -> None:
        try:
            Folder(sweep_s=0.05).run(stop.is_set)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(code, seed)) for seed, code in enumerate(WRITERS[:3])]
    threads += [threading.Thread(target=run_folder) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(3):
            stop.wait(1)
            assert verify(rounds=2).differences == []
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=30)
    assert failures == []
    report = verify()
    assert report.differences == []
    assert report.unsettled == []
    _agrees_with_plain_reading(country)
