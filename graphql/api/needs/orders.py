"""职工点单: the menu and its orders; their steps go through `transition`. Source: SM-13; F03."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, Self
from uuid import UUID

import graphene
from graphql import GraphQLResolveInfo

from api.kit.connections import Keyset, Page, connection, page_arguments
from api.kit.context import Context
from api.kit.enums import code_enum
from api.kit.fields import ApiField
from api.kit.ids import key_of
from api.kit.inputs import said
from api.kit.loaders import Row, attribute, row, rows
from api.kit.mutations import ActionMutation
from api.kit.nodes import Node, id_of, node
from api.kit.scalars import DateTime, Money
from commons.access.permissions import Permission
from commons.codelists.services import ServiceField
from tenants.needs import models
from tenants.needs.actions import menu as actions
from tenants.needs.actions import orders as placing
from tenants.needs.enums import OrderState
from tenants.needs.policies import MENU
from tenants.needs.selectors import orders as reading

BY_TITLE: Keyset[models.MenuItem] = Keyset("title", "id")
BY_DAY: Keyset[models.ServiceOrder] = Keyset("-ordered_on", "-id")


def find_item(context: Context, key: str) -> models.MenuItem:
    """A service on the menu that the actor may see. Raises: Refused; NotFound."""
    return reading.menu_item(context.require_inside(Permission.DIRECTORY_VIEW), key)


def find_order(context: Context, key: str) -> models.ServiceOrder:
    """An order that the actor may see. Raises: Refused; NotFound."""
    return reading.order(context.require_inside(Permission.DIRECTORY_VIEW), key)


@node(models.MenuItem, find_item)
class MenuItem(graphene.ObjectType):
    """点单服务：职工可以点的一项服务。 / One service on the menu."""

    class Meta:
        interfaces = (Node,)
        default_resolver = attribute

    version = graphene.Int(required=True, description="版本，修改时须带上。 / Version, to be given with a change.")
    title = graphene.String(required=True, description="服务名称。 / Title.")
    text = graphene.String(description="说明。 / Text.")
    field = graphene.Field(code_enum(ServiceField), required=True, description="服务领域。 / Field.")
    provider_name = graphene.String(required=True, description="服务单位。 / Provider.")
    price = Money(required=True, description="单价，元。 / Yuan for one unit.")
    unit_label = graphene.String(required=True, description="计价单位。 / Unit.")
    repeat_limit = graphene.Int(required=True, description="每名职工每年可点次数。 / Orders of one worker in a year.")
    from_on = graphene.Date(required=True, description="开始日期。 / From.")
    until_on = graphene.Date(description="结束日期（不含当日）。 / Until, exclusive.")
    is_active = graphene.Boolean(required=True, description="可以点单。 / May be ordered.")
    provider_uscc = graphene.String(description="信用代码，只供本会查看。 / Credit code, for the union alone.")
    cap = Money(description="年度预算，元，只供本会查看。 / Budget of a year, for the union alone.")
    bound = ApiField(Money, description="本年已核定，元，只供本会查看。 / Approved this year, for the union alone.")

    resolve_id = id_of()

    @staticmethod
    def resolve_provider_uscc(root: Row[models.MenuItem], info: GraphQLResolveInfo) -> str | None:
        return root.it.provider_uscc or None if MENU.may(info.context.acting) else None

    @staticmethod
    def resolve_cap(root: Row[models.MenuItem], info: GraphQLResolveInfo) -> Decimal | None:
        return root.it.cap if MENU.may(info.context.acting) else None

    @staticmethod
    def resolve_bound(root: Row[models.MenuItem], info: GraphQLResolveInfo) -> Decimal | None:
        if not MENU.may(info.context.acting):
            return None
        year = info.context.today.year
        return root.ask(root.it.pk, "bound", lambda asked: reading.bound_of(asked, year)) or Decimal(0)


@node(models.ServiceOrder, find_order)
class ServiceOrder(graphene.ObjectType):
    """职工点单：不登记职工姓名和电话。 / An order; no worker's name or telephone is kept."""

    class Meta:
        interfaces = (Node,)
        default_resolver = attribute

    number = graphene.String(required=True, description="编号。 / Number.")
    version = graphene.Int(required=True, description="版本。 / Version.")
    item = ApiField(MenuItem, required=True, description="服务。 / What was ordered.")
    unit_name = graphene.String(description="点单的基层工会；职工自己点的没有。 / The unit; null for a worker's own.")
    quantity = graphene.Int(required=True, description="数量。 / Quantity.")
    wish = graphene.String(description="要求。 / Wish.")
    ordered_on = graphene.Date(required=True, description="点单日期。 / Ordered on.")
    approved_amount = Money(description="核定金额，元。 / Yuan approved.")
    approved_by_name = graphene.String(description="审核人；服务单位看不到。 / Approved by; not for the provider.")
    dispatched_on = graphene.Date(description="派单日期。 / Dispatched on.")
    delivered_on = graphene.Date(description="服务日期。 / Delivered on.")
    person_times = graphene.Int(description="服务人次。 / Person-times.")
    rating = graphene.Int(description="评价，1–5 分。 / Rating, 1 to 5.")
    rating_note = graphene.String(description="评价意见。 / Remark.")
    rated_on = graphene.Date(description="评价日期。 / Rated on.")
    settled_on = graphene.Date(description="付款日期。 / Settled on.")
    settled_amount = Money(description="付款金额，元。 / Yuan settled.")
    voucher_no = graphene.String(description="凭证号；服务单位看不到。 / Voucher; not for the provider.")
    state = graphene.Field(code_enum(OrderState), required=True, description="状态。 / State.")
    created_at = DateTime(required=True)

    resolve_id = id_of()

    @staticmethod
    def resolve_item(root: Row[models.ServiceOrder], _info: GraphQLResolveInfo) -> Row[models.MenuItem] | None:
        return root.ask(root.it.pk, "item", _items)

    @staticmethod
    def resolve_approved_by_name(root: Row[models.ServiceOrder], info: GraphQLResolveInfo) -> str | None:
        return None if info.context.acting.organization else root.it.approved_by_name or None

    @staticmethod
    def resolve_voucher_no(root: Row[models.ServiceOrder], info: GraphQLResolveInfo) -> str | None:
        return None if info.context.acting.organization else root.it.voucher_no or None


def _items(asked: list[models.ServiceOrder]) -> dict[UUID, Row[models.MenuItem]]:
    """What was ordered is told with the order, whether it still stands on the viewer's menu or not; the items are peers."""
    items = {one.it.pk: one for one in rows({order.item_id: order.item for order in asked}.values())}
    return {order.pk: items[order.item_id] for order in asked}


MenuItemConnection = connection(MenuItem, counted=True)
ServiceOrderConnection = connection(ServiceOrder, counted=True)


class OrderQueries(graphene.ObjectType):
    menu_items = ApiField(
        MenuItemConnection,
        **page_arguments(),
        field=graphene.Argument(code_enum(ServiceField)),
        is_active=graphene.Boolean(),
        permission=Permission.DIRECTORY_VIEW,
        private=True,
        paged=True,
        description="可以查看的点单服务，按名称。 / Services on the menu that the caller may see, by name.",
    )
    service_orders = ApiField(
        ServiceOrderConnection,
        **page_arguments(),
        state=graphene.Argument(code_enum(OrderState)),
        item=graphene.ID(description="只要这项服务的。 / Of this service alone."),
        permission=Permission.DIRECTORY_VIEW,
        private=True,
        paged=True,
        description="可以查看的点单，新的在前：基层工会见本单位的，服务单位见派给它的，财务见待付和已付的。 / "
        "Orders that the caller may see, latest first.",
    )

    @staticmethod
    def resolve_menu_items(
        _root: None, info: GraphQLResolveInfo, first: int | None = None, after: str | None = None, **wanted: Any
    ) -> Page:
        found = reading.menu(info.context.acting)
        found = found.filter(**said(wanted))
        return BY_TITLE.page(found, first=first, after=after, counted=True)

    @staticmethod
    def resolve_service_orders(
        _root: None,
        info: GraphQLResolveInfo,
        first: int | None = None,
        after: str | None = None,
        state: OrderState | None = None,
        item: str | None = None,
    ) -> Page:
        found = reading.orders(info.context.acting)
        if item is not None:
            found = found.filter(item=find_item(info.context, key_of(item, "MenuItem")))
        if state is not None:
            found = found.filter(state=state)
        return BY_DAY.page(found, first=first, after=after, counted=True)


def _menu_fields(*, required: bool) -> dict[str, Any]:
    return {
        "title": graphene.String(required=required, description="服务名称。 / Title."),
        "field": graphene.InputField(code_enum(ServiceField), required=required, description="服务领域。 / Field."),
        "provider_name": graphene.String(required=required, description="服务单位。 / Provider."),
        "provider_uscc": graphene.String(required=required, description="统一社会信用代码。 / Credit code."),
        "price": Money(required=required, description="单价，元。 / Yuan for one unit."),
        "cap": Money(required=required, description="年度预算，元。 / Most that a year's orders may cost."),
        "from_on": graphene.Date(required=required, description="开始日期。 / From."),
        "text": graphene.String(description="说明。 / Text."),
        "unit_label": graphene.String(description="计价单位，默认“人次”。 / Unit."),
        "repeat_limit": graphene.Int(description="每名职工每年可点次数，默认 1。 / Orders of one worker in a year."),
        "until_on": graphene.Date(
            description="结束日期（不含当日）；写 null 的为长期。 / Until, exclusive; null: open."
        ),
        "is_active": graphene.Boolean(description="可以点单。 / May be ordered."),
    }


CreateMenuItemInput = type(
    "CreateMenuItemInput",
    (graphene.InputObjectType,),
    {"__doc__": "新增点单服务。 / Put a service on the menu.", **_menu_fields(required=True)},
)
UpdateMenuItemInput = type(
    "UpdateMenuItemInput",
    (graphene.InputObjectType,),
    {
        "__doc__": "修改点单服务；没有写的不变。 / Change a service; only what is given changes.",
        "id": graphene.ID(required=True),
        "version": graphene.Int(required=True, description="读到的版本。 / The version that was read."),
        **_menu_fields(required=False),
    },
)


class PlaceOrderInput(graphene.InputObjectType):
    """代本单位职工点单。 / Order for the workers of the own unit."""

    item = graphene.ID(required=True, description="点单服务的编号。 / Id of the service.")
    quantity = graphene.Int(required=True, description="数量。 / Quantity.")
    wish = graphene.String(description="时间、地点等要求，不写姓名和电话。 / Wishes, without names and telephones.")


class _OnItem(ActionMutation):
    class Meta:
        abstract = True

    item: ClassVar[Any] = graphene.Field(MenuItem, description="服务的新状态。 / The service as it is now.")


def _told(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None or name == "until_on"}


class CreateMenuItem(_OnItem):
    """新增点单服务。 / Put a service on the menu."""

    class Meta:
        permission = Permission.ORDERS_EDIT
        input_type = CreateMenuItemInput

    @classmethod
    def perform(cls, context: Context, **given: Any) -> Self:
        return cls(item=row(actions.create(by=context.acting, at=context.at, **_told(given))))


class UpdateMenuItem(_OnItem):
    """修改点单服务。 / Change a service on the menu."""

    class Meta:
        permission = Permission.ORDERS_EDIT
        input_type = UpdateMenuItemInput

    @classmethod
    def perform(cls, context: Context, *, id: str, version: int, **given: Any) -> Self:
        found = find_item(context, key_of(id, "MenuItem"))
        made = actions.edit(item=found, version=version, by=context.acting, at=context.at, **_told(given))
        return cls(item=row(made))


class PlaceOrder(ActionMutation):
    """代本单位职工点单，工会买单。 / Order in the name of a grassroots union."""

    class Meta:
        permission = Permission.ORDERS_PLACE
        input_type = PlaceOrderInput

    order: ClassVar[Any] = graphene.Field(ServiceOrder, description="点单。 / The order.")

    @classmethod
    def perform(cls, context: Context, *, item: str, quantity: int, wish: str | None = None) -> Self:
        found = find_item(context, key_of(item, "MenuItem"))
        made = placing.place(item=found, quantity=quantity, wish=wish or "", by=context.acting, at=context.at)
        return cls(order=row(made))


class OrderMutations(graphene.ObjectType):
    create_menu_item = CreateMenuItem.Field()
    update_menu_item = UpdateMenuItem.Field()
    place_order = PlaceOrder.Field()
