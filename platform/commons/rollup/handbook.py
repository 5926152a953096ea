"""The handbook's page of indicators, written from the declarations: what is counted and how, and what is still waited for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from commons.rollup.declaration import CATALOGUE, Catalogue, Indicator
from commons.rollup.dossier import Waiting, waiting
from commons.rollup.enums import Place

FILE = Path(__file__).resolve().parents[2] / "handbook" / "indicators.md"

_HEAD = """\
# Indicators

Written by `manage.py export_indicators` from the declarations and `commons/rollup/dossier.csv`; `make test` refuses an old one.
How to declare one: [Declare an indicator](how-to/declare-an-indicator.md).

{declared} are declared, {waiting} wait for records that the platform does not keep yet.

## Declared
"""


def page(catalogue: Catalogue = CATALOGUE) -> str:
    """The page in Markdown."""
    declared = sorted(catalogue.indicators.values(), key=lambda found: found.code)
    awaited = waiting(catalogue)
    lines = [_HEAD.format(declared=len(declared), waiting=len(awaited))]
    for found in declared:
        lines += _declared(found)
    lines += ["## Waiting", "", "| code | indicator | unit | rolled up | waits for |", "|---|---|---|---|---|"]
    lines += map(_row, awaited)
    return "\n".join(lines) + "\n"


def _declared(found: Indicator) -> Iterator[str]:
    yield f"### {found.code} {found.zh} / {found.en}"
    yield ""
    yield f"- Unit: {found.unit}. Rolled up: {found.aggregation.zh} / {found.aggregation.en}."
    if found.dims:
        yield "- Dimensions: " + ", ".join(f"{dim.code} {dim.zh} / {dim.en}" for dim in found.dims) + "."
    yield f"- Definition: {found.definition} / {found.definition_en}"
    yield f"- Day that decides: {found.date_rule}"
    yield f"- Who counts: {found.who_counts}"
    yield "- Source: " + "; ".join(_source(found)) + "."
    yield ""


def _source(found: Indicator) -> Iterator[str]:
    for measure in dict.fromkeys(found.measures):
        where = "public" if measure.family.place is Place.PUBLIC else "each union's schema"
        tables = ", ".join(f"`{table}`" for table in measure.family.tables)
        yield f"measure `{measure.code}` of {tables} in {where}"


def _row(found: Waiting) -> str:
    name = f"{found.zh} / {found.en}"
    return f"| {found.code} | {name} | {found.unit} | {found.aggregation} | {found.awaits.zh} / {found.awaits.en} |"
