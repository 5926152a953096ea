"""An account claims an organization; a union that deals with it verifies, refuses, revokes. Source: DOMAIN §3.12, S3."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.audit.recording import record
from commons.directory import credit_code
from commons.directory import selectors as directory
from commons.files import actions as files
from commons.kit import clock
from commons.kit.errors import Invalid, NotFound
from commons.people import organizations
from commons.people.enums import AccountKind, LinkState, Role
from commons.people.models import OrgAccountLink, RoleAssignment, User
from commons.portal import proofs
from commons.portal.errors import AlreadyClaimed, AlreadySpeaks, ClaimDecided, NotForStaff, ReasonMissing
from commons.portal.proofs import Proof

REASON_LENGTH = 400
NAME_LENGTH = 120


@transaction.atomic
def claim(*, uscc: str, organization_name: str, proof: Proof, by: Actor, at: datetime) -> OrgAccountLink:
    """
    Ask to be recognized as the account of an organization.

    Of a registered organization the name is the register's, whatever was written. The proof is kept by the acting union.
    Raises: Refused, NotForStaff, CreditCodeInvalid, Invalid, AlreadySpeaks, AlreadyClaimed, ProofRefused, TooLarge, Empty.
    """
    may(by, Permission.ORG_SELF).require()
    if by.user is None or by.union is None:
        raise NotFound()
    # Whoever sends the form twice waits here, and is told so.
    user = User.objects.select_for_update().get(pk=by.user.pk)
    if holds_another_role(user, at):
        raise NotForStaff()
    code = _code(uscc)
    name = _name(code, organization_name)
    for link in OrgAccountLink.objects.filter(user=user, state__in=[LinkState.CLAIMED, LinkState.VERIFIED]):
        if link.state == LinkState.VERIFIED:
            raise AlreadySpeaks(name=link.organization_name)
        if link.uscc == code:
            raise AlreadyClaimed(path=("uscc",), name=link.organization_name)
    file = files.store(
        union=by.union,
        purpose=proofs.PURPOSE,
        name=proof.name,
        content_type=proofs.content_type(proof),
        content=proof.content,
        by=by,
        at=at,
    )
    if user.kind != AccountKind.SOCIAL_ORG:
        user.kind = AccountKind.SOCIAL_ORG
        user.save(update_fields=["kind"])
    link = OrgAccountLink.objects.create(
        user=user, uscc=code, organization_name=name, proof_file_id=file.pk, claimed_at=at
    )
    record("organization.claimed", by=by, at=at, on=link)
    return link


@transaction.atomic
def verify(*, link_id: UUID, by: Actor, at: datetime) -> OrgAccountLink:
    """
    Recognize the account in the whole country. That the acting union deals with the organization, the caller has seen.

    Raises: Refused, NotFound, ClaimDecided, AlreadySpeaks, NotForStaff.
    """
    may(by, Permission.ORG_ACCOUNT_VERIFY).require()
    link = _locked(link_id, LinkState.CLAIMED)
    if other := OrgAccountLink.objects.filter(user=link.user, state=LinkState.VERIFIED).first():
        raise AlreadySpeaks(name=other.organization_name)
    if holds_another_role(link.user, at):
        raise NotForStaff()
    return _decided(link, LinkState.VERIFIED, "", by, at)


@transaction.atomic
def refuse(*, link_id: UUID, reason: str, by: Actor, at: datetime) -> OrgAccountLink:
    """
    Say why the account is not recognized; it may claim anew.

    Raises: Refused, NotFound, ClaimDecided, ReasonMissing.
    """
    may(by, Permission.ORG_ACCOUNT_VERIFY).require()
    return _decided(_locked(link_id, LinkState.CLAIMED), LinkState.REFUSED, _reason(reason), by, at)


@transaction.atomic
def revoke(*, link_id: UUID, reason: str, by: Actor, at: datetime) -> OrgAccountLink:
    """
    Take back what the acting union verified: the account acts nowhere from its next request on.

    Raises: Refused, NotFound for what another union verified, ClaimDecided, ReasonMissing.
    """
    may(by, Permission.ORG_ACCOUNT_REVOKE).require()
    if not OrgAccountLink.objects.filter(pk=link_id, decided_in_union=by.union).exists():
        raise NotFound()
    return _decided(_locked(link_id, LinkState.VERIFIED), LinkState.REVOKED, _reason(reason), by, at)


def holds_another_role(user: User, at: datetime) -> bool:
    """Whether the account works for some union, today or from a day to come."""
    held = RoleAssignment.objects.open_on(clock.today(at)).filter(user=user)
    return held.exclude(role__in=[Role.ORG_USER, *(role for role in Role if role.is_flag)]).exists()


def _decided(link: OrgAccountLink, state: LinkState, reason: str, by: Actor, at: datetime) -> OrgAccountLink:
    link.state, link.reason = state, reason
    link.decided_by_id, link.decided_by_name = by.user_id, by.name
    link.decided_at, link.decided_in_union = at, by.union
    link.save(update_fields=["state", "reason", "decided_by_id", "decided_by_name", "decided_at", "decided_in_union"])
    if state is LinkState.VERIFIED and by.union is not None:
        organizations.present(link.uscc, by.union, at)
    record(f"organization.{state.value}", by=by, at=at, on=link)
    return link


def _locked(link_id: UUID, state: LinkState) -> OrgAccountLink:
    link = OrgAccountLink.objects.select_for_update(of=("self",)).select_related("user").filter(pk=link_id).first()
    if link is None:
        raise NotFound()
    if link.state != state:
        raise ClaimDecided(name=link.organization_name, state=LinkState(link.state).label)
    return link


def _code(text: str) -> str:
    try:
        return credit_code.validated(text)
    except credit_code.CreditCodeInvalid as wrong:
        raise Invalid({"uscc": [wrong.message]}) from wrong


def _name(code: str, given: str) -> str:
    known = directory.by_codes([code]).get(code)
    name = known.name if known is not None else given.strip()
    if not name or len(given.strip()) > NAME_LENGTH:
        raise Invalid({"organization_name": [f"请填写组织名称，最多 {NAME_LENGTH} 个字。"]})
    return name[:NAME_LENGTH]


def _reason(text: str) -> str:
    reason = text.strip()
    if not reason or len(reason) > REASON_LENGTH:
        raise ReasonMissing(path=("reason",))
    return reason
