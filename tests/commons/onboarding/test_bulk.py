"""Files of unions and the whole country: bad rows named, the rest done, killed runs completed."""

import os
import signal
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from commons.hierarchy.enums import Kind, Level, UnionState
from commons.hierarchy.models import Responsibility, TradeUnion
from commons.kit.clock import now
from commons.onboarding.bulk import columns, country, runner
from commons.people.models import Invitation
from tests.commons.jobs.processes import ROOT, environment

HEADER = "code,name,level,parent_code,kind,leader_in_charge,responsible_department,dedicated_person,admin_name"
GOOD = "430102,,,,,周建国,基层工作部,李敏,王芳"


def read(*lines: str, header: str = HEADER) -> tuple[list[columns.Row], list[str]]:
    rows, faults = columns.read("\n".join([header, *lines]).encode())
    return rows, [str(fault) for fault in faults]


def test_the_template_reads_as_it_is_written() -> None:
    [row], faults = columns.read(columns.template().encode("utf-8-sig"))
    assert faults == []
    assert (row.code, row.level, row.kind, row.parent_code) == ("430105", Level.DISTRICT, Kind.REGIONAL, "430100")


def test_chinese_headers_and_excel_encoding_are_understood() -> None:
    text = "代码,名称,层级,分管领导,负责部门,专人\n430102,长沙市芙蓉区总工会,区县级,周建国,基层工作部,李敏\n"
    [row], faults = columns.read(text.encode("gb18030"))
    assert faults == []
    assert (row.name, row.level) == ("长沙市芙蓉区总工会", Level.DISTRICT)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("430102,,,,,周建国,,李敏,", "第 2 行，负责部门（responsible_department）：必填"),
        ("430102,,村级,,,周建国,基层工作部,李敏,", "第 2 行，层级（level）：“村级”不是层级"),
        ("430102,,,,club,周建国,基层工作部,李敏,", "第 2 行，类型（kind）：“club”不是工会类型"),
        (f"430102,,,,,{'长' * 61},基层工作部,李敏,", "第 2 行，分管领导（leader_in_charge）：最多 60 个字"),
        ("430102,,,,,周建国,基层工作部,李敏,,,多余", "第 2 行：这一行的列数多于表头"),
    ],
)
def test_a_bad_row_is_named_by_line_and_column(line: str, told: str) -> None:
    rows, faults = read(line, "430103,,,,,周建国,基层工作部,李敏,")
    assert [row.code for row in rows] == ["430103"]
    assert faults[0].startswith(told)


def test_a_repeated_code_names_the_first_line() -> None:
    rows, faults = read(GOOD, GOOD)
    assert len(rows) == 1
    assert faults == ["第 3 行，代码（code）：与第 2 行的代码重复。"]


def test_a_missing_column_stops_before_anything_is_done() -> None:
    rows, faults = read("430102", header="code")
    assert rows == []
    assert len(faults) == 3


def onboard(path: Path, *lines: str, **options: object) -> tuple[str, str, int]:
    path.write_text("\n".join([HEADER, *lines]), encoding="utf-8")
    out, err, code = StringIO(), StringIO(), 0
    try:
        call_command("onboard", file=path, processes=1, stdout=out, stderr=err, **options)
    except SystemExit as ended:
        code = int(ended.code or 0)
    return out.getvalue(), err.getvalue(), code


def test_bad_rows_are_named_and_the_rest_done_then_nothing_twice(own_database: str, tmp_path: Path) -> None:
    lines = [
        "440305,,,,,周建国,基层工作部,李敏,",
        GOOD,
        "430199,,,,,周建国,基层工作部,李敏,",
        "430103,,district,440300,,周建国,基层工作部,李敏,",
        "450100,,,,,周建国,基层工作部,李敏,",
        "430100_01,长沙高新区总工会,,,zone,周建国,基层工作部,李敏,",
    ]
    out, err, code = onboard(tmp_path / "unions.csv", *lines, links=tmp_path / "links.csv")
    assert code == 1
    assert "新入驻 3 家" in out
    assert "第 4 行，代码（code）：没有代码为 430199 的行政区划" in err
    assert "第 5 行，上级代码（parent_code）：“天心区”不在上级工会“深圳市总工会”" in err
    assert "第 6 行，上级代码（parent_code）：没有找到上级工会 450000" in err
    for made in ("440305", "430102", "430100_01"):
        assert TradeUnion.objects.get(code=made).state == UnionState.ACTIVE
    links = (tmp_path / "links.csv").read_text(encoding="utf-8-sig")
    assert "王芳" in links
    assert "/invitation/" in links
    assert (tmp_path / "links.csv").stat().st_mode & 0o077 == 0
    assert Invitation.objects.count() == 1
    out, err, code = onboard(tmp_path / "unions.csv", lines[0], GOOD)
    assert (code, err) == (0, "")
    assert "新入驻 0 家，已入驻 2 家" in out


def test_a_part_of_the_country_with_its_self_check(own_database: str) -> None:
    rows = country.rows(under="430100")
    assert [row.code for row in rows[:3]] == ["000000", "430000", "430100"]
    before = TradeUnion.objects.count()
    outcome = runner.run(rows, doing="测试", at=now())
    assert (outcome.faults, outcome.existing) == ([], 5)
    assert TradeUnion.objects.count() == before + outcome.made
    found = country.check(rows)
    assert found.problems == []
    assert found.active == found.wanted
    assert Responsibility.objects.filter(union__code="430102", until_on__isnull=True).count() == 1
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE d430102.history_change")
    [problem] = country.check(rows).problems
    assert problem.startswith("430102：数据结构有")


def test_the_country_has_one_row_per_division(db: None) -> None:
    rows = country.rows()
    assert len(rows) == 3339
    assert rows == country.rows(), "the same people in every run"
    assert not any(row.answerable.missing for row in rows)


def test_a_run_killed_half_way_is_completed_by_the_next(own_database: str, tmp_path: Path) -> None:
    env = environment(own_database, tmp_path)
    command = [sys.executable, str(ROOT / "manage.py"), "country", "--under", "430000"]
    before = TradeUnion.objects.count()
    first = subprocess.Popen(
        command, env=env, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    end = time.monotonic() + 120
    while TradeUnion.objects.count() < before + 40:
        assert first.poll() is None
        assert time.monotonic() < end
        time.sleep(0.1)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    end = time.monotonic() + 20
    while _still_running(first.pid):
        assert time.monotonic() < end, "the processes of the pool follow"
        time.sleep(0.2)
    whole = set(TradeUnion.objects.values_list("schema_name", flat=True))
    assert not TradeUnion.objects.exclude(state=UnionState.ACTIVE).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname ~ '^[pcd][0-9]{6}$'")
        assert {name for (name,) in cursor.fetchall()} <= whole, "no schema without its union"
    second = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert second.returncode == 0, second.stdout + second.stderr
    assert "自查通过：150 家工会" in second.stdout


def _still_running(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
