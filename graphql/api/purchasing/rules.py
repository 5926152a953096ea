"""By which rules a union buys: measures, indicator systems, template contracts; its departments. Source: E03-E15, Appendix C."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import graphene
from graphql import GraphQLResolveInfo

from api.kit.connections import Keyset, Page, connection, page_arguments
from api.kit.context import Context
from api.kit.enums import code_enum
from api.kit.fields import ApiField
from api.kit.ids import key_of
from api.kit.loaders import Row, attribute, row, rows
from api.kit.mutations import ActionMutation
from api.kit.nodes import Node, id_of, node
from api.kit.scalars import Data, DateTime, Money
from commons.access.permissions import Permission
from commons.codelists.services import PurchaseCategory, ServiceField
from tenants.purchasing import models
from tenants.purchasing.actions import rules as actions
from tenants.purchasing.enums import CatalogueChange, RuleKind, RuleState, UnitKind
from tenants.purchasing.selectors import bodies
from tenants.purchasing.selectors import rules as reading

BY_EDITION: Keyset[models.PurchaseRule] = Keyset("kind", "-edition", "id")
BY_NAME: Keyset[models.UnionUnit] = Keyset("kind", "name", "id")
BY_YEAR: Keyset[models.CatalogueItem] = Keyset("-year", "category", "name", "id")
MOST_YEARS = 100


def find_rule(context: Context, key: str) -> models.PurchaseRule:
    """An edition of a rule that the actor may see. Raises: Refused; NotFound."""
    return reading.rule(context.require_inside(Permission.DIRECTORY_VIEW), key)


@node(models.PurchaseRule, find_rule)
class PurchaseRule(graphene.ObjectType):
    """购买制度的一版；使用过的不再修改。 / One edition of a rule; once used it never changes."""

    class Meta:
        interfaces = (Node,)
        default_resolver = attribute

    version = graphene.Int(required=True, description="版本，修改时须带上。 / Version, to be given with a change.")
    kind = graphene.Field(code_enum(RuleKind), required=True, description="类别。 / Kind.")
    edition = graphene.Int(required=True, description="第几版。 / Which edition.")
    title = graphene.String(required=True, description="名称。 / Title.")
    doc_no = graphene.String(description="文号。 / Number of the document.")
    content = graphene.Field(Data, required=True, description="内容。 / What it says; its shape follows from its kind.")
    state = graphene.Field(code_enum(RuleState), required=True, description="状态。 / State.")
    in_force_from = graphene.Date(description="施行日期。 / In force from.")
    in_force_until = graphene.Date(description="废止日期。 / In force until.")
    used_at = DateTime(description="首次使用时间。 / First used at.")

    resolve_id = id_of()


class UnionUnit(graphene.ObjectType):
    """部室和下级单位。 / A department, or a unit below the union."""

    class Meta:
        default_resolver = attribute

    id = graphene.UUID(required=True, description="编号，作业务部门或购买单位时用。 / Key, for a project.")
    kind = graphene.Field(code_enum(UnitKind), required=True, description="类别。 / Kind.")
    name = graphene.String(required=True, description="名称。 / Name.")
    is_active = graphene.Boolean(required=True, description="使用中。 / In use.")


class CatalogueItem(graphene.ObjectType):
    """购买服务目录的一项。 / An item of a year's catalogue."""

    class Meta:
        default_resolver = attribute

    id = graphene.UUID(required=True, description="编号，立项时用。 / Key, for a project.")
    year = graphene.Int(required=True, description="年度。 / Year.")
    category = graphene.Field(code_enum(PurchaseCategory), required=True, description="类别。 / Category.")
    field = graphene.Field(code_enum(ServiceField), required=True, description="领域。 / Field.")
    name = graphene.String(required=True, description="名称。 / Name.")
    change = graphene.Field(code_enum(CatalogueChange), required=True, description="比上年。 / Against last year.")


class Capacity(graphene.ObjectType):
    """一年的购买力量。 / The union's means in a year."""

    class Meta:
        default_resolver = attribute

    year = graphene.Int(required=True, description="年度。 / Year.")
    purchase_budget = Money(description="购买预算，元。 / Budget, yuan.")
    staff_full = graphene.Int(description="专职人员。 / Full-time staff.")
    staff_part = graphene.Int(description="兼职人员。 / Part-time staff.")
    workers_count = graphene.Int(description="职工人数。 / Workers.")
    union_members_count = graphene.Int(description="会员人数。 / Members.")


PurchaseRuleConnection = connection(PurchaseRule, counted=True)
UnionUnitConnection = connection(UnionUnit, counted=True)
CatalogueItemConnection = connection(CatalogueItem, counted=True)


def _listed(listed: Any, description: str, **arguments: Any) -> ApiField:
    return ApiField(
        listed,
        **page_arguments(),
        **arguments,
        permission=Permission.RULES_VIEW,
        private=True,
        paged=True,
        description=description,
    )


class RuleQueries(graphene.ObjectType):
    purchase_rules = _listed(
        PurchaseRuleConnection,
        "购买制度，按类别，新版在前。 / Rules of purchase by kind, latest edition first.",
        kind=graphene.Argument(code_enum(RuleKind)),
        state=graphene.Argument(code_enum(RuleState)),
    )
    union_units = _listed(UnionUnitConnection, "部室和下级单位。 / Departments and units below.")
    catalogue_items = _listed(
        CatalogueItemConnection, "购买服务目录，新的年度在前。 / The catalogue, latest year first.", year=graphene.Int()
    )
    capacities = ApiField(
        graphene.NonNull(graphene.List(graphene.NonNull(Capacity))),
        permission=Permission.RULES_VIEW,
        private=True,
        size=10,
        description="各年的购买力量，新的年度在前。 / The union's means, latest year first.",
    )

    @staticmethod
    def resolve_purchase_rules(
        _root: None, info: GraphQLResolveInfo, first: int | None = None, after: str | None = None, **wanted: Any
    ) -> Page:
        found = reading.rules(info.context.acting)
        found = found.filter(**{name: value for name, value in wanted.items() if value is not None})
        return BY_EDITION.page(found, first=first, after=after, counted=True)

    @staticmethod
    def resolve_union_units(
        _root: None, info: GraphQLResolveInfo, first: int | None = None, after: str | None = None
    ) -> Page:
        return BY_NAME.page(bodies.units(info.context.acting), first=first, after=after, counted=True)

    @staticmethod
    def resolve_catalogue_items(
        _root: None,
        info: GraphQLResolveInfo,
        first: int | None = None,
        after: str | None = None,
        year: int | None = None,
    ) -> Page:
        return BY_YEAR.page(bodies.catalogue(info.context.acting, year), first=first, after=after, counted=True)

    @staticmethod
    def resolve_capacities(_root: None, info: GraphQLResolveInfo) -> list[Row[models.Capacity]]:
        return rows(bodies.capacities(info.context.acting)[:MOST_YEARS])


class DraftRuleInput(graphene.InputObjectType):
    """起草新的一版。 / Begin a new edition."""

    kind = graphene.InputField(code_enum(RuleKind), required=True, description="类别。 / Kind.")
    title = graphene.String(description="名称；不写的沿用。 / Title.")
    doc_no = graphene.String(description="文号。 / Number of the document.")


class UpdateRuleInput(graphene.InputObjectType):
    """修改草稿。 / Change a draft."""

    id = graphene.ID(required=True)
    version = graphene.Int(required=True)
    title = graphene.String(required=True, description="名称。 / Title.")
    doc_no = graphene.String(description="文号。 / Number of the document.")
    content = Data(required=True, description="内容，整体替换。 / What it says, as a whole.")


class _OnRule(ActionMutation):
    class Meta:
        abstract = True

    rule: ClassVar[Any] = graphene.Field(PurchaseRule, description="这一版。 / The edition as it is now.")


class DraftPurchaseRule(_OnRule):
    """起草新的一版，内容沿用施行中的。 / Begin a new edition; it says what the one in force says."""

    class Meta:
        permission = Permission.RULES_EDIT
        input_type = DraftRuleInput

    @classmethod
    def perform(cls, context: Context, *, kind: RuleKind, title: str | None = None, doc_no: str | None = None) -> Self:
        made = actions.draft(
            kind=RuleKind(kind), title=title or "", doc_no=doc_no or "", by=context.acting, at=context.at
        )
        return cls(rule=row(made))


class UpdatePurchaseRule(_OnRule):
    """修改草稿；施行中和使用过的不能修改。 / Change a draft; what is in force or was used is frozen."""

    class Meta:
        permission = Permission.RULES_EDIT
        input_type = UpdateRuleInput

    @classmethod
    def perform(
        cls,
        context: Context,
        *,
        id: str,
        version: int,
        title: str,
        content: dict[str, Any],
        doc_no: str | None = None,
    ) -> Self:
        made = actions.edit(
            rule=find_rule(context, key_of(id, "PurchaseRule")),
            title=title,
            content=content,
            doc_no=doc_no or "",
            version=version,
            by=context.acting,
            at=context.at,
        )
        return cls(rule=row(made))


class RuleMutations(graphene.ObjectType):
    draft_purchase_rule = DraftPurchaseRule.Field()
    update_purchase_rule = UpdatePurchaseRule.Field()
