"""What a value looks like in the list and on a sheet."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from commons.access.actors import Actor
from commons.tables import cells
from commons.tables.declaration import Around, Column
from tenants.registry.enums import LedgerState, OrgDomain

AROUND = Around(Actor(union=None), date(2026, 11, 20), {"x": 1})
AT = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "value", "shown", "written"),
    [
        ("text", "甲社", "甲社", "甲社"),
        ("text", None, "", None),
        ("text", "", "", None),
        ("text", True, "是", "是"),
        ("text", False, "否", "否"),
        ("text", LedgerState.ACTIVE, "在册", "在册"),
        ("text", [OrgDomain.VOLUNTEERING, OrgDomain.SKILLS_TRAINING], "志愿服务、技能培训", "志愿服务、技能培训"),
        ("number", 1234567, "1,234,567", 1234567),
        ("number", 0, "0", 0),
        ("money", Decimal("1234.50"), "1,234.50", Decimal("1234.50")),
        ("wan", Decimal("1234500"), "123.45", Decimal("123.45")),
        ("wan", 0, "0.00", Decimal(0)),
        ("percent", Decimal("45"), "45.0%", Decimal("45")),
        ("day", date(2026, 1, 2), "2026年1月2日", date(2026, 1, 2)),
        ("day", AT, "2026年11月21日", date(2026, 11, 21)),
        ("moment", AT, "2026-11-21 02:30", "2026-11-21 02:30"),
    ],
)
def test_values(kind: Any, value: object, shown: str, written: object) -> None:
    row, column = SimpleNamespace(thing=value), Column("thing", "事项", kind=kind)

    cell = cells.shown(row, column, AROUND)

    assert (cell.text, cell.label, cell.badge) == (shown, "事项", False)
    assert cell.numeric is (kind in {"number", "money", "wan", "percent"})
    found = cells.written(row, column, AROUND)
    assert (found, type(found)) == (written, type(written))


def test_a_badge_bears_its_code_and_colour() -> None:
    row = SimpleNamespace(state=LedgerState.REMOVED)
    cell = cells.shown(row, Column("state", "状态", kind="badge", tones={"removed": "warn"}), AROUND)
    assert (cell.text, cell.badge, cell.state, cell.tone) == ("已移出", True, "removed", "warn")
    assert cells.shown(SimpleNamespace(state=None), Column("state", "状态", kind="badge"), AROUND).badge is False


def test_paths_functions_links_notes_and_limits() -> None:
    row = SimpleNamespace(organization=SimpleNamespace(name="很长的名称" * 4), pk=7)
    column = Column(
        "organization",
        "组织",
        value="organization.name",
        link=lambda row, around: f"/x/{row.pk}",
        note=lambda row, around: around.extras["x"],
        sheet=lambda row, around: "另写",
        limit=6,
    )
    cell = cells.shown(row, column, AROUND)
    assert (cell.text, cell.url, cell.note) == ("很长的名称…", "/x/7", "1")
    assert cells.written(row, column, AROUND) == "另写"
    absent = cells.shown(SimpleNamespace(pk=7), column, AROUND)
    assert (absent.text, absent.url) == ("", "")
