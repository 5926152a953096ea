"""
Subsidies, as both parties see them and nobody beside them; their steps go through `transition`. Source: DOMAIN §3.7 SM-24; V3, V4, V7.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self
from uuid import UUID

import graphene
from graphql import GraphQLResolveInfo

from api.kit.connections import Keyset, Page, connection, page_arguments
from api.kit.context import Context
from api.kit.enums import code_enum
from api.kit.fields import ApiField
from api.kit.ids import key_of, uuid_of
from api.kit.loaders import Row, attribute, row, rows
from api.kit.mutations import ActionMutation
from api.kit.nodes import Node, id_of, node
from api.kit.scalars import DateTime, Money
from api.subsidies.rounds import SubsidyRound, find_round
from commons.access.permissions import Permission
from commons.kit.errors import Invalid
from commons.kit.labels import Code
from commons.subsidies import actions, models, policies, selectors, sources
from commons.subsidies.actions import Application
from commons.subsidies.enums import SubsidyState

BY_TIME: Keyset[models.Subsidy] = Keyset("-created_at", "-id")


class SubsidySide(Code):
    """On which side the acting union stands."""

    RECEIVED = "received", "上级补贴本会", "Received from above"
    GIVEN = "given", "本会补贴下级", "Given to lower unions"


_SIDES = {SubsidySide.RECEIVED: "to_union", SubsidySide.GIVEN: "from_union"}


def find_subsidy(context: Context, key: str) -> models.Subsidy:
    """A subsidy to which the acting union is party. Raises: Refused; NotFound."""
    return selectors.subsidy(context.require_inside(Permission.SUBSIDY_VIEW), key)


class SubsidyProject(graphene.ObjectType):
    """申请补贴的一个项目。 / A project for which is applied."""

    project = graphene.UUID(required=True, description="申请工会的项目编号。 / Key of the applicant's project.")
    number = graphene.String(required=True, description="编号。 / Number.")
    title = graphene.String(required=True, description="名称。 / Title.")
    amount = Money(required=True, description="申请金额，元。 / Yuan applied for.")


class SubsidyAccount(graphene.ObjectType):
    """一个项目的核销申请。 / What was spent of it on one project."""

    number = graphene.String(required=True, description="项目编号。 / Number.")
    title = graphene.String(required=True, description="项目。 / Title.")
    contracts = graphene.String(required=True, description="合同编号。 / Contracts.")
    spent = Money(required=True, description="已支出，元。 / Yuan spent.")


class SubsidisedProject(graphene.ObjectType):
    """补贴项目的实施情况，由申请工会的系统提供；不含投标和个人。 / How it goes; no bid and no person. Source: V4."""

    class Meta:
        default_resolver = attribute

    number = graphene.String(required=True, description="编号。 / Number.")
    title = graphene.String(required=True, description="名称。 / Title.")
    state = graphene.String(required=True, description="状态。 / State, as it was called.")
    starts_on = graphene.Date(description="开始。 / From.")
    ends_on = graphene.Date(description="结束。 / To.")
    provider = graphene.String(description="承接单位。 / Provider, where it is an organization.")
    contract_amount = Money(description="合同金额，元。 / Contract, yuan.")
    paid = Money(required=True, description="已付，元。 / Paid, yuan.")
    sessions = graphene.Int(required=True, description="服务场次。 / Sessions.")
    person_times = graphene.Int(required=True, description="服务人次。 / Person-times.")
    persons = graphene.Int(required=True, description="服务人数。 / Persons.")
    satisfaction = graphene.Decimal(description="满意度，1–5 分。 / Satisfaction, 1 to 5.")
    midterm = graphene.String(description="中期评估结论。 / Midterm.")
    performance = graphene.String(description="绩效评估结论。 / Performance.")
    as_of = DateTime(required=True, description="更新时间。 / As of.")


@node(models.Subsidy, find_subsidy)
class Subsidy(graphene.ObjectType):
    """经费补贴：上级工会对下级工会的一次补贴。 / One union's application in a round, and what became of it."""

    class Meta:
        interfaces = (Node,)
        default_resolver = attribute

    version = graphene.Int(required=True, description="版本，修改时须带上。 / Version, to be given with a change.")
    round = ApiField(SubsidyRound, required=True, description="批次。 / The round.")
    from_union_code = graphene.String(required=True, description="补贴工会的代码。 / Code of the giving union.")
    from_union_name = graphene.String(required=True, description="补贴工会。 / The giving union.")
    to_union_code = graphene.String(required=True, description="申请工会的代码。 / Code of the applying union.")
    to_union_name = graphene.String(required=True, description="申请工会。 / The applying union.")
    headcount = graphene.Int(required=True, description="核定人数。 / Heads.")
    standard = Money(required=True, description="每人标准，元。 / Yuan for each head.")
    ceiling = Money(required=True, description="上限＝人数×标准，元。 / Heads times standard, yuan.")
    applied = Money(required=True, description="申请金额，元。 / Applied for, yuan.")
    projects = graphene.List(graphene.NonNull(SubsidyProject), required=True, description="申请的项目。 / Projects.")
    statement = graphene.String(description="申请理由。 / Why.")
    signed_by_name = graphene.String(description="经办人。 / Signed by staff.")
    applied_by_name = graphene.String(description="签批人。 / Signed by the administrator.")
    applied_on = graphene.Date(description="上报日期。 / Applied on.")
    proposed = Money(description="建议金额，元。 / Proposed, yuan.")
    review = graphene.String(description="审核意见。 / Review.")
    reviewed_by_name = graphene.String(description="审核人。 / Reviewed by.")
    granted = Money(description="批准金额，元。 / Granted, yuan.")
    granted_on = graphene.Date(description="批准日期。 / Granted on.")
    granted_by_name = graphene.String(description="批准人。 / Granted by.")
    paid_on = graphene.Date(description="拨付日期。 / Paid on.")
    voucher_no = graphene.String(description="凭证号。 / Voucher.")
    accounts = graphene.List(graphene.NonNull(SubsidyAccount), required=True, description="核销申请。 / Accounts.")
    spent = Money(description="已支出，元。 / Spent, yuan.")
    accounted_on = graphene.Date(description="核销申请日期。 / Accounted for on.")
    verified = Money(description="核销金额，元。 / Verified, yuan.")
    verified_on = graphene.Date(description="核销日期。 / Verified on.")
    verified_by_name = graphene.String(description="核销人。 / Verified by.")
    refund = Money(description="应退回，元。 / To come back, yuan.")
    refunded_on = graphene.Date(description="退回日期。 / Refunded on.")
    state = graphene.Field(code_enum(SubsidyState), required=True, description="状态。 / State.")
    created_at = DateTime(required=True)
    progress = ApiField(
        graphene.NonNull(graphene.List(graphene.NonNull(SubsidisedProject))),
        size=5,
        description="补贴项目的实施情况，批准后才有。 / How the projects go, from the grant on.",
    )

    resolve_id = id_of()

    @staticmethod
    def resolve_round(root: Row[models.Subsidy], _info: GraphQLResolveInfo) -> Row[models.SubsidyRound] | None:
        return root.ask(root.it.pk, "round", _rounds)

    @staticmethod
    def resolve_from_union_code(root: Row[models.Subsidy], _info: GraphQLResolveInfo) -> str:
        return str(root.it.from_union.code)

    @staticmethod
    def resolve_from_union_name(root: Row[models.Subsidy], _info: GraphQLResolveInfo) -> str:
        return str(root.it.from_union.name_zh)

    @staticmethod
    def resolve_to_union_code(root: Row[models.Subsidy], _info: GraphQLResolveInfo) -> str:
        return str(root.it.to_union.code)

    @staticmethod
    def resolve_to_union_name(root: Row[models.Subsidy], _info: GraphQLResolveInfo) -> str:
        return str(root.it.to_union.name_zh)

    @staticmethod
    def resolve_projects(root: Row[models.Subsidy], _info: GraphQLResolveInfo) -> list[SubsidyProject]:
        return [
            SubsidyProject(
                project=UUID(one["id"]),
                number=one["number"],
                title=one["title"],
                amount=Money.parse_value(one["amount"]),
            )
            for one in root.it.projects
        ]

    @staticmethod
    def resolve_accounts(root: Row[models.Subsidy], _info: GraphQLResolveInfo) -> list[SubsidyAccount]:
        return [SubsidyAccount(**{**one, "spent": Money.parse_value(one["spent"])}) for one in root.it.accounts]

    @staticmethod
    def resolve_progress(root: Row[models.Subsidy], info: GraphQLResolveInfo) -> list[Row[Any]]:
        return root.ask(root.it.pk, "progress", lambda asked: _copies(info.context, asked)) or []


def _rounds(asked: list[models.Subsidy]) -> dict[UUID, Row[models.SubsidyRound]]:
    """The round is told with its subsidy; its union is the subsidy's own, and the rounds are peers."""
    taking = {}
    for subsidy in asked:
        subsidy.round.from_union = subsidy.from_union
        taking[subsidy.round_id] = subsidy.round
    found = {one.it.pk: one for one in rows(taking.values())}
    return {subsidy.pk: found[subsidy.round_id] for subsidy in asked}


def _copies(context: Context, asked: list[models.Subsidy]) -> dict[UUID, list[Row[Any]]]:
    found: dict[UUID, list[Row[Any]]] = {}
    copies = policies.copies(context.acting).filter(subsidy__in=[one.pk for one in asked]).order_by("number", "id")
    for copy in rows(copies):
        found.setdefault(copy.it.subsidy_id, []).append(copy)
    return found


class SubsidisableProject(graphene.ObjectType):
    """可以申请补贴的项目：资金来源中有上级补贴。 / A project with a part to come from above."""

    id = graphene.UUID(required=True, description="项目编号。 / Its key.")
    number = graphene.String(required=True, description="编号。 / Number.")
    title = graphene.String(required=True, description="名称。 / Title.")
    amount = Money(required=True, description="资金来源中的上级补贴，元。 / The part from above, yuan.")


SubsidyConnection = connection(Subsidy, counted=True)


class SubsidyQueries(graphene.ObjectType):
    subsidies = ApiField(
        SubsidyConnection,
        **page_arguments(),
        side=graphene.Argument(code_enum(SubsidySide)),
        state=graphene.Argument(code_enum(SubsidyState)),
        year=graphene.Int(),
        round=graphene.ID(description="只要这一批次的。 / Of this round alone."),
        permission=Permission.SUBSIDY_VIEW,
        private=True,
        paged=True,
        description="本会申请的和向本会申请的补贴，新的在前。 / What the own union applied for, and what was to it.",
    )
    subsidisable_projects = ApiField(
        graphene.NonNull(graphene.List(graphene.NonNull(SubsidisableProject))),
        permission=Permission.SUBSIDY_APPLY,
        private=True,
        size=50,
        description="可以申请补贴的项目。 / Projects for which a subsidy may be asked.",
    )

    @staticmethod
    def resolve_subsidies(
        _root: None,
        info: GraphQLResolveInfo,
        first: int | None = None,
        after: str | None = None,
        side: SubsidySide | None = None,
        state: SubsidyState | None = None,
        year: int | None = None,
        round: str | None = None,
    ) -> Page:
        found = selectors.subsidies(info.context.acting)
        if side is not None:
            found = found.filter(**{_SIDES[side]: info.context.union})
        if state is not None:
            found = found.filter(state=state)
        if year is not None:
            found = found.filter(round__year=year)
        if round is not None:
            found = found.filter(round=find_round(info.context, key_of(round, "SubsidyRound")))
        return BY_TIME.page(found, first=first, after=after, counted=True)

    @staticmethod
    def resolve_subsidisable_projects(_root: None, info: GraphQLResolveInfo) -> list[sources.Listed]:
        return sources.projects(info.context.acting)


class SubsidyAmountInput(graphene.InputObjectType):
    """为一个项目申请的金额。 / What is applied for one project."""

    project = graphene.UUID(required=True, description="项目编号，见 subsidisableProjects。 / Key of the project.")
    amount = Money(required=True, description="申请金额，元。 / Yuan.")


class DraftSubsidyInput(graphene.InputObjectType):
    """申请补贴。 / Apply in a round."""

    round = graphene.ID(required=True, description="批次的编号。 / Id of the round.")
    headcount = graphene.Int(required=True, description="核定补贴的职工人数。 / Heads.")
    amounts = graphene.List(graphene.NonNull(SubsidyAmountInput), required=True, description="各项目。 / By project.")
    statement = graphene.String(description="申请理由。 / Why.")


class UpdateSubsidyInput(graphene.InputObjectType):
    """修改未签报或已退回的申请。 / Change an application that is not signed yet, or was returned."""

    id = graphene.ID(required=True)
    version = graphene.Int(required=True, description="读到的版本。 / The version that was read.")
    headcount = graphene.Int(required=True, description="核定补贴的职工人数。 / Heads.")
    amounts = graphene.List(graphene.NonNull(SubsidyAmountInput), required=True, description="各项目。 / By project.")
    statement = graphene.String(description="申请理由。 / Why.")


class _OnSubsidy(ActionMutation):
    class Meta:
        abstract = True

    subsidy: ClassVar[Any] = graphene.Field(Subsidy, description="补贴的新状态。 / The subsidy as it is now.")


def _application(headcount: int, amounts: list[dict[str, Any]], statement: str | None) -> Application:
    by_project = {one["project"]: one["amount"] for one in amounts}
    if len(by_project) < len(amounts):
        raise Invalid({"amounts": ["同一项目只能填写一次，请合并金额。"]})
    return Application(headcount, by_project, statement or "")


class DraftSubsidy(_OnSubsidy):
    """拟申请补贴，签报、签批后上报。 / Draw up an application; it is signed by two before it goes up."""

    class Meta:
        permission = Permission.SUBSIDY_APPLY
        input_type = DraftSubsidyInput

    @classmethod
    def perform(
        cls,
        context: Context,
        *,
        round: str,
        headcount: int,
        amounts: list[dict[str, Any]],
        statement: str | None = None,
    ) -> Self:
        made = actions.draft(
            round_id=uuid_of(round, "SubsidyRound"),
            application=_application(headcount, amounts, statement),
            by=context.acting,
            at=context.at,
        )
        return cls(subsidy=row(made))


class UpdateSubsidy(_OnSubsidy):
    """修改申请。 / Change an application."""

    class Meta:
        permission = Permission.SUBSIDY_APPLY
        input_type = UpdateSubsidyInput

    @classmethod
    def perform(
        cls,
        context: Context,
        *,
        id: str,
        version: int,
        headcount: int,
        amounts: list[dict[str, Any]],
        statement: str | None = None,
    ) -> Self:
        made = actions.change(
            row=find_subsidy(context, key_of(id, "Subsidy")),
            application=_application(headcount, amounts, statement),
            version=version,
            by=context.acting,
            at=context.at,
        )
        return cls(subsidy=row(made))


class SubsidyMutations(graphene.ObjectType):
    draft_subsidy = DraftSubsidy.Field()
    update_subsidy = UpdateSubsidy.Field()
