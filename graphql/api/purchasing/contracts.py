"""Contracts, milestones and payments; their steps go through `transition`. Source: DOMAIN SM-18, Appendix E."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, Self
from uuid import UUID

import graphene
from graphql import GraphQLResolveInfo

from api.attachments.types import attachments_field, resolve_attachments
from api.kit.connections import Keyset, Page, connection, page_arguments
from api.kit.context import Context
from api.kit.enums import code_enum
from api.kit.fields import ApiField
from api.kit.ids import key_of
from api.kit.loaders import Row, attribute, row, rows
from api.kit.mutations import ActionMutation
from api.kit.nodes import Node, id_of, node
from api.kit.scalars import DateTime, Money
from commons.access.permissions import Permission
from commons.codelists.services import FundSource
from commons.kit.finding import one
from tenants.purchasing import models
from tenants.purchasing.actions import contracts as actions
from tenants.purchasing.actions import deviations
from tenants.purchasing.contract_terms import Part
from tenants.purchasing.enums import (
    BuyerKind,
    ContractKind,
    ContractState,
    MilestoneCondition,
    MilestoneState,
    PaymentKind,
)
from tenants.purchasing.policies import MILESTONES, PAYMENTS, PROJECTS, PROVIDERS
from tenants.purchasing.selectors import contracts

BY_TIME: Keyset[models.Contract] = Keyset("-created_at", "-id")


def find_contract(context: Context, key: str) -> models.Contract:
    """A contract that the actor may see. Raises: Refused; NotFound."""
    return contracts.contract(context.require_inside(Permission.DIRECTORY_VIEW), key)


def find_milestone(context: Context, key: str) -> models.PaymentMilestone:
    """A milestone that the actor may see. Raises: Refused; NotFound."""
    return contracts.milestone(context.require_inside(Permission.DIRECTORY_VIEW), key)


class Payment(graphene.ObjectType):
    """付款、冲销或退回，只增不改。 / A payment, a reversal or a refund; only ever added."""

    class Meta:
        default_resolver = attribute

    id = graphene.ID(required=True)
    kind = graphene.Field(code_enum(PaymentKind), required=True, description="类别。 / Kind.")
    amount = Money(required=True, description="金额，元；冲销和退回为负数。 / Yuan; negative when money came back.")
    paid_on = graphene.Date(required=True, description="日期。 / Day.")
    voucher_no = graphene.String(required=True, description="凭证号。 / Voucher.")
    fund_source = graphene.Field(code_enum(FundSource), required=True, description="资金来源。 / Source.")
    reason = graphene.String(description="原因。 / Reason.")
    created_by_name = graphene.String(required=True, description="登记人。 / Recorded by.")

    resolve_id = id_of()


@node(models.PaymentMilestone, find_milestone)
class PaymentMilestone(graphene.ObjectType):
    """付款节点。 / One part of a contract's amount and what it waits for."""

    class Meta:
        interfaces = (Node,)
        default_resolver = attribute

    version = graphene.Int(required=True, description="版本。 / Version.")
    no = graphene.Int(required=True, description="期次。 / Number.")
    condition = graphene.Field(code_enum(MilestoneCondition), required=True, description="付款条件。 / Condition.")
    share = graphene.Decimal(required=True, description="比例，%。 / Per cent.")
    amount = Money(required=True, description="金额，元。 / Yuan.")
    planned_on = graphene.Date(required=True, description="计划日期。 / Planned day.")
    state = graphene.Field(code_enum(MilestoneState), required=True, description="状态。 / State.")
    requested_by_name = graphene.String(description="申请人。 / Asked for by.")
    approved_by_name = graphene.String(description="审批人。 / Approved by.")

    resolve_id = id_of()


@node(models.Contract, find_contract)
class Contract(graphene.ObjectType):
    """合同；补充协议签署后并入原合同。 / A contract, or an amendment of one."""

    class Meta:
        interfaces = (Node,)
        default_resolver = attribute

    number = graphene.String(required=True, description="编号。 / Number.")
    version = graphene.Int(required=True, description="版本，修改时须带上。 / Version, to be given with a change.")
    kind = graphene.Field(code_enum(ContractKind), required=True, description="类型。 / Kind.")
    title = graphene.String(required=True, description="名称。 / Title.")
    provider_name = graphene.String(required=True, description="承接单位。 / Provider.")
    amount = Money(required=True, description="金额，元。 / Yuan.")
    own_share = graphene.Decimal(required=True, description="本级工会承担比例，%。 / The union's share, per cent.")
    buyer_kind = graphene.Field(code_enum(BuyerKind), required=True, description="购买方。 / Buyer.")
    buyer_name = graphene.String(description="购买方名称。 / Buyer's name.")
    starts_on = graphene.Date(description="开始。 / From.")
    ends_on = graphene.Date(description="结束。 / To.")
    signed_on = graphene.Date(description="签订日期。 / Signed on.")
    state = graphene.Field(code_enum(ContractState), required=True, description="状态。 / State.")
    created_at = DateTime(required=True)
    milestones = ApiField(
        graphene.NonNull(graphene.List(graphene.NonNull(PaymentMilestone))), size=5, description="付款节点。 / Parts."
    )
    payments = ApiField(
        graphene.NonNull(graphene.List(graphene.NonNull(Payment))), size=5, description="付款记录。 / What was paid."
    )

    attachments = attachments_field()

    resolve_id = id_of()
    resolve_attachments = staticmethod(resolve_attachments)

    @staticmethod
    def resolve_provider_name(root: Row[models.Contract], _info: GraphQLResolveInfo) -> str:
        name: str = root.it.provider.name
        return name

    @staticmethod
    def resolve_milestones(root: Row[models.Contract], info: GraphQLResolveInfo) -> list[Row[Any]]:
        visible = MILESTONES.visible(info.context.acting).order_by("no")
        return root.ask(root.it.pk, "milestones", lambda asked: _of(visible, asked)) or []

    @staticmethod
    def resolve_payments(root: Row[models.Contract], info: GraphQLResolveInfo) -> list[Row[Any]]:
        visible = PAYMENTS.visible(info.context.acting).order_by("created_at", "id")
        return root.ask(root.it.pk, "payments", lambda asked: _of(visible, asked)) or []


def _of(visible: Any, asked: list[models.Contract]) -> dict[UUID, list[Row[Any]]]:
    found: dict[UUID, list[Row[Any]]] = {}
    for part in rows(visible.filter(contract__in=[it.pk for it in asked])):
        found.setdefault(part.it.contract_id, []).append(part)
    return found


def _one(visible: Any, pk: UUID | None) -> Any:
    return None if pk is None else one(visible, pk)


ContractConnection = connection(Contract, counted=True)


class ContractQueries(graphene.ObjectType):
    contracts = ApiField(
        ContractConnection,
        **page_arguments(),
        permission=Permission.DIRECTORY_VIEW,
        private=True,
        paged=True,
        description="可以查看的合同，新的在前。 / Contracts that the caller may see, latest first.",
    )

    @staticmethod
    def resolve_contracts(
        _root: None, info: GraphQLResolveInfo, first: int | None = None, after: str | None = None
    ) -> Page:
        return BY_TIME.page(contracts.contracts(info.context.acting), first=first, after=after, counted=True)


class CreateContractInput(graphene.InputObjectType):
    """起草合同。 / Draft a contract."""

    kind = graphene.InputField(code_enum(ContractKind), required=True, description="类型。 / Kind.")
    project = graphene.UUID(description="项目的编号。 / Key of the project.")
    provider = graphene.UUID(description="承接单位的编号；有中标单位的可不写。 / Key of the provider.")
    title = graphene.String(description="名称。 / Title.")
    amount = Money(description="金额，元；默认为中标金额。 / Yuan; the award by default.")


class MilestonePart(graphene.InputObjectType):
    """一期付款。 / One part."""

    condition = graphene.InputField(code_enum(MilestoneCondition), required=True, description="付款条件。 / Condition.")
    share = graphene.Decimal(required=True, description="比例，%。 / Per cent.")
    planned_on = graphene.Date(required=True, description="计划日期。 / Planned day.")
    amount = Money(description="金额，元；不写的按比例。 / Yuan; by the share when not given.")


class SetMilestonesInput(graphene.InputObjectType):
    """设置付款节点。 / Part a draft's amount."""

    id = graphene.ID(required=True)
    version = graphene.Int(required=True)
    parts = graphene.List(graphene.NonNull(MilestonePart), required=True)


class RecordDeviationInput(graphene.InputObjectType):
    """登记条款偏离。 / Let a clause say something else."""

    id = graphene.ID(required=True)
    version = graphene.Int(required=True)
    clause = graphene.String(required=True, description="条款代码。 / Code of the clause.")
    text = graphene.String(required=True, description="改为。 / What it says.")
    reason = graphene.String(required=True, description="理由。 / Why.")


class _OnContract(ActionMutation):
    class Meta:
        abstract = True

    contract: ClassVar[Any] = graphene.Field(Contract, description="合同的新状态。 / The contract as it is now.")


class CreateContract(_OnContract):
    """起草合同。 / Draft a contract from the template in force."""

    class Meta:
        permission = Permission.CONTRACTS_EDIT
        input_type = CreateContractInput

    @classmethod
    def perform(
        cls,
        context: Context,
        *,
        kind: str,
        project: UUID | None = None,
        provider: UUID | None = None,
        title: str | None = None,
        amount: Decimal | None = None,
    ) -> Self:
        actor = context.acting
        made = actions.draft(
            kind=kind,
            project=_one(PROJECTS.visible(actor), project),
            provider=_one(PROVIDERS.visible(actor), provider),
            title=title or "",
            amount=amount,
            by=actor,
            at=context.at,
        )
        return cls(contract=row(made))


class SetMilestones(_OnContract):
    """设置付款节点。 / Part a draft's amount into milestones."""

    class Meta:
        permission = Permission.CONTRACTS_EDIT
        input_type = SetMilestonesInput

    @classmethod
    def perform(cls, context: Context, *, id: str, version: int, parts: list[dict[str, Any]]) -> Self:
        found = find_contract(context, key_of(id, "Contract"))
        agreed = [Part(one["condition"], one["share"], one["planned_on"], one.get("amount")) for one in parts]
        actions.set_milestones(contract=found, parts=agreed, version=version, by=context.acting, at=context.at)
        return cls(contract=row(find_contract(context, str(found.pk))))


class RecordDeviation(_OnContract):
    """登记条款偏离。 / Record a deviation from a clause of the template."""

    class Meta:
        permission = Permission.CONTRACTS_EDIT
        input_type = RecordDeviationInput

    @classmethod
    def perform(cls, context: Context, *, id: str, **given: Any) -> Self:
        found = find_contract(context, key_of(id, "Contract"))
        made = deviations.record_deviation(contract=found, by=context.acting, at=context.at, **given)
        return cls(contract=row(made))


class ContractMutations(graphene.ObjectType):
    create_contract = CreateContract.Field()
    set_milestones = SetMilestones.Field()
    record_deviation = RecordDeviation.Field()
