"""The dry run of a sheet: each bad row and cell named, by the same plan as the real run."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tenants.registry.fields import BY_NAME, label_of
from tenants.registry.imports.sheets import Row
from tenants.registry.intake import Outcome, Planned, plan

_FORMULA_ERROR = re.compile(r"^#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!)$", re.IGNORECASE)
_LOST = "该单元格被表格软件当成了数字，末几位已经丢失；请把整列设为“文本”格式后重新填写。"


@dataclass(frozen=True)
class Problem:
    """What is wrong with one cell: the number of its row, the field, a sentence."""

    row: int
    field: str
    sentence: str

    @property
    def label(self) -> str:
        return label_of(self.field)

    def __str__(self) -> str:
        return f"第 {self.row} 行「{self.label}」：{self.sentence}"


@dataclass(frozen=True)
class Checked:
    """What an import of the sheet would do."""

    planned: list[Planned]
    problems: list[Problem]
    bad_rows: frozenset[int]

    @property
    def report(self) -> dict[str, int]:
        """Counts as a page shows them; `ready` rows can go on the ledger at once."""
        fine = [one for one in self.planned if not one.problems and one.outcome is not Outcome.BAD]
        new = sum(one.row is None for one in fine)
        changed = sum(one.row is not None and bool(one.changes) for one in fine)
        return {
            "rows": len(self.planned),
            "good": len(self.planned) - len(self.bad_rows),
            "bad": len(self.bad_rows),
            "new": new,
            "changed": changed,
            "same": len(fine) - new - changed,
            "ready": sum(one.activates for one in fine),
        }


def checked(rows: Sequence[Row], mapping: Mapping[str, int], *, default_region: str, today: date) -> Checked:
    """
    What importing `rows` would do now; nothing is written.

    A cell that a spreadsheet program has spoilt is a problem whatever the field would say of it.
    """
    entries = [entry_of(row, mapping, default_region) for row in rows]
    planned = plan(entries, verified=True, today=today, numbers=[row.number for row in rows])
    problems: list[Problem] = []
    bad: set[int] = set()
    for row, one in zip(rows, planned, strict=True):
        told = {**one.problems, **_spoilt(row, mapping)}
        for name in sorted(told, key=lambda name: mapping.get(name, 1000)):
            problems += [Problem(row.number, name, sentence) for sentence in told[name]]
        if told:
            bad.add(row.number)
            one.outcome = Outcome.BAD
    return Checked(planned, problems, frozenset(bad))


def entry_of(row: Row, mapping: Mapping[str, int], default_region: str) -> dict[str, object]:
    """The fields of a row as an intake wants them; without a column of regions, all are the union's own."""
    entry: dict[str, object] = {
        name: row.cells[index] if index < len(row.cells) else BY_NAME[name].empty for name, index in mapping.items()
    }
    if default_region and "region_code" not in mapping:
        entry["region_code"] = default_region
    return entry


def _spoilt(row: Row, mapping: Mapping[str, int]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, index in mapping.items():
        if index in row.lost:
            found[name] = [_LOST]
        elif index < len(row.cells) and _FORMULA_ERROR.match(row.cells[index]):
            found[name] = [f"公式没有得出结果（{row.cells[index]}），请改为实际内容。"]
    return found
