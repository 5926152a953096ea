"""What we publish, judged by the standard's own tools. Source: issue 4 §4; OCDS 1.1.5."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from commons.hierarchy.models import TradeUnion
from commons.tenancy import door
from tests.factories import opendata
from tests.ocds import outside

SECRETS = ("秘密", "1390000", "62220200", "ZJ-0")


@pytest.fixture
def packages(country: dict[str, TradeUnion], tmp_path: Path) -> dict[str, Path]:
    """A release package and a record package of purchases that took every course."""
    for code in ("430105", "430111"):
        with door.inside(country[code]):
            opendata.played()
    return outside.packages(country["430100"], tmp_path)


@pytest.mark.parametrize("kind", ["releases", "records"])
def test_libcoveocds_finds_no_error_and_no_undeclared_field(packages: dict[str, Path], kind: str) -> None:
    outside.assert_without_errors(packages[kind])


def test_ocdskit_compiles_what_our_records_say(packages: dict[str, Path], tmp_path: Path) -> None:
    assert len(outside.assert_compiled_alike(packages, tmp_path)) == 10


def test_nothing_personal_or_confidential_leaves(packages: dict[str, Path]) -> None:
    for path in packages.values():
        text = path.read_text()
        assert [word for word in SECRETS if word in text] == []


def test_money_is_exact_to_the_cent_after_a_reversal_and_a_refund(packages: dict[str, Path]) -> None:
    def paid(one: dict[str, Any]) -> list[float]:
        made = one["compiledRelease"].get("contracts", [])
        return [
            part["value"]["amount"] for each in made for part in each.get("implementation", {}).get("transactions", [])
        ]

    records = orjson.loads(packages["records"].read_bytes())["records"]
    told = sorted(paid(one) for one in records if len(paid(one)) > 1)
    assert told == [[90000.28, -90000.28, 90000.28, -100.28]] * 2
