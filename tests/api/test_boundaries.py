"""Changes of the tree through the API: planned, rehearsed, cancelled, undone; and who may know of which."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from commons.access.actors import Actor
from commons.boundaries import actions, calendar
from commons.boundaries.enums import ChangeState
from commons.boundaries.models import TreeChange
from commons.boundaries.transfer.enums import TransferState
from commons.boundaries.transfer.models import Transfer
from commons.hierarchy.enums import Kind, Level, UnionState
from commons.hierarchy.models import Division, TradeUnion
from commons.people.enums import Role
from commons.rollup.fold import fold_many
from commons.rollup.verify import verify
from commons.tenancy import provision, template
from commons.tenancy.door import inside
from tests.api.conftest import Bearer, ask
from tests.commons.boundaries.conftest import first_of
from tests.commons.boundaries.transfer.ledgers import settle
from tests.factories import country as countries
from tests.factories import organizations as make

Country = dict[str, TradeUnion]
ClientOf = Callable[..., Client]
CHANGE = "change { id kind state sentence union { code } other { code } effectiveOn }"


@pytest.fixture(autouse=True)
def nothing_known() -> None:
    calendar.forget()


@pytest.fixture
def nation(client_of: ClientOf) -> Client:
    return client_of("000000", Role.NATIONAL_ADMIN)


def do(client: Client, name: str, given: dict[str, Any], shown: str = CHANGE) -> dict[str, Any]:
    kind = "TreeChangeInput" if name == "confirmTreeChange" else name[0].upper() + name[1:] + "Input"
    query = f"mutation($input: {kind}!) {{ {name}(input: $input) {{ {shown} errors {{ code message path }} }} }}"
    answer: dict[str, Any] = ask(client, query, {"input": given})["data"][name]
    return answer


def test_laiwu_by_the_api_alone(country: Country, nation: Client, client_of: ClientOf) -> None:
    """莱芜市 (1992-2018) became 莱芜区 and 钢城区 of 济南市 on 2019-01-01: planned, rehearsed and asked through GraphQL."""
    for code, name, level, parent in (
        ("371200", "莱芜市", Level.CITY, "370000"),
        ("371202", "莱城区", Level.DISTRICT, "371200"),
        ("371203", "钢城区", Level.DISTRICT, "371200"),
    ):
        Division.objects.create(code=code, name=name, level=level, parent_id=parent)
    unions: Country = {"000000": country["000000"]}
    shape = template.current()
    for code, name, level, parent in (
        ("370000", "山东省总工会", Level.PROVINCE, "000000"),
        ("370100", "济南市总工会", Level.CITY, "370000"),
        ("371200", "莱芜市总工会", Level.CITY, "370000"),
        ("371202", "莱芜市莱城区总工会", Level.DISTRICT, "371200"),
        ("371203", "莱芜市钢城区总工会", Level.DISTRICT, "371200"),
    ):
        unions[code] = countries.union(code, name, level, unions[parent])
        provision.create_schema(unions[code], shape=shape)
    for code in ("371200", "371202", "371203", "371203"):
        with inside(unions[code]):
            make.organization(active_on=date(2015, 3, 1))
    fold_many(list(unions.values()))
    said = {"effectiveOn": "2019-01-01", "reason": "国务院批复撤销莱芜市", "document": "国函〔2018〕163号"}
    rehearsed = do(
        nation,
        "rehearseTreeChange",
        {**said, "kind": "MOVE", "unionCode": "371202", "otherCode": "370100"},
        "rehearsal { wayBefore wayAfter affected nationStays figures { unionName indicator before after } }",
    )
    assert rehearsed["errors"] == []
    told = rehearsed["rehearsal"]
    assert (told["wayBefore"][1:], told["wayAfter"][1:]) == (
        ["山东省总工会", "莱芜市总工会", "莱芜市莱城区总工会"],
        ["山东省总工会", "济南市总工会", "莱芜市莱城区总工会"],
    )
    assert (told["affected"], told["nationStays"]) == (1, True)
    assert [one for one in told["figures"] if one["indicator"] == "ORG-01"] == [
        {"unionName": "莱芜市总工会", "indicator": "ORG-01", "before": 4, "after": 3},
        {"unionName": "济南市总工会", "indicator": "ORG-01", "before": 0, "after": 1},
    ]
    assert TreeChange.objects.count() == 0
    for code, new, name in (("371202", "370116", "莱芜区"), ("371203", "370117", "钢城区")):
        moved = do(nation, "planMove", {**said, "unionCode": code, "parentCode": "370100"})
        assert moved["errors"] == []
        assert moved["change"]["state"] == "APPLIED"
        names = {"newCode": new, "nameZh": f"济南市{name}总工会", "shortNameZh": name}
        assert do(nation, "planRedefinition", {**said, "unionCode": code, **names})["errors"] == []
    merged = do(nation, "planMerge", {**said, "unionCode": "371200", "successorCode": "370100"})
    assert (merged["errors"], merged["change"]["sentence"]) == ([], "“莱芜市总工会”撤并到“济南市总工会”")
    settle("371200", "370100")
    listed = ask(
        nation,
        "{ treeChanges(kind: MERGE) { edges { node { transfers { id state total moved source { code } target { code } } } } } }",
    )["data"]["treeChanges"]["edges"]
    [transfer] = listed[0]["node"]["transfers"]
    assert {**transfer, "id": ""} == {
        "id": "",
        "state": "DONE",
        "total": 1,
        "moved": 1,
        "source": {"code": "371200"},
        "target": {"code": "370100"},
    }
    leader = client_of("370000", Role.LEADER)
    figures = " ".join(
        f'{name}: rollup(indicators: ["ORG-01"], period: "{month}", boundaries: {boundaries}) {{ value }}'
        for name, month, boundaries in (
            ("before", "2018-12", "DATED"),
            ("after", "2019-01", "DATED"),
            ("beforeToday", "2018-12", "TODAY"),
            ("afterToday", "2019-01", "TODAY"),
        )
    )
    found = ask(
        leader,
        f"""{{ old: union(code: "371200") {{ state successor {{ code }} {figures} }}
               new: union(code: "370100") {{ {figures} }} province: union(code: "370000") {{ {figures} }}
               district: union(code: "371202") {{ code nameZh formerCodes
                 parentages {{ line parent {{ code }} untilOn }} }} }}""",
    )["data"]

    def values(union: dict[str, Any]) -> list[float]:
        return [union[name][0]["value"] for name in ("before", "after", "beforeToday", "afterToday")]

    assert (found["old"]["state"], found["old"]["successor"]) == ("MERGED", {"code": "370100"})
    assert values(found["old"])[:2] == [4, 0]
    assert values(found["new"]) == [0, 4, 4, 4]
    assert values(found["province"]) == [4, 4, 4, 4]
    assert found["district"] == {
        "code": "370116",
        "nameZh": "济南市莱芜区总工会",
        "formerCodes": ["371202"],
        "parentages": [
            {"line": "REGIONAL", "parent": {"code": "371200"}, "untilOn": "2019-01-01"},
            {"line": "REGIONAL", "parent": {"code": "370100"}, "untilOn": None},
        ],
    }
    assert verify().differences == []
    undone = do(nation, "undoTransfer", {"id": transfer["id"], "reason": "并错了"}, "transfer { state }")
    assert undone == {"transfer": {"state": "RETURNING"}, "errors": []}
    settle("371200", "370100")
    assert Transfer.objects.get().state == TransferState.UNDONE
    assert verify().differences == []


def test_each_kind_is_planned_and_cancelled(country: Country, nation: Client) -> None:
    head = countries.union("000000_i01", "全国邮电工会", Level.PROVINCE, country["000000"])
    TradeUnion.objects.filter(pk=head.pk).update(kind=Kind.INDUSTRIAL)
    with inside(country["430105"]):
        listed = make.organization(active_on=date(2026, 1, 5))
    said = {"unionCode": "430105", "effectiveOn": f"{first_of(1):%Y-%m-%d}", "reason": "区划调整"}
    planned = [
        do(nation, "planMove", {**said, "parentCode": "440300"}),
        do(nation, "planRedefinition", {**said, "nameZh": "新名总工会", "level": "DISTRICT"}),
        do(nation, "planSplit", {**said, "receiverCode": "430111", "regions": ["430102", "430103"]}),
        do(nation, "planSplit", {**said, "receiverCode": "440304", "organizations": [listed.number]}),
        do(nation, "planIndustry", {**said, "headCode": "000000_i01"}),
        do(nation, "planClosing", {**said, "unionCode": "440304", "effectiveOn": f"{first_of(3):%Y-%m-%d}"}),
    ]
    assert [one["errors"] for one in planned[:5]] == [[]] * 5
    # What others were told to go to does not end.
    assert [error["code"] for error in planned[5]["errors"]] == ["BOUNDARIES.STILL_RECEIVES"]
    assert [one["change"]["sentence"] for one in planned[:5]] == [
        "“长沙市开福区总工会”的上级改为“深圳市总工会”",
        "“长沙市开福区总工会”更名为“新名总工会”、改为区县级",
        "“长沙市开福区总工会”的行政区划 430102、430103 之内的组织划转到“长沙市雨花区总工会”",
        "“长沙市开福区总工会”的清单所列 1 个组织划转到“深圳市福田区总工会”",
        "“长沙市开福区总工会”归口“全国邮电工会”",
    ]
    for one in planned[:5]:
        done = do(nation, "cancelTreeChange", {"id": one["change"]["id"], "reason": "文件撤回"})
        assert (done["errors"], done["change"]["state"]) == ([], "CANCELLED")
    assert set(TreeChange.objects.values_list("state", flat=True)) == {ChangeState.CANCELLED}


def test_a_rehearsal_tells_of_records_and_refuses_as_planning_does(country: Country, nation: Client) -> None:
    with inside(country["430105"]):
        for region in ("430105", "430102"):
            make.organization(region_code=region, active_on=date(2026, 1, 5))
    said = {"unionCode": "430105", "effectiveOn": f"{first_of(1):%Y-%m-%d}", "reason": "划界", "kind": "SPLIT"}
    shown = "rehearsal { records { organizations renumbered tables { name rows } clashes { uscc } } }"
    told = do(nation, "rehearseTreeChange", {**said, "otherCode": "430111", "regions": ["430102"]}, shown)
    assert told["errors"] == []
    assert told["rehearsal"]["records"] == {
        "organizations": 1,
        "renumbered": 0,
        "tables": [
            {"name": "社会组织台账", "rows": 1},
            {"name": "在册时段", "rows": 1},
            {"name": "年度确认", "rows": 1},
        ],
        "clashes": [],
    }
    for given, message in (
        ({"regions": ["430102"]}, "请写明新的上级、并入或接收记录的工会。"),
        ({"otherCode": "430111"}, "请选择要划出的记录：填写行政区划代码，或列出统一社会信用代码、台账编号。"),
    ):
        refused = do(nation, "rehearseTreeChange", {**said, **given}, shown)
        assert (refused["rehearsal"], [error["message"] for error in refused["errors"]]) == (None, [message])
    assert TreeChange.objects.count() == 0


def test_a_closing_is_confirmed_by_another(country: Country, nation: Client, client_of: ClientOf) -> None:
    said = {"unionCode": "430105", "effectiveOn": f"{first_of():%Y-%m-%d}", "reason": "机构撤销"}
    change = do(nation, "planClosing", said)["change"]
    assert change["state"] == "PLANNED"
    [refused] = do(nation, "confirmTreeChange", {"id": change["id"]})["errors"]
    assert refused["message"] == "终止工会须由两名全国管理员先后办理，请由另一名全国管理员确认。"
    done = do(client_of("000000", Role.NATIONAL_ADMIN), "confirmTreeChange", {"id": change["id"]})
    assert (done["errors"], done["change"]["state"]) == ([], "APPLIED")
    assert TradeUnion.objects.get(code="430105").state == UnionState.ARCHIVED


@pytest.mark.parametrize(
    ("code", "role", "expected"),
    [
        ("000000", Role.NATIONAL_ADMIN, {("430105", "440300"), ("440304", None)}),
        ("000000", Role.LEADER, {("430105", "440300"), ("440304", None)}),
        ("430100", Role.LEADER, {("430105", None)}),
        ("430105", Role.UNION_STAFF, {("430105", None)}),
        ("440300", Role.LEADER, {(None, "440300"), ("440304", None)}),
        ("440304", Role.UNION_ADMIN, {("440304", None)}),
        ("430111", Role.UNION_ADMIN, set()),
        ("310000", Role.LEADER, set()),
    ],
)
def test_who_knows_of_which(
    country: Country,
    actor_of: Callable[..., Actor],
    at: datetime,
    client_of: ClientOf,
    code: str,
    role: Role,
    expected: set[tuple[str | None, str | None]],
) -> None:
    """Own, above, below; the other side is named in the sentence, and is no union to ask on from. Source: V1, V7."""
    said = {"by": actor_of("000000", Role.NATIONAL_ADMIN), "at": at, "reason": "调整", "on": first_of(1)}
    actions.move(union=country["430105"], parent=country["440300"], **said)
    actions.redefine(union=country["440304"], name_zh="福田新总工会", **said)
    found = ask(
        client_of(code, role),
        "{ treeChanges { totalCount edges { node { sentence union { code } other { code } transfers { id } } } } }",
    )["data"]["treeChanges"]
    nodes = [edge["node"] for edge in found["edges"]]
    assert {tuple(one[side] and one[side]["code"] for side in ("union", "other")) for one in nodes} == expected
    assert found["totalCount"] == len(expected)


def test_nobody_else_plans_and_partners_ask_nothing(
    country: Country, client_of: ClientOf, partner_of: Callable[[str], Bearer]
) -> None:
    said = {"unionCode": "430105", "effectiveOn": f"{first_of(1):%Y-%m-%d}", "reason": "调整", "parentCode": "440300"}
    for client in (
        client_of("430000", Role.UNION_ADMIN),
        client_of("000000", Role.LEADER),
        client_of("000000", Role.UNION_ADMIN),
        partner_of("000000"),
    ):
        answer = do(client, "planMove", said)
        assert (answer["change"], [error["code"] for error in answer["errors"]]) == (None, ["REFUSED"])
    asked = ask(partner_of("000000"), "{ treeChanges { totalCount } }")
    assert (asked["data"]["treeChanges"], asked["errors"][0]["extensions"]["code"]) == (None, "REFUSED")
    assert TreeChange.objects.count() == 0
