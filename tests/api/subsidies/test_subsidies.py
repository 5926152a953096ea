"""Subsidies by the API, with accounts of both unions and of none: acceptance scenario 5. Source: DOMAIN §3.7 SM-24, R6; E18, E19; V3, V7."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from api.kit.ids import to_global
from commons.audit.models import AuditEvent
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import today
from commons.people.enums import Role
from commons.subsidies.enums import SubsidyState
from commons.subsidies.models import SubsidisedProject, Subsidy, SubsidyChange, SubsidyRound
from commons.tenancy import door
from tenants.purchasing import subsidised
from tenants.purchasing.enums import RuleKind
from tenants.purchasing.models import ServiceProject
from tests.api.conftest import Bearer, ask
from tests.api.needs.conftest import codes, done, step
from tests.commons.subsidies.conftest import LOWER, THIRD, UPPER, subsidised_project
from tests.factories import purchase_rows
from tests.factories.purchasing import course
from tests.tenants.purchasing.figures.asking import fold_all

DRAW_UP = """mutation($input: DrawUpRoundInput!) { drawUpSubsidyRound(input: $input) { errors { code path }
    round { id version state budget granted standard measures fromUnionCode } } }"""
CHANGE_ROUND = """mutation($input: UpdateRoundInput!) { updateSubsidyRound(input: $input) { errors { code path }
    round { title note perProjectCap standard version } } }"""
DRAFT = """mutation($input: DraftSubsidyInput!) { draftSubsidy(input: $input) { errors { code path }
    subsidy { id version state headcount standard ceiling applied fromUnionCode toUnionCode projects { number title amount }
    round { title budget granted } } } }"""
CHANGE = """mutation($input: UpdateSubsidyInput!) { updateSubsidy(input: $input) { errors { code path }
    subsidy { applied headcount ceiling version } } }"""
ROUNDS = "{ subsidyRounds { totalCount edges { node { id title budget granted } } } }"
LIST = """query($side: SubsidySide) { subsidies(side: $side) { totalCount edges { node { id state applied toUnionName } } } }"""
NODE = """query($id: ID!) { node(id: $id) { id ... on Subsidy { state granted paidOn spent verified refund refundedOn
    accounts { title contracts spent } progress { title paid contractAmount } } } }"""
STEPS = "query($id: ID!) { availableTransitions(id: $id) { event } }"


@dataclass(frozen=True)
class Sides:
    """Accounts of 上海 and 浦东, and of a union that is party to nothing."""

    upper_admin: Client
    upper_staff: Client
    upper_finance: Client
    upper_leader: Client
    lower_admin: Client
    lower_staff: Client
    third_admin: Client
    project: ServiceProject
    terms: dict[str, Any]

    def opened(self, **terms: Any) -> str:
        made = ask(self.upper_admin, DRAW_UP, {"input": {**self.terms, **terms}})["data"]["drawUpSubsidyRound"]
        assert made["errors"] == []
        assert done(self.upper_admin, made["round"]["id"], "open") == "open"
        return str(made["round"]["id"])

    def drafted(self, taking: str, amount: str = "150000", headcount: int = 2000) -> dict[str, Any]:
        given = {"round": taking, "headcount": headcount, "amounts": self.amounts(amount)}
        made = ask(self.lower_staff, DRAFT, {"input": given})["data"]["draftSubsidy"]
        assert made["errors"] == []
        subsidy: dict[str, Any] = made["subsidy"]
        return subsidy

    def amounts(self, amount: str) -> list[dict[str, str]]:
        return [{"project": str(self.project.pk), "amount": amount}]


@pytest.fixture
def sides(country: dict[str, TradeUnion], client_of: Callable[..., Client]) -> Sides:
    with door.inside(country[UPPER]):
        course.rule(RuleKind.SUBSIDY, doc_no="沪工总基〔2026〕8号")
    return Sides(
        upper_admin=client_of(UPPER, Role.UNION_ADMIN),
        upper_staff=client_of(UPPER, Role.UNION_STAFF),
        upper_finance=client_of(UPPER, Role.LEADER, Role.FINANCE),
        upper_leader=client_of(UPPER, Role.LEADER),
        lower_admin=client_of(LOWER, Role.UNION_ADMIN),
        lower_staff=client_of(LOWER, Role.UNION_STAFF),
        third_admin=client_of(THIRD, Role.UNION_ADMIN),
        project=subsidised_project(country[LOWER]),
        terms={
            "year": 2026,
            "title": "购买社会组织服务补贴",
            "standard": "100",
            "budget": "500000",
            "applyBy": (today() + timedelta(days=30)).isoformat(),
            "perProjectCap": "200000",
        },
    )


def everything() -> tuple[object, ...]:
    rows = [list(model.objects.order_by("pk").values()) for model in (SubsidyRound, Subsidy, SubsidisedProject)]
    return (*rows, SubsidyChange.objects.count(), AuditEvent.objects.count())


def figure(client: Client, indicator: str, *, own: bool = False) -> float | None:
    """The acting account's figure of 上海 for the year, its subtree or its own level."""
    asked = f'rollup(indicators: ["{indicator}"], period: "2026", scope: {"OWN" if own else "SUBTREE"})'
    [told] = ask(client, f'{{ union(code: "310000") {{ {asked} {{ value }} }} }}')["data"]["union"]["rollup"]
    value: float | None = told["value"]
    return value


def test_scenario_five(sides: Sides, country: dict[str, TradeUnion]) -> None:
    """上海 grants 浦东 a subsidy above headcount × standard: refused; one within goes all the way, and no money is counted twice."""
    with door.inside(country[LOWER]):
        contract = purchase_rows.contract(sides.project, date(2026, 3, 2), amount=Decimal("120000.00"))
        purchase_rows.payment(contract, "120000.00", date(2026, 4, 1))
    with door.inside(country[UPPER]):
        purchase_rows.payment(purchase_rows.purchase(), "30000.00", date(2026, 5, 8))
    fold_all(country)
    before = {name: figure(sides.upper_leader, name) for name in ("PUR-01", "PUR-02", "PUR-03")}
    assert before == {"PUR-01": 2.0, "PUR-02": 210000.0, "PUR-03": 150000.0}

    taking = sides.opened()
    # 1,000 heads × 100 yuan = 100,000 yuan; 150,000 are asked for.
    subsidy = sides.drafted(taking, "150000", 1000)
    id = subsidy["id"]
    assert subsidy == {
        "id": id,
        "version": 1,
        "state": "DRAFT",
        "headcount": 1000,
        "standard": "100.00",
        "ceiling": "100000.00",
        "applied": "150000.00",
        "fromUnionCode": UPPER,
        "toUnionCode": LOWER,
        "projects": [{"number": sides.project.number, "title": sides.project.title, "amount": "150000.00"}],
        # What 上海 has set aside in all, and what it has granted to others, is not 浦东's to know.
        "round": {"title": "购买社会组织服务补贴", "budget": None, "granted": None},
    }
    kept = everything()
    above = step(sides.lower_staff, id, "sign")
    assert above == {"errors": [{"code": "SUBSIDY.ABOVE_CEILING", "path": []}], "state": None}
    assert everything() == kept

    change = {"id": id, "version": 1, "headcount": 1200, "amounts": sides.amounts("120000")}
    assert ask(sides.lower_staff, CHANGE, {"input": change})["data"]["updateSubsidy"] == {
        "errors": [],
        "subsidy": {"applied": "120000.00", "headcount": 1200, "ceiling": "120000.00", "version": 2},
    }
    assert done(sides.lower_staff, id, "sign") == "signed"
    assert done(sides.lower_admin, id, "apply") == "applied"
    assert done(sides.upper_staff, id, "review", data={"proposed": "120000", "review": "同意"}) == "applied"
    # The application may say what it will: granted is by headcount and standard anew.
    Subsidy.objects.filter(pk=Subsidy.objects.get().pk).update(
        applied=Decimal("150000.00"), ceiling=Decimal("150000.00")
    )
    kept = everything()
    refused = step(sides.upper_admin, id, "grant", data={"granted": "120000.01"})
    assert refused == {"errors": [{"code": "SUBSIDY.GRANTED_ABOVE_CEILING", "path": []}], "state": None}
    assert everything() == kept
    Subsidy.objects.update(applied=Decimal("120000.00"), ceiling=Decimal("120000.00"))
    assert done(sides.upper_admin, id, "grant", data={"granted": "120000"}) == "granted"
    day = today().isoformat()
    assert done(sides.upper_finance, id, "pay", data={"paidOn": day, "voucherNo": "记-1125"}) == "paid"
    spent = {"contracts_1": "HT-2026-0003", "spent_1": "118000.50"}
    assert done(sides.lower_staff, id, "account", data=spent) == "accounted"
    assert done(sides.upper_staff, id, "verify", data={"verified": "118000.50"}) == "verified"
    assert done(sides.upper_finance, id, "refund", data={"refundedOn": day}) == "verified"
    with door.inside(country[LOWER]):
        assert subsidised.refresh(sides.project, at=Subsidy.objects.get().updated_at) == 1
    told = {
        "id": id,
        "state": "VERIFIED",
        "granted": "120000.00",
        "paidOn": day,
        "spent": "118000.50",
        "verified": "118000.50",
        "refund": "1999.50",
        "refundedOn": day,
        "accounts": [{"title": sides.project.title, "contracts": "HT-2026-0003", "spent": "118000.50"}],
        "progress": [{"title": sides.project.title, "paid": "120000.00", "contractAmount": "120000.00"}],
    }
    for client in (sides.upper_leader, sides.lower_admin):
        assert ask(client, NODE, {"id": id})["data"]["node"] == told

    fold_all(country)
    after = {name: figure(sides.upper_leader, name) for name in ("PUR-01", "PUR-02", "PUR-03")}
    assert after == before
    assert figure(sides.upper_leader, "PUR-03", own=True) == 30000.0


def test_a_round_is_drawn_up_changed_and_opened(sides: Sides) -> None:
    made = ask(sides.upper_admin, DRAW_UP, {"input": sides.terms})["data"]["drawUpSubsidyRound"]
    taking = made["round"]["id"]
    assert made == {
        "errors": [],
        "round": {
            "id": taking,
            "version": 1,
            "state": "DRAFT",
            "budget": "500000.00",
            "granted": "0.00",
            "standard": "100.00",
            "measures": None,
            "fromUnionCode": UPPER,
        },
    }
    assert ask(sides.lower_admin, ROUNDS)["data"]["subsidyRounds"]["totalCount"] == 0
    change = {"id": taking, "version": 1, "title": "服务补贴", "perProjectCap": None, "standard": "90"}
    assert ask(sides.upper_admin, CHANGE_ROUND, {"input": change})["data"]["updateSubsidyRound"] == {
        "errors": [],
        "round": {"title": "服务补贴", "note": None, "perProjectCap": None, "standard": "90.00", "version": 2},
    }
    late = ask(sides.upper_admin, CHANGE_ROUND, {"input": change})["data"]["updateSubsidyRound"]
    assert late == {"errors": [{"code": "CONFLICT", "path": []}], "round": None}
    assert done(sides.upper_admin, taking, "open") == "open"
    read = ask(sides.lower_staff, ROUNDS)["data"]["subsidyRounds"]
    assert read == {
        "totalCount": 1,
        "edges": [{"node": {"id": taking, "title": "服务补贴", "budget": None, "granted": None}}],
    }
    kept = everything()
    theirs = {"id": taking, "version": 3, "note": "甲"}
    told = ask(sides.lower_admin, CHANGE_ROUND, {"input": theirs})["data"]["updateSubsidyRound"]
    assert (told["errors"][0]["code"], told["round"]) == ("WORKFLOW.STATE", None)
    assert everything() == kept


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"title": " "}, "title"),
        ({"standard": "0"}, "standard"),
        ({"budget": "-1"}, "budget"),
        ({"perProjectCap": "0"}, "perProjectCap"),
        ({"applyBy": "2026-01-01"}, "applyBy"),
        ({"year": 1}, "year"),
    ],
)
def test_a_round_that_cannot_be_is_not_written(sides: Sides, change: dict[str, Any], path: str) -> None:
    kept = everything()
    told = ask(sides.upper_admin, DRAW_UP, {"input": {**sides.terms, **change}})["data"]["drawUpSubsidyRound"]
    assert told == {"errors": [{"code": "INVALID", "path": ["input", path]}], "round": None}
    assert everything() == kept


def test_an_application_that_cannot_be_is_not_written(sides: Sides, country: dict[str, TradeUnion]) -> None:
    taking = sides.opened()
    other = subsidised_project(country["430111"])
    kept = everything()
    for change, path in (
        ({"headcount": 0}, "headcount"),
        ({"amounts": []}, "projects"),
        ({"amounts": sides.amounts("-1")}, "projects"),
        ({"amounts": sides.amounts("1") * 2}, "amounts"),
        ({"amounts": [{"project": str(other.pk), "amount": "1"}]}, "projects"),
    ):
        given = {"round": taking, "headcount": 2000, "amounts": sides.amounts("1000"), **change}
        told = ask(sides.lower_staff, DRAFT, {"input": given})["data"]["draftSubsidy"]
        assert told == {"errors": [{"code": "INVALID", "path": ["input", path]}], "subsidy": None}
    given = {"round": taking, "headcount": 2000, "amounts": sides.amounts("1000")}
    told = ask(sides.upper_staff, DRAFT, {"input": given})["data"]["draftSubsidy"]
    assert told["errors"][0]["code"] == "INVALID"
    assert everything() == kept


def test_what_may_be_asked_for(sides: Sides) -> None:
    query = "{ subsidisableProjects { id number title amount } }"
    assert ask(sides.lower_staff, query)["data"]["subsidisableProjects"] == [
        {
            "id": str(sides.project.pk),
            "number": sides.project.number,
            "title": sides.project.title,
            "amount": "150000.00",
        }
    ]
    assert ask(sides.upper_staff, query)["data"]["subsidisableProjects"] == []
    assert codes(ask(sides.upper_leader, query)) == ["REFUSED"]


def test_both_parties_find_it_each_on_its_side(sides: Sides) -> None:
    subsidy = sides.drafted(sides.opened())
    id = subsidy["id"]
    assert ask(sides.upper_admin, LIST)["data"]["subsidies"]["totalCount"] == 0
    assert ask(sides.upper_admin, NODE, {"id": id})["data"]["node"] is None
    assert codes(ask(sides.upper_admin, STEPS, {"id": id})) == ["NOT_FOUND"]
    assert [one["event"] for one in ask(sides.lower_staff, STEPS, {"id": id})["data"]["availableTransitions"]] == [
        "sign"
    ]
    assert done(sides.lower_staff, id, "sign") == "signed"
    assert done(sides.lower_admin, id, "apply") == "applied"
    one = {"id": id, "state": "APPLIED", "applied": "150000.00", "toUnionName": "上海市浦东新区总工会"}
    for client, side, found in (
        (sides.upper_leader, "GIVEN", 1),
        (sides.upper_leader, "RECEIVED", 0),
        (sides.lower_admin, "RECEIVED", 1),
        (sides.lower_admin, "GIVEN", 0),
    ):
        listed = ask(client, LIST, {"side": side})["data"]["subsidies"]
        assert listed == {"totalCount": found, "edges": [{"node": one}] * found}
    events = {
        name: [told["event"] for told in ask(client, STEPS, {"id": id})["data"]["availableTransitions"]]
        for name, client in vars(sides).items()
        if isinstance(client, Client) and name != "third_admin"
    }
    assert events == {
        "upper_admin": ["review", "return", "grant", "refuse"],
        "upper_staff": ["review", "return"],
        "upper_finance": [],
        "upper_leader": [],
        "lower_admin": [],
        "lower_staff": [],
    }


def test_lists_are_narrowed(sides: Sides) -> None:
    taking = sides.opened()
    other = sides.opened(title="第二批", year=2025)
    sides.drafted(taking)
    for field, arguments, found in (
        ("subsidies", f'round: "{taking}"', 1),
        ("subsidies", f'round: "{other}"', 0),
        ("subsidies", "state: DRAFT, year: 2026", 1),
        ("subsidies", "state: APPLIED", 0),
        ("subsidies", "year: 2025", 0),
        ("subsidyRounds", "state: OPEN", 2),
        ("subsidyRounds", "year: 2025", 1),
        ("subsidyRounds", "state: CLOSED", 0),
    ):
        told = ask(sides.lower_admin, f"{{ {field}({arguments}) {{ totalCount edges {{ node {{ id }} }} }} }}")["data"]
        assert (told[field]["totalCount"], len(told[field]["edges"])) == (found, found), arguments


def test_no_third_union_and_no_partner(
    sides: Sides, partner_of: Callable[[str], Bearer], client_of: Callable[..., Client]
) -> None:
    """Neither one elsewhere nor one above both: the two parties, and nobody beside them. Source: V3, V7."""
    taking = sides.opened()
    id = sides.drafted(taking)["id"]
    done(sides.lower_staff, id, "sign")
    done(sides.lower_admin, id, "apply")
    kept = everything()
    for client in (sides.third_admin, client_of("000000", Role.UNION_ADMIN), client_of("430105", Role.UNION_ADMIN)):
        for one in (id, taking):
            assert ask(client, NODE, {"id": one})["data"]["node"] is None
            assert codes(ask(client, STEPS, {"id": one})) == ["NOT_FOUND"]
        for one, event in ((id, "review"), (id, "refuse"), (id, "sign"), (taking, "close")):
            assert step(client, one, event, reason="甲") == {
                "errors": [{"code": "NOT_FOUND", "path": []}],
                "state": None,
            }
        assert ask(client, LIST)["data"]["subsidies"] == {"totalCount": 0, "edges": []}
        assert ask(client, ROUNDS)["data"]["subsidyRounds"] == {"totalCount": 0, "edges": []}
        given = {"round": taking, "headcount": 1, "amounts": sides.amounts("1")}
        told = ask(client, DRAFT, {"input": given})["data"]["draftSubsidy"]
        assert told == {"errors": [{"code": "NOT_FOUND", "path": []}], "subsidy": None}
    assert everything() == kept
    assert Subsidy.objects.get().state == SubsidyState.APPLIED
    assert codes(ask(partner_of(UPPER), LIST)) == ["REFUSED"]


def test_an_id_of_another_type_is_like_none(sides: Sides) -> None:
    taking = SubsidyRound(pk=sides.project.pk)
    for id in (to_global("SubsidyRound", taking.pk), to_global("Subsidy", taking.pk), to_global("SubsidyRound", "x")):
        given = {"round": id, "headcount": 1, "amounts": sides.amounts("1")}
        told = ask(sides.lower_staff, DRAFT, {"input": given})["data"]["draftSubsidy"]
        assert told["errors"] == [{"code": "NOT_FOUND", "path": []}]
