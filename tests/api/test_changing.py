"""Mutations: each does its action, tells what was wrong, and writes nothing when refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from api.kit.ids import to_global
from commons.access.actors import system
from commons.audit.models import AuditEvent
from commons.directory import actions as directory
from commons.directory.enums import OrgType, Source
from commons.directory.facts import Facts
from commons.directory.models import RegisteredOrganization
from commons.hierarchy.models import Division, TradeUnion
from commons.kit.clock import now
from commons.people.enums import Role
from commons.tenancy import door
from tenants.history.models import Change
from tenants.registry.models import ContactLog, SocialOrganization
from tests.api.conftest import ask, records
from tests.factories import organizations

CREATE = """mutation($input: CreateOrganizationInput!) { createOrganization(input: $input) {
    organization { id version state name uscc rightsDomains yearFacts { staff } }
    errors { code message path params } } }"""
ON_ENTRY = "mutation($input: %(input)s!) { %(name)s(input: $input) { organization { id state version } errors { code path } } }"


@pytest.fixture
def divisions(country: dict[str, TradeUnion]) -> None:
    for code, name, level, parent in (
        ("430000", "湖南省", "province", None), ("430100", "长沙市", "city", "430000"),
        ("430105", "开福区", "district", "430100"), ("430102", "芙蓉区", "district", "430100"),
    ):
        Division.objects.get_or_create(code=code, defaults={"name": name, "level": level, "parent_id": parent})


def fields(**others: Any) -> dict[str, Any]:
    """What a verified entry needs."""
    return {
        "name": "长沙市开福区启明职工服务中心",
        "uscc": organizations.credit_code(),
        "orgType": "SOCIAL_GROUP",
        "certificateNumber": "湘民证字第010234号",
        "foundingMode": "INDEPENDENT",
        "scope": "LABOUR_RELATIONS",
        "rightsDomains": ["EMPLOYMENT", "SKILLS_TRAINING"],
        "orgDomains": ["SKILLS_TRAINING"],
        "activityContent": "开展职工技能培训",
        "workingMode": "进企业",
        "fundingSources": "会费",
        "staff": 12,
        "regionCode": "430105",
        "industry": "社会工作",
        "contactPhone": "13800001234",
        **others,
    }


def change(client: Client, name: str, input_type: str, **given: Any) -> dict[str, Any]:
    answer: dict[str, Any] = ask(client, ON_ENTRY % {"name": name, "input": input_type}, {"input": given})["data"][name]
    return answer


def test_the_life_of_an_entry(client_of: Callable[..., Client], country: dict[str, TradeUnion], divisions: None) -> None:
    """SM-02 from draft to removed and back, each step by its mutation."""
    client = client_of("430105", Role.UNION_ADMIN)
    made = ask(client, CREATE, {"input": fields()})["data"]["createOrganization"]
    assert made["errors"] == []
    entry = made["organization"]
    assert (entry["state"], entry["version"], entry["yearFacts"]) == ("DRAFT", 1, [{"staff": 12}])
    key = entry["id"]
    for name, input_type, given, state in (
        ("submitOrganization", "OrganizationInput", {}, "TO_VERIFY"),
        ("sendBackOrganization", "ReasonInput", {"reason": "地址不详"}, "DRAFT"),
        ("submitOrganization", "OrganizationInput", {}, "TO_VERIFY"),
        ("verifyOrganization", "VerifyOrganizationInput", {}, "ACTIVE"),
        ("confirmOrganization", "OrganizationInput", {}, "ACTIVE"),
        ("removeOrganization", "ReasonInput", {"reason": "重复登记"}, "REMOVED"),
        ("reopenOrganization", "ReasonInput", {"reason": "误移出"}, "TO_VERIFY"),
    ):
        done = change(client, name, input_type, id=key, **given)
        assert done["errors"] == [], name
        assert done["organization"]["state"] == state
    assert RegisteredOrganization.objects.get(uscc=entry["uscc"]).name == entry["name"]
    with door.inside(country["430105"]):
        assert Change.objects.count() >= 8


def test_everything_wrong_is_told_with_its_place(staff: Client, country: dict[str, TradeUnion], divisions: None) -> None:
    """One error per sentence: code, message, path from the input inwards, params."""
    wrong = fields(uscc="51430105MJJ0000000", contactPhone="12", regionCode="999999")
    payload = ask(staff, CREATE, {"input": wrong})["data"]["createOrganization"]
    assert payload["organization"] is None
    assert {tuple(error["path"]) for error in payload["errors"]} == {
        ("input", "uscc"), ("input", "contactPhone"), ("input", "regionCode"),
    }
    assert all(error["code"] == "INVALID" and error["message"] and error["params"] == {} for error in payload["errors"])
    with door.inside(country["430105"]):
        assert not SocialOrganization.objects.exists()
    assert not AuditEvent.objects.filter(event__startswith="registry").exists()


def test_a_duplicate_names_the_entry(staff: Client, country: dict[str, TradeUnion], divisions: None) -> None:
    kept = records(country["430105"])
    payload = ask(staff, CREATE, {"input": fields(uscc=kept.organization.uscc)})["data"]["createOrganization"]
    [error] = payload["errors"]
    assert (error["code"], error["path"]) == ("REGISTRY.DUPLICATE_CREDIT_CODE", ["input", "uscc"])
    assert error["params"]["name"] == kept.organization.name


def test_an_update_needs_the_version_that_was_read(staff: Client, country: dict[str, TradeUnion], divisions: None) -> None:
    made = ask(staff, CREATE, {"input": fields()})["data"]["createOrganization"]["organization"]
    first = change(
        staff, "updateOrganization", "UpdateOrganizationInput", id=made["id"], version=1, changes={"alias": "启明中心"}
    )
    assert first == {"organization": {"id": made["id"], "state": "DRAFT", "version": 2}, "errors": []}
    second = change(
        staff, "updateOrganization", "UpdateOrganizationInput", id=made["id"], version=1, changes={"alias": "另一个"}
    )
    assert second == {"organization": None, "errors": [{"code": "CONFLICT", "path": []}]}
    with door.inside(country["430105"]):
        assert SocialOrganization.objects.get().alias == "启明中心"
    emptied = change(
        staff, "updateOrganization", "UpdateOrganizationInput", id=made["id"], version=2, changes={"alias": None}
    )
    assert emptied["errors"] == []
    with door.inside(country["430105"]):
        assert SocialOrganization.objects.get().alias == ""


def test_contacts_ratings_and_years(staff: Client, country: dict[str, TradeUnion]) -> None:
    kept = records(country["430105"])
    key = kept.ids["SocialOrganization"]
    entry = kept.organization
    facts = Facts(uscc=entry.uscc, name=entry.name, org_type=OrgType.SOCIAL_GROUP)
    directory.upsert(facts=facts, source=Source.UNION, by=system("test", kept.union), at=now())
    log = ask(
        staff,
        "mutation($input: LogContactInput!) { logContact(input: $input) { contactLog { id topics kind createdByName } errors { code } } }",
        {"input": {"organization": key, "contactedOn": "2026-10-20", "kind": "VISIT", "topics": "走访了解诉求"}},
    )["data"]["logContact"]
    assert log["errors"] == []
    assert (log["contactLog"]["topics"], log["contactLog"]["createdByName"]) == ("走访了解诉求", "张三")
    rating = ask(
        staff,
        "mutation($input: RecordRatingInput!) { recordRating(input: $input) { rating { grade state validUntil } errors { code message } } }",
        {"input": {"organization": key, "grade": "A5", "assessor": "湖南省民政厅", "certificateNumber": "A5-1",
                   "assessedOn": "2026-05-01"}},
    )["data"]["recordRating"]
    assert rating == {"rating": {"grade": "A5", "state": "GRANTED", "validUntil": "2031-05-01"}, "errors": []}
    year = ask(
        staff,
        "mutation($input: RecordYearFactInput!) { recordYearFact(input: $input) { yearFact { year staff income } errors { code message } } }",
        {"input": {"organization": key, "year": 2025, "staff": 9, "income": "120000.50"}},
    )["data"]["recordYearFact"]
    assert year == {"yearFact": {"year": 2025, "staff": 9, "income": "120000.50"}, "errors": []}
    with door.inside(country["430105"]):
        assert ContactLog.objects.filter(topics="走访了解诉求").count() == 1


@pytest.mark.parametrize(
    ("role", "name", "code"),
    [
        (Role.LEADER, "submitOrganization", "REFUSED"),
        (Role.REVIEWER, "submitOrganization", "REFUSED"),
        (Role.UNION_STAFF, "removeOrganization", "REFUSED"),
        (Role.UNION_STAFF, "reopenOrganization", "REFUSED"),
        (Role.UNION_STAFF, "submitOrganization", "REGISTRY.STATE"),
        (Role.UNION_ADMIN, "removeOrganization", None),
    ],
)
def test_who_may(
    client_of: Callable[..., Client], country: dict[str, TradeUnion], role: Role, name: str, code: str | None
) -> None:
    """DOMAIN §4.2: refused means nothing is written."""
    kept = records(country["430105"])
    with_reason = name in {"removeOrganization", "reopenOrganization"}
    given = {"reason": "按决定"} if with_reason else {}
    done = change(
        client_of("430105", role),
        name,
        "ReasonInput" if with_reason else "OrganizationInput",
        id=kept.ids["SocialOrganization"],
        **given,
    )
    assert [error["code"] for error in done["errors"]] == ([code] if code else [])
    with door.inside(country["430105"]):
        assert SocialOrganization.objects.get().version == (2 if code is None else 1)
        assert Change.objects.count() == (1 if code is None else 0)


def test_the_refusal_of_a_field_names_the_rule(client_of: Callable[..., Client]) -> None:
    found = ask(client_of("000000", Role.NATIONAL_ADMIN), "{ organizations { totalCount } }")
    assert found["errors"][0]["extensions"]["params"]["rule"] == "V11"


def test_a_union_joins_by_application(
    client_of: Callable[..., Client], country: dict[str, TradeUnion], divisions: None
) -> None:
    """SM-01: the parent's administrator applies, the nation approves."""
    parent = client_of("430100", Role.UNION_ADMIN)
    nation = client_of("000000", Role.NATIONAL_ADMIN)
    wish = {
        "code": "430102", "parentCode": "430100", "leaderInCharge": "周建国", "responsibleDepartment": "基层工作部",
        "dedicatedPerson": "李敏", "adminName": "刘洋",
    }
    applied = ask(
        parent,
        "mutation($input: ApplyForUnionInput!) { applyForUnion(input: $input) { application { id code state parent { code } } "
        "errors { code message path } } }",
        {"input": wish},
    )["data"]["applyForUnion"]
    assert applied["errors"] == []
    assert (applied["application"]["state"], applied["application"]["parent"]) == ("PARENT_CONFIRMED", {"code": "430100"})
    key = applied["application"]["id"]
    approve = "mutation($input: ApplicationInput!) { approveApplication(input: $input) { union { code state } errors { code } } }"
    refused = ask(parent, approve, {"input": {"id": key}})["data"]["approveApplication"]
    assert refused == {"union": None, "errors": [{"code": "REFUSED"}]}
    listed = ask(nation, "{ applications(state: PARENT_CONFIRMED) { totalCount edges { node { id code } } } }")
    assert listed["data"]["applications"]["edges"] == [{"node": {"id": key, "code": "430102"}}]
    beside = client_of("430111", Role.UNION_ADMIN)
    absent = ask(beside, approve.replace("approveApplication", "confirmApplication").replace("union { code state }", "application { code }"),
                 {"input": {"id": key}})
    assert absent["data"]["confirmApplication"]["errors"] == [{"code": "NOT_FOUND"}]
    joined = ask(nation, approve, {"input": {"id": key}})["data"]["approveApplication"]
    assert joined["errors"] == []
    assert joined["union"]["code"] == "430102"


def test_a_union_is_suspended_and_resumed(client_of: Callable[..., Client], country: dict[str, TradeUnion]) -> None:
    nation, theirs = client_of("000000", Role.NATIONAL_ADMIN), client_of("440304", Role.UNION_STAFF)
    change_state = "mutation($input: UnionStateInput!) { %s(input: $input) { union { code state } errors { code } } }"
    given = {"input": {"code": "440304", "reason": "机构调整"}}
    assert ask(nation, change_state % "suspendUnion", given)["data"]["suspendUnion"] == {
        "union": {"code": "440304", "state": "SUSPENDED"}, "errors": [],
    }
    assert ask(theirs, "{ organizations { totalCount } }")["data"]["organizations"] is None
    assert ask(nation, change_state % "resumeUnion", given)["data"]["resumeUnion"]["union"]["state"] == "ACTIVE"
    assert ask(theirs, "{ organizations { totalCount } }")["data"]["organizations"] == {"totalCount": 0}


def test_ids_of_other_types_are_like_none(staff: Client, country: dict[str, TradeUnion]) -> None:
    kept = records(country["430105"])
    assert kept.organization.pk
    for key in (kept.ids["ContactLog"], to_global("SocialOrganization", "x"), to_global("TradeUnion", "430105")):
        done = change(staff, "submitOrganization", "OrganizationInput", id=key)
        assert [error["code"] for error in done["errors"]] == ["NOT_FOUND"]
    done = change(staff, "submitOrganization", "OrganizationInput", id="???")
    assert [error["code"] for error in done["errors"]] == ["API.BAD_ID"]
