"""The bank account to which a provider is paid: shown with its middle hidden, read in full by few, and that is written down."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.audit.recording import record
from commons.tenancy.acting import require
from tenants.purchasing.models import Contract
from tenants.purchasing.selectors import contracts


@transaction.atomic
def read_account(*, contract: Contract, by: Actor, at: datetime) -> str:
    """
    The provider's bank account in full, for who pays or may see personal data; that it was read is written down.

    Raises: Refused, NotFound. Source: ASVS 16.2; V6.
    """
    row = contracts.contract(by, contract.pk)
    own = bool(by.organization) and row.provider.uscc == by.organization
    if not own:
        permission = Permission.PAYMENTS_PAY if Permission.PAYMENTS_PAY in by.permissions else Permission.PERSONAL_VIEW
        require(by, permission)
    record("purchasing.provider.read_account", by=by, at=at, on=row.provider, contract=row.number)
    account: str = row.provider.bank_account
    return account
