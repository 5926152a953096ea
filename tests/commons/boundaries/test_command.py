"""`manage.py tree_changes`: a file may be given twice, a bad row is named and the rest done."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from commons.access.actors import Actor
from commons.boundaries import actions
from commons.boundaries.enums import ChangeState
from commons.boundaries.models import TreeChange
from commons.boundaries.transfer.models import Transfer
from commons.hierarchy.enums import Level
from commons.hierarchy.models import Division, TradeUnion
from commons.onboarding import selectors as onboarding
from commons.people.enums import Role
from tests.commons.boundaries.conftest import first_of

Country = dict[str, TradeUnion]


def run(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("tree_changes", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue().splitlines()


def test_a_file_is_planned_once(country: Country, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    day = f"{first_of(1):%Y-%m-%d}"
    file = tmp_path / "调整.csv"
    rows = [
        f"move,430105,440300,{day},调整隶属关系,国函〔2026〕63号,,,,,,",
        f"redefine,430111,,{day},更名,,,,新雨花总工会,,,",
        f"split,430111,430105,{day},划界,,,,,,430102 430103,",
    ]
    file.write_text(
        ",".join(["kind,union,other,on,reason,document,code,level,name,short_name,regions,organizations"])
        + "\n"
        + "\n".join(rows),
        encoding="gb18030",
    )
    told = run("plan", "--file", str(file))
    assert told[-1] == "新安排 3 项，已有 0 项，有错误 0 行。"
    assert told[0] == f"{day}  已安排  “长沙市开福区总工会”的上级改为“深圳市总工会”"
    changes = list(TreeChange.objects.order_by("pk").values())
    assert run("plan", "--file", str(file)) == ["新安排 0 项，已有 3 项，有错误 0 行。"]
    assert list(TreeChange.objects.order_by("pk").values()) == changes
    file.write_text(
        file.read_text(encoding="gb18030") + f"\nmove,430999,430100,{day},调整,,,,,,,\nfly,430111,,{day},,,,,,,,\n"
        "move,440304,430100,昨天,调整,,,,,,,\n",
        encoding="utf-8-sig",
    )
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("tree_changes", "--json", "plan", "--file", str(file), stdout=out, stderr=err)
    assert ended.value.code == 1
    assert json.loads(out.getvalue()) == {"made": 0, "standing": 3, "faults": 3}
    assert err.getvalue().splitlines() == [
        "第 5 行：没有代码为“430999”的工会。",
        "第 6 行：kind “fly”不是可选的类型：move、redefine、merge、split、close、industrial。",
        "第 7 行：on “昨天”不是日期，请写成 2027-01-01 的样子。",
    ]
    assert len(run("list")) == 3
    assert run("list", "--state", "applied") == []
    with pytest.raises(CommandError, match="--file"):
        run("plan")
    assert run("plan", "--template") == [
        "kind,union,other,on,reason,document,code,level,name,short_name,regions,organizations"
    ]


def test_what_is_due_and_what_moves(country: Country, actor_of: Callable[..., Actor], at: datetime) -> None:
    assert run("apply") == ["办理了 0 项到期的调整。"]
    admin = actor_of("000000", Role.NATIONAL_ADMIN)
    change = actions.move(
        union=country["430105"], parent=country["440300"], on=first_of(1), by=admin, at=at, reason="调整"
    )
    TreeChange.objects.filter(pk=change.pk).update(effective_on=first_of())
    assert run("apply") == ["办理了 1 项到期的调整。"]
    change.refresh_from_db()
    assert change.state == ChangeState.APPLIED
    Transfer.objects.create(
        mode="merge", source=country["430105"], target=country["430111"], month=1, at=at, total=9, moved=4
    )
    assert run("transfers") == ["长沙市开福区总工会 → 长沙市雨花区总工会  搬移中：4 / 9 条"]
    assert json.loads(run("--json", "transfers")[0])["moved"] == 4


def test_a_new_division_can_be_onboarded(country: Country, actor_of: Callable[..., Actor]) -> None:
    assert run("division", "430183", "望麓区") == ["已登记 430183 望麓区。"]
    row = Division.objects.get(pk="430183")
    assert (row.level, row.parent_id) == (Level.DISTRICT, "430100")
    assert run("division", "430183", "别的名字") == ["已登记 430183 望麓区。"]
    lines, _ = onboarding.divisions(actor_of("000000", Role.NATIONAL_ADMIN), "430183")
    assert [line.name for line in lines] == ["望麓区"]
    with pytest.raises(CommandError, match="不符合要求"):
        run("division", "4301", "短")
    with pytest.raises(CommandError, match="990000"):
        run("division", "990101", "无省")
