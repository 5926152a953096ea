"""How unions join: applications below the acting union, and what its administrators and the nation's decide."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import graphene
from graphql import GraphQLResolveInfo

from api.commons import unions
from api.commons.unions import TradeUnion
from api.kit.connections import Keyset, Page, connection, page_arguments
from api.kit.context import Context
from api.kit.enums import code_enum
from api.kit.fields import ApiField
from api.kit.ids import uuid_of
from api.kit.loaders import Row, attribute, row
from api.kit.mutations import ActionMutation
from api.kit.nodes import Node, id_of, node
from api.kit.scalars import DateTime
from commons.access.permissions import Permission
from commons.hierarchy.actions import Answerable
from commons.hierarchy.enums import Kind, Level
from commons.kit.errors import NotFound
from commons.onboarding import actions, policies
from commons.onboarding.actions import Wish
from commons.onboarding.enums import ApplicationState
from commons.onboarding.models import OnboardingApplication as Application
from commons.tenancy import door

LATEST: Keyset[Application] = Keyset("-applied_at", "-id")


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
        return row(root.it.parent) if root.it.parent else None

    @staticmethod
    def resolve_union(root: Row[Application], _info: GraphQLResolveInfo) -> Row[Any] | None:
        return row(root.it.union) if root.it.union else None


ApplicationConnection = connection(OnboardingApplication, counted=True)


def uuid_key(key: str) -> str:
    """A key that is a UUID. Raises: NotFound."""
    from uuid import UUID

    try:
        return str(UUID(key))
    except ValueError:
        raise NotFound() from None


class OnboardingQueries(graphene.ObjectType):
    applications = ApiField(
        ApplicationConnection,
        state=graphene.Argument(code_enum(ApplicationState)),
        **page_arguments(),
        permission=Permission.UNION_APPLY,
        private=True,
        paged=True,
        description="下级工会的入驻申请，新的在前。 / Applications of lower unions, latest first.",
    )

    @staticmethod
    def resolve_applications(
        _root: None,
        info: GraphQLResolveInfo,
        state: ApplicationState | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Page:
        found = policies.visible(info.context.acting)
        return LATEST.page(found.filter(state=state) if state else found, first=first, after=after, counted=True)


class ApplyForUnionInput(graphene.InputObjectType):
    """为下级工会申请入驻。 / Apply for a lower union."""

    code = graphene.String(required=True, description="工会代码（行政区划代码）。 / Division code.")
    parent_code = graphene.String(required=True, description="上级工会代码。 / Code of the parent.")
    name_zh = graphene.String(description="名称，默认按区划。 / Name, by default the division's.")
    kind = graphene.Field(code_enum(Kind, name="UnionKind"), description="类型，默认地方工会。 / REGIONAL by default.")
    level = graphene.Field(code_enum(Level), description="层级，默认按区划。 / Level, by default the division's.")
    leader_in_charge = graphene.String(description="分管领导。 / Leader in charge.")
    responsible_department = graphene.String(description="负责部门。 / Responsible department.")
    dedicated_person = graphene.String(description="专人。 / Dedicated person.")
    contact_phone = graphene.String(description="联系电话。 / Telephone.")
    admin_name = graphene.String(required=True, description="首位管理员姓名。 / First administrator.")
    admin_phone = graphene.String(description="首位管理员电话。 / Their telephone.")
    admin_email = graphene.String(description="首位管理员邮箱。 / Their mail.")
    letter_number = graphene.String(description="来文文号。 / Number of the letter.")


class ApplicationInput(graphene.InputObjectType):
    """一份申请。 / One application."""

    id = graphene.ID(required=True)


class RejectApplicationInput(graphene.InputObjectType):
    """退回申请。 / Reject an application."""

    id = graphene.ID(required=True)
    reason = graphene.String(required=True, description="退回原因。 / Reason.")


class UnionStateInput(graphene.InputObjectType):
    """停用或恢复工会。 / Suspend or resume a union."""

    code = graphene.String(required=True, description="工会代码。 / Code of the union.")
    reason = graphene.String(required=True, description="原因。 / Reason.")


def _wish(context: Context, given: dict[str, Any]) -> Wish:
    told = {name: value for name, value in given.items() if value is not None}
    answerable = Answerable(
        **{
            name: told.pop(name)
            for name in ("leader_in_charge", "responsible_department", "dedicated_person", "contact_phone")
            if name in told
        }
    )
    return Wish(parent=unions.find(context, told.pop("parent_code")), answerable=answerable, **told)


class _OnApplication(ActionMutation):
    class Meta:
        abstract = True

    application: ClassVar[Any] = graphene.Field(OnboardingApplication, description="申请的新状态。 / The application.")


class _OnUnion(ActionMutation):
    """The union's row lies in `public`, and is written from there: no union's schema is behind it."""

    class Meta:
        abstract = True

    union: ClassVar[Any] = graphene.Field(TradeUnion, description="工会的新状态。 / The union as it is now.")


class ApplyForUnion(_OnApplication):
    """为下级工会申请入驻。 / Apply for a lower union."""

    class Meta:
        permission = Permission.UNION_APPLY
        input_type = ApplyForUnionInput

    @classmethod
    def perform(cls, context: Context, **given: Any) -> Self:
        made = actions.apply(wish=_wish(context, given), by=context.acting, at=context.at)
        return cls(application=row(made))


class ConfirmApplication(_OnApplication):
    """上级工会确认申请。 / The parent vouches for an application."""

    class Meta:
        permission = Permission.UNION_APPLY
        input_type = ApplicationInput

    @classmethod
    def perform(cls, context: Context, *, id: str) -> Self:
        key = uuid_of(id, "OnboardingApplication")
        return cls(application=row(actions.confirm(application_id=key, by=context.acting, at=context.at)))


class ApproveApplication(_OnUnion):
    """批准申请，随即开通。 / Approve: the union enters the tree and is provisioned."""

    class Meta:
        permission = Permission.UNION_ONBOARD
        input_type = ApplicationInput

    @classmethod
    def perform(cls, context: Context, *, id: str) -> Self:
        key = uuid_of(id, "OnboardingApplication")
        with door.outside():
            joined = actions.approve(application_id=key, by=context.acting, at=context.at)
        return cls(union=row(joined))


class RejectApplication(_OnApplication):
    """退回申请。 / Reject an application."""

    class Meta:
        permission = Permission.UNION_APPLY
        input_type = RejectApplicationInput

    @classmethod
    def perform(cls, context: Context, *, id: str, reason: str) -> Self:
        key = uuid_of(id, "OnboardingApplication")
        done = actions.reject(application_id=key, reason=reason, by=context.acting, at=context.at)
        return cls(application=row(done))


class OnboardUnion(_OnUnion):
    """直接开通工会：申请与批准一步完成。 / Apply and approve in one step, by a national administrator."""

    class Meta:
        permission = Permission.UNION_ONBOARD
        input_type = ApplyForUnionInput

    @classmethod
    def perform(cls, context: Context, **given: Any) -> Self:
        with door.outside():
            joined = actions.onboard(wish=_wish(context, given), by=context.acting, at=context.at)
        return cls(union=row(joined))


class SuspendUnion(_OnUnion):
    """停用工会：登录、令牌和任务随即停止，数据保留。 / Stop a union's logins, tokens and jobs; nothing is deleted."""

    class Meta:
        permission = Permission.UNION_SUSPEND
        input_type = UnionStateInput

    @classmethod
    def perform(cls, context: Context, *, code: str, reason: str) -> Self:
        with door.outside():
            done = actions.suspend(union=unions.find(context, code), reason=reason, by=context.acting, at=context.at)
        return cls(union=row(done))


class ResumeUnion(_OnUnion):
    """恢复已停用的工会。 / Let a suspended union work again."""

    class Meta:
        permission = Permission.UNION_SUSPEND
        input_type = UnionStateInput

    @classmethod
    def perform(cls, context: Context, *, code: str, reason: str) -> Self:
        with door.outside():
            done = actions.resume(union=unions.find(context, code), reason=reason, by=context.acting, at=context.at)
        return cls(union=row(done))


class OnboardingMutations(graphene.ObjectType):
    apply_for_union = ApplyForUnion.Field()
    confirm_application = ConfirmApplication.Field()
    approve_application = ApproveApplication.Field()
    reject_application = RejectApplication.Field()
    onboard_union = OnboardUnion.Field()
    suspend_union = SuspendUnion.Field()
    resume_union = ResumeUnion.Field()
