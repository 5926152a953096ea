"""The standard's own tools, run on what we publish: libcoveocds and ocdskit. Source: OCDS 1.1.5."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import orjson

from commons.access.actors import system
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now
from commons.opendata import feed, writing

HERE = Path(__file__).parent
TOOLS = HERE.parents[1] / ".venv-ocds" / "bin"


def packages(union: TradeUnion, folder: Path) -> dict[str, Path]:
    """A release package, a record package and the records line by line, of all that `union` and those below it have published."""
    feed.number()
    rows = feed.releases(system("测试", union), union)
    made = {}
    for kind in ("releases", "records"):
        told = writing.head(union, rows, f"https://union.example/open-data/{union.code}/{kind}.json", now())
        made[kind] = folder / f"{kind}.json"
        made[kind].write_bytes(b"".join(writing.package(kind, told, rows)))
    made["lines"] = folder / "records.jsonl"
    made["lines"].write_bytes(b"\n".join(writing.lines("records", rows)))
    return made


def assert_without_errors(package: Path) -> None:
    """libcoveocds finds no error, and no field that neither the standard nor an extension declares."""
    files = [package, HERE / "standard-1.1.5.zip", HERE / "extensions.json"]
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


def assert_compiled_alike(made: dict[str, Path], folder: Path) -> dict[str, Any]:
    """ocdskit compiles from the releases what our records say; our records by their ocid."""
    schema = folder / "schema.json"
    subprocess.run(
        ["unzip", "-p", HERE / "standard-1.1.5.zip", "standard-1.1/schema/dereferenced-release-schema.json"],
        stdout=schema.open("wb"),
        check=True,
    )
    asked = [TOOLS / "ocdskit", "compile", "--schema", schema, "--package", "--versioned", "--fake"]
    done = subprocess.run(asked, stdin=made["releases"].open("rb"), capture_output=True, check=True)
    theirs = {one["ocid"]: one for one in orjson.loads(done.stdout)["records"]}
    ours = {one["ocid"]: one for one in orjson.loads(made["records"].read_bytes())["records"]}
    assert theirs.keys() == ours.keys()
    histories = {one["ocid"]: one for one in map(orjson.loads, made["lines"].read_bytes().splitlines())}
    for ocid, record in ours.items():
        assert record["compiledRelease"] == theirs[ocid]["compiledRelease"]
        assert histories[ocid]["versionedRelease"] == theirs[ocid]["versionedRelease"]
    return ours
