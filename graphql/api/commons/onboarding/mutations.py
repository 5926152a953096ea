"""How unions join, stop and return: each mutation is one action of onboarding."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import graphene

from api.commons import unions
from api.commons.onboarding import inputs
from api.commons.onboarding.types import OnboardingApplication
from api.commons.unions import TradeUnion
from api.kit.context import Context
from api.kit.ids import uuid_of
from api.kit.inputs import said
from api.kit.loaders import row
from api.kit.mutations import ActionMutation
from commons.access.permissions import Permission
from commons.hierarchy.actions import Answerable
from commons.onboarding import actions
from commons.onboarding.actions import Wish
from commons.tenancy import door


def _wish(context: Context, given: dict[str, Any]) -> Wish:
    told = said(given)
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
        input_type = inputs.ApplyForUnionInput

    @classmethod
    def perform(cls, context: Context, **given: Any) -> Self:
        made = actions.apply(wish=_wish(context, given), by=context.acting, at=context.at)
        return cls(application=row(made))


class ConfirmApplication(_OnApplication):
    """上级工会确认申请。 / The parent vouches for an application."""

    class Meta:
        permission = Permission.UNION_APPLY
        input_type = inputs.ApplicationInput

    @classmethod
    def perform(cls, context: Context, *, id: str) -> Self:
        key = uuid_of(id, "OnboardingApplication")
        return cls(application=row(actions.confirm(application_id=key, by=context.acting, at=context.at)))


class ApproveApplication(_OnUnion):
    """批准申请，随即开通。 / Approve: the union enters the tree and is provisioned."""

    class Meta:
        permission = Permission.UNION_ONBOARD
        input_type = inputs.ApplicationInput

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
        input_type = inputs.RejectApplicationInput

    @classmethod
    def perform(cls, context: Context, *, id: str, reason: str) -> Self:
        key = uuid_of(id, "OnboardingApplication")
        done = actions.reject(application_id=key, reason=reason, by=context.acting, at=context.at)
        return cls(application=row(done))


class OnboardUnion(_OnUnion):
    """直接开通工会：申请与批准一步完成。 / Apply and approve in one step, by a national administrator."""

    class Meta:
        permission = Permission.UNION_ONBOARD
        input_type = inputs.ApplyForUnionInput

    @classmethod
    def perform(cls, context: Context, **given: Any) -> Self:
        with door.outside():
            joined = actions.onboard(wish=_wish(context, given), by=context.acting, at=context.at)
        return cls(union=row(joined))


class SuspendUnion(_OnUnion):
    """停用工会：登录、令牌和任务随即停止，数据保留。 / Stop a union's logins, tokens and jobs; nothing is deleted."""

    class Meta:
        permission = Permission.UNION_SUSPEND
        input_type = inputs.UnionStateInput

    @classmethod
    def perform(cls, context: Context, *, code: str, reason: str) -> Self:
        with door.outside():
            done = actions.suspend(union=unions.find(context, code), reason=reason, by=context.acting, at=context.at)
        return cls(union=row(done))


class ResumeUnion(_OnUnion):
    """恢复已停用的工会。 / Let a suspended union work again."""

    class Meta:
        permission = Permission.UNION_SUSPEND
        input_type = inputs.UnionStateInput

    @classmethod
    def perform(cls, context: Context, *, code: str, reason: str) -> Self:
        with door.outside():
            done = actions.resume(union=unions.find(context, code), reason=reason, by=context.acting, at=context.at)
        return cls(union=row(done))


class ProposeArchive(_OnUnion):
    """提议归档已停用的工会，须由另一人办理归档。 / The first of the two persons that archiving needs."""

    class Meta:
        permission = Permission.UNION_SUSPEND
        input_type = inputs.UnionStateInput

    @classmethod
    def perform(cls, context: Context, *, code: str, reason: str) -> Self:
        with door.outside():
            done = actions.propose_archive(
                union=unions.find(context, code), reason=reason, by=context.acting, at=context.at
            )
        return cls(union=row(done))


class ArchiveUnion(_OnUnion):
    """归档工会，数据和历史数字保留。 / The second person: closed for good; its schema and past numbers stay."""

    class Meta:
        permission = Permission.UNION_SUSPEND
        input_type = inputs.UnionInput

    @classmethod
    def perform(cls, context: Context, *, code: str) -> Self:
        with door.outside():
            done = actions.archive(union=unions.find(context, code), by=context.acting, at=context.at)
        return cls(union=row(done))


class RetryProvision(_OnUnion):
    """重新开通上次开通失败的工会。 / Try again to provision a union."""

    class Meta:
        permission = Permission.UNION_ONBOARD
        input_type = inputs.UnionInput

    @classmethod
    def perform(cls, context: Context, *, code: str) -> Self:
        with door.outside():
            done = actions.retry_provision(union=unions.find(context, code), by=context.acting, at=context.at)
        return cls(union=row(done))


class ReviseProfile(_OnUnion):
    """维护本级工会的分管领导、负责部门和专人。 / Who answers for the work; who did before stays in the history."""

    class Meta:
        permission = Permission.UNION_PROFILE
        input_type = inputs.ReviseProfileInput

    @classmethod
    def perform(cls, context: Context, **given: str) -> Self:
        with door.outside():
            done = actions.revise(union=context.union, answerable=Answerable(**given), by=context.acting, at=context.at)
        return cls(union=row(done))


class OnboardingMutations(graphene.ObjectType):
    apply_for_union = ApplyForUnion.Field()
    confirm_application = ConfirmApplication.Field()
    approve_application = ApproveApplication.Field()
    reject_application = RejectApplication.Field()
    onboard_union = OnboardUnion.Field()
    suspend_union = SuspendUnion.Field()
    resume_union = ResumeUnion.Field()
    propose_archive = ProposeArchive.Field()
    archive_union = ArchiveUnion.Field()
    retry_provision = RetryProvision.Field()
    revise_profile = ReviseProfile.Field()
