"""Accounts of organizations by the API: claimed, verified, acting everywhere for themselves alone. Source: DOMAIN §3.12, S6, V14."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from api.kit.ids import to_global
from commons.access.actors import system
from commons.access.permissions import Permission
from commons.access.roles import ROLES
from commons.calls import actions as calls
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now
from commons.people import organizations as dealings
from commons.people.enums import LinkState, Role
from commons.people.models import OrgAccountLink
from commons.tenancy import door
from tenants.registry.models import SocialOrganization
from tests.api.conftest import Records, ask, post, records
from tests.commons.calls.test_calls import notice
from tests.factories import people

ClientOf = Callable[..., Client]
Country = dict[str, TradeUnion]
OUTSIDER = "51430100MJ0000001X"

CLAIM = """mutation($input: ClaimOrganizationInput!) { claimOrganization(input: $input) {
    account { id state organizationName } errors { code path message } } }"""
DECIDE = "mutation($input: %s!) { %s(input: $input) { account { state reason decidedByUnion } errors { code path } } }"
OWN = """mutation($input: UpdateOwnEntryInput!) { updateOwnEntry(input: $input) {
    entry { version address name } errors { code path } } }"""
ME = "{ me { organization { uscc state } organizationClaims { state } actingUnion { code } roles permissions unions { code } } }"


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def kaifu(country: Country) -> Records:
    return records(country["430105"], canary="CANARY-430105")


def of_organization(uscc: str) -> Client:
    client = Client()
    holder = people.organization("430105", uscc).user
    assert holder is not None
    client.force_login(holder, backend="django.contrib.auth.backends.ModelBackend")
    return client


def decide(client: Client, name: str, link: str, **given: str) -> dict[str, Any]:
    reasoned = "OrganizationAccountReasonInput" if given else "OrganizationAccountInput"
    answer: dict[str, Any] = ask(client, DECIDE % (reasoned, name), {"input": {"id": link, **given}})["data"][name]
    return answer


def test_claimed_verified_and_acting_in_any_union(client_of: ClientOf, kaifu: Records) -> None:
    asker, uscc = client_of("430100", Role.ORG_USER), kaifu.organization.uscc
    proof = base64.b64encode(b"%PDF-1.7 proof").decode()
    sent = {"uscc": uscc, "organizationName": "启航", "proofName": "授权书.pdf", "proof": proof}
    claimed = ask(asker, CLAIM, {"input": sent})["data"]["claimOrganization"]
    assert claimed["errors"] == []
    assert claimed["account"]["state"] == "CLAIMED"
    assert post(asker, ME, X_Acting_Union="430111").status_code == 403
    staff = client_of("430105", Role.UNION_STAFF)
    waiting = ask(staff, "{ organizationAccounts { id uscc applicantName } }")["data"]["organizationAccounts"]
    assert {"id": claimed["account"]["id"], "uscc": uscc, "applicantName": "张三"} in waiting
    done = decide(staff, "verifyOrganizationAccount", claimed["account"]["id"])
    assert done == {"account": {"state": "VERIFIED", "reason": None, "decidedByUnion": "430105"}, "errors": []}
    me = ask(asker, ME, X_Acting_Union="430111")["data"]["me"]
    assert me == {
        "organization": {"uscc": uscc, "state": "VERIFIED"},
        "organizationClaims": [{"state": "VERIFIED"}],
        "actingUnion": {"code": "430111"},
        "roles": ["ORG_USER"],
        "permissions": [one.name for one in Permission if one in ROLES[Role.ORG_USER].permissions],
        "unions": [{"code": "430100"}, {"code": "430105"}],
    }


@pytest.mark.parametrize("role", [Role.UNION_STAFF, Role.UNION_ADMIN, Role.REVIEWER, Role.LEADER])
def test_staff_claim_nothing(client_of: ClientOf, kaifu: Records, role: Role) -> None:
    before = OrgAccountLink.objects.count()
    sent = {"uscc": kaifu.organization.uscc, "organizationName": "启航", "proofName": "a.pdf", "proof": "JVBERi0="}
    answer = ask(client_of("430105", role), CLAIM, {"input": sent})["data"]["claimOrganization"]
    assert [error["code"] for error in answer["errors"]] == ["REFUSED"]
    assert OrgAccountLink.objects.count() == before


@pytest.mark.parametrize("proof", ["不是", "TVo=", "JVBE"])
def test_a_proof_that_is_none_is_said_so(client_of: ClientOf, kaifu: Records, proof: str) -> None:
    sent = {"uscc": kaifu.organization.uscc, "organizationName": "启航", "proofName": "a.pdf", "proof": proof}
    answer = ask(client_of("430105", Role.ORG_USER), CLAIM, {"input": sent})["data"]["claimOrganization"]
    assert [(error["code"], error["path"]) for error in answer["errors"]] == [
        ("PORTAL.PROOF_REFUSED", ["input", "proof"])
    ]


def test_refused_and_revoked_with_reasons(client_of: ClientOf, kaifu: Records, country: Country) -> None:
    staff, admin = client_of("430105", Role.UNION_STAFF), client_of("430105", Role.UNION_ADMIN)
    refused = decide(staff, "refuseOrganizationAccount", kaifu.ids["OrganizationAccount"], reason="没有盖章")
    assert refused["account"] == {"state": "REFUSED", "reason": "没有盖章", "decidedByUnion": "430105"}
    client = of_organization(kaifu.organization.uscc)
    link = to_global("OrganizationAccount", OrgAccountLink.objects.get(state=LinkState.VERIFIED).pk)
    assert ask(client, "{ ownLedgerEntry { name } }", X_Acting_Union="430105")["data"]["ownLedgerEntry"] is not None
    assert decide(staff, "revokeOrganizationAccount", link, reason="人员变动")["errors"][0]["code"] == "REFUSED"
    other = client_of("430111", Role.UNION_ADMIN)
    assert decide(other, "revokeOrganizationAccount", link, reason="人员变动")["errors"][0]["code"] == "NOT_FOUND"
    assert decide(admin, "revokeOrganizationAccount", link, reason="人员变动")["errors"] == []
    # Gone with the next call.
    assert post(client, "{ ownLedgerEntry { name } }", X_Acting_Union="430105").status_code == 403


def test_an_organization_reads_its_own_entry_and_no_other(kaifu: Records, country: Country) -> None:
    records(country["430111"], canary="CANARY-430111")
    own = "{ ownLedgerEntry { uscc name version contactPhone } }"
    client = of_organization(kaifu.organization.uscc)
    found = ask(client, own, X_Acting_Union="430105")["data"]["ownLedgerEntry"]
    assert (found["uscc"], found["contactPhone"]) == (kaifu.organization.uscc, "13800001234")
    assert ask(client, own, X_Acting_Union="430111")["data"]["ownLedgerEntry"] is None
    assert ask(of_organization(OUTSIDER), own, X_Acting_Union="430105")["data"]["ownLedgerEntry"] is None
    for query in (
        "{ organizations { totalCount } }",
        "{ contactLogs { totalCount } }",
        "{ organizationAccounts { uscc } }",
        '{{ organization(id: "{}") {{ name }} }}'.format(kaifu.ids["SocialOrganization"]),
    ):
        body = post(client, query, X_Acting_Union="430105").content.decode()
        assert "REFUSED" in body
        assert "CANARY" not in body
    node = '{ node(id: "%s") { id } }'
    for kind in ("SocialOrganization", "ContactLog"):
        body = post(client, node % kaifu.ids[kind], X_Acting_Union="430105").content.decode()
        assert '"node":null' in body


def test_an_organization_keeps_its_own_fields(kaifu: Records, country: Country) -> None:
    client = of_organization(kaifu.organization.uscc)
    with door.inside(country["430105"]):
        SocialOrganization.objects.filter(pk=kaifu.organization.pk).update(
            activity_content="培训", working_mode="进企业"
        )
    sent = {"version": kaifu.organization.version, "address": "解放路1号"}
    answer = ask(client, OWN, {"input": sent}, X_Acting_Union="430105")["data"]["updateOwnEntry"]
    assert answer["errors"] == []
    assert answer["entry"]["address"] == "解放路1号"
    again = ask(client, OWN, {"input": sent}, X_Acting_Union="430105")["data"]["updateOwnEntry"]
    assert again["errors"][0]["code"] == "CONFLICT"
    elsewhere = ask(client, OWN, {"input": sent}, X_Acting_Union="430111")["data"]["updateOwnEntry"]
    assert elsewhere["errors"][0]["code"] == "NOT_FOUND"


def test_open_calls_are_read_by_everybody_signed_in(client_of: ClientOf, country: Country, at: datetime) -> None:
    row = calls.publish(notice=notice(), by=system("测试", country["440304"]), at=at)
    calls.publish(
        notice=notice(title="过期", deadline_at=now() - timedelta(days=1)), by=system("测试", country["430105"]), at=at
    )
    query = '{ openCalls(region: "430100", text: "心理") { edges { node { id title unionCode budget state } } } }'
    told = {
        "id": to_global("OpenCall", row.pk),
        "title": "职工心理关爱服务",
        "unionCode": "440304",
        "budget": "120000.00",
        "state": "OPEN",
    }
    for client in (client_of("430111", Role.LEADER), of_organization(OUTSIDER)):
        assert [edge["node"] for edge in ask(client, query)["data"]["openCalls"]["edges"]] == [told]
        assert ask(client, '{{ openCall(id: "{}") {{ title }} }}'.format(told["id"]))["data"]["openCall"] == {
            "title": told["title"]
        }
    assert post(Client(), query).status_code == 401


def test_unions_of_an_organization_are_those_that_deal_with_it(country: Country, at: datetime) -> None:
    client = of_organization(OUTSIDER)
    dealings.present(OUTSIDER, country["440304"], at)
    unions = ask(client, "{ me { unions { code } } }")["data"]["me"]["unions"]
    assert unions == [{"code": "440304"}]
