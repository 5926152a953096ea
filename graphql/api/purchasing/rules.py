"""By which rules a union buys: measures, indicator systems, template contracts. Source: E03-E15, Appendix C."""

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
from api.kit.loaders import attribute, row
from api.kit.mutations import ActionMutation
from api.kit.nodes import Node, id_of, node
from api.kit.scalars import Data, DateTime
from commons.access.permissions import Permission
from tenants.purchasing import models
from tenants.purchasing.actions import rules as actions
from tenants.purchasing.enums import RuleKind, RuleState
from tenants.purchasing.selectors import rules as reading

BY_EDITION: Keyset[models.PurchaseRule] = Keyset("kind", "-edition", "id")


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


PurchaseRuleConnection = connection(PurchaseRule, counted=True)


class RuleQueries(graphene.ObjectType):
    purchase_rules = ApiField(
        PurchaseRuleConnection,
        **page_arguments(),
        kind=graphene.Argument(code_enum(RuleKind)),
        state=graphene.Argument(code_enum(RuleState)),
        permission=Permission.RULES_VIEW,
        private=True,
        paged=True,
        description="购买制度，按类别，新版在前。 / Rules of purchase by kind, latest edition first.",
    )

    @staticmethod
    def resolve_purchase_rules(
        _root: None, info: GraphQLResolveInfo, first: int | None = None, after: str | None = None, **wanted: Any
    ) -> Page:
        found = reading.rules(info.context.acting)
        found = found.filter(**said(wanted))
        return BY_EDITION.page(found, first=first, after=after, counted=True)


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
