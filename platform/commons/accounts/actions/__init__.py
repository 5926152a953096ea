"""The front of this room: what other features do with accounts."""

from commons.accounts.actions.invitations import accept, accept_as, invite, revoke
from commons.accounts.actions.roles import assign, end
from commons.accounts.actions.users import create_user

__all__ = ["accept", "accept_as", "assign", "create_user", "end", "invite", "revoke"]
