"""What we publish, judged by the standard's own tools. Source: issue 4 §4; OCDS 1.1.5."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import orjson
import pytest

from commons.access.actors import system
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now
from commons.opendata import feed, writing
from commons.tenancy import door
from tests.factories import opendata

HERE = Path(__file__).parent
TOOLS = HERE.parents[1] / ".venv-ocds" / "bin"
SECRETS = ("秘密", "1390000", "62220200", "ZJ-0")


@pytest.fixture
def packages(country: dict[str, TradeUnion], tmp_path: Path) -> dict[str, Path]:
    """A release package and a record package of purchases that took every course."""
    for code in ("430105", "430111"):
        with door.inside(country[code]):
            opendata.played()
    feed.number()
    changsha = country["430100"]
    rows = feed.releases(system("测试", changsha), changsha)
    made = {}
    for kind in ("releases", "records"):
        told = writing.head(changsha, rows, f"https://union.example/open-data/430100/{kind}.json", now())
        made[kind] = tmp_path / f"{kind}.json"
        made[kind].write_bytes(b"".join(writing.package(kind, told, rows)))
    made["lines"] = tmp_path / "records.jsonl"
    made["lines"].write_bytes(b"\n".join(writing.lines("records", rows)))
    return made


@pytest.mark.parametrize("kind", ["releases", "records"])
def test_libcoveocds_finds_no_error_and_no_undeclared_field(packages: dict[str, Path], kind: str) -> None:
    files = [packages[kind], HERE / "standard-1.1.5.zip", HERE / "extensions.json"]
    asked = [TOOLS / "python", HERE / "check.py", *files]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["validation_errors"] == []
    assert report["additional_fields"] == []
    assert len(report["extensions"]["extensions"]) == 3
    assert not report["extensions"].get("invalid_extension")
    assert not report.get("additional_closed_codelist_values")
    assert not report.get("additional_checks")
    assert not report.get("conformance_errors")


def test_ocdskit_compiles_what_our_records_say(packages: dict[str, Path], tmp_path: Path) -> None:
    schema = tmp_path / "schema.json"
    subprocess.run(
        ["unzip", "-p", HERE / "standard-1.1.5.zip", "standard-1.1/schema/dereferenced-release-schema.json"],
        stdout=schema.open("wb"),
        check=True,
    )
    asked = [TOOLS / "ocdskit", "compile", "--schema", schema, "--package", "--versioned", "--fake"]
    done = subprocess.run(asked, stdin=packages["releases"].open("rb"), capture_output=True, check=True)
    theirs = {one["ocid"]: one for one in orjson.loads(done.stdout)["records"]}
    ours = {one["ocid"]: one for one in orjson.loads(packages["records"].read_bytes())["records"]}
    assert len(ours) == 10
    assert theirs.keys() == ours.keys()
    histories = {one["ocid"]: one for one in map(orjson.loads, packages["lines"].read_bytes().splitlines())}
    for ocid, record in ours.items():
        assert record["compiledRelease"] == theirs[ocid]["compiledRelease"]
        assert histories[ocid]["versionedRelease"] == theirs[ocid]["versionedRelease"]


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
