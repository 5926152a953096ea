"""What accounts lock, always within a transaction and in this order: the union, then the link or the account."""

from django.db import connection

from commons.accounts.errors import LinkUnusable
from commons.hierarchy import locks as hierarchy
from commons.hierarchy.models import TradeUnion
from commons.people.models import Invitation, PasswordReset, User

# The permanent number of "one attempt at a time per name and address" among advisory locks.
_ATTEMPTS = 7_301


def union_people(union: TradeUnion) -> None:
    """One change of a union's roles at a time, so that two administrators cannot both end the other's role."""
    hierarchy.unions([union.pk])


def invitation(token_digest: str) -> Invitation:
    """Raises: LinkUnusable."""
    found = Invitation.objects.select_for_update().filter(token_digest=token_digest).first()
    if found is None:
        raise LinkUnusable()
    return found


def reset(token_digest: str) -> PasswordReset:
    """Raises: LinkUnusable."""
    found = PasswordReset.objects.select_for_update().filter(token_digest=token_digest).first()
    if found is None:
        raise LinkUnusable()
    return found


def account(user: User) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


def attempt(username: str, address: str) -> None:
    """
    Let one attempt to sign in be judged at a time per name and address, until the transaction ends.

    Without it, fifty attempts sent at once are all judged before the first failure is counted.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '15s'")
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_ATTEMPTS, f"{address} {username}"])
