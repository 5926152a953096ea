"""Who takes part in purchases: providers and the pool of experts. Source: T2, T3; A20, B07."""

from __future__ import annotations

from typing import Any, ClassVar, Self
from uuid import UUID

import graphene
from graphql import GraphQLResolveInfo

from api.kit.connections import Keyset, Page, connection, page_arguments
from api.kit.context import Context
from api.kit.enums import code_enum
from api.kit.fields import ApiField
from api.kit.ids import key_of, to_global, uuid_of
from api.kit.inputs import said
from api.kit.loaders import Row, attribute, row
from api.kit.mutations import ActionMutation
from api.kit.nodes import Node, id_of, node
from commons.access.permissions import Permission
from commons.codelists.services import ServiceField
from commons.kit.finding import one
from tenants.purchasing import models
from tenants.purchasing.actions import bodies as actions
from tenants.purchasing.enums import ExpertKind, ProviderKind, VettingResult
from tenants.purchasing.selectors import bodies as reading

BY_NAME: Keyset[models.Provider] = Keyset("name", "id")
BY_NUMBER: Keyset[models.Expert] = Keyset("number", "id")


def find_provider(context: Context, key: str) -> models.Provider:
    """A provider that the actor may see. Raises: Refused; NotFound."""
    return one(reading.providers(context.require_inside(Permission.DIRECTORY_VIEW)), key)


def find_expert(context: Context, key: str) -> models.Expert:
    """An expert that the actor may see. Raises: Refused; NotFound."""
    return one(reading.experts(context.require_inside(Permission.DIRECTORY_VIEW)), key)


@node(models.Provider, find_provider)
class Provider(graphene.ObjectType):
    """承接主体。 / Who provides services, or asks to."""

    class Meta:
        interfaces = (Node,)
        default_resolver = attribute

    key = graphene.UUID(required=True, description="编号，起草合同时用。 / Key, for a contract's draft.")
    version = graphene.Int(required=True, description="版本，修改时须带上。 / Version, to be given with a change.")
    kind = graphene.Field(code_enum(ProviderKind), required=True, description="类别。 / Kind.")
    name = graphene.String(required=True, description="名称。 / Name.")
    uscc = graphene.String(description="统一社会信用代码。 / Credit code.")
    registered_on = graphene.Date(description="成立日期。 / Registered on.")
    has_union = graphene.Boolean(required=True, description="已建工会。 / Has a union of its own.")
    vetting_result = graphene.Field(code_enum(VettingResult), required=True, description="背景核查。 / Vetting.")
    vetting_until = graphene.Date(description="核查有效期（不含当日）。 / Valid until, exclusive.")
    penalty_until = graphene.Date(description="处罚期限（不含当日）。 / Penalty until, exclusive.")
    penalty_note = graphene.String(description="处罚事由。 / Why.")
    blocked_until = graphene.Date(description="暂停承接（不含当日）。 / Blocked until, exclusive.")
    blocked_reason = graphene.String(description="暂停的事由。 / Why.")
    contact_name = graphene.String(description="联系人。 / Contact.")
    contact_phone = graphene.String(description="联系电话，只供有权查看个人信息的人。 / Telephone; hidden in part.")
    bank_name = graphene.String(description="开户银行。 / Bank.")
    bank_account = graphene.String(description="收款账号，中间隐去。 / Account, its last digits.")

    resolve_id = id_of()

    @staticmethod
    def resolve_key(root: Row[models.Provider], _info: GraphQLResolveInfo) -> UUID:
        key: UUID = root.it.pk
        return key

    @staticmethod
    def resolve_contact_phone(root: Row[models.Provider], info: GraphQLResolveInfo) -> str | None:
        return reading.shown_secret(info.context.acting, root.it.contact_phone) or None

    @staticmethod
    def resolve_bank_account(root: Row[models.Provider], _info: GraphQLResolveInfo) -> str | None:
        return reading.masked(root.it.bank_account) or None


@node(models.Expert, find_expert)
class Expert(graphene.ObjectType):
    """评审专家。 / A member of the pool from which panels are drawn."""

    class Meta:
        interfaces = (Node,)
        default_resolver = attribute

    version = graphene.Int(required=True, description="版本，修改时须带上。 / Version, to be given with a change.")
    code = graphene.String(required=True, description="编号。 / Number as it is published.")
    name = graphene.String(required=True, description="姓名。 / Name.")
    kind = graphene.Field(code_enum(ExpertKind), required=True, description="类别。 / Kind.")
    unit = graphene.String(description="工作单位。 / Working place.")
    fields = graphene.List(
        graphene.NonNull(code_enum(ServiceField)),
        required=True,
        description="领域；空为全部。 / Fields; empty for all.",
    )
    posts = graphene.String(description="兼任职务。 / Posts held elsewhere.")
    conflicts = graphene.List(
        graphene.NonNull(graphene.String), required=True, description="有利害关系的单位，信用代码。 / Conflicts."
    )
    phone = graphene.String(description="联系电话，只供有权查看个人信息的人。 / Telephone; hidden in part.")
    user_id = graphene.ID(description="评审用的账号。 / The account by which they review.")
    is_active = graphene.Boolean(required=True, description="在库。 / May be drawn.")

    resolve_id = id_of()

    @staticmethod
    def resolve_phone(root: Row[models.Expert], info: GraphQLResolveInfo) -> str | None:
        return reading.shown_secret(info.context.acting, root.it.phone) or None

    @staticmethod
    def resolve_user_id(root: Row[models.Expert], _info: GraphQLResolveInfo) -> str | None:
        return to_global("User", root.it.user_id) if root.it.user_id else None


ProviderConnection = connection(Provider, counted=True)
ExpertConnection = connection(Expert, counted=True)


class BodyQueries(graphene.ObjectType):
    providers = ApiField(
        ProviderConnection,
        **page_arguments(),
        permission=Permission.DIRECTORY_VIEW,
        private=True,
        paged=True,
        description="可以查看的承接主体，按名称；组织只见自己。 / Providers that the caller may see, by name.",
    )
    experts = ApiField(
        ExpertConnection,
        **page_arguments(),
        permission=Permission.PROVIDERS_VIEW,
        private=True,
        paged=True,
        description="专家库，按编号。 / The pool of experts, by number.",
    )

    @staticmethod
    def resolve_providers(
        _root: None, info: GraphQLResolveInfo, first: int | None = None, after: str | None = None
    ) -> Page:
        return BY_NAME.page(reading.providers(info.context.acting), first=first, after=after, counted=True)

    @staticmethod
    def resolve_experts(
        _root: None, info: GraphQLResolveInfo, first: int | None = None, after: str | None = None
    ) -> Page:
        return BY_NUMBER.page(reading.experts(info.context.acting), first=first, after=after, counted=True)


def _known() -> dict[str, Any]:
    return {
        "registered_on": graphene.Date(description="成立日期。 / Registered on."),
        "has_union": graphene.Boolean(description="已建工会。 / Has a union of its own."),
        "vetting_result": graphene.InputField(code_enum(VettingResult), description="背景核查。 / Vetting."),
        "vetting_until": graphene.Date(description="核查有效期（不含当日）。 / Valid until, exclusive."),
        "penalty_until": graphene.Date(description="处罚期限（不含当日）。 / Penalty until, exclusive."),
        "penalty_note": graphene.String(description="处罚事由。 / Why."),
        "blocked_until": graphene.Date(description="暂停承接（不含当日）。 / Blocked until, exclusive."),
        "blocked_reason": graphene.String(description="暂停的事由。 / Why."),
        "contact_name": graphene.String(description="联系人。 / Contact."),
        "contact_phone": graphene.String(description="联系电话。 / Telephone."),
        "bank_name": graphene.String(description="开户银行。 / Bank."),
        "bank_account": graphene.String(description="收款账号。 / Account."),
    }


AddProviderInput = type(
    "AddProviderInput",
    (graphene.InputObjectType,),
    {
        "__doc__": "登记承接主体。 / Record a provider.",
        "kind": graphene.InputField(code_enum(ProviderKind), required=True, description="类别。 / Kind."),
        "organization": graphene.ID(description="台账中的社会组织。 / Its entry on the ledger."),
        "name": graphene.String(description="名称；台账中的组织不写。 / Name; not of an entry on the ledger."),
        "uscc": graphene.String(description="统一社会信用代码。 / Credit code."),
        **_known(),
    },
)
UpdateProviderInput = type(
    "UpdateProviderInput",
    (graphene.InputObjectType,),
    {
        "__doc__": "修改承接主体。 / Correct what is known of a provider.",
        "id": graphene.ID(required=True),
        "version": graphene.Int(required=True),
        "name": graphene.String(description="名称。 / Name."),
        **_known(),
    },
)
# Without a value is what a null means; of the others it means that nothing is said.
_DAYS = ("registered_on", "vetting_until", "penalty_until", "blocked_until")


def _told(given: dict[str, Any]) -> dict[str, Any]:
    return said(given, _DAYS)


class _OnProvider(ActionMutation):
    class Meta:
        abstract = True

    provider: ClassVar[Any] = graphene.Field(Provider, description="承接主体。 / The provider as it is now.")


class AddProvider(_OnProvider):
    """登记承接主体；信用代码已登记的返回原有的。 / Record a provider; one whose code is known is answered unchanged."""

    class Meta:
        permission = Permission.PROVIDERS_EDIT
        input_type = AddProviderInput

    @classmethod
    def perform(
        cls,
        context: Context,
        *,
        kind: ProviderKind,
        organization: str | None = None,
        name: str | None = None,
        uscc: str | None = None,
        **given: Any,
    ) -> Self:
        made = actions.add_provider(
            kind=ProviderKind(kind),
            name=name or "",
            uscc=uscc or "",
            organization_id=uuid_of(organization, "SocialOrganization") if organization else None,
            fields=_told(given),
            by=context.acting,
            at=context.at,
        )
        return cls(provider=row(made))


class UpdateProvider(_OnProvider):
    """修改承接主体：核查、处罚、暂停、联系方式、账号。 / Correct a provider; what is left out stays."""

    class Meta:
        permission = Permission.PROVIDERS_EDIT
        input_type = UpdateProviderInput

    @classmethod
    def perform(cls, context: Context, *, id: str, version: int, **given: Any) -> Self:
        found = find_provider(context, key_of(id, "Provider"))
        made = actions.edit_provider(
            provider=found, fields=_told(given), version=version, by=context.acting, at=context.at
        )
        return cls(provider=row(made))


def _expert(*, required: bool) -> dict[str, Any]:
    return {
        "name": graphene.String(required=required, description="姓名。 / Name."),
        "kind": graphene.InputField(code_enum(ExpertKind), required=required, description="类别。 / Kind."),
        "unit": graphene.String(description="工作单位。 / Working place."),
        "fields": graphene.List(graphene.NonNull(code_enum(ServiceField)), description="领域。 / Fields."),
        "posts": graphene.String(description="兼任职务。 / Posts held elsewhere."),
        "conflicts": graphene.List(graphene.NonNull(graphene.String), description="信用代码。 / Credit codes."),
        "phone": graphene.String(description="联系电话。 / Telephone."),
        "email": graphene.String(description="电子邮箱。 / E-mail."),
        "user_id": graphene.ID(description="评审用的账号。 / The account by which they review."),
        "is_active": graphene.Boolean(description="在库。 / May be drawn."),
    }


AddExpertInput = type(
    "AddExpertInput",
    (graphene.InputObjectType,),
    {"__doc__": "专家入库。 / Add an expert.", **_expert(required=True)},
)
UpdateExpertInput = type(
    "UpdateExpertInput",
    (graphene.InputObjectType,),
    {
        "__doc__": "修改专家。 / Correct an expert.",
        "id": graphene.ID(required=True),
        "version": graphene.Int(required=True),
        **_expert(required=False),
    },
)


def _of_expert(given: dict[str, Any]) -> dict[str, Any]:
    told = said(given)
    if "user_id" in told:
        told["user_id"] = uuid_of(told["user_id"], "User")
    if "fields" in told:
        told["fields"] = [str(field.value) for field in told["fields"]]
    return told


class _OnExpert(ActionMutation):
    class Meta:
        abstract = True

    expert: ClassVar[Any] = graphene.Field(Expert, description="专家。 / The expert as it is now.")


class AddExpert(_OnExpert):
    """专家入库。 / Add an expert to the pool."""

    class Meta:
        permission = Permission.PROVIDERS_EDIT
        input_type = AddExpertInput

    @classmethod
    def perform(cls, context: Context, **given: Any) -> Self:
        return cls(expert=row(actions.save_expert(fields=_of_expert(given), by=context.acting, at=context.at)))


class UpdateExpert(_OnExpert):
    """修改专家；不写的项不变。 / Correct an expert; what is left out stays."""

    class Meta:
        permission = Permission.PROVIDERS_EDIT
        input_type = UpdateExpertInput

    @classmethod
    def perform(cls, context: Context, *, id: str, version: int, **given: Any) -> Self:
        found = find_expert(context, key_of(id, "Expert"))
        made = actions.save_expert(
            fields=_of_expert(given), expert=found, version=version, by=context.acting, at=context.at
        )
        return cls(expert=row(made))


class BodyMutations(graphene.ObjectType):
    add_provider = AddProvider.Field()
    update_provider = UpdateProvider.Field()
    add_expert = AddExpert.Field()
    update_expert = UpdateExpert.Field()
