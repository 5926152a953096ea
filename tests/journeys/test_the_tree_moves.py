"""
莱芜市 (1992-2018) became 莱芜区 and 钢城区 of 济南市 on the first of January 2019, by hand on the pages.

Last of the journeys: afterwards the country has a second province with records.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tenants.registry.indicators import INDICATORS
from tests.journeys.conftest import Country
from tests.journeys.visitor import Visitor

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("stand")]

ON_LEDGER = next(indicator.zh for indicator in INDICATORS if indicator.code == "ORG-01")
BASE = "/u/000000/boundaries"
UNIONS = """code,name,level,parent_code,leader_in_charge,responsible_department,dedicated_person
370000,山东省总工会,province,000000,周建国,基层工作部,李敏
370100,济南市总工会,city,370000,周建国,基层工作部,李敏
371200,莱芜市总工会,city,370000,周建国,基层工作部,李敏
371202,莱芜市莱城区总工会,district,371200,周建国,基层工作部,李敏
371203,莱芜市钢城区总工会,district,371200,周建国,基层工作部,李敏
"""
# How many organizations each has had on its ledger since 2015.
HELD = {"370100": 1, "371200": 2, "371202": 3, "371203": 4}
_FILL = f"""
from datetime import date
from commons.hierarchy.models import TradeUnion
from commons.tenancy.door import inside
from tests.factories import organizations as make
for code, count in {HELD!r}.items():
    with inside(TradeUnion.objects.get(code=code)):
        for _ in range(count):
            make.organization(active_on=date(2015, 3, 1))
"""
SAID = {"effective_on": "2019-01-01", "document": "国函〔2018〕163号", "reason": "国务院批复撤销莱芜市"}


def test_laiwu(country: Country, visitor: Callable[[], Visitor], tmp_path: Path) -> None:
    for code, name in (("371200", "莱芜市"), ("371202", "莱城区"), ("371203", "钢城区")):
        country.stand.manage("tree_changes", "division", code, name)
    file = tmp_path / "unions.csv"
    file.write_text(UNIONS, encoding="utf-8")
    country.stand.manage("onboard", "--file", str(file))
    country.stand.manage("shell", "--no-imports", "-c", _FILL)
    with visitor() as national, visitor() as leader:
        national.sign_in("acftu.national", country.accounts["acftu.national"].password)
        leader.sign_in("acftu.leader", country.accounts["acftu.leader"].password)
        until(lambda: figure(leader, "370000", "2018-12") == 10)
        assert [figure(leader, code, "2018-12") for code in ("371200", "370100")] == [9, 1]

        national.go("/u/000000/")
        national.follow("全部调整")
        for code, new, name in (("371202", "370116", "莱芜区"), ("371203", "370117", "钢城区")):
            move(national, code)
            redefine(national, code, new, name)
        merge(national)
        # By the boundaries of each day: 2018 under 莱芜市, from 2019 on under 济南市; the province is the same.
        until(lambda: figure(leader, "370100", "2019-01") == 10)
        assert [figure(leader, code, "2018-12") for code in ("371200", "370100", "370000")] == [9, 1, 10]
        assert [figure(leader, code, "2019-01") for code in ("371200", "370000")] == [0, 10]
        listed = national.go(BASE).locator("tbody tr").all_inner_texts()
        assert len([line for line in listed if "国函〔2018〕163号" in line and "已生效" in line]) == 5
        asked = (
            '{ old: union(code: "371202") { code nameZh formerCodes } gone: union(code: "371200") { state successor { code } }'
            ' city: union(code: "370100") { dated: rollup(indicators: ["ORG-01"], period: "2018-12") { value }'
            ' today: rollup(indicators: ["ORG-01"], period: "2018-12", boundaries: TODAY) { value } } }'
        )
        found = ask(leader, asked)
        assert found["old"] == {"code": "370116", "nameZh": "济南市莱芜区总工会", "formerCodes": ["371202"]}
        assert found["gone"] == {"state": "MERGED", "successor": {"code": "370100"}}
        assert found["city"] == {"dated": [{"value": 1}], "today": [{"value": 10}]}
    verified = country.stand.manage("verify_rollup", "--json")
    assert json.loads(verified[verified.index("{") :])["differences"] == []


def move(national: Visitor, code: str) -> None:
    """Asked, looked at before it is done, done."""
    national.go(f"{BASE}/new/move")
    national.fill(union=code, other="济南市总工会", **SAID)
    national.press("预演")
    text = national.text()
    assert "这是预演，还没有改变任何数据" in text
    assert "山东省总工会 › 济南市总工会 ›" in text
    assert "全国各项数据不变" in text
    national.press("返回修改")
    assert national.page.input_value("[name=document]") == SAID["document"]
    national.press("预演")
    national.press("确认安排")
    assert "已生效" in national.text()


def redefine(national: Visitor, code: str, new: str, name: str) -> None:
    national.go(f"{BASE}/new/redefine")
    national.fill(union=code, code=new, name_zh=f"济南市{name}总工会", short_name_zh=name, **SAID)
    national.press("预演")
    national.press("确认安排")
    assert f"济南市{name}总工会" in national.text()


def merge(national: Visitor) -> None:
    """The records of the city itself move by jobs, and the page says how far they are."""
    national.go(f"{BASE}/new/merge")
    national.fill(union="莱芜市", other="370100", **SAID)
    national.press("预演")
    assert "莱芜市总工会的 2 个组织连同有关记录，划转到济南市总工会" in national.text()
    national.press("确认安排")
    # The page asks by itself, and shows the end without being asked.
    expect(national.page.locator("main")).to_contain_text("已完成")
    assert re.search(r"社会组织台账\s*2 条", national.text())


def figure(leader: Visitor, code: str, month: str) -> int:
    leader.page.goto(f"{leader.address}/u/000000/numbers/{code}?period={month}")
    return leader.figure(ON_LEDGER)


def ask(leader: Visitor, query: str) -> dict[str, Any]:
    """The API, as whoever has signed in."""
    response = leader.page.request.get(f"{leader.address}/graphql", params={"query": query})
    answer: dict[str, Any] = response.json()
    assert "errors" not in answer, answer
    data: dict[str, Any] = answer["data"]
    return data


def until(holds: Callable[[], bool], patience_s: float = 60) -> None:
    end = time.monotonic() + patience_s
    while not holds():
        assert time.monotonic() < end, "it did not become so"
        time.sleep(0.3)
