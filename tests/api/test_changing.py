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
from commons.hierarchy.models import TradeUnion
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


def test_the_life_of_an_entry(
    client_of: Callable[..., Client], country: dict[str, TradeUnion], divisions: None
) -> None:
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


def test_everything_wrong_is_told_with_its_place(
    staff: Client, country: dict[str, TradeUnion], divisions: None
) -> None:
    """One error per sentence: code, message, path from the input inwards, params."""
    wrong = fields(uscc="51430105MJJ0000000", contactPhone="12", regionCode="999999")
    payload = ask(staff, CREATE, {"input": wrong})["data"]["createOrganization"]
    assert payload["organization"] is None
    assert {tuple(error["path"]) for error in payload["errors"]} == {
        ("input", "uscc"),
        ("input", "contactPhone"),
        ("input", "regionCode"),
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


def test_an_update_needs_the_version_that_was_read(
    staff: Client, country: dict[str, TradeUnion], divisions: None
) -> None:
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
        {
            "input": {
                "organization": key,
                "grade": "A5",
                "assessor": "湖南省民政厅",
                "certificateNumber": "A5-1",
                "assessedOn": "2026-05-01",
            }
        },
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


def test_persons_and_plans(staff: Client, country: dict[str, TradeUnion]) -> None:
    kept = records(country["430105"])
    key = kept.ids["SocialOrganization"]
    added = ask(
        staff,
        "mutation($input: AddPersonInput!) { addPerson(input: $input) { person { id name role phone } errors { code } } }",
        {"input": {"organization": key, "name": "赵敏", "role": "LIAISON", "phone": "139 0000 1111"}},
    )["data"]["addPerson"]
    person = added["person"]
    assert person == {"id": person["id"], "name": "赵敏", "role": "LIAISON", "phone": "13900001111"}
    edited = ask(
        staff,
        "mutation($input: EditPersonInput!) { editPerson(input: $input) { person { name role phone } errors { code } } }",
        {"input": {"id": person["id"], "name": "赵敏", "role": "SECRETARY", "phone": ""}},
    )["data"]["editPerson"]
    assert edited == {"person": {"name": "赵敏", "role": "SECRETARY", "phone": None}, "errors": []}
    ended = ask(
        staff,
        "mutation($input: EndPersonInput!) { endPerson(input: $input) { person { untilOn } errors { code } } }",
        {"input": {"id": person["id"], "on": "2026-11-01"}},
    )["data"]["endPerson"]
    assert ended == {"person": {"untilOn": "2026-11-01"}, "errors": []}
    officers = ask(staff, "{ possibleOfficers { id name } }")["data"]["possibleOfficers"]
    assert {officer["name"] for officer in officers} == {"张三", "何梅甲"}
    planned = ask(
        staff,
        "mutation($input: PlanContactInput!) { planContact(input: $input) { contactPlan { id officerName frequency } errors { code } } }",
        {"input": {"organization": key, "officer": kept.ids["User"], "frequency": "QUARTERLY", "fromOn": "2026-11-01"}},
    )["data"]["planContact"]
    assert planned["errors"] == []
    assert (planned["contactPlan"]["officerName"], planned["contactPlan"]["frequency"]) == ("何梅甲", "QUARTERLY")
    stopped = ask(
        staff,
        "mutation($input: EndContactPlanInput!) { endContactPlan(input: $input) { contactPlan { untilOn } errors { code } } }",
        {"input": {"id": planned["contactPlan"]["id"], "on": "2026-12-01"}},
    )["data"]["endContactPlan"]
    assert stopped == {"contactPlan": {"untilOn": "2026-12-01"}, "errors": []}


def test_a_confidential_log_and_its_officers(client_of: Callable[..., Client], country: dict[str, TradeUnion]) -> None:
    """V13: the author and the named read it; who names does not thereby read."""
    kept = records(country["430105"])
    author, admin, other = (
        client_of("430105", role) for role in (Role.UNION_STAFF, Role.UNION_ADMIN, Role.UNION_STAFF)
    )
    made = ask(
        author,
        "mutation($input: LogContactInput!) { logContact(input: $input) { contactLog { id } errors { code } } }",
        {
            "input": {
                "organization": kept.ids["SocialOrganization"],
                "contactedOn": "2026-10-20",
                "kind": "PHONE",
                "topics": "敏感事项",
                "classification": "CONFIDENTIAL",
            }
        },
    )["data"]["logContact"]
    key = made["contactLog"]["id"]
    read = "query($id: ID!) { contactLog(id: $id) { topics } }"
    assert ask(author, read, {"id": key})["data"]["contactLog"] == {"topics": "敏感事项"}
    assert ask(other, read, {"id": key})["data"]["contactLog"] is None
    assert key in {log["id"] for log in ask(admin, "{ sealedLogs { id byName officers } }")["data"]["sealedLogs"]}
    named = ask(
        admin,
        "mutation($input: NameOfficersInput!) { nameOfficers(input: $input) { named errors { code } } }",
        {"input": {"id": key, "officers": [to_global("User", other.actor.user.pk)]}},  # type: ignore[attr-defined]
    )["data"]["nameOfficers"]
    assert named == {"named": ["张三"], "errors": []}
    assert ask(other, read, {"id": key})["data"]["contactLog"] == {"topics": "敏感事项"}
    assert ask(admin, read, {"id": key})["data"]["contactLog"] is None
    edit = ask(
        other,
        "mutation($input: EditContactLogInput!) { editContactLog(input: $input) { contactLog { id } errors { code } } }",
        {
            "input": {
                "id": key,
                "contactedOn": "2026-10-20",
                "kind": "PHONE",
                "topics": "改",
                "classification": "INTERNAL",
            }
        },
    )["data"]["editContactLog"]
    assert edit == {"contactLog": None, "errors": [{"code": "REGISTRY.NOT_THE_AUTHOR"}]}


def test_a_rating_is_declared_recommended_granted_revoked(staff: Client, country: dict[str, TradeUnion]) -> None:
    """SM-03."""
    kept = records(country["430105"])
    entry = kept.organization
    facts = Facts(uscc=entry.uscc, name=entry.name, org_type=OrgType.SOCIAL_GROUP)
    directory.upsert(facts=facts, source=Source.UNION, by=system("test", kept.union), at=now())
    step = "mutation($input: %s!) { %s(input: $input) { rating { id grade state } errors { code } } }"
    declared = ask(
        staff,
        step % ("DeclareRatingInput", "declareRating"),
        {"input": {"organization": kept.ids["SocialOrganization"], "grade": "A5"}},
    )["data"]["declareRating"]
    key = declared["rating"]["id"]
    for name, input_type, given, state in (
        ("recommendRating", "RatingInput", {"id": key}, "RECOMMENDED"),
        (
            "recordRating",
            "RecordRatingInput",
            {
                "organization": kept.ids["SocialOrganization"],
                "declared": key,
                "grade": "A5",
                "assessor": "湖南省民政厅",
                "certificateNumber": "A5-1",
                "assessedOn": "2026-05-01",
            },
            "GRANTED",
        ),
        ("revokeRating", "RevokeRatingInput", {"id": key, "reason": "材料不实"}, "REVOKED"),
    ):
        done = ask(staff, step % (input_type, name), {"input": given})["data"][name]
        assert done == {"rating": {"id": key, "grade": "A5", "state": state}, "errors": []}


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
    with door.inside(country["430105"]):
        told = Change.objects.count()
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
        assert Change.objects.count() == told + (1 if code is None else 0)


def test_the_refusal_of_a_field_names_the_rule(client_of: Callable[..., Client]) -> None:
    found = ask(client_of("000000", Role.NATIONAL_ADMIN), "{ organizations { totalCount } }")
    assert found["errors"][0]["extensions"]["params"]["rule"] == "V11"


def test_ids_of_other_types_are_like_none(staff: Client, country: dict[str, TradeUnion]) -> None:
    kept = records(country["430105"])
    assert kept.organization.pk
    for key in (kept.ids["ContactLog"], to_global("SocialOrganization", "x"), to_global("TradeUnion", "430105")):
        done = change(staff, "submitOrganization", "OrganizationInput", id=key)
        assert [error["code"] for error in done["errors"]] == ["NOT_FOUND"]
    done = change(staff, "submitOrganization", "OrganizationInput", id="???")
    assert [error["code"] for error in done["errors"]] == ["API.BAD_ID"]
