"""Accounts with roles."""

import itertools
from datetime import date

from commons.access import actors
from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.people.enums import AccountKind, LinkState, Role
from commons.people.models import OrgAccountLink, RoleAssignment, User
from tests.factories.country import FOUNDED_AT

PASSWORD = "correct-horse-battery"
_serial = itertools.count(1)


def user(name: str = "张三", **fields: object) -> User:
    return User.objects.create_user(f"user{next(_serial)}", PASSWORD, name=name, **fields)


def assign(holder: User, union: TradeUnion, *roles: Role) -> None:
    for role in roles:
        RoleAssignment.objects.create(
            user=holder, union=union, role=role, from_on=date(2024, 1, 1), granted_at=FOUNDED_AT
        )


def actor(code: str, *roles: Role, holder: User | None = None) -> Actor:
    """A new account acting in the union `code` with `roles`."""
    union = TradeUnion.objects.get(code=code)
    holder = holder or user()
    assign(holder, union, *roles)
    found = actors.acting(holder, union)
    assert found is not None
    return found


def link(holder: User, union: TradeUnion, uscc: str, *, state: LinkState = LinkState.VERIFIED) -> OrgAccountLink:
    """That `holder` speaks for the organization, as `union` decided."""
    decided = state is not LinkState.CLAIMED
    return OrgAccountLink.objects.create(
        user=holder,
        uscc=uscc,
        organization_name="星城公益服务中心",
        state=state,
        claimed_at=FOUNDED_AT,
        decided_at=FOUNDED_AT if decided else None,
        decided_by_name="张三" if decided else "",
        decided_in_union=union if decided else None,
    )


def organization(code: str, uscc: str) -> Actor:
    """A new account, verified for an organization by the union `code` and acting there."""
    union = TradeUnion.objects.get(code=code)
    holder = user("李四", kind=AccountKind.SOCIAL_ORG)
    link(holder, union, uscc)
    found = actors.acting(holder, union)
    assert found is not None
    return found
