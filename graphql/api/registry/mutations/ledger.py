"""The life of an entry on the ledger. Source: SM-02."""

from __future__ import annotations

from datetime import date
from typing import Self

from api.kit.context import Context
from api.kit.loaders import row
from api.registry import inputs
from api.registry.mutations.shared import OnEntry, entry_of
from commons.access.permissions import Permission
from commons.directory.enums import RegistrationStatus
from tenants.registry.actions import ledger


class SubmitOrganization(OnEntry):
    """提交核实。 / Hand a draft over for verification."""

    class Meta:
        permission = Permission.LEDGER_EDIT
        input_type = inputs.OrganizationInput

    @classmethod
    def perform(cls, context: Context, *, id: str) -> Self:
        return cls(
            organization=row(ledger.submit(organization=entry_of(context, id), by=context.acting, at=context.at))
        )


class VerifyOrganization(OnEntry):
    """核实并列为在册。 / Verify: the entry is on the ledger from today."""

    class Meta:
        permission = Permission.LEDGER_EDIT
        input_type = inputs.VerifyOrganizationInput

    @classmethod
    def perform(cls, context: Context, *, id: str, certificate_number: str | None = None) -> Self:
        changed = ledger.verify(
            organization=entry_of(context, id),
            certificate_number=certificate_number or "",
            by=context.acting,
            at=context.at,
        )
        return cls(organization=row(changed))


class SendBackOrganization(OnEntry):
    """退回修改。 / Return an entry to its author."""

    class Meta:
        permission = Permission.LEDGER_EDIT
        input_type = inputs.ReasonInput

    @classmethod
    def perform(cls, context: Context, *, id: str, reason: str) -> Self:
        changed = ledger.send_back(organization=entry_of(context, id), reason=reason, by=context.acting, at=context.at)
        return cls(organization=row(changed))


class ConfirmOrganization(OnEntry):
    """年度确认。 / Confirm that an entry still holds."""

    class Meta:
        permission = Permission.LEDGER_EDIT
        input_type = inputs.OrganizationInput

    @classmethod
    def perform(cls, context: Context, *, id: str) -> Self:
        return cls(
            organization=row(ledger.confirm(organization=entry_of(context, id), by=context.acting, at=context.at))
        )


class CloseOrganization(OnEntry):
    """登记注销或撤销，条目不再在册。 / Close an entry that was deregistered."""

    class Meta:
        permission = Permission.LEDGER_EDIT
        input_type = inputs.CloseOrganizationInput

    @classmethod
    def perform(
        cls, context: Context, *, id: str, reason: str, on: date, registration_status: str | None = None
    ) -> Self:
        changed = ledger.close(
            organization=entry_of(context, id),
            reason=reason,
            on=on,
            registration_status=registration_status or RegistrationStatus.CANCELLED,
            by=context.acting,
            at=context.at,
        )
        return cls(organization=row(changed))


class RemoveOrganization(OnEntry):
    """移出台账。 / Remove an entry by decision of the union's administrator."""

    class Meta:
        permission = Permission.LEDGER_APPROVE
        input_type = inputs.ReasonInput

    @classmethod
    def perform(cls, context: Context, *, id: str, reason: str) -> Self:
        changed = ledger.remove(organization=entry_of(context, id), reason=reason, by=context.acting, at=context.at)
        return cls(organization=row(changed))


class ReopenOrganization(OnEntry):
    """恢复已注销或已移出的条目，重新核实。 / Bring an entry back for verification."""

    class Meta:
        permission = Permission.LEDGER_APPROVE
        input_type = inputs.ReasonInput

    @classmethod
    def perform(cls, context: Context, *, id: str, reason: str) -> Self:
        changed = ledger.reopen(organization=entry_of(context, id), reason=reason, by=context.acting, at=context.at)
        return cls(organization=row(changed))
