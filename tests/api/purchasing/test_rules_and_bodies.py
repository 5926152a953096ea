"""Rules, providers, experts and the market by the API. Source: T2, T3, SM-15; E12-E15, E34."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client

from api.kit.ids import to_global
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy import door
from tenants.purchasing.models import Contract, Expert, Listing, Match, Provider, PurchaseRule
from tests.api.conftest import ask
from tests.api.needs.conftest import codes, done, step, written
from tests.factories import organizations, people
from tests.factories import purchase_rows as make
from tests.factories.purchasing import market

ADD = """mutation($input: AddProviderInput!) { addProvider(input: $input) { errors { code path }
    provider { id name version contactPhone bankAccount vettingUntil } } }"""
UPDATE = """mutation($input: UpdateProviderInput!) { updateProvider(input: $input) { errors { code path }
    provider { version bankAccount vettingUntil hasUnion } } }"""
EXPERT = """mutation($input: AddExpertInput!) { addExpert(input: $input) { errors { code path }
    expert { id code name fields conflicts userId version } } }"""
CORRECT = """mutation($input: UpdateExpertInput!) { updateExpert(input: $input) { errors { code path }
    expert { name isActive version fields } } }"""
DRAFT = """mutation($input: DraftRuleInput!) { draftPurchaseRule(input: $input) { errors { code path }
    rule { id version edition title content state } } }"""
EDIT = """mutation($input: UpdateRuleInput!) { updatePurchaseRule(input: $input) { errors { code path }
    rule { version title content } } }"""
POST = """mutation($input: PostListingInput!) { postListing(input: $input) { errors { code path }
    listing { id state poster { name contactPhone } } } }"""
KINDS = (Provider, Expert, PurchaseRule, Listing, Match, Contract)


@pytest.fixture
def kaifu(country: dict[str, TradeUnion]) -> Iterator[TradeUnion]:
    with door.inside(country["430105"]) as union:
        yield union


@pytest.fixture
def admin(client_of: Callable[..., Client]) -> Client:
    return client_of("430105", Role.UNION_ADMIN)


def act(client: Client, query: str, **given: Any) -> dict[str, Any]:
    ((told,),) = [ask(client, query, {"input": given})["data"].values()]
    return dict(told)


def test_a_provider_is_recorded_and_corrected(kaifu: TradeUnion, staff: Client) -> None:
    code = organizations.credit_code()
    given = {"kind": "ENTERPRISE", "name": "正衡评估", "uscc": code, "bankAccount": "6222020200112233"}
    before = written(kaifu, *KINDS)
    for change, path in (({"name": ""}, "name"), ({"uscc": "X"}, "uscc"), ({"uscc": ""}, "uscc")):
        told = act(staff, ADD, **{**given, **change})
        assert told == {"errors": [{"code": "INVALID", "path": ["input", path]}], "provider": None}
    assert written(kaifu, *KINDS) == before
    told = act(staff, ADD, **given, vettingUntil="2028-01-01", contactPhone="13800001111")
    found = told["provider"]
    assert told["errors"] == []
    assert (found["bankAccount"], found["vettingUntil"]) == ("************2233", "2028-01-01")
    changed = act(staff, UPDATE, id=found["id"], version=1, hasUnion=True, vettingUntil=None)
    assert changed["provider"] == {
        "version": 2,
        "bankAccount": "************2233",
        "vettingUntil": None,
        "hasUnion": True,
    }
    assert act(staff, UPDATE, id=found["id"], version=1, hasUnion=False)["errors"][0]["code"] == "CONFLICT"
    row = Provider.objects.get(uscc=code)
    assert (row.bank_account, row.contact_phone) == ("6222020200112233", "13800001111")


def test_an_expert_enters_the_pool_once_per_account(kaifu: TradeUnion, staff: Client) -> None:
    holder = people.user("王专家")
    people.assign(holder, kaifu, Role.REVIEWER)
    account = to_global("User", holder.pk)
    given = {"name": "王专家", "kind": "SCHOLAR", "fields": ["PSYCHOLOGICAL"], "userId": account}
    told = act(staff, EXPERT, **given)
    assert told["errors"] == []
    assert told["expert"] | {"id": ""} == {
        "id": "",
        "code": "ZJ-0001",
        "name": "王专家",
        "fields": ["PSYCHOLOGICAL"],
        "conflicts": [],
        "userId": account,
        "version": 1,
    }
    before = written(kaifu, *KINDS)
    assert act(staff, EXPERT, **given)["errors"] == [{"code": "INVALID", "path": ["input", "userId"]}]
    elsewhere = {**given, "userId": to_global("User", people.actor("430111", Role.REVIEWER).user_id)}
    assert act(staff, EXPERT, **elsewhere)["errors"] == [{"code": "INVALID", "path": ["input", "userId"]}]
    assert act(staff, EXPERT, **{**given, "conflicts": ["X"]})["errors"][0]["path"] == ["input", "conflicts"]
    assert written(kaifu, *KINDS) == before
    changed = act(staff, CORRECT, id=told["expert"]["id"], version=1, isActive=False)
    assert changed["expert"] == {"name": "王专家", "isActive": False, "version": 2, "fields": ["PSYCHOLOGICAL"]}


def test_a_rule_is_drafted_edited_and_put_in_force(kaifu: TradeUnion, admin: Client, staff: Client) -> None:
    assert act(staff, DRAFT, kind="OTHER")["errors"] == [{"code": "REFUSED", "path": []}]
    rule = act(admin, DRAFT, kind="OTHER", title="验收办法")["rule"]
    assert (rule["edition"], rule["state"], rule["content"]) == (1, "DRAFT", {})
    told = act(admin, EDIT, id=rule["id"], version=1, title="验收办法", content={"text": "验收须有三人。"})
    assert told["rule"] == {"version": 2, "title": "验收办法", "content": {"text": "验收须有三人。"}}
    assert act(admin, EDIT, id=rule["id"], version=1, title="验收办法", content={})["errors"][0]["code"] == "CONFLICT"


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("MEASURES", {"min_bids": "x"}),
        ("MEASURES", {"min_bids": {"a": []}}),
        ("BID_SYSTEM", {"items": 5}),
        ("BID_SYSTEM", {"items": [5]}),
        ("BID_SYSTEM", {"items": [{"code": "a", "name": "甲", "weight": "x", "max": 100}]}),
        ("BID_SYSTEM", {"items": [{"code": ["a"], "name": {}, "weight": None}]}),
        ("PROJECT_CONTRACT", {"clauses": "x"}),
        ("PROJECT_CONTRACT", {"clauses": [{"code": 1, "title": None}]}),
        ("PROJECT_CONTRACT", {"clauses": [{"code": "a", "title": "一", "text": "${unknown}", "mandatory": True}]}),
    ],
)
def test_content_of_any_shape_is_read_or_refused(
    kaifu: TradeUnion, admin: Client, kind: str, content: dict[str, Any]
) -> None:
    """JSON can be anything: it is an error of the input, and nothing is written."""
    rule = act(admin, DRAFT, kind=kind)["rule"]
    before = written(kaifu, *KINDS)
    told = act(admin, EDIT, id=rule["id"], version=1, title="新版", content=content)
    assert (told["rule"], {error["code"] for error in told["errors"]}) == (None, {"INVALID"})
    assert written(kaifu, *KINDS) == before


def test_contacts_are_told_when_both_have_agreed(
    kaifu: TradeUnion, staff: Client, country: dict[str, TradeUnion]
) -> None:
    uscc = organizations.credit_code()
    organization = Client()
    organization.force_login(
        people.organization("430105", uscc).user, backend="django.contrib.auth.backends.ModelBackend"
    )
    session = organization.session
    session["acting_union"] = "430105"
    session.save()
    demand = {
        "side": "DEMAND", "title": "职工心理讲座", "field": "PSYCHOLOGICAL", "validUntil": "2030-01-01",
        "contactName": "刘芳", "contactPhone": "13600002222", "posterName": "湘江机械厂",
    }  # fmt: skip
    asked = act(staff, POST, **demand)
    assert asked["errors"] == []
    offered = act(
        organization, POST, **{**demand, "side": "OFFER", "title": "心理讲座服务", "contactPhone": "13500003333"}
    )
    assert offered["listing"]["poster"]["contactPhone"] == "13500003333"
    fits = """query($id: ID!) { recommendedFor(listing: $id) { score listing { id title } } }"""
    ((fit,),) = [ask(staff, fits, {"id": asked["listing"]["id"]})["data"]["recommendedFor"]]
    assert fit["listing"] == {"id": offered["listing"]["id"], "title": "心理讲座服务"}
    recommend = """mutation($input: RecommendMatchInput!) { recommendMatch(input: $input) { errors { code }
        match { id state } } }"""
    given = {"demand": asked["listing"]["id"], "offer": offered["listing"]["id"]}
    match = act(staff, recommend, **given)["match"]
    assert match["state"] == "RECOMMENDED"
    assert act(staff, recommend, **given)["errors"] == [{"code": "INVALID"}]
    sides = """query($id: ID!) { node(id: $id) { ... on Match { demandSide { name contactPhone }
        offerSide { contactPhone } demand { poster { name } } } } }"""
    hidden = {"name": None, "contactPhone": None}
    assert ask(organization, sides, {"id": match["id"]})["data"]["node"] == {
        "demandSide": hidden,
        "offerSide": {"contactPhone": "13500003333"},
        "demand": {"poster": {"name": None}},
    }
    assert step(staff, match["id"], "introduce")["errors"][0]["code"] == "PURCHASING.MATCH_NO_CONSENT"
    assert done(staff, match["id"], "consent_demand", reason="2026年11月1日电话同意。") == "recommended"
    assert done(organization, match["id"], "consent_offer") == "recommended"
    assert done(staff, match["id"], "introduce") == "introduced"
    assert ask(organization, sides, {"id": match["id"]})["data"]["node"] == {
        "demandSide": {"name": "湘江机械厂", "contactPhone": "13600002222"},
        "offerSide": {"contactPhone": "13500003333"},
        # On the market itself the demand stays without its poster.
        "demand": {"poster": {"name": None}},
    }
    with door.inside(country["430111"]):
        theirs = market.demand()
    assert codes(ask(staff, fits, {"id": to_global("Listing", theirs.pk)})) == ["NOT_FOUND"]


def test_what_an_enterprise_bought_is_registered(kaifu: TradeUnion, staff: Client) -> None:
    provider = make.provider()
    query = """mutation($input: RegisterEnterpriseContractInput!) { registerEnterpriseContract(input: $input) {
        errors { code path } contract { amount buyerKind buyerName state } } }"""
    given = {
        "provider": to_global("Provider", provider.pk), "buyerName": "湘江机械厂", "buyerUscc": organizations.credit_code(),
        "title": "职工体检服务", "amount": "30000.50", "signedOn": date(2026, 3, 2).isoformat(),
    }  # fmt: skip
    before = written(kaifu, *KINDS)
    for change, path in (
        ({"buyerUscc": "X"}, "buyerUscc"),
        ({"amount": "0"}, "amount"),
        ({"signedOn": "2099-01-01"}, "signedOn"),
    ):
        told = act(staff, query, **{**given, **change})
        assert told == {"errors": [{"code": "INVALID", "path": ["input", path]}], "contract": None}
    assert written(kaifu, *KINDS) == before
    assert act(staff, query, **given) == {
        "errors": [],
        "contract": {"amount": "30000.50", "buyerKind": "ENTERPRISE", "buyerName": "湘江机械厂", "state": "SIGNED"},
    }
