"""The purchase catalogue of a year, departments and units below, the union's means of a year. Source: E05, E07, E39; T3; A24."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, ClassVar, Self
from uuid import UUID

import graphene
from graphql import GraphQLResolveInfo

from api.kit.connections import Keyset, Page, connection, page_arguments
from api.kit.context import Context
from api.kit.enums import code_enum
from api.kit.fields import ApiField
from api.kit.inputs import said
from api.kit.loaders import Row, attribute, row, rows
from api.kit.mutations import ActionMutation
from api.kit.scalars import Money
from commons.access.permissions import Permission
from commons.codelists.services import PurchaseCategory, ServiceField
from commons.kit.finding import one
from tenants.purchasing import models
from tenants.purchasing.actions import bodies as unit_actions
from tenants.purchasing.actions import capacity as capacity_actions
from tenants.purchasing.actions import catalogue as actions
from tenants.purchasing.enums import CatalogueChange, CatalogueScope, UnitKind
from tenants.purchasing.selectors import bodies

BY_NAME: Keyset[models.UnionUnit] = Keyset("kind", "name", "id")
BY_YEAR: Keyset[models.CatalogueItem] = Keyset("-year", "category", "name", "id")
MOST_YEARS = 100


class UnionUnit(graphene.ObjectType):
    """部室和下级单位。 / A department, or a unit below the union."""

    class Meta:
        default_resolver = attribute

    version = graphene.Int(required=True, description="版本，修改时须带上。 / Version, to be given with a change.")
    id = graphene.UUID(required=True, description="编号，作业务部门或购买单位时用。 / Key, for a project.")
    kind = graphene.Field(code_enum(UnitKind), required=True, description="类别。 / Kind.")
    name = graphene.String(required=True, description="名称。 / Name.")
    is_active = graphene.Boolean(required=True, description="使用中。 / In use.")
    parent_name = graphene.String(description="上级单位。 / The unit above it.")

    @staticmethod
    def resolve_parent_name(root: Row[models.UnionUnit], _info: GraphQLResolveInfo) -> str | None:
        return root.it.parent.name if root.it.parent else None


class CatalogueItem(graphene.ObjectType):
    """购买服务目录的一项。 / An item of a year's catalogue."""

    class Meta:
        default_resolver = attribute

    version = graphene.Int(required=True, description="版本，修改时须带上。 / Version, to be given with a change.")
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

    version = graphene.Int(required=True, description="版本，修改时须带上。 / Version, to be given with a change.")
    year = graphene.Int(required=True, description="年度。 / Year.")
    purchase_budget = Money(description="购买预算，元。 / Budget, yuan.")
    staff_full = graphene.Int(description="专职人员。 / Full-time staff.")
    staff_part = graphene.Int(description="兼职人员。 / Part-time staff.")
    workers_count = graphene.Int(description="职工人数。 / Workers.")
    union_members_count = graphene.Int(description="会员人数。 / Members.")


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


class CatalogueQueries(graphene.ObjectType):
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


class PutCatalogueItemInput(graphene.InputObjectType):
    """列入目录。 / Put an item into the catalogue of a year."""

    year = graphene.Int(required=True, description="年度。 / Year.")
    name = graphene.String(required=True, description="名称。 / Name.")
    category = graphene.InputField(code_enum(PurchaseCategory), required=True, description="类别。 / Category.")
    field = graphene.InputField(code_enum(ServiceField), required=True, description="领域。 / Field.")
    scope = graphene.InputField(code_enum(CatalogueScope), description="范围。 / Scope.")


class CorrectCatalogueItemInput(graphene.InputObjectType):
    """修改目录事项，不写的不变。 / Correct an item; what is left out stays."""

    id = graphene.UUID(required=True)
    version = graphene.Int(required=True)
    name = graphene.String(description="名称。 / Name.")
    category = graphene.InputField(code_enum(PurchaseCategory), description="类别。 / Category.")
    field = graphene.InputField(code_enum(ServiceField), description="领域。 / Field.")
    scope = graphene.InputField(code_enum(CatalogueScope), description="范围。 / Scope.")


class CatalogueItemInput(graphene.InputObjectType):
    """一个目录事项。 / One item of the catalogue."""

    id = graphene.UUID(required=True)
    version = graphene.Int(required=True)


class CopyCatalogueInput(graphene.InputObjectType):
    """沿用上年目录。 / Begin a year's catalogue with the year before's."""

    year = graphene.Int(required=True, description="年度。 / The year to begin.")


def _item(context: Context, pk: UUID) -> models.CatalogueItem:
    return one(bodies.catalogue(context.acting), pk)


class _OnItem(ActionMutation):
    class Meta:
        abstract = True

    item: ClassVar[Any] = graphene.Field(CatalogueItem, description="目录事项。 / The item as it is now.")


class PutCatalogueItem(_OnItem):
    """列入目录；是否新增由上年目录得出。 / Put an item into the catalogue; whether it is new the year before tells."""

    class Meta:
        permission = Permission.RULES_EDIT
        input_type = PutCatalogueItemInput

    @classmethod
    def perform(cls, context: Context, **given: Any) -> Self:
        told = said(given)
        return cls(item=row(actions.put(by=context.acting, at=context.at, **told)))


class CorrectCatalogueItem(_OnItem):
    """修改目录事项。 / Correct an item."""

    class Meta:
        permission = Permission.RULES_EDIT
        input_type = CorrectCatalogueItemInput

    @classmethod
    def perform(cls, context: Context, *, id: UUID, version: int, **given: Any) -> Self:
        told = said(given)
        made = actions.correct(item=_item(context, id), fields=told, version=version, by=context.acting, at=context.at)
        return cls(item=row(made))


class _Step(_OnItem):
    class Meta:
        abstract = True

    act: ClassVar[Callable[..., models.CatalogueItem | None]]

    @classmethod
    def perform(cls, context: Context, *, id: UUID, version: int) -> Self:
        made = cls.act(item=_item(context, id), version=version, by=context.acting, at=context.at)
        return cls(item=row(made) if made is not None else None)


class DropCatalogueItem(_Step):
    """列为取消，仍留在目录中。 / Take an item out of its year; it stays as dropped."""

    class Meta:
        permission = Permission.RULES_EDIT
        input_type = CatalogueItemInput

    act = staticmethod(actions.drop)


class TakeBackCatalogueItem(_Step):
    """恢复取消的事项。 / Put a dropped item back."""

    class Meta:
        permission = Permission.RULES_EDIT
        input_type = CatalogueItemInput

    act = staticmethod(actions.take_back)


class RemoveCatalogueItem(_Step):
    """删除误列的新增事项。 / Remove a new item that was put there by mistake."""

    class Meta:
        permission = Permission.RULES_EDIT
        input_type = CatalogueItemInput

    act = staticmethod(actions.remove)


class CopyCatalogue(ActionMutation):
    """沿用上年目录。 / Begin a year's catalogue with what stood in the year before's."""

    copied: ClassVar[Any] = graphene.Int(description="沿用几项。 / How many items.")

    class Meta:
        permission = Permission.RULES_EDIT
        input_type = CopyCatalogueInput

    @classmethod
    def perform(cls, context: Context, *, year: int) -> Self:
        return cls(copied=actions.copy_year(year=year, by=context.acting, at=context.at))


class SaveUnitInput(graphene.InputObjectType):
    """登记或者修改部室、下级单位；修改时不写的不变。 / Record a unit, or correct one; what is left out stays."""

    id = graphene.UUID(description="修改哪一个；新登记的不写。 / Which one; none for a new one.")
    version = graphene.Int(description="修改时的版本。 / Version, when it is corrected.")
    kind = graphene.InputField(code_enum(UnitKind), description="类别，新登记的须写。 / Kind; a new one needs it.")
    name = graphene.String(description="名称，新登记的须写。 / Name; a new one needs it.")
    parent = graphene.UUID(description="上级单位。 / The unit above it.")
    region_code = graphene.String(description="行政区划代码。 / Region.")
    leader = graphene.String(description="负责人。 / Who leads it.")
    members_count = graphene.Int(description="会员人数。 / Members.")
    uscc = graphene.String(description="统一社会信用代码。 / Credit code.")
    is_active = graphene.Boolean(description="使用中。 / In use.")


class SaveUnit(ActionMutation):
    """登记或者修改部室、下级单位。 / Record a department or a unit below, or correct one."""

    unit: ClassVar[Any] = graphene.Field(UnionUnit, description="部室或单位。 / The unit as it is now.")

    class Meta:
        permission = Permission.RULES_EDIT
        input_type = SaveUnitInput

    @classmethod
    def perform(cls, context: Context, *, id: UUID | None = None, version: int | None = None, **given: Any) -> Self:
        units = bodies.units(context.acting)
        told = said(given, _MAY_BE_EMPTY)
        if told.get("parent") is not None:
            told["parent"] = one(units, told["parent"])
        made = unit_actions.save_unit(
            unit=one(units, id) if id else None, version=version, fields=told, by=context.acting, at=context.at
        )
        return cls(unit=row(made))


_MAY_BE_EMPTY = ("parent", "members_count")


class SetCapacityInput(graphene.InputObjectType):
    """填报一年的购买力量，整体替换；不写的为不详。 / Say what the union has in a year, as a whole; what is left out is not known."""

    year = graphene.Int(required=True, description="年度。 / Year.")
    version = graphene.Int(
        required=True, description="读取时的版本；首次填报为 0。 / Version that was read; 0 for the first time."
    )
    purchase_budget = Money(description="购买预算，元。 / Budget, yuan.")
    staff_full = graphene.Int(description="专职人员。 / Full-time staff.")
    staff_part = graphene.Int(description="兼职人员。 / Part-time staff.")
    workers_count = graphene.Int(description="职工人数。 / Workers.")
    union_members_count = graphene.Int(description="会员人数。 / Members.")


class SetCapacity(ActionMutation):
    """填报一年的购买力量。 / Say what the union has in a year."""

    capacity: ClassVar[Any] = graphene.Field(Capacity, description="这一年的。 / That year's.")

    class Meta:
        permission = Permission.RULES_EDIT
        input_type = SetCapacityInput

    @classmethod
    def perform(cls, context: Context, *, year: int, version: int, **given: int | Decimal | None) -> Self:
        made = capacity_actions.set_capacity(
            year=year,
            version=version,
            by=context.acting,
            at=context.at,
            **given,  # type: ignore[arg-type]
        )
        return cls(capacity=row(made))


class CatalogueMutations(graphene.ObjectType):
    put_catalogue_item = PutCatalogueItem.Field()
    correct_catalogue_item = CorrectCatalogueItem.Field()
    drop_catalogue_item = DropCatalogueItem.Field()
    take_back_catalogue_item = TakeBackCatalogueItem.Field()
    remove_catalogue_item = RemoveCatalogueItem.Field()
    copy_catalogue = CopyCatalogue.Field()
    save_unit = SaveUnit.Field()
    set_capacity = SetCapacity.Field()
