"""Entering and correcting an entry."""

from __future__ import annotations

from typing import Any, Self

from api.kit.context import Context
from api.kit.loaders import row
from api.registry import inputs
from api.registry.mutations.shared import OnEntry, entry_of
from commons.access.permissions import Permission
from tenants.registry.actions import entries


class CreateOrganization(OnEntry):
    """登记一个社会组织，保存为草稿。 / Enter an organization as a draft."""

    class Meta:
        permission = Permission.LEDGER_EDIT
        input_type = inputs.CreateOrganizationInput

    @classmethod
    def perform(cls, context: Context, **fields: Any) -> Self:
        made = entries.create(fields=inputs.entry(fields), by=context.acting, at=context.at)
        return cls(organization=row(made))


class UpdateOrganization(OnEntry):
    """修改条目。 / Correct an entry."""

    class Meta:
        permission = Permission.LEDGER_EDIT
        input_type = inputs.UpdateOrganizationInput

    @classmethod
    def perform(cls, context: Context, *, id: str, version: int, changes: dict[str, Any]) -> Self:
        changed = entries.edit(
            organization=entry_of(context, id),
            fields=inputs.entry(changes),
            version=version,
            by=context.acting,
            at=context.at,
        )
        return cls(organization=row(changed))


class RegisterOrganization(OnEntry):
    """草根组织取得登记，补录信用代码。 / Give an unregistered group its code."""

    class Meta:
        permission = Permission.LEDGER_EDIT
        input_type = inputs.RegisterOrganizationInput

    @classmethod
    def perform(
        cls, context: Context, *, id: str, uscc: str, org_type: str, certificate_number: str | None = None
    ) -> Self:
        changed = entries.register(
            organization=entry_of(context, id),
            uscc=uscc,
            org_type=org_type,
            certificate_number=certificate_number or "",
            by=context.acting,
            at=context.at,
        )
        return cls(organization=row(changed))
