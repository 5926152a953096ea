"""The pages 区划调整: asked, rehearsed, confirmed, watched, undone; and what everybody else is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commons.access.actors import Actor
from commons.audit.models import AuditEvent
from commons.boundaries import actions, calendar
from commons.boundaries.enums import ChangeKind, ChangeState
from commons.boundaries.models import TreeChange
from commons.boundaries.transfer.enums import TransferState
from commons.boundaries.transfer.models import Transfer
from commons.hierarchy.enums import UnionState
from commons.hierarchy.models import Ancestry, Parentage, TradeUnion
from commons.jobs.enums import JobState
from commons.jobs.models import Job
from commons.people.enums import Role
from commons.rollup.fold import fold
from commons.tenancy.door import inside
from tests.commons.boundaries.conftest import first_of
from tests.commons.boundaries.transfer.ledgers import schema_text, settle
from tests.factories import organizations as make

Country = dict[str, TradeUnion]
ClientOf = Callable[..., Client]
BASE = "/u/000000/boundaries"


@pytest.fixture
def nation(client_of: ClientOf) -> Client:
    return client_of("000000", Role.NATIONAL_ADMIN)


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def asked(kind: str, **fields: str) -> dict[str, str]:
    """A filled form of this kind."""
    said = {"effective_on": f"{first_of(1):%Y-%m-%d}", "reason": "行政区划调整", "document": "国函〔2026〕63号"}
    other = {} if kind in {"redefine", "close"} else {"other": "440300"}
    return {"union": "430105", "step": "rehearse", **said, **other, **fields}


def filled(country: Country) -> None:
    with inside(country["430105"]):
        for name, region in (("四方坪社团", "430105"), ("芙蓉社团", "430102")):
            make.organization(name=name, region_code=region, active_on=date(2026, 1, 5))
    fold(country["430105"])


def test_a_move_is_asked_rehearsed_and_planned(country: Country, nation: Client) -> None:
    filled(country)
    empty = text(nation, BASE)
    assert "还没有区划调整" in empty
    for kind in ChangeKind:
        assert f"{BASE}/new/{kind.value}" in empty
    assert "新的上级工会" in text(nation, f"{BASE}/new/move?union=430105")
    before = list(Parentage.objects.order_by("pk").values()), list(Ancestry.objects.order_by("pk").values())
    page = nation.post(f"{BASE}/new/move", asked("move", union="开福区")).content.decode()
    assert "这是预演，还没有改变任何数据" in page
    assert "中华全国总工会 › 湖南省总工会 › 长沙市总工会 › 长沙市开福区总工会" in page
    assert "中华全国总工会 › 广东省总工会 › 深圳市总工会 › 长沙市开福区总工会" in page
    rows = re.findall(
        r'工会">(\S+?)</td><td data-label="指标">[^<]+<span class="cell-note">ORG-01 .*?num">(\d+)<.*?num">(\d+)<', page
    )
    assert rows == [("长沙市总工会", "2", "0"), ("深圳市总工会", "0", "2")]
    assert "全国各项数据不变" in page
    assert (list(Parentage.objects.order_by("pk").values()), list(Ancestry.objects.order_by("pk").values())) == before
    assert (TreeChange.objects.count(), AuditEvent.objects.filter(event__startswith="tree.").count()) == (0, 0)
    back = nation.post(f"{BASE}/new/move", asked("move", step="edit")).content.decode()
    assert 'value="440300"' in back
    assert TreeChange.objects.count() == 0
    made = nation.post(f"{BASE}/new/move", asked("move", step="make"))
    change = TreeChange.objects.get()
    assert made["Location"] == f"{BASE}/{change.pk}"
    assert (change.state, change.union.code, change.other) == (ChangeState.PLANNED, "430105", country["440300"])
    told = text(nation, made["Location"])
    assert "“长沙市开福区总工会”的上级改为“深圳市总工会”" in told
    assert f"已安排，自 {first_of(1):%Y-%m-%d} 起生效" in told
    listed = text(nation, BASE)
    assert "国函〔2026〕63号" in listed
    assert "还没有区划调整" not in listed
    assert "没有符合条件的调整" in text(nation, f"{BASE}?state=applied")
    assert "国函〔2026〕63号" in text(nation, f"{BASE}?q=深圳&state=planned&kind=move")
    assert "没有符合条件的调整" in text(nation, f"{BASE}?q=上海")
    [event] = AuditEvent.objects.filter(event="tree.plan")
    assert event.object_id == str(change.pk)


@pytest.mark.parametrize(
    ("kind", "fields", "sentence"),
    [
        ("move", {"union": "不存在的工会"}, "没有找到“不存在的工会”，请核对工会的代码或名称。"),
        ("move", {"union": "长沙"}, "“长沙”对应多家工会，请填写代码：430100 长沙市总工会、"),
        ("move", {"other": "430105"}, "“长沙市开福区总工会”是“长沙市开福区总工会”自己或其下级，不能作为上级。"),
        ("move", {"other": "430111"}, "“长沙市开福区总工会”的层级须低于上级“长沙市雨花区总工会”、高于自己的下级。"),
        ("move", {"effective_on": "2026-03-02"}, "区划调整只能从某月 1 日起生效，请改选 2026-04-01。"),
        ("merge", {"union": "430100", "other": "430000"}, "请先为它们安排新的上级。"),
        ("redefine", {}, "“长沙市开福区总工会”届时已经如此，没有需要调整的内容。"),
        ("redefine", {"code": "430111"}, "代码 430111 已经是“长沙市雨花区总工会”，不能重复入驻。"),
        ("split", {"other": "430111"}, "请选择要划出的记录：填写行政区划代码，或列出统一社会信用代码、台账编号。"),
        ("split", {"other": "430111", "regions": "长沙"}, "“长沙”不是行政区划代码，请填写 6 位数字，如 430102。"),
        ("split", {"other": "430111", "names": "SO-99999"}, "“长沙市开福区总工会”的台账中没有：SO-99999。"),
        ("close", {"union": "000000"}, "全国总工会不能终止、撤并或划出记录。"),
        ("industrial", {"other": "430100"}, "“长沙市总工会”不是产业工会，不能归口到它。"),
    ],
)
def test_a_refusal_stands_beside_its_field(
    country: Country, nation: Client, kind: str, fields: dict[str, str], sentence: str
) -> None:
    for step in ("rehearse", "make"):
        answer = nation.post(f"{BASE}/new/{kind}", asked(kind, step=step, **fields))
        assert answer.status_code == 200
        assert sentence in answer.content.decode().replace("&quot;", '"')
    assert TreeChange.objects.count() == 0


def test_a_merger_with_its_records_from_rehearsal_to_undoing(country: Country, nation: Client) -> None:
    shared = make.credit_code()
    for code in ("430105", "430111"):
        with inside(country[code]):
            make.organization(name="同一社团", uscc=shared, active_on=date(2026, 1, 5))
    filled(country)
    settle("430105", "430111")
    before = {code: schema_text(country[code]) for code in ("430105", "430111")}
    said = asked("merge", other="430111", effective_on=f"{first_of():%Y-%m-%d}")
    page = nation.post(f"{BASE}/new/merge", said).content.decode()
    assert "长沙市开福区总工会的 3 个组织连同有关记录，划转到长沙市雨花区总工会" in page
    assert shared in page
    assert "社会组织台账</dt><dd>3 条" in page
    assert "确认后立即生效" in page
    assert "芙蓉社团" not in page, "the nation reads no records (V11)"
    assert {code: schema_text(country[code]) for code in before} == before
    made = nation.post(f"{BASE}/new/merge", {**said, "step": "make"})
    here = made["Location"]
    assert "即将开始划转记录" in text(nation, here)
    assert "即将开始划转记录" in text(nation, f"{here}/progress")
    Job.objects.filter(kind=calendar.HAND_OVER).update(state=JobState.PARKED)
    assert "划转没有开始：作业多次失败，已搁置。" in text(nation, here)
    Job.objects.filter(kind=calendar.HAND_OVER).update(state=JobState.QUEUED)
    settle("430105", "430111")
    transfer = Transfer.objects.get()
    assert transfer.state == TransferState.DONE
    done = text(nation, here)
    assert "已完成" in done
    assert shared in done
    assert "hx-get" not in done.split("<main")[1]
    assert nation.get(f"{here}/progress").headers["HX-Refresh"] == "true"
    assert "撤销只退回记录" in text(nation, f"{here}/undo")
    assert nation.post(f"{here}/undo", {"reason": ""}).status_code == 200
    undone = nation.post(f"{here}/undo", {"reason": "并错了"})
    assert undone["Location"] == here
    running = text(nation, here)
    assert "退回中" in running
    assert f'hx-get="{here}/progress"' in running
    assert "退回中" in text(nation, f"{here}/progress")
    assert "退回中" in text(nation, BASE)
    settle("430105", "430111")
    transfer.refresh_from_db()
    assert transfer.state == TransferState.UNDONE
    assert "已撤销" in text(nation, here)
    again = nation.post(f"{here}/undo", {"reason": "再撤销"}).content.decode()
    assert "这项划转目前是“已撤销”状态，不能撤销。" in again


def test_a_transfer_that_stopped_says_what_to_do(country: Country, nation: Client, admin: Actor, at: datetime) -> None:
    filled(country)
    said = {"union": country["430105"], "by": admin, "at": at, "reason": "撤并"}
    change = actions.merge(successor=country["430111"], on=first_of(), **said)
    transfer = Transfer.objects.create(
        change_id=change.pk,
        mode="merge",
        source=country["430105"],
        target=country["430111"],
        month=1,
        at=at,
        total=400,
        moved=200,
    )
    Job.objects.create(
        kind="transfer.copy", key=f"{transfer.pk}:2", union=country["430111"], state=JobState.PARKED,
        error="OperationalError 55P03", run_after=at, asked_at=at,
    )  # fmt: skip
    page = text(nation, f"{BASE}/{change.pk}")
    assert "划转停住了" in page
    assert "OperationalError 55P03" in page
    assert "200 / 400" in page
    assert "会从停住的地方继续" in page
    assert f'hx-get="{BASE}' not in page, "nothing is waited for"


def test_closing_is_confirmed_by_another(country: Country, nation: Client, client_of: ClientOf) -> None:
    page = nation.post(f"{BASE}/new/close", asked("close")).content.decode()
    assert "不再存在，没有承接的工会" in page
    made = nation.post(f"{BASE}/new/close", asked("close", step="make", effective_on=f"{first_of():%Y-%m-%d}"))
    here = made["Location"]
    own = text(nation, here)
    assert "等待另一名全国管理员确认" in own
    assert "确认终止" not in own
    refused = nation.post(f"{here}/confirm", follow=True).content.decode()
    assert "请由另一名全国管理员确认" in refused
    other = client_of("000000", Role.NATIONAL_ADMIN)
    assert "确认终止" in text(other, here)
    assert "不能恢复" in text(other, f"{here}/confirm")
    assert "已确认" in other.post(f"{here}/confirm", follow=True).content.decode()
    assert TradeUnion.objects.get(code="430105").state == UnionState.ARCHIVED
    assert AuditEvent.objects.filter(event="tree.confirm").count() == 1


def test_a_planned_change_is_cancelled(country: Country, nation: Client) -> None:
    here = nation.post(f"{BASE}/new/move", asked("move", step="make"))["Location"]
    assert "恢复原状" in text(nation, f"{here}/cancel")
    assert "必填" in nation.post(f"{here}/cancel", {"reason": ""}).content.decode()
    assert "已取消" in nation.post(f"{here}/cancel", {"reason": "文件撤回"}, follow=True).content.decode()
    again = nation.post(f"{here}/cancel", {"reason": "再取消"}).content.decode()
    assert "这项调整已取消，不能取消" in again


@pytest.mark.parametrize(
    ("code", "role", "told"),
    [
        ("430105", Role.UNION_ADMIN, True),
        ("430100", Role.UNION_ADMIN, True),
        ("440300", Role.UNION_ADMIN, True),
        ("430000", Role.UNION_ADMIN, True),
        ("430105", Role.LEADER, False),
        ("430111", Role.UNION_ADMIN, False),
        ("440304", Role.UNION_ADMIN, False),
        ("310000", Role.UNION_ADMIN, False),
    ],
)
def test_the_desk_tells_whom_it_concerns(
    country: Country, admin: Actor, at: datetime, client_of: ClientOf, code: str, role: Role, told: bool
) -> None:
    """The union, its old and its new superiors; no neighbour."""
    said = {"union": country["430105"], "by": admin, "at": at, "reason": "调整隶属关系"}
    actions.move(parent=country["440300"], on=first_of(1), **said)
    desk = text(client_of(code, role), f"/u/{code}/")
    line = f"自 {first_of(1):%Y-%m-%d} 起，“长沙市开福区总工会”的上级改为“深圳市总工会”"
    assert (line in desk) is told
    assert ("即将生效的区划调整" in desk) is told
    assert client_of(code, role).get(f"/u/{code}/boundaries").status_code == 404


def test_the_nations_desk_counts(country: Country, nation: Client, admin: Actor, at: datetime) -> None:
    said = {"by": admin, "at": at, "reason": "调整"}
    actions.move(union=country["430105"], parent=country["440300"], on=first_of(1), **said)
    actions.close(union=country["430111"], on=first_of(1), **said)
    desk = text(nation, "/u/000000/")
    for label in ("待另一名管理员确认的终止", "已安排、尚未生效"):
        assert re.search(rf"{label}</a></span><span class=\"badge badge--\w+\">1</span>", desk), label


@pytest.mark.parametrize(
    ("code", "role"), [("430105", Role.UNION_ADMIN), ("000000", Role.LEADER), ("430000", Role.LEADER)]
)
def test_for_everybody_else_the_pages_are_absent(
    country: Country, admin: Actor, at: datetime, client_of: ClientOf, code: str, role: Role
) -> None:
    said = {"union": country["430105"], "by": admin, "at": at, "reason": "调整"}
    change = actions.move(parent=country["440300"], on=first_of(1), **said)
    client, base = client_of(code, role), f"/u/{code}/boundaries"
    for path in (
        "",
        "/new/move",
        f"/{change.pk}",
        f"/{change.pk}/cancel",
        f"/{change.pk}/confirm",
        f"/{change.pk}/undo",
    ):
        assert client.get(base + path).status_code == 404, path
        assert client.post(base + path, asked("move", step="make")).status_code in {404, 405}, path
    assert TreeChange.objects.get().state == ChangeState.PLANNED


def test_the_list_asks_the_same_number_of_questions(
    country: Country, nation: Client, admin: Actor, at: datetime
) -> None:
    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked_for:
            text(nation, BASE)
        return len(asked_for)

    said = {"by": admin, "at": at, "reason": "调整"}
    actions.move(union=country["430105"], parent=country["440300"], on=first_of(1), **said)
    calendar.trust(None, seconds=600)
    text(nation, BASE)
    once = statements()
    for code in ("430111", "440304", "440300"):
        actions.redefine(union=country[code], name_zh=f"新名{code}", on=first_of(1), **said)
    calendar.trust(None, seconds=600)
    assert statements() == once == 8
