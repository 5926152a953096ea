"""An account claims an organization: who may, with what, and what the union decides. Source: DOMAIN §3.12, S3."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from commons.access import actors
from commons.access.actors import Actor
from commons.audit.models import AuditEvent
from commons.directory.models import RegisteredOrganization
from commons.files.errors import TooLarge
from commons.files.models import StoredFile
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import Invalid, NotFound, Refused
from commons.people import organizations
from commons.people.enums import AccountKind, LinkState, Role
from commons.people.models import OrgAccountLink, User
from commons.portal import claims, proofs, selectors
from commons.portal.errors import AlreadyClaimed, AlreadySpeaks, ClaimDecided, NotForStaff, ProofRefused, ReasonMissing
from commons.portal.proofs import Proof
from tests.factories import people
from tests.factories.organizations import credit_code

Country = dict[str, TradeUnion]
PDF = Proof("授权书.pdf", b"%PDF-1.7 proof")
USCC, OTHER = credit_code(701), credit_code(702)


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def asker(country: Country) -> Actor:
    return people.actor("430105", Role.ORG_USER)


def claim(by: Actor, at: datetime, **changes: Any) -> OrgAccountLink:
    return claims.claim(**{"uscc": USCC, "organization_name": "星城公益", "proof": PDF, "by": by, "at": at} | changes)


def events() -> list[str]:
    return list(
        AuditEvent.objects.filter(event__startswith="organization.").order_by("id").values_list("event", flat=True)
    )


def test_a_claim_waits_with_its_proof(asker: Actor, at: datetime) -> None:
    link = claim(asker, at, uscc=f" {USCC[:8]} {USCC[8:].lower()} ")
    file = StoredFile.objects.get(pk=link.proof_file_id)
    assert (link.uscc, link.organization_name, link.state) == (USCC, "星城公益", LinkState.CLAIMED)
    assert (file.union.code, file.content_type, file.purpose) == ("430105", "application/pdf", proofs.PURPOSE)
    assert User.objects.get(pk=link.user_id).kind == AccountKind.SOCIAL_ORG
    assert events() == ["organization.claimed"]
    # Nothing is opened by asking.
    assert actors.acting(User.objects.get(pk=link.user_id), TradeUnion.objects.get(code="430111")) is None


def test_the_register_knows_the_name_better(asker: Actor, at: datetime) -> None:
    RegisteredOrganization.objects.create(
        uscc=USCC,
        name="长沙市星城公益服务中心",
        org_type="social_group",
        registration_status="registered",
        region_code="430105",
        source="union",
        source_on=at.date(),
        updated_at=at,
    )
    assert claim(asker, at, organization_name="别的名字").organization_name == "长沙市星城公益服务中心"


@pytest.mark.parametrize("role", [Role.UNION_STAFF, Role.UNION_ADMIN, Role.LEADER, Role.REVIEWER, Role.SUPERVISOR])
def test_whoever_works_for_a_union_cannot_claim(country: Country, at: datetime, role: Role) -> None:
    with pytest.raises(Refused):
        claim(people.actor("430105", role), at)
    both = people.actor("430105", Role.ORG_USER)
    people.assign(both.user, country["430111"], role)
    with pytest.raises(NotForStaff):
        claim(both, at)
    assert not OrgAccountLink.objects.exists()
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"uscc": "51430105MJJ0000000"}, Invalid),
        ({"organization_name": "  "}, Invalid),
        ({"organization_name": "长" * 121}, Invalid),
        ({"proof": Proof("a.pdf", b"MZ not a pdf")}, ProofRefused),
        ({"proof": Proof("a.pdf", b"")}, ProofRefused),
        ({"proof": Proof("a.pdf", b"%PDF-" + b"0" * proofs.MAX_BYTES)}, TooLarge),
    ],
)
def test_what_is_not_right_leaves_nothing(asker: Actor, at: datetime, changes: dict[str, Any], error: type) -> None:
    with pytest.raises(error):
        claim(asker, at, **changes)
    assert not OrgAccountLink.objects.exists()
    assert not StoredFile.objects.exists()
    assert events() == []


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\nx", b"\xff\xd8\xffx"])
def test_pictures_are_proofs_too(asker: Actor, at: datetime, content: bytes) -> None:
    file = StoredFile.objects.get(pk=claim(asker, at, proof=Proof("证书.jpg", content)).proof_file_id)
    assert file.content_type in {"image/png", "image/jpeg"}


def test_one_claim_at_a_time_of_one_organization(asker: Actor, at: datetime) -> None:
    claim(asker, at)
    with pytest.raises(AlreadyClaimed):
        claim(asker, at)
    assert claim(asker, at, uscc=OTHER).uscc == OTHER


def test_verified_it_speaks_everywhere_and_for_one_only(asker: Actor, country: Country, at: datetime) -> None:
    staff = people.actor("430111", Role.UNION_STAFF)
    link, second = claim(asker, at), claim(asker, at, uscc=OTHER)
    done = claims.verify(link_id=link.pk, by=staff, at=at)
    assert (done.state, done.decided_by_id, done.decided_by_name, done.decided_at) == (
        LinkState.VERIFIED,
        staff.user_id,
        staff.name,
        at,
    )
    assert done.decided_in_union == country["430111"]
    acting = actors.acting(User.objects.get(pk=link.user_id), country["000000"])
    assert acting is not None
    assert acting.organization == USCC
    assert [union.code for union in organizations.unions_dealing_with(USCC)] == ["430111"]
    with pytest.raises(AlreadySpeaks):
        claims.verify(link_id=second.pk, by=staff, at=at)
    with pytest.raises(AlreadySpeaks):
        claim(asker, at, uscc=credit_code(703))
    with pytest.raises(ClaimDecided):
        claims.refuse(link_id=link.pk, reason="太晚了", by=staff, at=at)
    assert events() == ["organization.claimed", "organization.claimed", "organization.verified"]


def test_whoever_became_staff_meanwhile_is_not_verified(asker: Actor, country: Country, at: datetime) -> None:
    link = claim(asker, at)
    people.assign(asker.user, country["430111"], Role.REVIEWER)
    with pytest.raises(NotForStaff):
        claims.verify(link_id=link.pk, by=people.actor("430105", Role.UNION_STAFF), at=at)
    assert OrgAccountLink.objects.get().state == LinkState.CLAIMED


def test_refused_with_a_reason_it_may_claim_anew(asker: Actor, at: datetime) -> None:
    staff = people.actor("430105", Role.UNION_STAFF)
    link = claim(asker, at)
    for reason in ("  ", "长" * 401):
        with pytest.raises(ReasonMissing):
            claims.refuse(link_id=link.pk, reason=reason, by=staff, at=at)
    done = claims.refuse(link_id=link.pk, reason=" 授权书没有盖章 ", by=staff, at=at)
    assert (done.state, done.reason) == (LinkState.REFUSED, "授权书没有盖章")
    assert not organizations.unions_dealing_with(USCC).exists()
    assert claim(asker, at).state == LinkState.CLAIMED


def test_only_the_verifying_unions_administrator_revokes(asker: Actor, country: Country, at: datetime) -> None:
    link = claims.verify(link_id=claim(asker, at).pk, by=people.actor("430105", Role.UNION_STAFF), at=at)
    with pytest.raises(Refused):
        claims.revoke(link_id=link.pk, reason="人员变动", by=people.actor("430105", Role.UNION_STAFF), at=at)
    with pytest.raises(NotFound):
        claims.revoke(link_id=link.pk, reason="人员变动", by=people.actor("430111", Role.UNION_ADMIN), at=at)
    assert OrgAccountLink.objects.get().state == LinkState.VERIFIED
    done = claims.revoke(link_id=link.pk, reason="人员变动", by=people.actor("430105", Role.UNION_ADMIN), at=at)
    assert (done.state, done.reason, events()[-1]) == (LinkState.REVOKED, "人员变动", "organization.revoked")
    assert actors.acting(User.objects.get(pk=link.user_id), country["430111"]) is None


@pytest.mark.parametrize("role", [Role.LEADER, Role.REVIEWER, Role.ORG_USER, Role.SUPERVISOR])
def test_others_decide_nothing(asker: Actor, at: datetime, role: Role) -> None:
    link = claim(asker, at)
    other = people.actor("430105", role)
    for act in (
        lambda: claims.verify(link_id=link.pk, by=other, at=at),
        lambda: claims.refuse(link_id=link.pk, reason="不", by=other, at=at),
        lambda: claims.revoke(link_id=link.pk, reason="不", by=other, at=at),
    ):
        with pytest.raises(Refused):
            act()
    assert OrgAccountLink.objects.get().state == LinkState.CLAIMED


def test_a_proof_that_is_gone_is_not_found(asker: Actor, at: datetime) -> None:
    link = claim(asker, at)
    assert selectors.proof(link, at=at).pk == link.proof_file_id
    StoredFile.objects.update(expires_at=at)
    with pytest.raises(NotFound):
        selectors.proof(link, at=at)
    link.proof_file_id = None
    with pytest.raises(NotFound):
        selectors.proof(link, at=at)
