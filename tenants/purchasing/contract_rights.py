"""What may hang on a contract, and who may hang it there. Source: SM-18 signed file; E44 invoices."""

from __future__ import annotations

from commons.access.actors import Actor
from commons.access.decisions import Decision, Rule, allowed, refused
from commons.access.permissions import Permission
from commons.access.policies import may
from tenants.attachments.models import Attachment
from tenants.attachments.owners import Rights
from tenants.purchasing.models import Contract
from tenants.purchasing.policies import CONTRACTS
from tenants.purchasing.who import in_department, own_organization


class ContractRights(Rights[Contract]):
    """Staff add and remove; the provider adds invoices to the own contract; the signed text that was relied on stays."""

    def may_add(self, actor: Actor, row: Contract) -> Decision:
        if (decision := may(actor, Permission.CONTRACTS_EDIT)) and in_department(actor, row):
            return decision
        if may(actor, Permission.COURSE_REPORT) and own_organization(actor, row):
            return allowed(Rule.ROLE)
        return refused()

    def may_remove(self, actor: Actor, row: Contract, attachment: Attachment) -> Decision:
        if attachment.pk == row.signed_file_id:
            return refused()
        if actor.user_id is not None and attachment.created_by_id == actor.user_id:
            return self.may_add(actor, row)
        return may(actor, Permission.CONTRACTS_EDIT) if in_department(actor, row) else refused()


CONTRACT_RIGHTS = ContractRights(CONTRACTS, "合同", "contract")
