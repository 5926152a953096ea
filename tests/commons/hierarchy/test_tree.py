"""The rules of the tree. Source: DOMAIN S1, SM-01; A12; Q02, Q03."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from commons.access.actors import system
from commons.hierarchy import actions, errors, states
from commons.hierarchy.actions import Answerable
from commons.hierarchy.enums import Kind, Level, UnionState
from commons.hierarchy.models import Division, Parentage, Responsibility, TradeUnion, UnionStateChange
from commons.hierarchy.transitions import TRANSITIONS, possible

Country = dict[str, TradeUnion]
AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
BY = system("测试")
COMPLETE = Answerable("周建国", "基层工作部", "李敏", "")


def create(parent: TradeUnion | None, code: str, **more: Any) -> TradeUnion:
    return actions.create_union(code=code, parent=parent, by=BY, at=AT, **more)


def test_all_divisions_are_loaded(db: None) -> None:
    assert Division.objects.count() == 3339
    assert Division.objects.filter(level=Level.PROVINCE).count() == 31
    assert Division.objects.filter(name="鼓楼区").count() > 1


def test_a_new_union_has_its_path_its_dated_parent_and_its_history(country: Country) -> None:
    union = create(country["430100"], "430102", answerable=COMPLETE)
    assert union.path == [*country["430100"].path, union.pk]
    assert (union.schema_name, union.name_zh, union.short_name_zh) == ("d430102", "长沙市芙蓉区总工会", "芙蓉区")
    assert union.state == UnionState.PROVISIONING
    assert Parentage.objects.get(union=union).parent == country["430100"]
    assert UnionStateChange.objects.get(union=union).event == "approve"
    assert Responsibility.objects.get(union=union).dedicated_person == "李敏"


@pytest.mark.parametrize(
    ("parent", "code", "name"),
    [
        ("430100", "430181", "浏阳市总工会"),
        ("430100", "430121", "长沙县总工会"),
        ("310000", "310112", "上海市闵行区总工会"),
        ("000000", "110000", "北京市总工会"),
    ],
)
def test_names_follow_usage(country: Country, parent: str, code: str, name: str) -> None:
    assert create(country[parent], code).name_zh == name


def test_levels_may_be_skipped_and_zones_and_industries_join(country: Country) -> None:
    assert create(country["310000"], "310112").level == Level.DISTRICT
    zone = create(country["430100"], "430100_01", kind=Kind.ZONE, name_zh="长沙高新区总工会")
    assert (zone.schema_name, zone.level) == ("z430100_01", Level.DISTRICT)
    industry = create(
        country["430000"], "430000_i01", kind=Kind.INDUSTRIAL, level=Level.CITY, name_zh="湖南省交通运输工会"
    )
    assert (industry.schema_name, industry.short_name_zh) == ("i430000_i01", "湖南省交通运输")


@pytest.mark.parametrize(
    ("parent", "code", "more", "error"),
    [
        ("430100", "430105", {}, errors.CodeTaken),
        ("430100", "43010", {}, errors.CodeMisshapen),
        ("430100", "430102; drop", {}, errors.CodeMisshapen),
        ("430100", "430199", {}, errors.DivisionUnknown),
        ("430100", "430102", {"level": Level.CITY}, errors.LevelMismatch),
        (None, "430102", {}, errors.ParentMissing),
        ("430105", "430102", {}, errors.ParentNotHigher),
        ("440300", "430102", {}, errors.ParentElsewhere),
        ("430100", "430100_1", {"kind": Kind.ZONE}, errors.CodeMisshapen),
    ],
)
def test_what_may_not_join(
    country: Country, parent: str | None, code: str, more: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        create(country[parent] if parent else None, code, **more)


def test_a_parent_must_be_active(country: Country) -> None:
    states.change(union=country["430100"], event="suspend", by=BY, at=AT, reason="测试")
    with pytest.raises(errors.ParentNotActive):
        create(country["430100"], "430102")


@pytest.mark.parametrize("event", [event for event in TRANSITIONS if event != "approve"])
@pytest.mark.parametrize("state", list(UnionState))
def test_only_the_declared_transitions_exist(country: Country, event: str, state: UnionState) -> None:
    union = country["430105"]
    TradeUnion.objects.filter(pk=union.pk).update(state=state)
    if event in possible(state):
        assert states.change(union=union, event=event, by=BY, at=AT, reason="原因").state == TRANSITIONS[event].after
        return
    with pytest.raises(errors.NotAllowedNow):
        states.change(union=union, event=event, by=BY, at=AT, reason="原因")
    union.refresh_from_db()
    assert union.state == state
    assert not UnionStateChange.objects.filter(union=union).exists()


def test_suspending_needs_a_reason(country: Country) -> None:
    with pytest.raises(errors.ReasonMissing):
        states.change(union=country["430105"], event="suspend", by=BY, at=AT, reason="  ")


def test_who_answers_is_dated(country: Country) -> None:
    union = country["430105"]
    first = actions.make_answerable(union=union, answerable=COMPLETE, by=BY, at=AT)
    assert first.from_on.isoformat() == "2024-01-01", "the same words keep the old row"
    second = actions.make_answerable(union=union, answerable=Answerable("王芳", "基层工作部", "李敏"), by=BY, at=AT)
    first.refresh_from_db()
    assert first.until_on == second.from_on
    third = actions.make_answerable(
        union=union, answerable=Answerable("王方", "基层工作部", "李敏"), by=BY, at=AT + timedelta(hours=1)
    )
    assert third.pk == second.pk, "corrected on the same day"


@pytest.mark.parametrize("missing", ["leader_in_charge", "responsible_department", "dedicated_person"])
def test_the_three_must_be_named(country: Country, missing: str) -> None:
    values = {"leader_in_charge": "周建国", "responsible_department": "基层工作部", "dedicated_person": "李敏"}
    with pytest.raises(errors.ResponsibilityIncomplete) as refusal:
        actions.make_answerable(union=country["430105"], answerable=Answerable(**values | {missing: " "}), by=BY, at=AT)
    labels = {"leader_in_charge": "分管领导", "responsible_department": "负责部门", "dedicated_person": "专人"}
    assert labels[missing] in refusal.value.message


def test_contact_phones_are_sealed_at_rest(country: Country) -> None:
    row = actions.make_answerable(
        union=country["430105"], answerable=Answerable("甲", "乙", "丙", "0731-82223333"), by=BY, at=AT
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact_phone FROM hierarchy_responsibility WHERE id = %s", [row.pk])
        assert "82223333" not in cursor.fetchone()[0]


def test_describing_tells_what_changed(country: Country, actor_of: Callable[..., Any]) -> None:
    changes = actions.describe(union=country["430105"], by=BY, at=AT, name_zh="长沙市开福区总工会", name_en="Kaifu")
    assert changes == {"name_en": ("", "Kaifu")}
