"""What the audit log's codes are called: features tell of their own objects, and what nobody told of shows as itself."""

from __future__ import annotations

import pytest

from commons.audit import events
from commons.workflow import machines


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ("role.assigned", "授予角色"),
        ("purchasing.serviceproject.submit", "服务项目：提交立项评审"),
        ("purchasing.serviceproject.create", "服务项目：登记"),
        ("purchasing.catalogueitem.copy_year", "购买目录事项：沿用上年目录"),
        ("purchasing.catalogueitem.remove", "购买目录事项：删除"),
        ("purchasing.capacity.edit", "力量保障数据：修改"),
        ("purchasing.provider.read_account", "查看收款账号"),
        ("purchasing.payment.pay", "付款：登记付款"),
        ("needs.links.issue", "填报链接：生成"),
        ("purchasing.unionunit.dance", "purchasing.unionunit.dance"),
        ("nobody.knows.create", "nobody.knows.create"),
        ("create", "create"),
    ],
)
def test_what_an_event_is_called(event: str, words: str) -> None:
    assert events.label_of(event) == words


def test_every_step_of_every_machine_is_told_in_words() -> None:
    known = machines.known()
    assert len(known) >= 10
    for machine in known:
        kind = machine.model.lower()
        assert events.object_label(kind) != kind
        for event in machine.events:
            assert events.label_of(f"{kind}.{event}") == f"{events.object_label(kind)}：{event.label}", (kind, event)


def test_the_choices_of_the_page_are_those_of_the_platform_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_TOLD", {})
    monkeypatch.setattr(events, "_OBJECTS", {"registry.contactlog": "联系记录"})
    before = events.choices()
    events.tell("dances.dance", "舞蹈", {"hold": "举办"})
    events.tell("registry.contactlog", "别的名称")
    assert (events.label_of("dances.dance.hold"), events.label_of("dances.dance.edit")) == ("舞蹈：举办", "舞蹈：修改")
    # What the platform calls an object stays.
    assert events.object_label("registry.contactlog") == "联系记录"
    assert events.choices() == before
