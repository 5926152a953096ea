"""A declaration that cannot work is refused before anybody reads a figure."""

import json
import random
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import pytest
from django.core.checks import run_checks
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commons.access.actors import Actor
from commons.audit.recording import record
from commons.directory.enums import OrgType
from commons.hierarchy.models import TradeUnion
from commons.kit.ids import uuid7
from commons.people.enums import Role
from commons.rollup import checks, declaration, trial
from commons.rollup.declaration import CATALOGUE, COUNTERPART, Catalogue, Dimension, Indicator
from commons.rollup.enums import Place
from commons.rollup.fold.pieces import items_of
from commons.tenancy.door import inside
from tenants.registry.enums import ContactFrequency, ContactKind, FoundingMode
from tenants.registry.models import ContactLog, ContactPlan, OrgYearFact
from tests.commons.rollup.test_randomized import STEPS
from tests.factories import counted, people
from tests.factories import organizations as make

ORG_01 = CATALOGUE.indicator("ORG-01")
CTC_01 = CATALOGUE.indicator("CTC-01")


def altered(**changes: Any) -> Catalogue:
    """A catalogue of one indicator: contacts, with something of its measure or (`tables`, `place`) family changed."""
    assert CTC_01.measure is not None
    of_family = {name: changes.pop(name) for name in ("tables", "place") if name in changes}
    family = replace(CTC_01.measure.family, code="x", **of_family)
    catalogue = Catalogue()
    catalogue.add(replace(CTC_01, code="X-01", measure=replace(CTC_01.measure, code="x", family=family, **changes)))
    return catalogue


def selecting(text: str) -> str:
    return f"SELECT organization_id, '{{}}', 1, NULL::int, 1 FROM registry_contactlog {text}"


def told(catalogue: Catalogue) -> list[tuple[str, str]]:
    return [(str(problem.id), problem.msg) for problem in checks.problems(catalogue)]


REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    "a table that is not there": (
        {"tables": {"registry_contactlog": "organization_id", "registry_no_such_table": "id"}},
        "rollup.E001",
        "family x counts the unknown table registry_no_such_table",
    ),
    "a column that is not there": (
        {"tables": {"registry_contactlog": "organisation_id"}},
        "rollup.E003",
        "family x: registry_contactlog has no column organisation_id",
    ),
    "a column that names no record": (
        {"tables": {"registry_contactlog": "contacted_on"}},
        "rollup.E003",
        "family x: registry_contactlog.contacted_on names no record, it is no uuid",
    ),
    "a dimension that is not declared": (
        {"dims": ()},
        "rollup.E004",
        "measure x: the dimension K is named by the SELECT but not declared",
    ),
    "a dimension that is not selected": (
        {"sql": selecting("")},
        "rollup.E004",
        "measure x: the dimension K is declared but not in the SELECT",
    ),
    "items that are no codes": (
        {"dims": (Dimension("K", "联系方式", "Kind", StrEnum("Kinds", ["VISIT"])),)},  # type: ignore[arg-type]
        "rollup.E004",
        "measure x: the items of K are no codes",
    ),
    "a misspelt code": (
        {"sql": selecting("WHERE kind = 'vist'"), "dims": ()},
        "rollup.E005",
        "measure x: kind is never “vist”",
    ),
    "a misspelt code by an alias": (
        {"sql": selecting("c WHERE c.kind <> 'vist'"), "dims": ()},
        "rollup.E005",
        "measure x: kind is never “vist”",
    ),
    "a misspelt code in a list": (
        {"sql": selecting("WHERE kind NOT IN ('visit', 'phone', 'cal')"), "dims": ()},
        "rollup.E005",
        "measure x: kind is never “cal”",
    ),
    "a misspelt code in an array": (
        {"sql": selecting("WHERE kind = ANY(ARRAY['cal'])"), "dims": ()},
        "rollup.E005",
        "measure x: kind is never “cal”",
    ),
    "a misspelt code in a case": (
        {"sql": selecting("WHERE CASE kind WHEN 'visit' THEN true WHEN 'cal' THEN false END"), "dims": ()},
        "rollup.E005",
        "measure x: kind is never “cal”",
    ),
    "an empty code where none may be empty": (
        {"sql": selecting("WHERE '' = kind"), "dims": ()},
        "rollup.E005",
        "measure x: kind is never “”",
    ),
    "a table that leaves no mark": (
        {"sql": selecting("JOIN registry_ledgerspan s USING (organization_id)"), "dims": ()},
        "rollup.E006",
        "measure x reads registry_ledgerspan, whose changes leave no mark",
    ),
}


def test_what_is_declared_holds() -> None:
    assert told(CATALOGUE) == []
    assert told(altered()) == []


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_hold_is_refused(name: str) -> None:
    changes, code, message = REFUSED[name]
    assert told(altered(**dict(changes))) == [(code, message)]


def test_the_hint_names_the_codes_that_are_there() -> None:
    [problem] = checks.problems(altered(sql=selecting("WHERE kind = 'vist'"), dims=()))
    assert "、visit" in str(problem.hint)


def test_an_unknown_dimension_is_not_shown() -> None:
    catalogue = Catalogue()
    catalogue.add(replace(ORG_01, code="X-01", shown_dims=("OT", "ZZ")))
    assert told(catalogue) == [("rollup.E002", "X-01 shows the unknown dimension ZZ")]


def test_families_agree_which_column_names_the_record_of_a_table() -> None:
    catalogue = altered(tables={"registry_contactlog": "id"})
    catalogue.add(CTC_01)
    message = "families name the record of registry_contactlog differently: ['id', 'organization_id']"
    assert told(catalogue) == [("rollup.E003", message)]


WRONG_SELECTS = {
    "SELECT organization_id FROM registry_contactlog": "the SELECT returns 1 columns instead of record, dims,",
    "SELECT kind, '{}', 1, NULL::int, 1 FROM registry_contactlog": "record is varchar instead of uuid",
    "SELECT organization_id, '{}', 1.5, NULL::int, 1 FROM registry_contactlog": "from_month is numeric instead of int2",
    "SELECT organization_id, '{}', 1, NULL::int, 1.0::float FROM registry_contactlog": "amount is float8 instead of",
    "SELECT organization_id, '{}', 1, NULL::int, no_such FROM registry_contactlog": "the SELECT does not run: column",
    "SELECT nothing": "the SELECT does not run: column",
    "SELEC": "the SELECT does not run: syntax error",
}


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("sql", WRONG_SELECTS)
def test_a_select_that_does_not_run_or_returns_something_else_is_refused(sql: str) -> None:
    [problem] = trial.problems(altered(sql=sql))
    assert problem.id == "rollup.E007"
    assert problem.msg.startswith(f"measure x: {WRONG_SELECTS[sql]}")


@pytest.mark.usefixtures("db")
def test_all_selects_run_in_the_template_and_only_when_the_database_is_asked() -> None:
    assert trial.problems(CATALOGUE) == []
    assert [problem for problem in run_checks(databases=["default"]) if str(problem.id).startswith("rollup")] == []
    with CaptureQueriesContext(connection) as queries:
        assert checks.selects_run(None) == []
    assert list(queries) == []


@pytest.mark.usefixtures("db")
def test_nothing_is_said_while_migrations_are_to_come() -> None:
    broken = altered(sql="SELECT nothing")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM template_union.django_migrations WHERE app = 'registry' AND name LIKE '0005%'")
        assert trial.problems(broken) == []
        cursor.execute("DROP SCHEMA template_union CASCADE")
        assert trial.problems(broken) == []


def test_the_same_again_is_nothing_new_but_another_of_the_same_code_is_refused() -> None:
    declaration.register(ORG_01)
    with pytest.raises(ValueError, match="ORG-01 is declared twice"):
        declaration.register(replace(ORG_01, zh="另一个指标"))


def test_an_indicator_is_a_measure_or_a_ratio_not_both() -> None:
    with pytest.raises(ValueError, match="either a measure"):
        replace(ORG_01, numerator=ORG_01.measure, denominator=ORG_01.measure)
    ratio = CATALOGUE.indicator("ORG-08")
    assert ratio.is_ratio
    assert [measure.code for measure in ratio.measures] == ["org_fresh", "org_entries"]


def signed_in(actor: Actor) -> None:
    record("account.signed_in", by=actor, at=datetime(2026, 11, 2, tzinfo=UTC))


@pytest.mark.parametrize("indicator", CATALOGUE.indicators.values(), ids=lambda one: one.code)
def test_each_select_gives_the_declared_columns_and_items(country: dict[str, TradeUnion], indicator: Indicator) -> None:
    dice = random.Random(7)
    union = country["430105"]
    signed_in(people.actor("430105", Role.UNION_STAFF))
    with inside(union), connection.cursor() as cursor:
        counted.purchases()
        counted.needs()
        counted.subsidy(union, country["430111"])
        make.organization()
        make.organization(org_type=OrgType.UNREGISTERED)
        for step in [*STEPS[1:10], *STEPS[1:9]]:
            step(dice)
        entry = make.organization(is_hub=True, founding_mode=FoundingMode.UNION_FOUNDED)
        moment = datetime(2026, 1, 1, tzinfo=UTC)
        OrgYearFact.objects.create(organization=entry, year=2025, income=10, income_from_union=3, updated_at=moment)
        ContactPlan.objects.create(
            organization=entry,
            officer_id=uuid7(),
            officer_name="李敏",
            frequency=ContactFrequency.MONTHLY,
            from_on=moment.date(),
        )
        ContactLog.objects.create(
            organization=entry,
            contacted_on=moment.date(),
            kind=ContactKind.HEADS_MEETING,
            topics="例会",
            created_at=moment,
            updated_at=moment,
            created_by_name="李敏",
        )
        for measure in indicator.measures:
            public = measure.family.place is Place.PUBLIC
            cursor.execute(measure.sql, {"union": union.pk} if public else None)
            declared = {dim.code: set(dim.item_codes) for dim in measure.dims}
            if measure.is_transfer:
                declared[COUNTERPART] = {str(one.pk) for one in country.values()}
            rows = cursor.fetchall()
            assert rows
            for row in rows:
                assert len(row) == (7 if measure.is_distinct else 5)
                dims = row[2 if measure.is_distinct else 1]
                for dim, item in items_of(dims if isinstance(dims, str) else json.dumps(dims)):
                    assert item in declared[dim]
