"""Calls for bids; their steps go through `transition`. Source: SM-16; E08, E10."""

from __future__ import annotations

from typing import Any, ClassVar, Self

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
from api.purchasing import call_parts
from api.purchasing.call_parts import CallConditions, CallNote, CallResult, Draw, Opening
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.directory.enums import OrgType, RatingGrade
from tenants.purchasing import models
from tenants.purchasing.actions import calls as actions
from tenants.purchasing.admission import Conditions, UnionBuilt
from tenants.purchasing.enums import CallState, ProcurementMethod
from tenants.purchasing.selectors import calls as reading
from tenants.purchasing.selectors import projects

BY_TIME: Keyset[models.Call] = Keyset("-created_at", "-id")


def find_call(context: Context, key: str) -> models.Call:
    """
    A call that the actor may see. One whose moment has come is opened by whoever looks at it; lists tell what stands.

    Raises: Refused; NotFound.
    """
    found = reading.call(context.require_inside(Permission.DIRECTORY_VIEW), key)
    return actions.settle(call=found, at=context.at)


@node(models.Call, find_call)
class Call(graphene.ObjectType):
    """招募公告。 / A call for bids."""

    class Meta:
        interfaces = (Node,)
        default_resolver = attribute

    version = graphene.Int(required=True, description="版本，修改时须带上。 / Version, to be given with a change.")
    title = graphene.String(required=True, description="名称。 / Title.")
    text = graphene.String(description="采购需求。 / What is asked for.")
    method = graphene.Field(code_enum(ProcurementMethod), required=True, description="采购方式。 / Method.")
    ceiling = Money(required=True, description="最高限价，元。 / Ceiling, yuan.")
    conditions = graphene.Field(CallConditions, required=True, description="申报条件。 / Conditions.")
    invited = graphene.List(
        graphene.NonNull(graphene.String),
        description="受邀单位的信用代码，只供本会查看。 / Invited; for the union alone.",
    )
    round = graphene.Int(required=True, description="第几次招募。 / Which call of the project.")
    min_days = graphene.Int(required=True, description="最短公告期，天。 / Fewest days.")
    min_bids = graphene.Int(required=True, description="最少申报数。 / Fewest bids.")
    panel_size = graphene.Int(required=True, description="评审组人数。 / Size of the panel.")
    published_on = graphene.Date(description="发布日期。 / Published on.")
    bid_deadline = DateTime(description="申报截止时间。 / Deadline.")
    opened_at = DateTime(description="开标时间。 / Opened at.")
    publicity_from = graphene.Date(description="公示起。 / On display from.")
    publicity_until = graphene.Date(description="公示止（不含当日）。 / On display until, exclusive.")
    confirmed_on = graphene.Date(description="定标日期。 / Awarded on.")
    opening = graphene.Field(Opening, description="开标记录。 / The opening.")
    draw = graphene.Field(Draw, description="抽取专家的记录。 / The draw of the panel.")
    state = graphene.Field(code_enum(CallState, name="PurchaseCallState"), required=True, description="状态。 / State.")
    created_at = DateTime(required=True)
    notes = ApiField(
        graphene.NonNull(graphene.List(graphene.NonNull(CallNote))), size=5, description="提问和答复。 / Notes."
    )
    results = ApiField(
        graphene.NonNull(graphene.List(graphene.NonNull(CallResult))),
        size=5,
        description="结果公告，公示起可见。 / The result notice, from its display on.",
    )

    resolve_id = id_of()

    @staticmethod
    def resolve_conditions(root: Row[models.Call], _info: GraphQLResolveInfo) -> CallConditions:
        return call_parts.conditions(root.it)

    @staticmethod
    def resolve_invited(root: Row[models.Call], info: GraphQLResolveInfo) -> list[str] | None:
        return list(root.it.invited) if may(info.context.acting, Permission.PROJECTS_VIEW) else None

    @staticmethod
    def resolve_opening(root: Row[models.Call], _info: GraphQLResolveInfo) -> Opening | None:
        return call_parts.opening(root.it)

    @staticmethod
    def resolve_draw(root: Row[models.Call], _info: GraphQLResolveInfo) -> Draw | None:
        return call_parts.draw(root.it)

    @staticmethod
    def resolve_notes(root: Row[models.Call], info: GraphQLResolveInfo) -> list[Row[models.CallNote]]:
        actor = info.context.acting
        return rows(root.ask(root.it.pk, "notes", lambda asked: reading.notes_of(actor, asked)) or [])

    @staticmethod
    def resolve_results(root: Row[models.Call], _info: GraphQLResolveInfo) -> list[Row[reading.Result]]:
        return rows(root.ask(root.it.pk, "results", reading.results_of) or [])


CallConnection = connection(Call, counted=True)


class CallQueries(graphene.ObjectType):
    calls = ApiField(
        CallConnection,
        **page_arguments(),
        state=graphene.Argument(code_enum(CallState, name="PurchaseCallState")),
        permission=Permission.DIRECTORY_VIEW,
        private=True,
        paged=True,
        description="可以查看的招募公告，新的在前。 / Calls that the caller may see, latest first.",
    )

    @staticmethod
    def resolve_calls(
        _root: None,
        info: GraphQLResolveInfo,
        first: int | None = None,
        after: str | None = None,
        state: CallState | None = None,
    ) -> Page:
        found = reading.calls(info.context.acting)
        return BY_TIME.page(
            found if state is None else found.filter(state=state), first=first, after=after, counted=True
        )


def _terms(*, required: bool) -> dict[str, Any]:
    return {
        "title": graphene.String(required=required, description="名称。 / Title."),
        "text": graphene.String(description="采购需求。 / What is asked for."),
        "method": graphene.InputField(code_enum(ProcurementMethod), description="采购方式。 / Method."),
        "ceiling": Money(required=required, description="最高限价，元。 / Ceiling, yuan."),
        "bid_deadline": DateTime(description="申报截止时间。 / Deadline."),
        "min_days": graphene.Int(description="最短公告期，天。 / Fewest days."),
        "panel_size": graphene.Int(description="评审组人数。 / Size of the panel."),
        "invited": graphene.List(graphene.NonNull(graphene.String), description="受邀单位的信用代码。 / Invited."),
        "org_types": graphene.List(graphene.NonNull(code_enum(OrgType)), description="组织类型。 / Types."),
        "registration_valid": graphene.Boolean(description="登记有效。 / Registration valid."),
        "min_years": graphene.Int(description="登记满几年。 / Whole years since registration."),
        "rating": graphene.InputField(code_enum(RatingGrade), description="评估等级。 / Rating."),
        "vetting": graphene.Boolean(description="须通过背景核查。 / Vetted."),
        "union_built": graphene.InputField(code_enum(UnionBuilt), description="建会情况。 / Own union."),
    }


_CONDITIONS = ("org_types", "registration_valid", "min_years", "rating", "vetting", "union_built")
CreateCallInput = type(
    "CreateCallInput",
    (graphene.InputObjectType,),
    {
        "__doc__": "起草招募公告。 / Draft a call.",
        "project": graphene.ID(required=True, description="项目。 / The project."),
        **_terms(required=True),
    },
)
UpdateCallInput = type(
    "UpdateCallInput",
    (graphene.InputObjectType,),
    {
        "__doc__": "修改草稿，须写全。 / Write a draft anew as a whole.",
        "id": graphene.ID(required=True),
        "version": graphene.Int(required=True),
        **_terms(required=True),
    },
)


def _draft(given: dict[str, Any]) -> actions.Draft:
    told = said(given)
    demanded = {name: told.pop(name) for name in _CONDITIONS if name in told}
    for name in ("org_types", "invited"):
        for where in (demanded, told):
            if name in where:
                where[name] = tuple(where[name])
    return actions.Draft(admission=Conditions(**demanded), **told)


class OnCall(ActionMutation):
    """A mutation that answers with the call as it is then."""

    class Meta:
        abstract = True

    call: ClassVar[Any] = graphene.Field(Call, description="公告的新状态。 / The call as it is now.")


class CreateCall(OnCall):
    """起草招募公告。 / Draft a call for an approved project."""

    class Meta:
        permission = Permission.PROJECTS_EDIT
        input_type = CreateCallInput

    @classmethod
    def perform(cls, context: Context, *, project: str, **given: Any) -> Self:
        found = projects.project(context.acting, key_of(project, "ServiceProject"))
        made = actions.create(project_id=found.pk, draft=_draft(given), by=context.acting, at=context.at)
        return cls(call=row(made))


class UpdateCall(OnCall):
    """修改草稿。 / Change a call that is not published yet."""

    class Meta:
        permission = Permission.PROJECTS_EDIT
        input_type = UpdateCallInput

    @classmethod
    def perform(cls, context: Context, *, id: str, version: int, **given: Any) -> Self:
        found = find_call(context, key_of(id, "Call"))
        made = actions.edit(call_id=found.pk, draft=_draft(given), version=version, by=context.acting, at=context.at)
        return cls(call=row(made))


class CallMutations(graphene.ObjectType):
    create_call = CreateCall.Field()
    update_call = UpdateCall.Field()
