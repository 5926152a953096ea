"""/u/<code>/org-accounts and /u/<code>/portal/entry. Source: DOMAIN §3.12, §4.2 org_user."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from commons.access.actors import Actor
from commons.audit.models import AuditEvent
from commons.hierarchy.models import TradeUnion
from commons.people.enums import LinkState, Role
from commons.people.models import OrgAccountLink
from commons.portal import claims
from commons.portal.proofs import Proof
from commons.tenancy import door
from tenants.history.models import Change
from tenants.registry.enums import LedgerState
from tenants.registry.models import SocialOrganization
from tests.factories import organizations, people

Country = dict[str, TradeUnion]
ClientOf = Callable[..., Client]


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def entry(country: Country) -> SocialOrganization:
    """On the ledger of 开福 and, with the same code, a draft of 雨花's."""
    with door.inside(country["430111"]):
        uscc = organizations.credit_code()
        organizations.organization(uscc=uscc, state=LedgerState.DRAFT, note="雨花的备注")
    with door.inside(country["430105"]):
        return organizations.organization(
            uscc=uscc,
            name="长沙市启航职工服务中心",
            certificate_number="湘民证字第1号",
            contact_phone="13812345678",
            activity_content="开展职工技能培训",
            working_mode="进企业",
            funding_sources="会费",
            industry="社会工作",
            founding_mode="independent",
            note="内部评价不宜外传",
        )


@pytest.fixture
def claimed(entry: SocialOrganization, at: datetime) -> OrgAccountLink:
    """A claim made in 长沙, whose ledger does not list the organization."""
    return claims.claim(
        uscc=entry.uscc,
        organization_name="启航",
        proof=Proof("授权书.pdf", b"%PDF-1.7 proof"),
        by=people.actor("430100", Role.ORG_USER),
        at=at,
    )


def of(entry: SocialOrganization) -> Client:
    client = Client()
    holder = people.organization("430105", entry.uscc).user
    assert holder is not None
    client.force_login(holder, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(link: OrgAccountLink, step: str, code: str = "430105") -> str:
    return f"/u/{code}/org-accounts/{link.pk}/{step}"


def test_the_union_that_lists_it_verifies(client_of: ClientOf, claimed: OrgAccountLink, country: Country) -> None:
    staff = client_of("430105", Role.UNION_STAFF)
    assert "待核验的社会组织账号" in staff.get("/u/430105/").content.decode()
    assert "张三" in staff.get("/u/430105/org-accounts").content.decode()
    proof = staff.get(url(claimed, "proof"))
    assert (proof.content, proof["Content-Type"]) == (b"%PDF-1.7 proof", "application/pdf")
    assert "attachment" in proof["Content-Disposition"]
    assert staff.get(url(claimed, "verify")).status_code == 200
    assert staff.post(url(claimed, "verify"))["Location"] == "/u/430105/org-accounts"
    claimed.refresh_from_db()
    assert (claimed.state, claimed.decided_in_union) == (LinkState.VERIFIED, country["430105"])
    assert "待核验的社会组织账号" not in staff.get("/u/430105/").content.decode()
    again = staff.post(url(claimed, "verify"))
    assert "现在是“已核验”" in again.content.decode()
    fetched = AuditEvent.objects.get(event="file.fetched")
    assert (fetched.union_code, fetched.by_name) == ("430105", "张三")


@pytest.mark.parametrize("code", ["430100", "430111", "430000"])
def test_a_union_that_does_not_list_it_cannot(client_of: ClientOf, claimed: OrgAccountLink, code: str) -> None:
    """Not the one that invited, nor one that has but a draft, nor one above."""
    other = client_of(code, Role.UNION_ADMIN)
    assert claimed.organization_name not in other.get(f"/u/{code}/org-accounts").content.decode()
    for step in ("verify", "refuse", "revoke"):
        assert other.post(url(claimed, step, code), {"reason": "不"}).status_code == 404
    assert other.get(url(claimed, "proof", code)).status_code == 404
    claimed.refresh_from_db()
    assert claimed.state == LinkState.CLAIMED


@pytest.mark.parametrize("role", [Role.LEADER, Role.REVIEWER, Role.ORG_USER])
def test_other_roles_neither_see_nor_decide(client_of: ClientOf, claimed: OrgAccountLink, role: Role) -> None:
    other = client_of("430105", role)
    assert other.get("/u/430105/org-accounts").status_code == 403
    assert other.get(url(claimed, "proof")).status_code == 404
    for step in ("verify", "refuse", "revoke"):
        assert other.post(url(claimed, step), {"reason": "不"}).status_code == 403
    claimed.refresh_from_db()
    assert claimed.state == LinkState.CLAIMED


def test_a_refusal_needs_its_reason(client_of: ClientOf, claimed: OrgAccountLink) -> None:
    staff = client_of("430105", Role.UNION_STAFF)
    assert staff.post(url(claimed, "refuse"), {"reason": " "}).status_code == 422
    assert staff.post(url(claimed, "refuse"), {"reason": "授权书没有盖章"}).status_code == 302
    claimed.refresh_from_db()
    assert (claimed.state, claimed.reason) == (LinkState.REFUSED, "授权书没有盖章")
    assert "授权书没有盖章" in staff.get("/u/430105/org-accounts").content.decode()


def test_only_an_administrator_of_that_union_revokes(client_of: ClientOf, claimed: OrgAccountLink) -> None:
    staff, admin = client_of("430105", Role.UNION_STAFF), client_of("430105", Role.UNION_ADMIN)
    staff.post(url(claimed, "verify"))
    assert url(claimed, "revoke") not in staff.get("/u/430105/org-accounts").content.decode()
    assert staff.post(url(claimed, "revoke"), {"reason": "人员变动"}).status_code == 403
    assert url(claimed, "revoke") in admin.get("/u/430105/org-accounts").content.decode()
    assert admin.post(url(claimed, "revoke"), {"reason": "人员变动"}).status_code == 302
    claimed.refresh_from_db()
    assert claimed.state == LinkState.REVOKED


def test_an_unknown_step_is_not_found(client_of: ClientOf, claimed: OrgAccountLink) -> None:
    assert client_of("430105", Role.UNION_ADMIN).get(url(claimed, "approve")).status_code == 404


def test_it_reads_its_entry_without_the_unions_opinion(entry: SocialOrganization) -> None:
    client = of(entry)
    assert entry.number in client.get("/u/430105/portal").content.decode()
    page = client.get("/u/430105/portal/entry").content.decode()
    assert "13812345678" in page
    assert "开展职工技能培训" in page
    for hidden in ("内部评价不宜外传", "分类引导", "枢纽型", "备注"):
        assert hidden not in page
    # 雨花 has but a draft, which is its own matter.
    assert client.get("/u/430111/portal/entry").status_code == 404
    assert "雨花的备注" not in client.get("/u/430111/portal").content.decode()


def test_it_keeps_its_own_fields_and_no_other(entry: SocialOrganization, country: Country) -> None:
    client = of(entry)
    sent = {
        "version": entry.version,
        "activity_content": "开展职工心理关爱",
        "working_mode": "进企业",
        "address": "解放路1号",
        "contact_name": "王五",
        "contact_phone": "13900001111",
        "contact_email": "a@example.cn",
        "name": "改名中心",
        "note": "自评优秀",
    }
    answer = client.post("/u/430105/portal/entry/edit", sent)
    assert answer["Location"] == "/u/430105/portal/entry"
    with door.inside(country["430105"]):
        entry.refresh_from_db()
        change = Change.objects.get(object_id=entry.pk)
    assert (entry.address, entry.contact_name, entry.contact_phone) == ("解放路1号", "王五", "13900001111")
    assert (entry.name, entry.note) == ("长沙市启航职工服务中心", "内部评价不宜外传")
    assert (change.event, change.by_name, change.changes["contact_phone"]) == (
        "edit_own",
        "李四",
        ["138****5678", "139****1111"],
    )
    stale = client.post("/u/430105/portal/entry/edit", sent)
    assert stale.status_code == 409


def test_what_it_may_not_leave_empty_is_said(entry: SocialOrganization, country: Country) -> None:
    client = of(entry)
    sent = {"version": entry.version, "activity_content": "", "working_mode": "进企业", "contact_phone": "12"}
    answer = client.post("/u/430105/portal/entry/edit", sent)
    assert answer.status_code == 422
    with door.inside(country["430105"]):
        entry.refresh_from_db()
        assert not Change.objects.exists()
    assert entry.activity_content == "开展职工技能培训"


def test_an_entry_that_left_the_ledger_is_its_no_more(entry: SocialOrganization, country: Country) -> None:
    client = of(entry)
    with door.inside(country["430105"]):
        SocialOrganization.objects.update(state=LedgerState.REMOVED)
    assert client.get("/u/430105/portal/entry").status_code == 404
    assert client.post("/u/430105/portal/entry/edit", {"version": 1}).status_code == 404


def test_verifying_an_entry_tells_where_the_organization_is_dealt_with(
    kaifu: TradeUnion, inside: Callable[[], Any], staff: Actor, at: datetime
) -> None:
    from commons.people.organizations import unions_dealing_with
    from tenants.registry.actions import entries, ledger
    from tests.tenants.registry.conftest import entry_fields

    with inside():
        row = entries.create(fields=entry_fields(), by=staff, at=at)
        assert not unions_dealing_with(row.uscc).exists()
        ledger.verify(organization=ledger.submit(organization=row, by=staff, at=at), by=staff, at=at)
    assert list(unions_dealing_with(row.uscc)) == [kaifu]
