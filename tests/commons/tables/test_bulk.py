"""One step for several entries: asked first, done row by row, each accounted for. Source: SM-02."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from commons.audit.models import AuditEvent
from commons.people.enums import Role
from commons.tables.declaration import named
from tenants.history.models import Change
from tenants.registry.enums import LedgerState
from tenants.registry.models import SocialOrganization
from tests.commons.tables.conftest import Inside
from tests.factories import organizations as factory

BULK = "/u/430105/lists/organizations/bulk"


@pytest.fixture
def ids(inside: Inside) -> dict[str, str]:
    with inside():
        rows = [
            factory.organization(name="甲社", state=LedgerState.DRAFT),
            factory.organization(name="乙社", state=LedgerState.DRAFT),
            factory.organization(name="丙社"),
        ]
    with inside("430111"):
        rows.append(factory.organization(name="邻会社", state=LedgerState.DRAFT))
    return {row.name: str(row.pk) for row in rows}


def states(inside: Inside, code: str = "430105") -> dict[str, str]:
    with inside(code):
        return {row.name: str(row.state) for row in SocialOrganization.objects.all()}


def ask(browser: Client, step: str, ids: list[str], **more: str) -> Any:
    return browser.post(f"{BULK}/{step}", {"ids": ids, "query": "state=draft", **more})


BEFORE = {"甲社": "draft", "乙社": "draft", "丙社": "active"}


def test_it_is_asked_before_anything_happens(staff: Client, ids: dict[str, str], inside: Inside) -> None:
    answer = ask(staff, "submit", [*ids.values(), "x'"])

    page = answer.content.decode()
    assert answer.status_code == 200
    assert [(line.label.partition(" ")[2], bool(line.refusal)) for line in answer.context["lines"]] == [
        ("甲社", False),
        ("乙社", False),
        ("丙社", True),
        ("", True),
        ("", True),
    ]
    assert "所选 5 家，其中 2 家将提交核实。" in " ".join(page.split())
    assert "邻会社" not in page
    assert ids["邻会社"] not in page
    assert states(inside) == BEFORE


def test_each_row_is_done_or_refused_and_told(staff: Client, ids: dict[str, str], inside: Inside) -> None:
    answer = ask(staff, "submit", [ids["丙社"], ids["甲社"], ids["邻会社"], ids["甲社"], "x"], confirmed="1")

    page = answer.context["page"]
    assert [line.label.partition(" ")[2] for line in page.done] == ["甲社"]
    assert [(line.label.partition(" ")[2], line.refusal[:8]) for line in page.refused] == [
        ("丙社", "“丙社”目前的状"),
        ("", "没有找到您要的内"),
        ("", "没有找到您要的内"),
    ]
    assert page.back_url == "/u/430105/organizations?state=draft"
    assert states(inside) == {**BEFORE, "甲社": "to_verify"}
    assert states(inside, "430111") == {"邻会社": "draft"}
    with inside():
        assert [change.event for change in Change.objects.all()] == ["submit"]
    assert AuditEvent.objects.filter(event="registry.organization.submit").count() == 1


def test_the_answers_of_the_form_go_to_each_row(staff: Client, ids: dict[str, str], inside: Inside) -> None:
    both = [ids["甲社"], ids["乙社"]]
    ask(staff, "submit", both, confirmed="1")
    without = ask(staff, "send-back", both, confirmed="1")
    assert (without.status_code, "请填写原因。" in without.content.decode()) == (422, True)
    assert states(inside) == {**BEFORE, "甲社": "to_verify", "乙社": "to_verify"}

    ask(staff, "send-back", both, confirmed="1", reason="地址不详")

    assert states(inside) == BEFORE
    with inside():
        assert {change.reason for change in Change.objects.filter(event="send_back")} == {"地址不详"}


def test_a_bug_in_one_row_undoes_that_row_alone(
    staff: Client, ids: dict[str, str], inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = next(one for one in named("organizations").bulk if one.name == "submit")
    done = step.act

    def act(row: Any, *more: Any) -> object:
        made = done(row, *more)
        if row.name == "甲社":
            raise RuntimeError("a bug")
        return made

    monkeypatch.setitem(step.__dict__, "act", act)
    page = ask(staff, "submit", [ids["甲社"], ids["乙社"]], confirmed="1").context["page"]

    assert [line.label.partition(" ")[2] for line in page.done] == ["乙社"]
    assert [line.refusal[:5] for line in page.refused] == ["系统出错，"]
    assert states(inside) == {**BEFORE, "乙社": "to_verify"}


@pytest.mark.parametrize("chosen", [[], ["x"] * 0, [f"{number:032x}" for number in range(101)]])
def test_none_or_too_many_is_said(chosen: list[str], staff: Client, inside: Inside, ids: dict[str, str]) -> None:
    answer = ask(staff, "submit", chosen, confirmed="1")
    assert answer["Location"] == "/u/430105/organizations?state=draft"
    assert "请先勾选要处理的记录" in staff.get(answer["Location"]).content.decode()
    assert states(inside) == BEFORE


def test_who_may_and_what_there_is(
    client_of: Callable[..., Client], staff: Client, neighbour: Client, ids: dict[str, str], inside: Inside
) -> None:
    for role in (Role.LEADER, Role.AUDITOR):
        reader = client_of("430105", role, Role.REVIEWER)
        assert ask(reader, "submit", [ids["甲社"]], confirmed="1").status_code == 403
        assert 'name="ids"' not in reader.get("/u/430105/organizations").content.decode()
    assert ask(neighbour, "submit", [ids["甲社"]], confirmed="1").status_code == 404
    assert ask(staff, "remove", [ids["丙社"]], confirmed="1").status_code == 404
    assert staff.get(f"{BULK}/submit").status_code == 405
    assert states(inside) == BEFORE
