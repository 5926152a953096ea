"""Contact with organizations: the log, who may read a confidential one, the plan. Source: DOMAIN N01; V13."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

import graphene

from api.kit.context import Context
from api.kit.ids import uuid_of
from api.kit.inputs import said
from api.kit.loaders import row
from api.kit.mutations import ActionMutation
from api.registry import inputs
from api.registry.mutations.shared import entry_of, part_key
from api.registry.types import ContactLog, ContactPlan, find_contact_log
from commons.access.permissions import Permission
from commons.kit.errors import NotFound
from commons.people.models import User
from tenants.registry import selectors
from tenants.registry.actions import contacts
from tenants.registry.selectors.contacts import sealed_log


class _OnContactLog(ActionMutation):
    class Meta:
        abstract = True

    contact_log: ClassVar[Any] = graphene.Field(ContactLog, description="联系记录。 / The log.")


def _officers(context: Context, ids: list[str]) -> list[User]:
    """
    The accounts named, among those who may be named in this union.

    Raises: BadId; NotFound, alike for accounts of other unions.
    """
    wanted = {uuid_of(global_id, "User") for global_id in ids}
    possible = {choice.id for choice in selectors.possible_officers(context.union, context.today)}
    if not wanted <= possible:
        raise NotFound()
    return list(User.objects.filter(pk__in=wanted))


class LogContact(_OnContactLog):
    """登记联系记录；保密的可同时指定知悉人。 / Record one contact; of a confidential one officers may be named at once."""

    class Meta:
        permission = Permission.CONTACT_EDIT
        input_type = inputs.LogContactInput

    @classmethod
    def perform(cls, context: Context, *, organization: str, officers: list[str] | None = None, **given: Any) -> Self:
        told = said(given)
        made = contacts.log(
            organization=entry_of(context, organization),
            officers=_officers(context, officers or []),
            by=context.acting,
            at=context.at,
            **told,
        )
        return cls(contact_log=row(made))


class EditContactLog(_OnContactLog):
    """更正联系记录：登记人本人，七日之内。 / Correct a log: its author, within seven days."""

    class Meta:
        permission = Permission.CONTACT_EDIT
        input_type = inputs.EditContactLogInput

    @classmethod
    def perform(cls, context: Context, *, id: str, **given: Any) -> Self:
        told = said(given)
        log = find_contact_log(context, str(uuid_of(id, "ContactLog")))
        return cls(contact_log=row(contacts.edit(contact_log=log, by=context.acting, at=context.at, **told)))


class NameOfficers(ActionMutation):
    """指定保密记录的知悉人；指定人本身不因此可见。 / Name who may read a confidential log; naming gives no sight of it."""

    class Meta:
        permission = Permission.CONTACT_VIEW
        input_type = inputs.NameOfficersInput

    named: ClassVar[Any] = graphene.List(
        graphene.NonNull(graphene.String), description="现在的知悉人姓名。 / Names of the officers now."
    )

    @classmethod
    def perform(cls, context: Context, *, id: str, officers: list[str]) -> Self:
        log = sealed_log(context.acting, uuid_of(id, "ContactLog"))
        contacts.name_officers(contact_log=log, officers=_officers(context, officers), by=context.acting, at=context.at)
        return cls(named=[officer.name for officer in selectors.officers_of(log)])


class _OnPlan(ActionMutation):
    class Meta:
        abstract = True

    contact_plan: ClassVar[Any] = graphene.Field(ContactPlan, description="联系计划。 / The plan.")


class PlanContact(_OnPlan):
    """制定联系计划，原计划随之结束。 / Lay down how often an officer contacts the organization."""

    class Meta:
        permission = Permission.CONTACT_EDIT
        input_type = inputs.PlanContactInput

    @classmethod
    def perform(
        cls,
        context: Context,
        *,
        organization: str,
        officer: str,
        frequency: str,
        from_on: date,
        until_on: date | None = None,
    ) -> Self:
        [named] = _officers(context, [officer])
        made = contacts.plan(
            organization=entry_of(context, organization),
            officer=named,
            frequency=frequency,
            from_on=from_on,
            until_on=until_on,
            by=context.acting,
            at=context.at,
        )
        return cls(contact_plan=row(made))


class EndContactPlan(_OnPlan):
    """结束联系计划。 / End a contact plan."""

    class Meta:
        permission = Permission.CONTACT_EDIT
        input_type = inputs.EndContactPlanInput

    @classmethod
    def perform(cls, context: Context, *, id: str, on: date) -> Self:
        plan = selectors.contact_plan(context.acting, part_key(context, id, "ContactPlan"))
        return cls(contact_plan=row(contacts.end_plan(plan=plan, on=on, by=context.acting, at=context.at)))
