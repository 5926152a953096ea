"""Changes to the ledger: each mutation is one action of the registry, on the acting union's own entries."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

import graphene

from api.kit.context import Context
from api.kit.ids import key_of
from api.kit.loaders import row
from api.kit.mutations import ActionMutation
from api.registry import inputs
from api.registry.types import ContactLog, OrgRating, OrgYearFact, SocialOrganization, find_organization
from commons.access.permissions import Permission
from commons.directory.enums import RegistrationStatus
from tenants.registry import models
from tenants.registry.actions import contacts, entries, facts, ledger, ratings


def _entry(context: Context, global_id: str) -> models.SocialOrganization:
    """
    The entry named by an id.

    Raises: BadId; NotFound, alike for another union's.
    """
    return find_organization(context, key_of(global_id, "SocialOrganization"))


class _OnEntry(ActionMutation):
    """A mutation whose payload is the entry it changed."""

    class Meta:
        abstract = True

    organization: ClassVar[Any] = graphene.Field(SocialOrganization, description="条目的新状态。 / The entry as it is now.")


class CreateOrganization(_OnEntry):
    """登记一个社会组织，保存为草稿。 / Enter an organization as a draft."""

    class Meta:
        permission = Permission.LEDGER_EDIT
        input_type = inputs.CreateOrganizationInput

    @classmethod
    def perform(cls, context: Context, **fields: Any) -> Self:
        made = entries.create(fields=inputs.entry(fields), by=context.acting, at=context.at)
        return cls(organization=row(made))


class UpdateOrganization(_OnEntry):
    """修改条目。 / Correct an entry."""

    class Meta:
        permission = Permission.LEDGER_EDIT
        input_type = inputs.UpdateOrganizationInput

    @classmethod
    def perform(cls, context: Context, *, id: str, version: int, changes: dict[str, Any]) -> Self:
        changed = entries.edit(
            organization=_entry(context, id),
            fields=inputs.entry(changes),
            version=version,
            by=context.acting,
            at=context.at,
        )
        return cls(organization=row(changed))


class RegisterOrganization(_OnEntry):
    """草根组织取得登记，补录信用代码。 / Give an unregistered group its code."""

    class Meta:
        permission = Permission.LEDGER_EDIT
        input_type = inputs.RegisterOrganizationInput

    @classmethod
    def perform(
        cls, context: Context, *, id: str, uscc: str, org_type: str, certificate_number: str | None = None
    ) -> Self:
        changed = entries.register(
            organization=_entry(context, id),
            uscc=uscc,
            org_type=org_type,
            certificate_number=certificate_number or "",
            by=context.acting,
            at=context.at,
        )
        return cls(organization=row(changed))


class SubmitOrganization(_OnEntry):
    """提交核实。 / Hand a draft over for verification."""

    class Meta:
        permission = Permission.LEDGER_EDIT
        input_type = inputs.OrganizationInput

    @classmethod
    def perform(cls, context: Context, *, id: str) -> Self:
        return cls(organization=row(ledger.submit(organization=_entry(context, id), by=context.acting, at=context.at)))


class VerifyOrganization(_OnEntry):
    """核实并列为在册。 / Verify: the entry is on the ledger from today."""

    class Meta:
        permission = Permission.LEDGER_EDIT
        input_type = inputs.VerifyOrganizationInput

    @classmethod
    def perform(cls, context: Context, *, id: str, certificate_number: str | None = None) -> Self:
        changed = ledger.verify(
            organization=_entry(context, id),
            certificate_number=certificate_number or "",
            by=context.acting,
            at=context.at,
        )
        return cls(organization=row(changed))


class SendBackOrganization(_OnEntry):
    """退回修改。 / Return an entry to its author."""

    class Meta:
        permission = Permission.LEDGER_EDIT
        input_type = inputs.ReasonInput

    @classmethod
    def perform(cls, context: Context, *, id: str, reason: str) -> Self:
        changed = ledger.send_back(organization=_entry(context, id), reason=reason, by=context.acting, at=context.at)
        return cls(organization=row(changed))


class ConfirmOrganization(_OnEntry):
    """年度确认。 / Confirm that an entry still holds."""

    class Meta:
        permission = Permission.LEDGER_EDIT
        input_type = inputs.OrganizationInput

    @classmethod
    def perform(cls, context: Context, *, id: str) -> Self:
        return cls(organization=row(ledger.confirm(organization=_entry(context, id), by=context.acting, at=context.at)))


class CloseOrganization(_OnEntry):
    """登记注销或撤销，条目不再在册。 / Close an entry that was deregistered."""

    class Meta:
        permission = Permission.LEDGER_EDIT
        input_type = inputs.CloseOrganizationInput

    @classmethod
    def perform(
        cls, context: Context, *, id: str, reason: str, on: date, registration_status: str | None = None
    ) -> Self:
        changed = ledger.close(
            organization=_entry(context, id),
            reason=reason,
            on=on,
            registration_status=registration_status or RegistrationStatus.CANCELLED,
            by=context.acting,
            at=context.at,
        )
        return cls(organization=row(changed))


class RemoveOrganization(_OnEntry):
    """移出台账。 / Remove an entry by decision of the union's administrator."""

    class Meta:
        permission = Permission.LEDGER_APPROVE
        input_type = inputs.ReasonInput

    @classmethod
    def perform(cls, context: Context, *, id: str, reason: str) -> Self:
        changed = ledger.remove(organization=_entry(context, id), reason=reason, by=context.acting, at=context.at)
        return cls(organization=row(changed))


class ReopenOrganization(_OnEntry):
    """恢复已注销或已移出的条目，重新核实。 / Bring an entry back for verification."""

    class Meta:
        permission = Permission.LEDGER_APPROVE
        input_type = inputs.ReasonInput

    @classmethod
    def perform(cls, context: Context, *, id: str, reason: str) -> Self:
        changed = ledger.reopen(organization=_entry(context, id), reason=reason, by=context.acting, at=context.at)
        return cls(organization=row(changed))


class LogContact(ActionMutation):
    """登记联系记录。 / Record one contact."""

    class Meta:
        permission = Permission.CONTACT_EDIT
        input_type = inputs.LogContactInput

    contact_log: ClassVar[Any] = graphene.Field(ContactLog, description="新的联系记录。 / The new log.")

    @classmethod
    def perform(cls, context: Context, *, organization: str, **given: Any) -> Self:
        told = {name: value for name, value in given.items() if value is not None}
        made = contacts.log(organization=_entry(context, organization), by=context.acting, at=context.at, **told)
        return cls(contact_log=row(made))


class RecordRating(ActionMutation):
    """登记评定结果，替代原有等级。 / Record a rating that was granted; it supersedes the one before."""

    class Meta:
        permission = Permission.LEDGER_EDIT
        input_type = inputs.RecordRatingInput

    rating: ClassVar[Any] = graphene.Field(OrgRating, description="登记的等级。 / The rating.")

    @classmethod
    def perform(cls, context: Context, *, organization: str, **given: Any) -> Self:
        made = ratings.grant(organization=_entry(context, organization), by=context.acting, at=context.at, **given)
        return cls(rating=row(made))


class RecordYearFact(ActionMutation):
    """登记或更正一个年度的情况。 / Record or correct the situation of one year."""

    class Meta:
        permission = Permission.LEDGER_EDIT
        input_type = inputs.RecordYearFactInput

    year_fact: ClassVar[Any] = graphene.Field(OrgYearFact, description="年度情况。 / The year's facts.")

    @classmethod
    def perform(cls, context: Context, *, organization: str, year: int, **given: Any) -> Self:
        made = facts.record_year(
            organization=_entry(context, organization), year=year, fields=given, by=context.acting, at=context.at
        )
        return cls(year_fact=row(made))


class RegistryMutations(graphene.ObjectType):
    create_organization = CreateOrganization.Field()
    update_organization = UpdateOrganization.Field()
    register_organization = RegisterOrganization.Field()
    submit_organization = SubmitOrganization.Field()
    verify_organization = VerifyOrganization.Field()
    send_back_organization = SendBackOrganization.Field()
    confirm_organization = ConfirmOrganization.Field()
    close_organization = CloseOrganization.Field()
    remove_organization = RemoveOrganization.Field()
    reopen_organization = ReopenOrganization.Field()
    log_contact = LogContact.Field()
    record_rating = RecordRating.Field()
    record_year_fact = RecordYearFact.Field()
