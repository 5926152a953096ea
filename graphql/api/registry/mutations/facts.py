"""An organization's years and the persons who answer for it."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

import graphene

from api.kit.context import Context
from api.kit.inputs import said
from api.kit.loaders import row
from api.kit.mutations import ActionMutation
from api.registry import inputs
from api.registry.mutations.shared import entry_of, part_key
from api.registry.types import OrgPerson, OrgYearFact
from commons.access.permissions import Permission
from tenants.registry import models, selectors
from tenants.registry.actions import facts


class RecordYearFact(ActionMutation):
    """登记或更正一个年度的情况。 / Record or correct the situation of one year."""

    class Meta:
        permission = Permission.LEDGER_EDIT
        input_type = inputs.RecordYearFactInput

    year_fact: ClassVar[Any] = graphene.Field(OrgYearFact, description="年度情况。 / The year's facts.")

    @classmethod
    def perform(cls, context: Context, *, organization: str, year: int, **given: Any) -> Self:
        made = facts.record_year(
            organization=entry_of(context, organization), year=year, fields=given, by=context.acting, at=context.at
        )
        return cls(year_fact=row(made))


class _OnPerson(ActionMutation):
    class Meta:
        abstract = True

    person: ClassVar[Any] = graphene.Field(OrgPerson, description="登记的人员。 / The person.")


def _person(context: Context, global_id: str) -> models.OrgPerson:
    return selectors.person(context.acting, part_key(context, global_id, "OrgPerson"))


class AddPerson(_OnPerson):
    """登记负责人、联络员等。 / Name somebody who answers for the organization."""

    class Meta:
        permission = Permission.LEDGER_EDIT
        input_type = inputs.AddPersonInput

    @classmethod
    def perform(cls, context: Context, *, organization: str, **given: Any) -> Self:
        told = said(given)
        made = facts.add_person(organization=entry_of(context, organization), by=context.acting, at=context.at, **told)
        return cls(person=row(made))


class EditPerson(_OnPerson):
    """更正人员信息。 / Correct what is recorded of a person."""

    class Meta:
        permission = Permission.LEDGER_EDIT
        input_type = inputs.EditPersonInput

    @classmethod
    def perform(
        cls, context: Context, *, id: str, name: str, role: str, phone: str, from_on: date | None = None
    ) -> Self:
        changed = facts.edit_person(
            person=_person(context, id),
            name=name,
            role=role,
            phone=phone,
            from_on=from_on,
            by=context.acting,
            at=context.at,
        )
        return cls(person=row(changed))


class EndPerson(_OnPerson):
    """登记人员卸任。 / Record that somebody no longer answers for the organization."""

    class Meta:
        permission = Permission.LEDGER_EDIT
        input_type = inputs.EndPersonInput

    @classmethod
    def perform(cls, context: Context, *, id: str, on: date) -> Self:
        ended = facts.end_person(person=_person(context, id), on=on, by=context.acting, at=context.at)
        return cls(person=row(ended))
