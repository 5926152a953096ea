"""Rules of purchase: their defaults, editions, what freezes them. Source: §3.12 Purchase rule; E12-E15; Appendix C."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, connections

from commons.access.actors import Actor
from commons.audit.models import AuditEvent
from commons.documents.templates import variables
from commons.hierarchy.models import TradeUnion
from commons.jobs.models import Job
from commons.kit.errors import Conflict, DomainError, Invalid, Refused
from commons.people.enums import Role
from commons.tenancy.door import inside
from commons.workflow.errors import StateRefused
from commons.workflow.transitions import transition
from tenants.history.models import Change
from tenants.purchasing import rule_content, rule_defaults, rules
from tenants.purchasing.actions import rules as actions
from tenants.purchasing.contract_variables import VARIABLES
from tenants.purchasing.enums import RuleKind, RuleState
from tenants.purchasing.errors import NotEditable, RuleFrozen
from tenants.purchasing.machines.rule import RULE, RuleEvent
from tenants.purchasing.models import PurchaseRule
from tenants.purchasing.selectors import rules as selectors
from tests.factories import people
from tests.factories.purchasing import projects as factory

S, E, K = RuleState, RuleEvent, RuleKind
Country = dict[str, TradeUnion]
ActorOf = Callable[..., Actor]
TODAY = {"in_force_from": "2026-11-20"}


def item(weight: object, *, satisfied: bool = False, code: str = "a") -> dict[str, Any]:
    return {"code": code, "name": "方案", "weight": weight, "max": 100, "guide": "", "is_satisfaction": satisfied}


def test_only_administrators_make_rules(country: Country, actor_of: ActorOf) -> None:
    table = {
        line.event: {
            role
            for role in Role
            if not role.is_flag
            and role is not Role.NATIONAL_ADMIN
            and any(who.may(actor_of("430105", role), None) for who in line.who)
        }
        for line in RULE.transitions
    }
    admin = {Role.UNION_ADMIN}
    assert table == {E.CONSULT: admin, E.REVISE: admin, E.ISSUE: admin, E.ENTER: set(), E.REPEAL: admin}


def test_a_new_union_has_the_rules_of_appendix_c_in_force(country: Country, at: datetime) -> None:
    with inside(country["430105"]):
        assert rule_defaults.ensure(at=at) == 12
        assert rule_defaults.ensure(at=at) == 0
        rows = list(PurchaseRule.objects.all())
    assert {row.kind for row in rows} == set(rule_defaults.CONTENTS)
    assert {(row.state, row.edition, row.in_force_from) for row in rows} == {(S.IN_FORCE, 1, date(2026, 11, 20))}
    for row in rows:
        assert rule_content.problems(row.kind, row.content) == [], row.kind
        assert rule_content.read(row.kind, row.content) == row.content, row.kind
    weights = {row.kind: rule_content.total_weight(row.content) for row in rows if row.kind.is_system}
    assert weights == dict.fromkeys(weights, Decimal(100))
    asked = {name for row in rows for clause in row.content.get("clauses", []) for name in variables(clause["text"])}
    assert asked <= VARIABLES.keys()
    with inside(country["430111"]):
        assert PurchaseRule.objects.count() == 0


def test_thresholds_are_read_with_their_defaults() -> None:
    assert rules.thresholds(None) == rules.Thresholds()
    found = rules.thresholds_of({"direct_max": "50000.5", "min_days": "15", "min_bids": "", "satisfaction_min": "很好"})
    assert (found.direct_max, found.min_days, found.min_bids, found.satisfaction_min) == (
        Decimal("50000.5"), 15, 3, Decimal("3.5"),
    )  # fmt: skip
    assert set(rule_content.THRESHOLD_LABELS) == set(rules.Thresholds.__dataclass_fields__)


def test_a_new_edition_repeals_the_one_before_on_its_day(country: Country, actor_of: ActorOf, at: datetime) -> None:
    admin = actor_of("430105", Role.UNION_ADMIN)
    with inside(country["430105"]):
        rule_defaults.ensure(at=at)
        new = actions.draft(kind=K.MEASURES, by=admin, at=at)
        assert (new.edition, new.state) == (2, S.DRAFT)
        actions.edit(
            rule=new, title="购买服务管理办法（修订）", content={"direct_max": "80000"}, version=1, by=admin, at=at
        )
        transition(RULE, new, E.ISSUE, by=admin, at=at, data={"in_force_from": "2026-12-01"})
        new.refresh_from_db()
        assert (new.state, rules.in_force(K.MEASURES).edition) == (S.CONSULTATION, 1)
        before = moved()
        with pytest.raises(DomainError) as early:
            transition(RULE, new, E.ENTER, by=_platform(country), at=at)
        assert early.value.code == "PURCHASING.RULE_NOT_YET"
        assert moved() == before
        transition(RULE, new, E.ENTER, by=_platform(country), at=datetime(2026, 11, 30, 16, tzinfo=UTC))
        told = list(
            PurchaseRule.objects.filter(kind=K.MEASURES)
            .order_by("edition")
            .values_list("state", "in_force_from", "in_force_until")
        )
    assert told == [
        (S.REPEALED, date(2026, 11, 20), date(2026, 12, 1)),
        (S.IN_FORCE, date(2026, 12, 1), None),
    ]


def moved() -> list[Any]:
    """What a step of a rule could have moved."""
    rows = list(PurchaseRule.objects.order_by("pk").values())
    return [rows, Change.objects.count(), AuditEvent.objects.count(), Job.objects.count()]


def _platform(country: Country) -> Actor:
    from commons.access import actors

    return actors.system("到期办理", country["430105"])


def test_what_was_used_or_is_in_force_is_frozen(country: Country, actor_of: ActorOf, at: datetime) -> None:
    admin = actor_of("430105", Role.UNION_ADMIN)
    with inside(country["430105"]):
        used = factory.rule(K.MEASURES, used_at=at)
        standing = factory.rule(K.BID_SYSTEM)
        for row, error in ((used, RuleFrozen), (standing, NotEditable)):
            with pytest.raises(error):
                actions.edit(rule=row, title="改", content={}, version=1, by=admin, at=at)
        assert list(PurchaseRule.objects.values_list("version", flat=True)) == [1, 1]
        assert Change.objects.count() == 0


@pytest.mark.parametrize(
    ("kind", "content", "told"),
    [
        (K.BID_SYSTEM, {"items": [item(60), item(39.5, code="b")]}, ["指标权重合计99.5%，须为100%。"]),
        (K.PERFORMANCE_SYSTEM, {"items": [item(81), item(19, satisfied=True, code="b")]}, ["职工满意度指标权重合计19%，不得低于20%。"]),
        (K.PERFORMANCE_SYSTEM, {"items": [item(80), item(20, satisfied=True, code="b")]}, []),
        (K.APPROVAL_SYSTEM, {"items": [item(100)]}, []),
        (K.APPROVAL_SYSTEM, {"items": []}, ["还没有指标。"]),
        (K.PROJECT_CONTRACT, {"clauses": []}, ["还没有条款。"]),
        (K.PROJECT_CONTRACT, {"clauses": [{"title": "双方", "text": "甲方${buyer}"}]}, ["至少要有一条必备条款。"]),
        (K.FUNDS, {"text": ""}, ["还没有正文。"]),
    ],
)  # fmt: skip
def test_what_is_incomplete_is_not_issued(
    kind: RuleKind,
    content: dict[str, Any],
    told: list[str],
    country: Country,
    actor_of: ActorOf,
    at: datetime,
) -> None:
    admin = actor_of("430105", Role.UNION_ADMIN)
    with inside(country["430105"]):
        row = actions.draft(kind=kind, by=admin, at=at)
        row = actions.edit(rule=row, title="新版", content=content, version=1, by=admin, at=at)
        assert rule_content.problems(kind, row.content) == told
        if not told:
            transition(RULE, row, E.ISSUE, by=admin, at=at, data=TODAY)
            return
        before = moved()
        with pytest.raises(DomainError) as refusal:
            transition(RULE, row, E.ISSUE, by=admin, at=at, data=TODAY)
        assert refusal.value.code == "PURCHASING.RULE_INCOMPLETE"
        assert moved() == before
        with pytest.raises(DomainError) as refusal:
            transition(RULE, row, E.CONSULT, by=admin, at=at)
        assert refusal.value.code == "PURCHASING.RULE_INCOMPLETE"
        assert moved() == before
        # Whatever way it came so far, its day does not bring it into force.
        PurchaseRule.objects.filter(pk=row.pk).update(state=S.CONSULTATION, in_force_from=at.date())
        before = moved()
        with pytest.raises(DomainError) as refusal:
            transition(RULE, row, E.ENTER, by=_platform(country), at=at)
        assert refusal.value.code == "PURCHASING.RULE_INCOMPLETE"
        assert moved() == before


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (K.MEASURES, {"panel_size": "4"}),
        (K.MEASURES, {"min_days": "1.5"}),
        (K.MEASURES, {"last_share_min": "101"}),
        (K.BID_SYSTEM, {"items": [item(0)]}),
        (K.BID_SYSTEM, {"items": [item("NaN")]}),
        (K.BID_SYSTEM, {"items": [item(50), item(50)]}),
        (K.PROJECT_CONTRACT, {"clauses": [{"title": "双方", "text": "${nobody}"}]}),
        (K.PROJECT_CONTRACT, {"clauses": [{"title": "双方", "text": "${buyer"}]}),
        (K.PROJECT_CONTRACT, {"clauses": [{"title": "", "text": "甲方"}]}),
    ],
)
def test_what_cannot_be_meant_is_not_saved(kind: RuleKind, content: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        rule_content.read(kind, content)


def test_a_day_gone_by_is_refused(country: Country, actor_of: ActorOf, at: datetime) -> None:
    admin = actor_of("430105", Role.UNION_ADMIN)
    with inside(country["430105"]):
        row = actions.draft(kind=K.MEASURES, by=admin, at=at)
        before = moved()
        with pytest.raises(DomainError) as refusal:
            transition(RULE, row, E.ISSUE, by=admin, at=at, data={"in_force_from": "2026-11-19"})
        assert refusal.value.code == "PURCHASING.RULE_DAY_PAST"
        assert moved() == before


def test_staff_read_rules_and_change_none(country: Country, actor_of: ActorOf, at: datetime) -> None:
    staff = actor_of("430105", Role.UNION_STAFF)
    with inside(country["430105"]):
        row = factory.rule(K.MEASURES)
        assert list(selectors.rules(staff)) == [row]
        assert list(selectors.rules(actor_of("430105", Role.REVIEWER, Role.UNIT_USER))) == []
        with pytest.raises(Refused):
            actions.draft(kind=K.MEASURES, by=staff, at=at)
        with pytest.raises(Refused):
            transition(RULE, row, E.REPEAL, by=staff, at=at, reason="旧")
        with pytest.raises(StateRefused):
            transition(RULE, row, E.ISSUE, by=actor_of("430105", Role.UNION_ADMIN), at=at, data=TODAY)
    with inside(country["430111"]):
        assert list(selectors.rules(actor_of("430111", Role.UNION_ADMIN))) == []


def test_an_edit_of_what_changed_meanwhile_is_a_conflict(country: Country, actor_of: ActorOf, at: datetime) -> None:
    admin = actor_of("430105", Role.UNION_ADMIN)
    with inside(country["430105"]):
        row = actions.draft(kind=K.FUNDS, by=admin, at=at)
        actions.edit(rule=row, title="经费细则", content={"text": "一"}, version=1, by=admin, at=at)
        with pytest.raises(Conflict):
            actions.edit(rule=row, title="经费细则", content={"text": "二"}, version=1, by=admin, at=at)
        assert PurchaseRule.objects.get().content == {"text": "一"}


@pytest.fixture
def two_drafts(own_database: str, at: datetime) -> Iterator[list[PurchaseRule]]:
    admin = people.actor("430105", Role.UNION_ADMIN)
    with inside(TradeUnion.objects.get(code="430105")):
        rule_defaults.ensure(at=at)
        yield [actions.draft(kind=K.MEASURES, by=admin, at=at) for _ in range(2)]


def test_of_two_editions_issued_at_once_one_is_in_force(two_drafts: list[PurchaseRule], at: datetime) -> None:
    name = connection.settings_dict["NAME"]

    def issue(row: PurchaseRule) -> str:
        connections["default"].settings_dict["NAME"] = name
        try:
            with inside(TradeUnion.objects.get(code="430105")):
                admin = people.actor("430105", Role.UNION_ADMIN)
                transition(RULE, row, E.ISSUE, by=admin, at=at, data=TODAY)
            return "done"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(issue, two_drafts)) == ["done", "done"]
    states = PurchaseRule.objects.filter(kind=K.MEASURES).order_by("edition").values_list("state", flat=True)
    assert sorted(states) == [S.IN_FORCE, S.REPEALED, S.REPEALED]
    assert states[0] == S.REPEALED
