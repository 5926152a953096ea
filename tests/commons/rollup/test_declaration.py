"""A declaration that cannot work is refused before anybody reads a figure."""

import json
import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import connection

from commons.directory.enums import OrgType
from commons.hierarchy.models import TradeUnion
from commons.kit.ids import uuid7
from commons.rollup import checks, declaration
from commons.rollup.declaration import CATALOGUE, Catalogue, Family, Indicator
from commons.rollup.enums import Place
from commons.rollup.fold.pieces import items_of
from commons.tenancy.door import inside
from tenants.registry.enums import ContactFrequency, ContactKind, FoundingMode
from tenants.registry.models import ContactLog, ContactPlan, OrgYearFact
from tests.commons.rollup.test_randomized import STEPS
from tests.factories import organizations as make

ORG_01 = CATALOGUE.indicator("ORG-01")


@pytest.fixture
def catalogue(monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    other = Catalogue(dict(CATALOGUE.families), dict(CATALOGUE.measures), dict(CATALOGUE.indicators))
    monkeypatch.setattr(checks, "CATALOGUE", other)
    monkeypatch.setattr(declaration, "CATALOGUE", other)
    return other


def ids() -> list[str]:
    return [str(problem.id) for problem in checks.declared_tables_exist(None)]


def test_an_unknown_table_is_refused(catalogue: Catalogue) -> None:
    assert ids() == []
    assert ORG_01.measure is not None
    measure = replace(ORG_01.measure, code="x", family=Family("x", {"registry_no_such_table": "id"}))
    catalogue.add(replace(ORG_01, code="X-01", measure=measure))
    assert ids() == ["rollup.E001"]


def test_an_unknown_dimension_is_refused(catalogue: Catalogue) -> None:
    catalogue.add(replace(ORG_01, code="X-01", shown_dims=("OT", "ZZ")))
    assert ids() == ["rollup.E002"]


def test_the_same_again_is_nothing_new_but_another_of_the_same_code_is_refused(catalogue: Catalogue) -> None:
    declaration.register(ORG_01)
    with pytest.raises(ValueError, match="ORG-01 is declared twice"):
        declaration.register(replace(ORG_01, zh="另一个指标"))


def test_an_indicator_is_a_measure_or_a_ratio_not_both() -> None:
    with pytest.raises(ValueError, match="either a measure"):
        replace(ORG_01, numerator=ORG_01.measure, denominator=ORG_01.measure)
    ratio = CATALOGUE.indicator("ORG-08")
    assert ratio.is_ratio
    assert [measure.code for measure in ratio.measures] == ["org_fresh", "org_entries"]


@pytest.mark.parametrize("indicator", CATALOGUE.indicators.values(), ids=lambda one: one.code)
def test_each_select_gives_the_declared_columns_and_items(country: dict[str, TradeUnion], indicator: Indicator) -> None:
    dice = random.Random(7)
    union = country["430105"]
    with inside(union), connection.cursor() as cursor:
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
            rows = cursor.fetchall()
            assert rows
            for row in rows:
                assert len(row) == (7 if measure.is_distinct else 5)
                dims = row[2 if measure.is_distinct else 1]
                for dim, item in items_of(dims if isinstance(dims, str) else json.dumps(dims)):
                    assert item in declared[dim]
