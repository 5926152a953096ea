"""Invitations: a one-time link brings somebody into one union with one role."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from commons.access.actors import Actor
from commons.accounts import authority, locks
from commons.accounts.actions import roles, users
from commons.accounts.errors import AccountInactive, LinkUnusable
from commons.audit.recording import record
from commons.hierarchy.enums import UnionState
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import Invalid, NotFound
from commons.kit.ids import digest, one_time_token
from commons.people.enums import AccountKind, Role
from commons.people.models import Invitation, User

_KINDS = {
    Role.NATIONAL_ADMIN: AccountKind.NATIONAL,
    Role.REVIEWER: AccountKind.EXPERT,
    Role.ORG_USER: AccountKind.SOCIAL_ORG,
    Role.SUPERVISOR: AccountKind.SUPERVISOR,
}


@transaction.atomic
def invite(
    *, union: TradeUnion, role: Role, name: str, by: Actor, at: datetime, phone: str = "", email: str = ""
) -> tuple[Invitation, str]:
    """
    Invite somebody; the invitation, and the token of its link, which is told once and not kept.

    Raises: NotFound for another union, Refused for a role that is not theirs to assign, Invalid.
    """
    authority.may_invite(by, union, role).require()
    if role.is_flag:
        raise Invalid({"role": ["附加身份不能单独邀请，请先邀请基本角色，加入后再授予。"]})
    if not name.strip():
        raise Invalid({"name": ["请填写被邀请人的姓名。"]})
    token = one_time_token()
    invitation = Invitation.objects.create(
        token_digest=digest(token),
        union=union,
        role=role,
        name=name.strip(),
        phone=phone,
        email=email,
        invited_by=by.user,
        invited_at=at,
        expires_at=at + timedelta(days=settings.INVITATION_DAYS),
    )
    record("invitation.made", by=by, at=at, on=invitation, union=union, role=role.value)
    return invitation, token


@transaction.atomic
def revoke(*, invitation: Invitation, by: Actor, at: datetime) -> Invitation:
    """Make the link useless. Raises: NotFound, LinkUnusable when it was used or revoked before."""
    if not by.system:
        roles.require_own(by, invitation.union)
        if not authority.may_assign(by, Role(invitation.role)):
            raise NotFound()
    invitation = locks.invitation(invitation.token_digest)
    if invitation.accepted_at or invitation.revoked_at:
        raise LinkUnusable()
    invitation.revoked_at = at
    invitation.save(update_fields=["revoked_at"])
    record("invitation.revoked", by=by, at=at, on=invitation, union=invitation.union)
    return invitation


def usable(token: str, *, at: datetime) -> Invitation:
    """The invitation of a link that can still be accepted. Raises: LinkUnusable, whatever the reason."""
    invitation = Invitation.objects.select_related("union").filter(token_digest=digest(token)).first()
    if invitation is None or not _open(invitation, at):
        raise LinkUnusable()
    return invitation


@transaction.atomic
def accept(*, token: str, username: str, password: str, name: str, at: datetime) -> User:
    """
    Make the account that an invitation was for, with its role in its union only.

    Raises: LinkUnusable, Invalid.
    """
    invitation = _locked(token, at)
    newcomer = Actor(union=None, system="接受邀请")
    user = users.create_user(
        username=username,
        name=name,
        password=password,
        by=newcomer,
        at=at,
        kind=_KINDS.get(Role(invitation.role), AccountKind.UNION_STAFF),
        email=invitation.email,
        phone=invitation.phone,
        union=invitation.union,
    )
    _use(invitation, user, at)
    return user


@transaction.atomic
def accept_as(*, token: str, user: User, at: datetime) -> User:
    """
    Give the invitation's role to an account that exists and is signed in.

    Raises: LinkUnusable, RoleAlreadyHeld, AccountInactive.
    """
    invitation = _locked(token, at)
    user = locks.account(user)
    if not user.is_active:
        raise AccountInactive()
    _use(invitation, user, at)
    return user


def _use(invitation: Invitation, user: User, at: datetime) -> None:
    by = Actor(union=invitation.union, user=user)
    assignment = roles.grant(union=invitation.union, user=user, role=Role(invitation.role), by=by, at=at)
    # The role was given by whoever invited, not by whoever accepts.
    assignment.granted_by = invitation.invited_by
    assignment.save(update_fields=["granted_by"])
    invitation.accepted_by, invitation.accepted_at = user, at
    invitation.save(update_fields=["accepted_by", "accepted_at"])
    record("invitation.accepted", by=by, at=at, on=invitation, role=str(invitation.role))


def _locked(token: str, at: datetime) -> Invitation:
    locks.union_people(usable(token, at=at).union)
    invitation = locks.invitation(digest(token))
    if not _open(invitation, at):
        raise LinkUnusable()
    return invitation


def _open(invitation: Invitation, at: datetime) -> bool:
    return (
        invitation.accepted_at is None
        and invitation.revoked_at is None
        and invitation.expires_at > at
        and invitation.union.state == UnionState.ACTIVE
    )
