"""Unions join, stop and return by mutations of onboarding. Source: SM-01; A12."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from commons.hierarchy.models import Responsibility, TradeUnion
from commons.people.enums import Role
from tests.api.conftest import ask, post


def test_a_union_joins_by_application(
    client_of: Callable[..., Client], country: dict[str, TradeUnion], divisions: None
) -> None:
    """SM-01: the parent's administrator applies, the nation approves."""
    parent = client_of("430100", Role.UNION_ADMIN)
    nation = client_of("000000", Role.NATIONAL_ADMIN)
    wish = {
        "code": "430102",
        "parentCode": "430100",
        "leaderInCharge": "周建国",
        "responsibleDepartment": "基层工作部",
        "dedicatedPerson": "李敏",
        "adminName": "刘洋",
    }
    applied = ask(
        parent,
        "mutation($input: ApplyForUnionInput!) { applyForUnion(input: $input) { application { id code state parent { code } } "
        "errors { code message path } } }",
        {"input": wish},
    )["data"]["applyForUnion"]
    assert applied["errors"] == []
    assert (applied["application"]["state"], applied["application"]["parent"]) == (
        "PARENT_CONFIRMED",
        {"code": "430100"},
    )
    key = applied["application"]["id"]
    approve = "mutation($input: ApplicationInput!) { approveApplication(input: $input) { union { code state } errors { code } } }"
    refused = ask(parent, approve, {"input": {"id": key}})["data"]["approveApplication"]
    assert refused == {"union": None, "errors": [{"code": "REFUSED"}]}
    listed = ask(nation, "{ applications(state: PARENT_CONFIRMED) { totalCount edges { node { id code } } } }")
    assert listed["data"]["applications"]["edges"] == [{"node": {"id": key, "code": "430102"}}]
    beside = client_of("430111", Role.UNION_ADMIN)
    absent = ask(
        beside,
        approve.replace("approveApplication", "confirmApplication").replace(
            "union { code state }", "application { code }"
        ),
        {"input": {"id": key}},
    )
    assert absent["data"]["confirmApplication"]["errors"] == [{"code": "NOT_FOUND"}]
    joined = ask(nation, approve, {"input": {"id": key}})["data"]["approveApplication"]
    assert joined["errors"] == []
    assert joined["union"]["code"] == "430102"


def test_a_union_is_suspended_and_resumed(client_of: Callable[..., Client], country: dict[str, TradeUnion]) -> None:
    nation, theirs = client_of("000000", Role.NATIONAL_ADMIN), client_of("440304", Role.UNION_STAFF)
    change_state = "mutation($input: UnionStateInput!) { %s(input: $input) { union { code state } errors { code } } }"
    given = {"input": {"code": "440304", "reason": "机构调整"}}
    assert ask(nation, change_state % "suspendUnion", given)["data"]["suspendUnion"] == {
        "union": {"code": "440304", "state": "SUSPENDED"},
        "errors": [],
    }
    assert b"totalCount" not in post(theirs, "{ organizations { totalCount } }").content
    assert ask(nation, change_state % "resumeUnion", given)["data"]["resumeUnion"]["union"]["state"] == "ACTIVE"
    theirs.force_login(theirs.actor.user, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[attr-defined]
    assert ask(theirs, "{ organizations { totalCount } }")["data"]["organizations"] == {"totalCount": 0}


def test_a_union_keeps_its_profile(client_of: Callable[..., Client], country: dict[str, TradeUnion]) -> None:
    """A12: three names, or nothing."""
    admin = client_of("430105", Role.UNION_ADMIN)
    revise = "mutation($input: ReviseProfileInput!) { reviseProfile(input: $input) { union { code } errors { code } } }"
    given = {
        "leaderInCharge": "周建国",
        "responsibleDepartment": "权益保障部",
        "dedicatedPerson": "李敏",
        "contactPhone": "",
    }
    assert ask(admin, revise, {"input": given})["data"]["reviseProfile"] == {"union": {"code": "430105"}, "errors": []}
    held = Responsibility.objects.get(union=country["430105"], until_on__isnull=True)
    assert held.responsible_department == "权益保障部"
    refused = ask(admin, revise, {"input": {**given, "dedicatedPerson": " "}})["data"]["reviseProfile"]
    assert refused == {"union": None, "errors": [{"code": "HIERARCHY.RESPONSIBILITY_INCOMPLETE"}]}


def test_archiving_takes_two(client_of: Callable[..., Client], country: dict[str, TradeUnion]) -> None:
    first, second = client_of("000000", Role.NATIONAL_ADMIN), client_of("000000", Role.NATIONAL_ADMIN)
    step = "mutation($input: %s!) { %s(input: $input) { union { state } errors { code } } }"
    reason = {"input": {"code": "440304", "reason": "并入市总"}}
    for name in ("suspendUnion", "proposeArchive"):
        assert ask(first, step % ("UnionStateInput", name), reason)["data"][name]["errors"] == []
    archive = step % ("UnionInput", "archiveUnion")
    alone = ask(first, archive, {"input": {"code": "440304"}})["data"]["archiveUnion"]
    assert alone == {"union": None, "errors": [{"code": "HIERARCHY.SECOND_PERSON_NEEDED"}]}
    done = ask(second, archive, {"input": {"code": "440304"}})["data"]["archiveUnion"]
    assert done == {"union": {"state": "ARCHIVED"}, "errors": []}
