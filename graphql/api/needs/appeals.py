"""
Appeals of workers; their steps go through `transition`. Source: SM-14; F05, J05; V6.

A list tells numbers, categories and days. What an appeal says is asked for by itself, one at a time, and each time is recorded.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any, ClassVar, Self

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.kit.connections import Keyset, Page, connection, page_arguments
from api.kit.context import Context
from api.kit.enums import code_enum
from api.kit.fields import ApiField
from api.kit.ids import key_of
from api.kit.inputs import said
from api.kit.loaders import Row, attribute, row
from api.kit.mutations import ActionMutation
from api.kit.nodes import Node, id_of, node
from commons.access.permissions import Permission
from tenants.needs import models
from tenants.needs.actions import appeals as actions
from tenants.needs.enums import AppealCategory, AppealChannel, AppealState
from tenants.needs.machines.appeal import possible_officers
from tenants.needs.selectors import appeals as reading

BY_DAY: Keyset[models.Appeal] = Keyset("-received_on", "-id")


def find_appeal(context: Context, key: str) -> models.Appeal:
    """An appeal that the actor knows of. Raises: Refused; NotFound."""
    return reading.appeal(context.require_inside(Permission.DIRECTORY_VIEW), key)


@node(models.Appeal, find_appeal)
class Appeal(graphene.ObjectType):
    """职工诉求：编号、类别和日期；内容见 appealContent。 / An appeal without what it says."""

    class Meta:
        interfaces = (Node,)
        default_resolver = attribute

    number = graphene.String(required=True, description="编号。 / Number.")
    version = graphene.Int(required=True, description="版本，修改时须带上。 / Version, to be given with a change.")
    channel = graphene.Field(code_enum(AppealChannel), required=True, description="渠道。 / Channel.")
    category = graphene.Field(code_enum(AppealCategory), required=True, description="类别。 / Category.")
    received_on = graphene.Date(required=True, description="受理日期。 / Received on.")
    due_on = graphene.Date(required=True, description="办理期限。 / Due on.")
    is_overdue = graphene.Boolean(required=True, description="是否超期。 / Whether that day is past.")
    replied_on = graphene.Date(description="答复日期。 / Replied on.")
    closed_on = graphene.Date(description="办结日期。 / Closed on.")
    transferred_to = graphene.String(description="转往单位。 / Passed on to.")
    satisfaction = graphene.Int(description="满意程度，1–5 分。 / Satisfaction, 1 to 5.")
    reopened_count = graphene.Int(required=True, description="重新办理次数。 / Times reopened.")
    state = graphene.Field(code_enum(AppealState), required=True, description="状态。 / State.")

    resolve_id = id_of()

    @staticmethod
    def resolve_is_overdue(root: Row[models.Appeal], info: GraphQLResolveInfo) -> bool:
        return reading.is_overdue(root.it, info.context.today)


class AppealContent(graphene.ObjectType):
    """诉求内容：承办人、工会管理员和反映的社会组织可以查看。 / What it says, for those it is assigned to."""

    text = graphene.String(required=True, description="内容。 / Text.")
    appellant = graphene.String(description="反映人；匿名的没有。 / Who raised it; null when anonymous.")
    phone = graphene.String(description="电话。 / Telephone.")
    handling_note = graphene.String(description="办理情况；反映人看不到。 / Notes; not for who raised it.")
    reply = graphene.String(description="答复。 / Reply.")
    officers = graphene.List(graphene.NonNull(graphene.String), required=True, description="承办人。 / Officers.")


class AppealOfficer(graphene.ObjectType):
    """可以承办诉求的人。 / Somebody who may handle appeals."""

    key = graphene.UUID(
        required=True, description="分派时写入 data.officers。 / What `officers` of an assignment takes."
    )
    name = graphene.String(required=True, description="姓名。 / Name.")


class AppealStateCount(graphene.ObjectType):
    """一种状态的诉求数。 / How many in one state."""

    state = graphene.Field(code_enum(AppealState), required=True)
    count = graphene.Int(required=True)


class AppealCategoryCount(graphene.ObjectType):
    """一个类别的诉求数。 / How many of one category."""

    category = graphene.Field(code_enum(AppealCategory), required=True)
    count = graphene.Int(required=True)


class AppealCounts(graphene.ObjectType):
    """诉求数量，不含任何一件的内容。 / How many appeals there are, and nothing of any."""

    total = graphene.Int(required=True, description="总数。 / In all.")
    open = graphene.Int(required=True, description="办理中。 / Not over.")
    overdue = graphene.Int(required=True, description="超期。 / Overdue.")
    by_state = graphene.List(graphene.NonNull(AppealStateCount), required=True)
    by_category = graphene.List(graphene.NonNull(AppealCategoryCount), required=True)

    @staticmethod
    def resolve_by_state(root: reading.Counts, _info: GraphQLResolveInfo) -> list[dict[str, Any]]:
        return [{"state": state, "count": count} for state, count in root.by_state.items()]

    @staticmethod
    def resolve_by_category(root: reading.Counts, _info: GraphQLResolveInfo) -> list[dict[str, Any]]:
        return [{"category": category, "count": count} for category, count in root.by_category.items()]


AppealConnection = connection(Appeal, counted=True)


def _filters() -> dict[str, Any]:
    return {
        "state": graphene.Argument(code_enum(AppealState)),
        "category": graphene.Argument(code_enum(AppealCategory)),
        "channel": graphene.Argument(code_enum(AppealChannel)),
    }


def _page(found: QuerySet[models.Appeal], first: int | None, after: str | None, wanted: dict[str, Any]) -> Page:
    found = found.filter(**said(wanted))
    return BY_DAY.page(found, first=first, after=after, counted=True)


class AppealQueries(graphene.ObjectType):
    appeals = ApiField(
        AppealConnection,
        **page_arguments(),
        **_filters(),
        permission=Permission.APPEALS_LIST,
        private=True,
        paged=True,
        description="诉求清单，不含内容，新的在前。 / Appeals without what they say, latest first.",
    )
    own_appeals = ApiField(
        AppealConnection,
        **page_arguments(),
        **_filters(),
        permission=Permission.APPEALS_RAISE,
        private=True,
        paged=True,
        description="本组织反映的、本人登记的诉求。 / What the organization raised, or the account recorded.",
    )
    appeal_content = ApiField(
        AppealContent,
        id=graphene.ID(required=True, description="诉求的编号。 / Id of the appeal."),
        permission=Permission.DIRECTORY_VIEW,
        private=True,
        cost=10,
        description="一件诉求的内容；每次查看都有记录。 / What one appeal says; each reading is recorded.",
    )
    possible_appeal_officers = ApiField(
        graphene.NonNull(graphene.List(graphene.NonNull(AppealOfficer))),
        permission=Permission.APPEALS_ASSIGN,
        private=True,
        size=20,
        description="本会可以承办诉求的人。 / Who may handle appeals in the acting union.",
    )
    appeal_counts = ApiField(
        AppealCounts,
        permission=Permission.APPEALS_COUNT,
        private=True,
        cost=5,
        description="诉求数量。 / How many appeals there are.",
    )

    @staticmethod
    def resolve_appeals(
        _root: None, info: GraphQLResolveInfo, first: int | None = None, after: str | None = None, **wanted: Any
    ) -> Page:
        return _page(reading.appeals(info.context.acting), first, after, wanted)

    @staticmethod
    def resolve_own_appeals(
        _root: None, info: GraphQLResolveInfo, first: int | None = None, after: str | None = None, **wanted: Any
    ) -> Page:
        return _page(reading.own(info.context.acting), first, after, wanted)

    @staticmethod
    def resolve_appeal_content(_root: None, info: GraphQLResolveInfo, id: str) -> dict[str, Any]:
        found = find_appeal(info.context, key_of(id, "Appeal"))
        told = asdict(actions.read(appeal=found, by=info.context.acting, at=info.context.at))
        return {name: None if value == "" else value for name, value in told.items()}

    @staticmethod
    def resolve_possible_appeal_officers(_root: None, info: GraphQLResolveInfo) -> list[AppealOfficer]:
        found = possible_officers(info.context.union, info.context.today)
        return [AppealOfficer(key=one.pk, name=one.name) for one in found]

    @staticmethod
    def resolve_appeal_counts(_root: None, info: GraphQLResolveInfo) -> reading.Counts | None:
        return reading.counts(info.context.acting, info.context.today)


class ReceiveAppealInput(graphene.InputObjectType):
    """登记诉求；社会组织反映自己的，渠道、姓名和日期由平台填写。 / Record an appeal; an organization raises its own."""

    channel = graphene.InputField(code_enum(AppealChannel), required=True, description="渠道。 / Channel.")
    category = graphene.InputField(code_enum(AppealCategory), required=True, description="类别。 / Category.")
    text = graphene.String(required=True, description="内容，加密保存。 / Text, kept sealed.")
    is_anonymous = graphene.Boolean(description="匿名，默认是。 / Anonymous, by default.")
    appellant = graphene.String(description="反映人姓名；匿名的不填。 / Name, unless anonymous.")
    phone = graphene.String(description="电话；匿名的不填。 / Telephone, unless anonymous.")
    received_on = graphene.Date(description="受理日期，默认今天。 / Received on; today by default.")


class NoteAppealInput(graphene.InputObjectType):
    """记录办理情况。 / Write down how it is being handled."""

    id = graphene.ID(required=True)
    version = graphene.Int(required=True, description="读到的版本。 / The version that was read.")
    handling_note = graphene.String(required=True, description="办理情况，加密保存。 / Notes, kept sealed.")


class _OnAppeal(ActionMutation):
    class Meta:
        abstract = True

    appeal: ClassVar[Any] = graphene.Field(Appeal, description="诉求的新状态。 / The appeal as it is now.")


class ReceiveAppeal(_OnAppeal):
    """登记诉求。 / Record an appeal."""

    class Meta:
        permission = Permission.APPEALS_RAISE
        input_type = ReceiveAppealInput

    @classmethod
    def perform(cls, context: Context, *, received_on: date | None = None, **given: Any) -> Self:
        told = said(given)
        made = actions.receive(received_on=received_on, by=context.acting, at=context.at, **told)
        return cls(appeal=row(made))


class NoteAppeal(_OnAppeal):
    """记录办理情况：承办人或工会管理员。 / Write down how it is being handled: an officer or the administrator."""

    class Meta:
        # Whoever is named on it: the action's own word.
        permission = Permission.DIRECTORY_VIEW
        input_type = NoteAppealInput

    @classmethod
    def perform(cls, context: Context, *, id: str, version: int, handling_note: str) -> Self:
        found = find_appeal(context, key_of(id, "Appeal"))
        made = actions.note(
            appeal=found, version=version, handling_note=handling_note, by=context.acting, at=context.at
        )
        return cls(appeal=row(made))


class AppealMutations(graphene.ObjectType):
    receive_appeal = ReceiveAppeal.Field()
    note_appeal = NoteAppeal.Field()
