"""Accounts of organizations on the ledger, and what an organization keeps of its own entry. Source: DOMAIN §3.12, §4.2."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import graphene

from api.commons.portal import OnAccount
from api.kit.context import Context
from api.kit.ids import uuid_of
from api.kit.loaders import row
from api.kit.mutations import ActionMutation
from api.registry import inputs
from api.registry.types import OwnLedgerEntry
from commons.access.permissions import Permission
from tenants.registry.actions import accounts, entries


class VerifyOrganizationAccount(OnAccount):
    """核验社会组织账号，全国通用。 / Recognize an account as the organization's, in the whole country."""

    class Meta:
        permission = Permission.ORG_ACCOUNT_VERIFY
        input_type = inputs.OrganizationAccountInput

    @classmethod
    def perform(cls, context: Context, *, id: str) -> Self:
        key = uuid_of(id, "OrganizationAccount")
        return cls(account=row(accounts.verify(link_id=key, by=context.acting, at=context.at)))


class RefuseOrganizationAccount(OnAccount):
    """不予通过。 / Turn a claim down."""

    class Meta:
        permission = Permission.ORG_ACCOUNT_VERIFY
        input_type = inputs.OrganizationAccountReasonInput

    @classmethod
    def perform(cls, context: Context, *, id: str, reason: str) -> Self:
        key = uuid_of(id, "OrganizationAccount")
        return cls(account=row(accounts.refuse(link_id=key, reason=reason, by=context.acting, at=context.at)))


class RevokeOrganizationAccount(OnAccount):
    """撤销本会核验的账号。 / Take back what the acting union verified."""

    class Meta:
        permission = Permission.ORG_ACCOUNT_REVOKE
        input_type = inputs.OrganizationAccountReasonInput

    @classmethod
    def perform(cls, context: Context, *, id: str, reason: str) -> Self:
        key = uuid_of(id, "OrganizationAccount")
        return cls(account=row(accounts.revoke(link_id=key, reason=reason, by=context.acting, at=context.at)))


class UpdateOwnEntry(ActionMutation):
    """社会组织维护本组织在当前工会台账的信息。 / An organization keeps its own fields of its own entry."""

    class Meta:
        permission = Permission.ORG_SELF
        input_type = inputs.UpdateOwnEntryInput

    entry: ClassVar[Any] = graphene.Field(OwnLedgerEntry, description="台账信息的新状态。 / The entry as it is now.")

    @classmethod
    def perform(cls, context: Context, *, version: int, **given: Any) -> Self:
        changed = entries.edit_own(fields=given, version=version, by=context.acting, at=context.at)
        return cls(entry=row(changed))
