"""An application to join. Source: DOMAIN S2."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from api.commons.unions import TradeUnion
from api.kit.connections import connection
from api.kit.context import Context
from api.kit.enums import code_enum
from api.kit.fields import ApiField
from api.kit.loaders import Row, attribute, rows
from api.kit.nodes import Node, id_of, node
from api.kit.scalars import DateTime
from commons.access.permissions import Permission
from commons.hierarchy.enums import Kind, Level
from commons.hierarchy.models import TradeUnion as Union
from commons.kit.errors import NotFound
from commons.onboarding import policies
from commons.onboarding.enums import ApplicationState
from commons.onboarding.models import OnboardingApplication as Application


def find(context: Context, key: str) -> Application:
    """
    An application for a union below the acting one.

    Raises: Refused; NotFound, alike for another's.
    """
    actor = context.require_inside(Permission.UNION_APPLY)
    try:
        found = policies.visible(actor).filter(pk=key).first()
    except (ValueError, TypeError):
        found = None
    if found is None:
        raise NotFound()
    return found


@node(Application, lambda context, key: find(context, uuid_key(key)))
class OnboardingApplication(graphene.ObjectType):
    """入驻申请。 / An application to join."""

    class Meta:
        interfaces = (Node,)
        default_resolver = attribute

    code = graphene.String(required=True, description="工会代码。 / Code of the union to be.")
    name_zh = graphene.String(required=True, description="名称。 / Name.")
    level = graphene.Field(code_enum(Level), required=True, description="层级。 / Level.")
    kind = graphene.Field(code_enum(Kind, name="UnionKind"), required=True, description="类型。 / Kind.")
    state = graphene.Field(code_enum(ApplicationState), required=True, description="办理状态。 / State.")
    parent = ApiField(TradeUnion, description="上级工会。 / The parent.")
    union = ApiField(TradeUnion, description="批准后开通的工会。 / The union, once approved.")
    leader_in_charge = graphene.String(description="分管领导。 / Leader in charge.")
    responsible_department = graphene.String(description="负责部门。 / Responsible department.")
    dedicated_person = graphene.String(description="专人。 / Dedicated person.")
    admin_name = graphene.String(required=True, description="首位管理员。 / First administrator.")
    letter_number = graphene.String(description="来文文号。 / Number of the letter.")
    applied_by_name = graphene.String(required=True, description="申请人。 / Applicant.")
    applied_at = DateTime(required=True, description="申请时间。 / Applied at.")
    decided_by_name = graphene.String(description="决定人。 / Who decided.")
    decided_at = DateTime(description="决定时间。 / Decided at.")
    decision_reason = graphene.String(description="退回原因。 / Reason of a rejection.")

    resolve_id = id_of()

    @staticmethod
    def resolve_parent(root: Row[Application], _info: GraphQLResolveInfo) -> Row[Any] | None:
        return root.ask(root.it.parent_id, "parent", lambda asked: _peers(one.parent for one in asked))

    @staticmethod
    def resolve_union(root: Row[Application], _info: GraphQLResolveInfo) -> Row[Any] | None:
        return root.ask(root.it.union_id, "union", lambda asked: _peers(one.union for one in asked))


def _peers(found: Iterable[Union | None]) -> dict[int | None, Row[Union]]:
    """Unions that came with their applications, as peers of each other."""
    return {one.it.pk: one for one in rows({union.pk: union for union in found if union is not None}.values())}


ApplicationConnection = connection(OnboardingApplication, counted=True)


def uuid_key(key: str) -> str:
    """A key that is a UUID. Raises: NotFound."""
    from uuid import UUID

    try:
        return str(UUID(key))
    except ValueError:
        raise NotFound() from None
