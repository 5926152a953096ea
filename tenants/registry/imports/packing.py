"""How rows and problems are kept in a batch: as sealed JSON."""

from collections.abc import Iterable

import orjson

from tenants.registry.imports.checking import Problem
from tenants.registry.imports.sheets import Row
from tenants.registry.models import ImportBatch


def packed_rows(rows: Iterable[Row]) -> str:
    return orjson.dumps([[row.number, row.cells, row.lost] for row in rows]).decode()


def rows_of(batch: ImportBatch) -> list[Row]:
    """The rows of a batch that has been read, in the order of the sheet."""
    return [Row(number, cells, lost) for number, cells, lost in orjson.loads(batch.sheet or "[]")]


def sample_of(batch: ImportBatch) -> list[Row]:
    return [Row(number, cells, lost) for number, cells, lost in orjson.loads(batch.sample or "[]")]


def packed_problems(problems: Iterable[Problem]) -> str:
    return orjson.dumps([[one.row, one.field, one.sentence] for one in problems]).decode()


def problems_of(batch: ImportBatch) -> list[Problem]:
    return [Problem(row, field, sentence) for row, field, sentence in orjson.loads(batch.problems or "[]")]
