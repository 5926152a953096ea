"""Rounds: what a union gives in a year and by which standard; their steps go through `transition`. Source: DOMAIN §3.7; E18, E19."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, Self

import graphene
from graphql import GraphQLResolveInfo

from api.kit.connections import Keyset, Page, connection, page_arguments
from api.kit.context import Context
from api.kit.enums import code_enum
from api.kit.fields import ApiField
from api.kit.ids import key_of
from api.kit.inputs import said
from api.kit.loaders import Row, attribute, row
from api.kit.mutations import ActionMutation
from api.kit.nodes import Node, id_of, node
from api.kit.scalars import Money
from commons.access.permissions import Permission
from commons.subsidies import actions, models, selectors
from commons.subsidies.actions import Terms
from commons.subsidies.enums import RoundState
from commons.subsidies.policies import is_funder

BY_YEAR: Keyset[models.SubsidyRound] = Keyset("-year", "-created_at", "-id")


def find_round(context: Context, key: str) -> models.SubsidyRound:
    """A round of the own union, or one that a union above has opened. Raises: Refused; NotFound."""
    return selectors.round_of(context.require_inside(Permission.SUBSIDY_VIEW), key)


@node(models.SubsidyRound, find_round)
class SubsidyRound(graphene.ObjectType):
    """补贴批次：一年的补贴标准和限额。 / What a union gives in a year, and by which standard."""

    class Meta:
        interfaces = (Node,)
        default_resolver = attribute

    version = graphene.Int(required=True, description="版本，修改时须带上。 / Version, to be given with a change.")
    from_union_code = graphene.String(required=True, description="补贴工会的代码。 / Code of the giving union.")
    from_union_name = graphene.String(required=True, description="补贴工会。 / The giving union.")
    year = graphene.Int(required=True, description="年度。 / Year.")
    title = graphene.String(required=True, description="名称。 / Title.")
    measures = graphene.String(description="补贴办法，开放时记录。 / The measures, as in force when it was opened.")
    standard = Money(required=True, description="每人标准，元。 / Yuan for each head.")
    per_project_cap = Money(description="单个项目限额，元；不设的没有。 / Most for one project; null without any.")
    apply_by = graphene.Date(required=True, description="申请截止日期（含）。 / Last day of applications.")
    note = graphene.String(description="申请说明。 / Note.")
    state = graphene.Field(code_enum(RoundState), required=True, description="状态。 / State.")
    budget = Money(description="总额，元，只供补贴工会查看。 / In all, for the giving union alone.")
    granted = ApiField(
        Money, description="已批准，元，只供补贴工会查看。 / Granted so far, for the giving union alone."
    )

    resolve_id = id_of()

    @staticmethod
    def resolve_from_union_code(root: Row[models.SubsidyRound], _info: GraphQLResolveInfo) -> str:
        return str(root.it.from_union.code)

    @staticmethod
    def resolve_from_union_name(root: Row[models.SubsidyRound], _info: GraphQLResolveInfo) -> str:
        return str(root.it.from_union.name_zh)

    @staticmethod
    def resolve_budget(root: Row[models.SubsidyRound], info: GraphQLResolveInfo) -> Decimal | None:
        return root.it.budget if is_funder(info.context.acting, root.it) else None

    @staticmethod
    def resolve_granted(root: Row[models.SubsidyRound], info: GraphQLResolveInfo) -> Decimal | None:
        if not is_funder(info.context.acting, root.it):
            return None
        return root.ask(root.it.pk, "granted", selectors.granted_of)


SubsidyRoundConnection = connection(SubsidyRound, counted=True)


class RoundQueries(graphene.ObjectType):
    subsidy_rounds = ApiField(
        SubsidyRoundConnection,
        **page_arguments(),
        state=graphene.Argument(code_enum(RoundState)),
        year=graphene.Int(),
        permission=Permission.SUBSIDY_VIEW,
        private=True,
        paged=True,
        description="本会的批次和上级已开放的批次，新的在前。 / The own rounds, and those opened above, latest first.",
    )

    @staticmethod
    def resolve_subsidy_rounds(
        _root: None, info: GraphQLResolveInfo, first: int | None = None, after: str | None = None, **wanted: Any
    ) -> Page:
        found = selectors.rounds(info.context.acting)
        found = found.filter(**said(wanted))
        return BY_YEAR.page(found, first=first, after=after, counted=True)


class DrawUpRoundInput(graphene.InputObjectType):
    """拟定补贴批次。 / Draw up a round."""

    year = graphene.Int(required=True, description="年度。 / Year.")
    title = graphene.String(required=True, description="名称。 / Title.")
    standard = Money(required=True, description="每人标准，元。 / Yuan for each head.")
    budget = Money(required=True, description="总额，元。 / In all, yuan.")
    apply_by = graphene.Date(required=True, description="申请截止日期（含）。 / Last day of applications.")
    per_project_cap = Money(description="单个项目限额，元。 / Most for one project.")
    note = graphene.String(description="申请说明。 / Note.")


class UpdateRoundInput(graphene.InputObjectType):
    """修改补贴批次；没有写的不变，开放后只能改截止日期和说明。 / Change a round; once open, its last day and note alone."""

    id = graphene.ID(required=True)
    version = graphene.Int(required=True, description="读到的版本。 / The version that was read.")
    year = graphene.Int(description="年度。 / Year.")
    title = graphene.String(description="名称。 / Title.")
    standard = Money(description="每人标准，元。 / Yuan for each head.")
    budget = Money(description="总额，元。 / In all, yuan.")
    apply_by = graphene.Date(description="申请截止日期（含）。 / Last day of applications.")
    per_project_cap = Money(description="单个项目限额，元；写 null 的不设。 / Most for one project; null: none.")
    note = graphene.String(description="申请说明。 / Note.")


class _OnRound(ActionMutation):
    class Meta:
        abstract = True

    round: ClassVar[Any] = graphene.Field(SubsidyRound, description="批次的新状态。 / The round as it is now.")


_TERMS = ("year", "title", "standard", "budget", "apply_by", "per_project_cap", "note")


class DrawUpSubsidyRound(_OnRound):
    """拟定补贴批次。 / Draw up a round."""

    class Meta:
        permission = Permission.SUBSIDY_GRANT
        input_type = DrawUpRoundInput

    @classmethod
    def perform(cls, context: Context, *, note: str | None = None, **given: Any) -> Self:
        terms = Terms(note=note or "", **given)
        return cls(round=row(actions.draw_up(terms=terms, by=context.acting, at=context.at)))


class UpdateSubsidyRound(_OnRound):
    """修改补贴批次。 / Change a round."""

    class Meta:
        permission = Permission.SUBSIDY_GRANT
        input_type = UpdateRoundInput

    @classmethod
    def perform(cls, context: Context, *, id: str, version: int, **given: Any) -> Self:
        found = find_round(context, key_of(id, "SubsidyRound"))
        told = {name: value for name, value in given.items() if value is not None or name == "per_project_cap"}
        terms = Terms(**{name: told.get(name, getattr(found, name)) for name in _TERMS})
        made = actions.change_round(row=found, terms=terms, version=version, by=context.acting, at=context.at)
        return cls(round=row(made))


class RoundMutations(graphene.ObjectType):
    draw_up_subsidy_round = DrawUpSubsidyRound.Field()
    update_subsidy_round = UpdateSubsidyRound.Field()
